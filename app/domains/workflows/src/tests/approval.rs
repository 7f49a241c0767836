//! Approvals: properties of the rules.

use chrono::DateTime;
use kernel::MemberId;
use proptest::prelude::*;
use uuid::Uuid;

use crate::approval::{Approval, Decision, Need, StandIns, Verdict, acting, standing};

fn person(number: u8) -> MemberId {
    Uuid::from_u128(u128::from(number) + 1).into()
}

fn people(count: u8) -> Vec<MemberId> {
    (0..count).map(person).collect()
}

fn said(number: u8, verdict: Verdict) -> Decision {
    Decision {
        member_id: person(number),
        given_by: person(number),
        verdict,
        reason: String::new(),
        decided_at: DateTime::UNIX_EPOCH,
    }
}

fn yes(number: u8) -> Decision {
    said(number, Verdict::Approved)
}

fn no(number: u8) -> Decision {
    said(number, Verdict::Refused)
}

#[test]
fn who_speaks_first_decides_where_one_is_enough() {
    let three = people(3);
    let open = standing(Need::Any, &three, &[]);
    assert_eq!((open.outcome, open.waiting, open.needed), (None, three.clone(), 1));
    let decided = standing(Need::Any, &three, &[yes(1)]);
    assert_eq!((decided.outcome, decided.waiting), (Some(Verdict::Approved), vec![]));
    assert_eq!(standing(Need::Any, &three, &[no(0)]).outcome, Some(Verdict::Refused));
}

#[test]
fn the_first_refusal_ends_it_where_all_must_approve() {
    let three = people(3);
    assert_eq!(standing(Need::All, &three, &[yes(0), yes(1)]).outcome, None);
    assert_eq!(standing(Need::All, &three, &[yes(0), no(1)]).outcome, Some(Verdict::Refused));
    assert_eq!(standing(Need::All, &three, &[yes(0), yes(1), yes(2)]).outcome, Some(Verdict::Approved));
}

#[test]
fn it_ends_as_soon_as_too_few_are_left() {
    let four = people(4);
    let two = Need::AtLeast(2);
    assert_eq!(standing(two, &four, &[no(0), no(1)]).outcome, None);
    assert_eq!(standing(two, &four, &[no(0), no(1), no(2)]).outcome, Some(Verdict::Refused));
    assert_eq!(standing(two, &four, &[no(0), yes(1), yes(3)]).outcome, Some(Verdict::Approved));
}

#[test]
fn one_after_another_is_asked_where_the_order_counts() {
    let three = people(3);
    assert_eq!(standing(Need::InOrder, &three, &[]).waiting, [person(0)]);
    assert_eq!(standing(Need::InOrder, &three, &[yes(0)]).waiting, [person(1)]);
    assert_eq!(standing(Need::InOrder, &three, &[yes(0), no(1)]).outcome, Some(Verdict::Refused));
}

#[test]
fn too_few_people_are_said_to_be_too_few() {
    let nobody = standing(Need::Any, &[], &[]);
    assert_eq!((nobody.outcome, nobody.short), (None, true));
    let alone = standing(Need::AtLeast(2), &people(1), &[]);
    assert!(alone.short && alone.outcome.is_none());
    // Somebody who helps out and refuses ends it: nobody is left who could.
    assert_eq!(standing(Need::AtLeast(2), &people(1), &[no(7)]).outcome, Some(Verdict::Refused));
    assert_eq!(standing(Need::All, &[], &[yes(7)]).outcome, Some(Verdict::Approved));
}

#[test]
fn who_added_an_item_does_not_decide_where_two_pairs_of_eyes_are_asked_for() {
    let mut approval = Approval { four_eyes: true, ..Approval::default() };
    assert_eq!(approval.deciding(&people(3), &[person(1)]), [person(0), person(2)]);
    approval.four_eyes = false;
    assert_eq!(approval.deciding(&people(3), &[person(1)]), people(3));
}

fn needs() -> impl Strategy<Value = Need> {
    prop_oneof![Just(Need::Any), Just(Need::All), Just(Need::InOrder), (1_u32..8).prop_map(Need::AtLeast)]
}

#[test]
fn who_stands_in_may_be_away_as_well() {
    let away =
        |pairs: &[(u8, u8)]| -> StandIns { pairs.iter().map(|(a, b)| (person(*a), person(*b))).collect() };
    assert_eq!(acting(person(0), &away(&[])), person(0));
    assert_eq!(acting(person(0), &away(&[(0, 1), (1, 2)])), person(2));
    assert_eq!(acting(person(0), &away(&[(0, 1), (1, 0)])), person(0));
    assert_eq!(acting(person(0), &away(&[(0, 1), (1, 2), (2, 1)])), person(0));
}

proptest! {
    /// However people stand in for each other, somebody decides, and it is somebody who is there where that is possible.
    #[test]
    fn somebody_always_decides(pairs in prop::collection::btree_map(0_u8..8, 0_u8..8, 0..8), of in 0_u8..8) {
        let away: StandIns = pairs.iter().map(|(a, b)| (person(*a), person(*b))).collect();
        let found = acting(person(of), &away);
        prop_assert!(found == person(of) || !away.contains_key(&found));
    }

    /// Everybody says something in turn: the outcome is fixed once, by nobody left to ask, and never changes after that.
    #[test]
    fn what_is_fixed_stays(need in needs(), words in prop::collection::vec(any::<bool>(), 1..8)) {
        let count = u8::try_from(words.len()).unwrap();
        let all = people(count);
        let mut decisions = Vec::new();
        let mut fixed = None;
        for (number, good) in (0..count).zip(&words) {
            let before = standing(need, &all, &decisions);
            prop_assert_eq!(before.outcome, fixed);
            prop_assert_eq!(before.outcome.is_some(), before.waiting.is_empty());
            decisions.push(if *good { yes(number) } else { no(number) });
            let after = standing(need, &all, &decisions);
            if fixed.is_some() {
                prop_assert_eq!(after.outcome, fixed);
            }
            fixed = after.outcome;
        }
        let good = words.iter().filter(|good| **good).count();
        let reached = match need {
            Need::Any => words[0],
            Need::All | Need::InOrder => good == words.len(),
            Need::AtLeast(count) => usize::try_from(count).unwrap() <= good,
        };
        let end = standing(need, &all, &decisions);
        prop_assert_eq!(end.outcome == Some(Verdict::Approved), reached);
        prop_assert!(end.outcome.is_some() || end.short);
    }

    /// Where the order does not count, it does not matter who speaks first.
    #[test]
    fn the_order_of_words_does_not_matter(
        need in needs().prop_filter("the order counts", |need| !matches!(need, Need::Any | Need::InOrder)),
        words in prop::collection::vec(prop::option::of(any::<bool>()), 1..8),
    ) {
        let all = people(u8::try_from(words.len()).unwrap());
        let said = words.iter().enumerate().filter_map(|(number, word)| {
            let number = u8::try_from(number).unwrap();
            word.map(|good| if good { yes(number) } else { no(number) })
        });
        let decisions: Vec<Decision> = said.collect();
        let mut turned = decisions.clone();
        turned.reverse();
        prop_assert_eq!(standing(need, &all, &decisions), standing(need, &all, &turned));
    }

    /// Nobody is asked who has spoken, and nobody twice.
    #[test]
    fn only_who_is_silent_is_asked(need in needs(), words in prop::collection::vec(prop::option::of(any::<bool>()), 0..8)) {
        let all = people(u8::try_from(words.len()).unwrap());
        let twice: Vec<MemberId> = all.iter().chain(&all).copied().collect();
        let said = words.iter().enumerate().filter_map(|(number, word)| {
            let number = u8::try_from(number).unwrap();
            word.map(|good| if good { yes(number) } else { no(number) })
        });
        let decisions: Vec<Decision> = said.collect();
        let standing = standing(need, &twice, &decisions);
        let mut asked = standing.waiting.clone();
        asked.dedup();
        prop_assert_eq!(asked.len(), standing.waiting.len());
        prop_assert!(standing.waiting.iter().all(|id| decisions.iter().all(|one| one.member_id != *id)));
    }
}

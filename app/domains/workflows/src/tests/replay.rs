//! Replays: what a draft would have made of what was finished, and what it never makes of it.

use db::both;
use kernel::{Error, StepId};
use proptest::prelude::*;
use uuid::Uuid;

use super::api::dealership;
use crate::{
    acts::{self, design},
    automatic::{Automatic, Unit, Wait},
    definition::{Definition, StepDefinition},
    guard::Builtins,
    model::{Field, FieldKind, Values},
    quorum::Quorum,
    replay::{Past, Replay, Why, replay},
};

fn id(number: usize) -> StepId {
    Uuid::from_u128(u128::try_from(number).unwrap() + 1).into()
}

/// Steps of which the last is the end, and ways by their places.
fn design(count: usize, ways: &[(usize, usize)]) -> Definition {
    let step = |number| StepDefinition {
        ends: number + 1 == count,
        ..StepDefinition::new(id(number), &format!("Step {number}"))
    };
    let mut made = Definition { steps: (0..count).map(step).collect(), ..Definition::default() };
    for (from, to) in ways {
        made.connect(id(*from), id(*to), "Go");
    }
    made
}

/// An item that was so many seconds in each of these steps.
fn past(key: &str, stays: &[(usize, i64)]) -> Past {
    Past {
        key: key.into(),
        values: Values::new(),
        builtins: Builtins::default(),
        stays: stays.iter().map(|(step, seconds)| (id(*step), *seconds)).collect(),
    }
}

/// How often items come to each step in the design.
fn visits(replay: &Replay) -> Vec<i64> {
    replay.steps.iter().map(|step| step.after).collect()
}

#[test]
fn through_the_design_that_ran_items_go_as_they_went() {
    let runs = design(4, &[(0, 1), (1, 2), (1, 3), (2, 1), (2, 3)]);
    let pasts = [
        past("A-1", &[(0, 10), (1, 20), (3, 0)]),
        past("A-2", &[(0, 30), (1, 5), (2, 7), (1, 4), (2, 1), (3, 0)]),
    ];
    let replay = replay(&runs, &pasts);
    assert_eq!((replay.items, replay.ended, replay.other), (2, 2, 0));
    assert_eq!(replay.before, replay.after);
    assert_eq!(replay.after.p85, Some(47));
    assert_eq!(visits(&replay), [2, 3, 2, 2]);
}

#[test]
fn a_step_that_is_gone_is_passed_over_and_a_new_one_takes_no_time_yet() {
    // Step 1 is gone, step 4 is new before the end.
    let mut draft = design(5, &[(0, 2), (2, 3), (3, 4)]);
    draft.steps.remove(1);
    let replay = replay(&draft, &[past("A-1", &[(0, 10), (1, 20), (2, 30), (4, 0)])]);
    assert_eq!((replay.ended, replay.other), (1, 1));
    assert_eq!((replay.before.median, replay.after.median), (Some(60), Some(40)));
    let new = &replay.steps[2];
    assert_eq!((new.step, new.before, new.after, new.stay), (id(3), 0, 1, None));
}

#[test]
fn where_an_item_never_was_it_stays_as_long_as_half_of_the_others() {
    let draft = design(3, &[(0, 1), (1, 2)]);
    let others = [4, 6, 50].map(|seconds| past("B-1", &[(0, 1), (1, seconds), (2, 0)]));
    let mut pasts = others.to_vec();
    // It left out what the draft asks of everybody.
    pasts.push(past("A-1", &[(0, 1), (2, 0)]));
    let replay = replay(&draft, &pasts);
    assert_eq!((replay.ended, replay.other), (4, 1));
    assert_eq!(replay.steps[1].stay, Some(6));
    assert_eq!((replay.steps[1].before, replay.steps[1].after), (3, 4));
}

#[test]
fn a_condition_is_judged_by_the_values_in_the_end() {
    let mut draft = design(3, &[(0, 2), (0, 1), (1, 2)]);
    draft.fields = Some(vec![Field::new(Uuid::from_u128(9).into(), None, "cost", "Cost", FieldKind::Number)]);
    draft.transitions[0].guard = "cost <= 100".into();
    draft.transitions[1].guard = "cost > 100".into();
    let with = |key: &str, cost: Option<i64>| Past {
        values: cost.map(|cost| ("cost".to_owned(), cost.into())).into_iter().collect(),
        ..past(key, &[(0, 10), (2, 0)])
    };
    let replay = replay(&draft, &[with("A-1", Some(5)), with("A-2", Some(500)), with("A-3", None)]);
    assert_eq!((replay.ended, replay.other), (2, 1));
    assert_eq!(visits(&replay)[1], 1);
    let stuck = &replay.stuck[0];
    assert_eq!((stuck.step.as_str(), stuck.count, stuck.why), ("Step 0", 1, Why::Closed));
    assert_eq!(stuck.keys, ["A-3"]);
}

#[test]
fn parts_are_waited_for_as_the_design_says() {
    // 0 parallel → 1, 2, 3 → 4 join → 5.
    let ways = [(0, 1), (0, 2), (0, 3), (1, 4), (2, 4), (3, 4), (4, 5)];
    let took = |quorum| {
        let mut draft = design(6, &ways);
        draft.steps[0].automatic = Some(Automatic::Parallel);
        for (place, amount) in [(1, 1), (2, 5), (3, 3)] {
            draft.steps[place].automatic = Some(Automatic::Wait(Wait::For { amount, unit: Unit::Hours }));
        }
        draft.steps[4].automatic = Some(Automatic::Join(quorum));
        let replay = replay(&draft, &[past("A-1", &[(5, 0)])]);
        assert_eq!(visits(&replay), [1, 1, 1, 1, 1, 1]);
        replay.after.median.unwrap() / 3_600
    };
    assert_eq!([Quorum::All, Quorum::Any, Quorum::AtLeast(2)].map(took), [5, 1, 3]);
}

#[test]
fn who_would_go_round_for_ever_is_said() {
    let mut draft = design(4, &[(0, 1), (1, 2), (0, 3)]);
    // 2 leads back only, and so forward for nobody.
    draft.connect(id(2), id(1), "Back");
    draft.transitions.last_mut().unwrap().rework = false;
    draft.transitions.retain(|way| way.to != id(3));
    let replay = replay(&draft, &[past("A-1", &[(0, 10), (3, 0)])]);
    assert_eq!((replay.ended, replay.stuck[0].why), (0, Why::Round));
}

/// Designs and items that have little to do with each other.
fn anything() -> impl Strategy<Value = (Definition, Vec<Past>)> {
    let ways = prop::collection::vec((0..6_usize, 0..6_usize), 0..14);
    let kinds = prop::collection::vec(0..6_u8, 6);
    let stays = prop::collection::vec((0..8_usize, 0..1_000_i64), 1..8);
    (ways, kinds, prop::collection::vec(stays, 0..6)).prop_map(|(ways, kinds, stays)| {
        let mut draft = design(6, &ways);
        for (step, kind) in draft.steps.iter_mut().zip(kinds) {
            step.automatic = match kind {
                0 => Some(Automatic::Parallel),
                1 => Some(Automatic::Join(Quorum::All)),
                2 => Some(Automatic::Branch),
                _ => None,
            };
        }
        (draft, stays.iter().map(|stays| past("A-1", stays)).collect())
    })
}

/// Items that went along the ways of a design.
fn faithful() -> impl Strategy<Value = (Definition, Vec<Past>)> {
    let ways = prop::collection::vec((0..5_usize, 0..6_usize), 4..16);
    let turns = prop::collection::vec(prop::collection::vec((0..8_usize, 0..1_000_i64), 1..12), 1..6);
    (ways, turns).prop_map(|(ways, turns)| {
        let draft = design(6, &ways);
        let walk = |turns: &Vec<(usize, i64)>| {
            let (mut stays, mut here) = (Vec::new(), id(0));
            for (turn, seconds) in turns {
                stays.push((here, *seconds));
                let out: Vec<StepId> = draft.ways_out(here).map(|way| way.to).collect();
                let to = out.get(turn % out.len().max(1))?;
                here = *to;
                if here == id(5) {
                    stays.push((here, 0));
                    return Some(Past { stays, ..past("A-1", &[]) });
                }
            }
            None
        };
        let pasts = turns.iter().filter_map(walk).collect();
        (draft, pasts)
    })
}

proptest! {
    #[test]
    fn every_item_ends_or_is_said_to_stay((draft, pasts) in anything()) {
        let replay = replay(&draft, &pasts);
        let stuck: i64 = replay.stuck.iter().map(|stuck| stuck.count).sum();
        prop_assert_eq!(replay.ended + stuck, replay.items);
        prop_assert_eq!(replay.items, i64::try_from(pasts.len()).unwrap());
        prop_assert!(replay.other <= replay.ended);
    }

    #[test]
    fn what_followed_the_design_takes_as_long_again((draft, pasts) in faithful()) {
        let replay = replay(&draft, &pasts);
        prop_assert_eq!((replay.ended, replay.other), (replay.items, 0));
        prop_assert_eq!(replay.before, replay.after);
        for step in &replay.steps {
            prop_assert_eq!(step.before, step.after);
        }
    }
}

both!(a_draft_is_replayed_without_a_change, |db| {
    let cx = dealership(&db, "Nordvik Cars", 60).await;
    let opened = design::open(&cx, "UC").await.unwrap();
    let id = opened.live.head.id;
    let runs = acts::replay::draft(&cx, id, 90).await.unwrap();
    assert!(10 < runs.items, "{runs:?}");
    assert_eq!((runs.days, runs.cut, runs.ended, runs.other), (90, false, runs.items, 0));
    assert_eq!(runs.before, runs.after);

    let mut draft = opened.definition.clone();
    let repair = draft.steps.iter().find(|step| step.name == "Repair and recondition").unwrap().id;
    draft.remove_step(repair);
    design::save(&cx, id, opened.version, draft).await.unwrap();
    let without = acts::replay::draft(&cx, id, 90).await.unwrap();
    assert_eq!((without.items, without.ended), (runs.items, runs.items));
    assert!(0 < without.other && without.after.p85 < runs.after.p85, "{without:?}");
    assert_eq!(design::open(&cx, "UC").await.unwrap().running, opened.running);

    let other = dealership(&db, "Halden Studio", 4).await;
    assert_eq!(acts::replay::draft(&other, id, 90).await, Err(Error::NotFound));
});

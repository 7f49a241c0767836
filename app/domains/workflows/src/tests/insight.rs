//! Figures: what holds for every history, and what is read of a workflow on both engines.

mod corners;

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, TimeZone, Utc};
use db::{Db, both};
use kernel::{Cx, Error, MemberId, Role, StepId, Today, WeekStart, testing::TestClock};
use proptest::prelude::*;

use super::{api::dealership, rest};
use crate::{
    acts::{
        design::{self, NewWorkflow},
        insight as acts, item,
    },
    insight::{
        Handed, History, Insights, Life, Map, Move, PERIODS, Period, Report, StepFigures, USUAL, percentile,
        read_days,
    },
    model::{Card, Priority},
    rules::show_span,
};

fn step(id: u8) -> StepId {
    uuid::Uuid::from_u128(u128::from(id) + 1).into()
}

/// Steps 0 to 3, of which the last one ends; 4 is of an earlier version.
fn map() -> Map {
    Map {
        steps: (0..4).map(step).collect(),
        ends: [step(3)].into(),
        ways: vec![(step(0), step(1)), (step(1), step(2)), (step(2), step(3)), (step(2), step(1))],
        tells_work: true,
    }
}

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2025, 11, 21, 8, 0, 0).unwrap()
}

fn period(days: i64) -> Period {
    let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc() - Duration::hours(1);
    Period::new(days, Today { now: now(), offset_secs: 3600 }, WeekStart::Monday, midnight)
}

fn ago(minutes: i64) -> DateTime<Utc> {
    now() - Duration::minutes(minutes)
}

/// What somebody does with an item: waits so many minutes, and moves it to a step or takes the last move back.
type Deed = (i64, u8, bool, bool);

/// An item that was made so many minutes ago.
fn lived(age: i64, first: u8, deeds: &[Deed], assigned: bool, handed: &[(i64, bool)]) -> History {
    let (mut here, mut at) = (step(first), ago(age));
    let mut moves: Vec<Move> = Vec::new();
    for (wait, to, rework, undo) in deeds {
        at = (at + Duration::minutes(*wait)).min(now());
        match moves.last().copied() {
            Some(last) if *undo && !last.undo => {
                moves.push(Move {
                    at,
                    from: here,
                    to: last.from,
                    rework: false,
                    undo: true,
                    by_itself: false,
                    ended: false,
                });
                here = last.from;
            }
            _ if step(*to) != here => {
                moves.push(Move {
                    at,
                    from: here,
                    to: step(*to),
                    rework: *rework,
                    undo: false,
                    by_itself: false,
                    ended: false,
                });
                here = step(*to);
            }
            _ => {}
        }
    }
    if here == step(4) {
        // No item is left behind in a step that is taken away.
        moves.push(Move {
            at,
            from: here,
            to: step(0),
            rework: false,
            undo: false,
            by_itself: false,
            ended: false,
        });
        here = step(0);
    }
    let mut before = assigned;
    let mut changes = Vec::new();
    let mut when: Vec<(i64, bool)> = handed.to_vec();
    when.sort_unstable_by_key(|(minutes, _)| std::cmp::Reverse(*minutes));
    for (minutes, after) in when {
        changes.push(Handed { at: ago(minutes.min(age)), before, after });
        before = after;
    }
    History {
        number: age,
        title: "Thing".into(),
        created_at: ago(age),
        step: here,
        assigned: before,
        moves,
        handed: changes,
        binned: Vec::new(),
    }
}

fn histories() -> impl Strategy<Value = Vec<History>> {
    // Within a year, so that the longest period holds all of each.
    let deeds = prop::collection::vec((0_i64..3_000, 0_u8..5, any::<bool>(), any::<bool>()), 0..12);
    let handed = prop::collection::vec((0_i64..400_000, any::<bool>()), 0..4);
    let one = (1_i64..400_000, 0_u8..3, deeds, any::<bool>(), handed);
    let one = one.prop_map(|(age, first, deeds, given, handed)| lived(age, first, &deeds, given, &handed));
    prop::collection::vec(one, 0..12)
}

fn lives(histories: &[History]) -> Vec<Life> {
    histories.iter().map(|history| Life::new(history, &map().ends, now())).collect()
}

proptest! {
    #[test]
    fn the_stays_of_an_item_fill_its_life(histories in histories()) {
        for (history, life) in histories.iter().zip(lives(&histories)) {
            let sum: Duration = life.stays.iter().map(|stay| stay.until - stay.from).sum();
            prop_assert_eq!(sum, life.ended() - history.created_at);
            prop_assert_eq!(life.ended(), life.finished.unwrap_or(now()));
            prop_assert!(life.stays.windows(2).all(|two| two[0].until == two[1].from && !two[0].still));
            prop_assert!(life.stays.last().is_some_and(|last| last.still && last.step == history.step));
        }
    }

    #[test]
    fn what_came_and_did_not_leave_is_there(histories in histories()) {
        let report = Report::new(&map(), &histories, &period(365));
        let mut left = 0;
        for figures in &report.steps {
            let there = histories.iter().filter(|history| Some(history.step) == figures.step).count();
            prop_assert_eq!(figures.visits - figures.left, i64::try_from(there).unwrap());
            let ways_in: i64 =
                report.ways.iter().filter(|way| way.to == figures.step).map(|way| way.count).sum();
            let begun = lives(&histories).iter().filter(|life| Some(life.stays[0].step) == figures.step).count();
            prop_assert_eq!(figures.visits, ways_in + i64::try_from(begun).unwrap());
            left += figures.left;
        }
        prop_assert_eq!(left, report.ways.iter().map(|way| way.count).sum::<i64>());
        prop_assert_eq!(report.items, i64::try_from(histories.len()).unwrap());
        let open: i64 = report.ageing.iter().map(|step| step.count).sum();
        prop_assert_eq!(open + report.cycle.count, report.items);
        prop_assert!(report.steps.len() <= 5);
    }

    #[test]
    fn the_times_of_steps_are_those_of_items(histories in histories(), days in prop::sample::select(&PERIODS)) {
        let period = period(days);
        let report = Report::new(&map(), &histories, &period);
        let parts = lives(&histories).into_iter().zip(&histories).map(|(life, history)| {
            let from = history.created_at.max(period.from());
            (life.ended() - from).max(Duration::zero()).num_seconds()
        });
        prop_assert_eq!(report.steps.iter().map(|step| step.total).sum::<i64>(), parts.sum::<i64>());
        for figures in &report.steps {
            prop_assert!(figures.waited().is_some_and(|waited| 0 <= waited && waited <= figures.total));
            prop_assert!(figures.reworked <= figures.visits);
            prop_assert!(figures.median <= figures.p85);
        }
        prop_assert_eq!(report.finished.iter().map(|bar| bar.count).sum::<i64>(), report.cycle.count);
        prop_assert_eq!(report.cycle.bars.iter().sum::<i64>(), report.cycle.count);
        prop_assert!(report.finished.windows(2).all(|two| two[0].until.succ_opt() == Some(two[1].from)));
        prop_assert_eq!(report.finished.last().map(|bar| bar.until), Some(report.last));
    }

    /// Taken back at once or after a while, it is as if it had never been.
    #[test]
    fn a_move_that_was_taken_back_counts_nothing(histories in histories(), at in 0_usize..12, rework in any::<bool>()) {
        let undone: Vec<History> = histories.iter().cloned().map(|mut history| {
            let place = at.min(history.moves.len());
            // Not between a move and what takes it back.
            let place = if history.moves.get(place).is_some_and(|next| next.undo) { place + 1 } else { place };
            let from = history.moves.get(place).map_or(history.step, |next| next.from);
            let to = if from == step(1) { step(2) } else { step(1) };
            let since = place.checked_sub(1).map_or(history.created_at, |before| history.moves[before].at);
            let there = Move { at: since, from, to, rework, undo: false, by_itself: false, ended: false };
            let until = history.moves.get(place).map_or(now(), |next| next.at);
            let back = Move { at: until, from: to, to: from, rework: false, undo: true, by_itself: false, ended: false };
            history.moves.splice(place..place, [there, back]);
            history
        }).collect();
        let period = period(365);
        prop_assert_eq!(Report::new(&map(), &undone, &period), Report::new(&map(), &histories, &period));
    }

    #[test]
    fn a_percentile_is_one_of_the_values(mut values in prop::collection::vec(0_i64..1_000, 1..40), percent in 1_usize..=100) {
        values.sort_unstable();
        let found = percentile(&values, percent).unwrap();
        let no_larger = values.iter().filter(|value| **value <= found).count();
        let smaller = values.iter().filter(|value| **value < found).count();
        prop_assert!(values.len() * percent <= no_larger * 100);
        prop_assert!(smaller * 100 < values.len() * percent);
    }

    #[test]
    fn days_are_those_that_are_offered(text in ".{0,6}") {
        prop_assert!(PERIODS.contains(&read_days(Some(&text))));
    }
}

#[test]
fn a_period_begins_at_midnight_of_the_organisation() {
    let week = period(7);
    // Nine in the morning there; the day of today is the seventh.
    assert_eq!(week.from(), Utc.with_ymd_and_hms(2025, 11, 14, 23, 0, 0).unwrap());
    assert_eq!(week.first().to_string(), "2025-11-15");
    assert_eq!(read_days(Some("90")), 90);
    assert_eq!(read_days(None), USUAL);
    // Weeks begin as the organisation has them, and the first is cut.
    let report = Report::new(&map(), &[], &period(90));
    assert_eq!(report.first.to_string(), "2025-08-24");
    assert_eq!(report.finished[0].until.to_string(), "2025-08-24");
    assert_eq!(report.finished[1].from.to_string(), "2025-08-25");
    assert_eq!(percentile(&[], 50), None);
}

#[test]
fn a_day_begins_when_clocks_said_so_then() {
    // Clocks were put back an hour on the seventeenth.
    let midnight = |day: NaiveDate| {
        let east = if day.to_string().as_str() <= "2025-11-17" { 2 } else { 1 };
        day.and_time(NaiveTime::MIN).and_utc() - Duration::hours(east)
    };
    let week = Period::new(7, Today { now: now(), offset_secs: 3600 }, WeekStart::Monday, midnight);
    assert_eq!(week.from(), Utc.with_ymd_and_hms(2025, 11, 14, 22, 0, 0).unwrap());
    // Finished on the fifteenth at 22:30, which was half past midnight.
    let finished = Utc.with_ymd_and_hms(2025, 11, 15, 22, 30, 0).unwrap();
    let minutes = (now() - finished).num_minutes();
    let history = lived(minutes + 10, 0, &[(10, 3, false, false)], false, &[]);
    let report = Report::new(&map(), &[history], &week);
    let days: Vec<i64> = report.finished.iter().map(|bar| bar.count).collect();
    assert_eq!(days, [0, 1, 0, 0, 0, 0, 0]);
}

#[test]
fn what_is_put_away_was_finished_before() {
    let map = Map { ends: [step(2), step(3)].into(), ..map() };
    let life = |deeds: &[Deed]| Life::new(&lived(60_000, 0, deeds, false, &[]), &map.ends, now());
    let done = life(&[(60, 2, false, false), (50_000, 3, false, false)]);
    assert_eq!(done.finished, Some(ago(60_000 - 60)));
    // What was opened again is finished when it comes back.
    let again = life(&[
        (60, 2, false, false),
        (100, 1, true, false),
        (200, 2, false, false),
        (50_000, 3, false, false),
    ]);
    assert_eq!(again.finished, Some(ago(60_000 - 360)));
    // What never was open was finished when it began.
    let history = lived(600, 2, &[(60, 3, false, false)], false, &[]);
    assert_eq!(Life::new(&history, &map.ends, now()).finished, Some(ago(600)));
}

#[test]
fn what_followed_by_itself_is_taken_back_with_the_move() {
    let mut history = lived(600, 0, &[(60, 1, false, false), (0, 2, false, false)], false, &[]);
    history.moves[1].by_itself = true;
    let back = Move {
        at: ago(500),
        from: step(2),
        to: step(0),
        rework: false,
        undo: true,
        by_itself: false,
        ended: false,
    };
    history.moves.push(back);
    history.step = step(0);
    let life = Life::new(&history, &map().ends, now());
    assert_eq!(
        life.stays.iter().map(|stay| (stay.step, stay.from)).collect::<Vec<_>>(),
        [(step(0), ago(600))]
    );
}

#[test]
fn steps_of_earlier_versions_are_one() {
    let history = lived(600, 0, &[(60, 4, false, false), (60, 1, false, false)], false, &[]);
    let report = Report::new(&map(), &[history], &period(30));
    let earlier = report.steps.last().unwrap();
    assert_eq!((earlier.step, earlier.visits, earlier.left, earlier.total), (None, 1, 1, 3600));
    let gone: Vec<_> = report.ways.iter().filter(|way| !way.drawn).map(|way| (way.from, way.to)).collect();
    assert_eq!(gone, [(None, Some(step(1))), (Some(step(0)), None)]);
}

/// Tasks: To do, In progress, Done.
struct World {
    cx: Cx,
    clock: Arc<TestClock>,
}

impl World {
    async fn new(db: &Db) -> Self {
        let clock = TestClock::new();
        let cx = Cx::test_on(kernel::testing::site(db, clock.clone()), "Nordvik Cars").await;
        let new = NewWorkflow {
            name: "Tasks".into(),
            key: "T".into(),
            item_noun: "task".into(),
            template: "plain".into(),
        };
        design::create(&cx, new).await.unwrap();
        World { cx, clock }
    }

    fn form(&self, title: &str, assignee: Option<MemberId>) -> item::Form {
        item::Form {
            title: title.into(),
            priority: Priority::default(),
            assignee_id: Ok(assignee),
            due_on: Ok(None),
            data: item::Sent::Texts(BTreeMap::new()),
        }
    }

    async fn add(&self, title: &str) -> Card {
        let workflow = crate::acts::workflow::find(&self.cx, "T").await.unwrap().head.id;
        let made = item::create(&self.cx, workflow, self.form(title, None), "").await.unwrap();
        made.1.card
    }

    /// Moves an item to a step after so many hours.
    async fn go(&self, card: Card, place: usize, after: i64) -> Card {
        self.clock.pass(Duration::hours(after));
        let to = crate::acts::workflow::find(&self.cx, "T").await.unwrap().steps[place].id;
        item::move_to(&self.cx, card.id, to, card.version, None).await.unwrap()
    }

    async fn seen(&self) -> Insights {
        let seen = acts::insights(&self.cx, "T", 30).await.unwrap();
        self.cx.visit().rest().await;
        seen
    }
}

fn facts(step: &StepFigures) -> (i64, i64, i64, i64, i64) {
    let hours = |seconds: i64| seconds / 3600;
    (step.visits, step.reworked, step.left, hours(step.total), hours(step.worked.unwrap()))
}

both!(figures_are_what_people_did, |db| {
    let world = World::new(&db).await;
    assert_eq!(world.seen().await.report.items, 0);
    let card = world.add("Paint").await;
    let card = world.go(card, 1, 2).await;
    // Back for an hour, and once by mistake.
    let card = world.go(card, 0, 3).await;
    let card = world.go(card, 1, 1).await;
    let card = world.go(card, 0, 1).await;
    let card = item::undo_move(&world.cx, card.id, card.version).await.unwrap();
    // It is somebody's for the last two of its four hours.
    world.clock.pass(Duration::hours(1));
    let mine = world.form("Paint", Some(world.cx.member_id()));
    let card = item::save(&world.cx, card.id, card.version, mine, None).await.unwrap();
    world.go(card, 2, 2).await;
    let waiting = world.add("Wait").await;
    world.clock.pass(Duration::hours(30));

    let Insights { workflow, report, cut, picture } = world.seen().await;
    assert!(!cut);
    assert_eq!(report.items, 2);
    let steps: Vec<_> = report.steps.iter().map(facts).collect();
    assert_eq!(steps, [(3, 1, 2, 2 + 1 + 30, 0), (2, 0, 2, 3 + 4, 2), (1, 0, 0, 0, 0)]);
    let back = report.ways.iter().find(|way| way.reworked != 0).unwrap();
    assert_eq!((back.count, back.reworked, back.drawn), (1, 1, true));
    assert_eq!(report.cycle.median, Some(10 * 3600));
    assert_eq!(report.finished.iter().map(|bar| bar.count).sum::<i64>(), 1);
    let [only] = report.ageing.as_slice() else { panic!("{:?}", report.ageing) };
    assert_eq!((only.count, only.old, only.items[0].number), (1, 1, waiting.number));
    assert_eq!(show_span(only.items[0].age / 60), "1.2 d");
    // Each step and each way is drawn.
    let picture = picture.unwrap();
    assert_eq!((picture.steps.len(), picture.ways.len()), (workflow.steps.len(), workflow.transitions.len()));
    let inside = |x: i32, y: i32| {
        (picture.left..picture.left + picture.width).contains(&x)
            && (picture.top..picture.top + picture.height).contains(&y)
    };
    assert!(picture.steps.iter().all(|step| inside(step.x, step.y)));
    assert!(picture.ways.iter().all(|way| inside(way.x, way.y) && way.line.starts_with('M')));

    // After a year without anything, only what is open is left.
    world.clock.pass(Duration::days(366));
    let report = world.seen().await.report;
    assert_eq!((report.items, report.cycle.count, report.ageing[0].count), (1, 0, 1));
    assert_eq!(report.steps[1].visits, 0);
});

both!(files_hold_every_item_and_no_formula, |db| {
    let world = World::new(&db).await;
    let card = world.add("=1+1").await;
    world.go(card, 1, 3).await;
    let deleted = world.add("Gone").await;
    item::delete(&world.cx, deleted.id, None).await.unwrap();
    world.clock.pass(Duration::hours(1));
    let file = async |cx: &Cx, name: &str| {
        let answer = acts::file(cx, "T", name, 30).await;
        cx.visit().rest().await;
        answer
    };
    let (kind, bytes) = file(&world.cx, "items.csv").await.unwrap();
    assert_eq!(kind, "text/csv; charset=utf-8");
    let text = String::from_utf8(bytes).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines,
        [
            "\u{feff}Key,Title,Created,Finished,Cycle time (h),Step,Age in step (h),Sent back",
            "T-1,'=1+1,2025-11-21 09:00,,,In progress,1.0,0",
        ]
    );
    let (_, steps) = file(&world.cx, "steps.csv").await.unwrap();
    let steps = String::from_utf8(steps).unwrap();
    assert!(steps.contains("\r\nTo do,0,1,0,1,3.0,3.0,3.0,0.0,3.0\r\n"), "{steps}");
    assert!(steps.contains("\r\nDone,0,0,0,0,,,,,\r\n"), "{steps}");
    // In summer clocks show another hour, but not of what was in winter.
    world.clock.pass(Duration::days(200));
    let (_, bytes) = file(&world.cx, "items.csv").await.unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("\r\nT-1,'=1+1,2025-11-21 09:00,,,"), "{text}");
    let (kind, book) = file(&world.cx, "insights.xlsx").await.unwrap();
    assert!(kind.ends_with("spreadsheetml.sheet") && book.starts_with(b"PK"));
    assert_eq!(file(&world.cx, "x.csv").await, Err(Error::NotFound));
    let member = world.cx.colleague("Anna Lind", Role::Member).await;
    assert!(matches!(file(&member, "items.csv").await, Err(Error::Forbidden(_))));
    assert!(matches!(acts::insights(&member, "ZZ", 30).await, Err(Error::NotFound)));
    assert!(acts::insights(&member, "T", 30).await.is_ok());
    // Elsewhere there is no such workflow.
    let elsewhere = Cx::test(&db, "Halden").await;
    assert!(matches!(acts::insights(&elsewhere, "T", 30).await, Err(Error::NotFound)));
});

both!(programs_read_the_figures_of_each_step, |db| {
    let cx = dealership(&db, "Nordvik Cars", 60).await;
    let answer = rest::get(&cx, "/workflows/UC/insights?days=90").await.body;
    let steps = answer["data"].as_array().unwrap();
    let seen = acts::insights(&cx, "UC", 90).await.unwrap();
    assert_eq!(steps.len(), seen.workflow.steps.len());
    for (step, figures) in steps.iter().zip(&seen.report.steps) {
        assert_eq!(step["visits"], figures.visits);
        assert_eq!(step["median_seconds"].as_i64(), figures.median);
        assert_eq!(step["cut"], false);
    }
    assert!(seen.report.cycle.count > 0 && seen.report.steps.iter().any(|step| step.reworked > 0));
    let open: i64 = seen.report.ageing.iter().map(|step| step.count).sum();
    let counted = seen.workflow.steps.iter().filter(|step| step.kind != crate::model::StepKind::Done);
    assert_eq!(open, counted.map(|step| step.item_count).sum::<i64>());
    // Items beyond the limit are left out, and that is said.
    let steps: Vec<StepId> = seen.workflow.steps.iter().map(|step| step.id).collect();
    let wanted = crate::repo::insight::Wanted { open: &steps, ends: &[], since: cx.now(), limit: 10 };
    let (some, cut) = crate::repo::insight::histories(cx.db(), cx.organisation_id(), wanted).await.unwrap();
    assert_eq!((some.len(), cut), (10, true));
    // Of what is open, those that have been there longest are kept.
    let all = crate::repo::insight::Wanted { limit: 1_000, ..wanted };
    let (all, cut) = crate::repo::insight::histories(cx.db(), cx.organisation_id(), all).await.unwrap();
    assert!(!cut && 10 < all.len());
    assert_eq!(some, all[all.len() - 10..]);
});

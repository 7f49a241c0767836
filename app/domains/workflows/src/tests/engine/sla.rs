//! Time limits of steps: clocks that run, stand still and end, the ladder, and working hours that change.

mod crash;
mod follow;
mod part_time;

use std::sync::Arc;

use chrono::{Duration, TimeDelta};
use db::{Db, both, sql};
use jobs::{Handlers, Now, Queue, Worker};
use kernel::{Cx, Error, MemberId, Role, TeamId};

use super::{World, form};
use crate::{
    acts::{design, hours, item, sla as acts},
    approval::Approval,
    definition::Definition,
    hours::{Hours, Week, Whose, read_holidays, read_spans},
    model::{Act, Item},
    repo,
    sla::{Counts, Escalation, Explanation, ItemClock, Rung, Sla},
    timer,
};

/// A limit with this ladder.
fn limit(hours: u32, rungs: &[(u32, Escalation)]) -> Sla {
    let rungs = rungs.iter().map(|(percent, does)| Rung { percent: *percent, does: *does }).collect();
    Sla { minutes: hours * 60, counts: Counts::WorkingHours, rungs }
}

impl World {
    /// Purchases whose Order has this limit. It is Friday, nine in the morning in Stockholm.
    async fn limited(db: &Db, sla: Sla) -> Self {
        World::with(db, |made| set(made, Some(sla))).await
    }

    /// An item that came to Order just now.
    async fn ordered(&self) -> Item {
        let item = self.add("120").await;
        self.go(&item, "Sort").await.unwrap();
        self.item(item.card.id).await
    }

    fn pass(&self, hours: i64) {
        self.clock.pass(Duration::hours(hours));
    }

    async fn clock_of(&self, item: &Item) -> Option<ItemClock> {
        let now = self.item(item.card.id).await;
        acts::of_item(&self.owner, &self.workflow().await, &now).await.unwrap()
    }

    async fn left(&self, item: &Item) -> TimeDelta {
        TimeDelta::seconds(self.clock_of(item).await.unwrap().left_secs)
    }

    async fn due(&self, item: &Item) -> String {
        let due = self.clock_of(item).await.unwrap().due;
        due.map(|due| due.format("%a %d %H:%M").to_string()).unwrap_or_default()
    }

    async fn explain(&self, item: &Item) -> Explanation {
        acts::explain(&self.owner, &format!("PA-{}", item.card.number)).await.unwrap()
    }

    async fn pause(&self, item: &Item, why: &str) -> Result<(), Error> {
        let version = self.item(item.card.id).await.card.version;
        acts::pause(&self.owner, item.card.id, version, why).await
    }

    async fn resume(&self, item: &Item) -> Result<(), Error> {
        let version = self.item(item.card.id).await.card.version;
        acts::resume(&self.owner, item.card.id, version).await
    }

    /// What the rungs did with an item, oldest first.
    async fn rungs(&self, item: &Item) -> Vec<(u32, String)> {
        let (_, acts) = self.history(item.card.id).await;
        let rung = |act: Act| match act {
            Act::Escalated { percent, what, .. } => Some((percent, what)),
            _ => None,
        };
        acts.into_iter().rev().filter_map(rung).collect()
    }

    async fn told(&self, cx: &Cx) -> Vec<String> {
        cx.visit().rest().await;
        let rows: Vec<(String,)> = sql("select excerpt from notification
             where organisation_id = $1 and member_id = $2 and kind = 'item.limit' order by id")
        .bind(cx.organisation_id())
        .bind(cx.member_id())
        .all(cx.db())
        .await
        .unwrap();
        cx.visit().rest().await;
        rows.into_iter().map(|(text,)| text).collect()
    }

    /// How the last clock of an item in Order ended.
    async fn result(&self, item: &Item) -> Option<(TimeDelta, Option<bool>)> {
        let order = self.step("Order");
        let found =
            repo::sla::result(self.owner.db(), self.owner.organisation_id(), item.card.id, order).await;
        self.owner.visit().rest().await;
        found.unwrap().map(|(micros, met)| (TimeDelta::microseconds(micros), met))
    }

    /// The version of what a place says of its hours.
    async fn version_of(&self, whose: Whose) -> i64 {
        let places = hours::list(&self.owner).await.unwrap().places;
        places.into_iter().find(|place| place.whose == whose).map_or(0, |place| place.version)
    }

    async fn say(&self, whose: Whose, days: Option<&str>, holidays: &str) {
        let week = days.map(|spans| Week([(); 7].map(|()| read_spans(spans).unwrap())));
        let said = Hours { week, holidays: read_holidays(holidays).unwrap() };
        hours::set(&self.owner, whose, self.version_of(whose).await, &said).await.unwrap();
    }
}

fn set(made: &mut Definition, sla: Option<Sla>) {
    made.steps.iter_mut().find(|step| step.name == "Order").unwrap().sla = sla;
}

fn h(hours: i64) -> TimeDelta {
    TimeDelta::hours(hours)
}

both!(a_clock_counts_working_time_and_keeps_how_it_ended, |db| {
    let world = World::limited(&db, limit(10, &[])).await;
    let item = world.ordered().await;
    assert_eq!(world.left(&item).await, h(10));
    assert_eq!(world.due(&item).await, "Mon 24 11:00", "eight hours today, two on Monday");
    world.pass(3);
    assert_eq!(world.left(&item).await, h(7));
    // The evening and the weekend count for nothing.
    world.pass(20);
    assert_eq!(world.left(&item).await, h(2));
    world.pass(24 + 24 + 4);
    assert_eq!(world.left(&item).await, h(-1));
    assert_eq!(world.due(&item).await, "Mon 24 11:00");
    world.go(&item, "Rest").await.unwrap();
    assert_eq!(world.clock_of(&item).await, None, "no limit there");
    assert_eq!(world.result(&item).await, Some((h(11), Some(false))));

    let quick = world.ordered().await;
    world.pass(1);
    world.go(&quick, "Rest").await.unwrap();
    assert_eq!(world.result(&quick).await, Some((h(1), Some(true))));
});

both!(a_clock_stands_still_while_somebody_else_is_waited_for, |db| {
    let world = World::limited(&db, limit(10, &[(50, Escalation::TellManagers)])).await;
    let item = world.ordered().await;
    world.pass(2);
    assert!(matches!(world.resume(&item).await, Err(Error::Conflict(_))), "it runs");
    assert!(world.pause(&item, "  ").await.unwrap_err().field("reason").is_some());
    assert!(world.pause(&item, &"x".repeat(501)).await.unwrap_err().field("reason").is_some());
    world.pause(&item, "The supplier has to  answer").await.unwrap();
    assert!(matches!(world.pause(&item, "Again").await, Err(Error::Conflict(_))));
    let clock = world.clock_of(&item).await.unwrap();
    assert_eq!(clock.paused.unwrap().1, "The supplier has to answer");
    assert_eq!((clock.left_secs, clock.due), (8 * 3_600, None));
    // Three days later nothing has happened.
    world.pass(72);
    world.work().await;
    assert_eq!((world.left(&item).await, world.rungs(&item).await.len()), (h(8), 0));
    world.resume(&item).await.unwrap();
    assert_eq!(world.due(&item).await, "Tue 25 11:00", "it is Monday, eleven: six hours today, two tomorrow");
    // It stood still for six hours of Friday and two of Monday.
    let why = world.explain(&item).await;
    let used: i64 = why.days.iter().map(|day| day.used_secs).sum();
    let to_come: i64 = why.days.iter().map(|day| day.left_secs).sum();
    assert_eq!((used, why.used_secs, to_come), (2 * 3_600, 2 * 3_600, 8 * 3_600));
    let lines: Vec<(String, i64, i64)> = why
        .days
        .iter()
        .map(|day| (day.on.format("%a").to_string(), day.used_secs / 3_600, day.left_secs / 3_600))
        .collect();
    let named = |day: &str, used, left| (day.to_owned(), used, left);
    assert_eq!(
        lines,
        [named("Fri", 2, 0), named("Sat", 0, 0), named("Sun", 0, 0), named("Mon", 0, 6), named("Tue", 0, 2)]
    );
    assert_eq!(why.pauses.len(), 1);
    assert_eq!(why.rungs[0].at.unwrap().format("%a %H:%M").to_string(), "Mon 14:00");
    world.pass(3);
    world.work().await;
    assert_eq!(world.rungs(&item).await, [(50, "Olle Owner was told".to_owned())]);
    let (_, acts) = world.history(item.card.id).await;
    assert!(acts.iter().any(|act| matches!(act, Act::Resumed { .. })));
    // Somebody who saw an older version does not stop it.
    let old = acts::pause(&world.owner, item.card.id, 1, "Late").await;
    assert!(matches!(old, Err(Error::Conflict(_))), "{old:?}");
});

both!(each_rung_does_what_it_says_once, |db| {
    let anna_is = |made: &mut Definition, id: MemberId| {
        let ladder = [
            (50, Escalation::Remind),
            (100, Escalation::Remind),
            (100, Escalation::TellManagers),
            (150, Escalation::GiveTo(id)),
            (200, Escalation::TakeAway),
        ];
        set(made, Some(limit(4, &ladder)));
    };
    let mut world = World::new(&db).await;
    let anna = world.owner.colleague("Anna Lind", Role::Member).await;
    let bo = world.owner.colleague("Bo Ek", Role::Member).await;
    world.publish(|made| anna_is(made, anna.member_id())).await;
    let item = world.add("120").await;
    let given = item::Form { assignee_id: Ok(Some(bo.member_id())), ..form("120", &[]) };
    item::save(&world.owner, item.card.id, item.card.version, given, None).await.unwrap();
    world.go(&item, "Sort").await.unwrap();
    world.work().await;
    assert!(world.rungs(&item).await.is_empty());
    world.pass(2);
    world.work().await;
    assert_eq!(world.rungs(&item).await, [(50, "Bo Ek was reminded".to_owned())]);
    assert_eq!(world.told(&bo).await, ["50 % of its time in Order is used (4 h)"]);
    // A worker that was away finds several at once, and does them in order.
    world.pass(4);
    world.work().await;
    let said =
        |list: &[(u32, &str)]| list.iter().map(|(it, what)| (*it, (*what).to_owned())).collect::<Vec<_>>();
    assert_eq!(
        world.rungs(&item).await,
        said(&[
            (50, "Bo Ek was reminded"),
            (100, "Bo Ek was reminded"),
            (100, "Olle Owner was told"),
            (150, "It was given to Anna Lind"),
        ])
    );
    assert_eq!(world.item(item.card.id).await.card.assignee_id, Some(anna.member_id()));
    assert_eq!(world.told(&world.owner).await, ["Its time in Order is used up (4 h)"]);
    assert_eq!(world.told(&bo).await.last().unwrap(), "It is late in Order: 150 % of its time (4 h)");
    assert!(world.told(&anna).await.is_empty(), "that she is given it tells her");
    world.pass(2);
    world.work().await;
    assert_eq!(world.rungs(&item).await.last().unwrap().1, "It was taken from Anna Lind");
    assert_eq!(world.item(item.card.id).await.card.assignee_id, None);
    world.pass(24 * 20);
    for _ in 0..3 {
        world.work().await;
        acts::wake(&system(&world).await, item.card.id).await.unwrap();
    }
    assert_eq!(world.rungs(&item).await.len(), 5);
});

both!(who_decides_is_reminded_where_somebody_has_to, |db| {
    let mut world = World::new(&db).await;
    let anna = world.owner.colleague("Anna Lind", Role::Member).await;
    world
        .publish(|made| {
            let step = made.steps.iter_mut().find(|step| step.name == "Approval").unwrap();
            step.approval = Some(Approval { approvers: vec![anna.member_id()], ..Approval::default() });
            step.sla = Some(limit(2, &[(50, Escalation::Remind)]));
        })
        .await;
    let item = world.add("6200").await;
    world.go(&item, "Sort").await.unwrap();
    world.pass(1);
    world.work().await;
    assert_eq!(world.rungs(&item).await, [(50, "Anna Lind was reminded".to_owned())]);
});

/// The program itself.
async fn system(world: &World) -> Cx {
    let site = world.owner.visit().site();
    site.in_one("test", world.owner.organisation_id()).await.unwrap().unwrap()
}

both!(two_workers_reach_each_rung_once, |db| {
    let world = World::limited(
        &db,
        limit(
            1,
            &[(50, Escalation::TellManagers), (100, Escalation::TellManagers), (150, Escalation::Remind)],
        ),
    )
    .await;
    let mut made = Vec::new();
    for _ in 0..20 {
        made.push(world.ordered().await);
    }
    world.pass(2);
    let cx = system(&world).await;
    for item in &made {
        let (one, other) = tokio::join!(acts::wake(&cx, item.card.id), acts::wake(&cx, item.card.id));
        assert!(one.is_ok() || other.is_ok(), "{one:?} {other:?}");
    }
    // What the jobs of both find to do is nothing.
    let site = world.owner.visit().site().clone();
    let worker = || {
        let clock = site.clone();
        let now: Now = Arc::new(move || clock.now());
        Worker::new(Queue::new(db.clone()), timer::handlers(Handlers::default(), &site), now)
    };
    let (one, other) = (worker(), worker());
    let (one, other) = tokio::join!(one.run_due(), other.run_due());
    assert!(20 <= one.unwrap() + other.unwrap());
    let (rows,): (i64,) = sql("select count(*) from activity where kind = 'escalated' and item_id in ")
        .push_list(made.iter().map(|item| item.card.id))
        .one(world.owner.db())
        .await
        .unwrap();
    assert_eq!(rows, 60);
    world.owner.visit().rest().await;
    assert_eq!(world.told(&world.owner).await.len(), 40, "each item twice");
});

both!(a_published_limit_counts_for_what_is_there, |db| {
    let mut world = World::new(&db).await;
    let early = world.ordered().await;
    assert_eq!(world.clock_of(&early).await, None);
    world.pass(4);
    // Nobody is late for what was not asked for.
    let ladder = [(50, Escalation::TellManagers), (100, Escalation::TellManagers)];
    world.publish(|made| set(made, Some(limit(2, &ladder)))).await;
    world.work().await;
    assert_eq!(world.left(&early).await, h(2));
    world.pass(1);
    world.work().await;
    assert_eq!(world.rungs(&early).await.len(), 1);
    world.pass(1);
    world.work().await;
    assert_eq!(world.rungs(&early).await.len(), 2);
    // With more time it is not late any more: what was reached is cleared, and comes again in its time.
    world.publish(|made| set(made, Some(limit(4, &ladder)))).await;
    world.work().await;
    assert_eq!(world.left(&early).await, h(2));
    let why = world.explain(&early).await;
    assert!(why.rungs[0].fired.is_some() && why.rungs[1].fired.is_none(), "{:?}", why.rungs);
    assert_eq!(world.rungs(&early).await.len(), 2, "the first one is not done again");
    world.pass(2);
    world.work().await;
    assert_eq!(world.rungs(&early).await.len(), 3);
    // Whatever is not limited any more has no clock, and no result.
    world.publish(|made| set(made, None)).await;
    world.work().await;
    assert_eq!(world.clock_of(&early).await, None);
    assert_eq!(world.result(&early).await.unwrap().1, None);
    let nothing = world.pause(&early, "Nobody answers").await;
    assert!(matches!(nothing, Err(Error::Conflict(_))), "{nothing:?}");
});

both!(other_hours_count_for_open_clocks_only, |db| {
    let mut world = World::limited(&db, limit(8, &[(100, Escalation::TellManagers)])).await;
    let done = world.ordered().await;
    let open = world.ordered().await;
    world.pass(4);
    world.go(&done, "Rest").await.unwrap();
    assert_eq!(world.result(&done).await, Some((h(4), Some(true))));
    assert_eq!(world.due(&open).await, "Fri 21 17:00");
    // Today is a holiday, as somebody finds out.
    world.say(Whose::Organisation, None, "2025-11-21 Founders' Day").await;
    world.work().await;
    assert_eq!(world.left(&open).await, h(8));
    assert_eq!(world.due(&open).await, "Mon 24 17:00");
    assert_eq!(world.explain(&open).await.days[0].holiday.as_deref(), Some("Founders' Day"));
    assert_eq!(world.result(&done).await, Some((h(4), Some(true))), "what is over is over");
    // The rung waits for its new time.
    world.pass(20);
    world.work().await;
    assert!(world.rungs(&open).await.is_empty());

    // A team has hours of its own, and the organisation's holidays.
    let team = world.team(&[]).await;
    world.say(Whose::Team(team), Some("20:00-24:00"), "2025-11-23").await;
    world
        .publish(|made| made.steps.iter_mut().find(|step| step.name == "Order").unwrap().team_id = Some(team))
        .await;
    world.work().await;
    assert_eq!(world.due(&open).await, "Tue 25 00:00", "four hours on Saturday, four on Monday");
    assert_eq!(world.explain(&open).await.hours_of, "Buyers");
    world.pass(24 * 4);
    world.work().await;
    assert_eq!(world.rungs(&open).await.len(), 1);
});

both!(a_move_that_is_taken_back_gives_the_clock_back, |db| {
    let world = World::limited(&db, limit(8, &[(50, Escalation::TellManagers)])).await;
    let item = world.ordered().await;
    world.pass(3);
    let card = world.go(&item, "Rest").await.unwrap();
    world.clock.pass(Duration::minutes(1));
    item::undo_move(&world.owner, item.card.id, card.version).await.unwrap();
    assert_eq!(world.left(&item).await, h(5), "the minute elsewhere is not charged");
    assert_eq!(world.explain(&item).await.pauses.len(), 1);
    world.pass(1);
    world.work().await;
    assert_eq!(world.rungs(&item).await.len(), 1);
});

both!(what_is_deleted_is_not_late, |db| {
    let world = World::limited(&db, limit(8, &[(100, Escalation::TellManagers)])).await;
    let item = world.ordered().await;
    world.pass(3);
    item::delete(&world.owner, item.card.id, None).await.unwrap();
    world.pass(24 * 4);
    world.work().await;
    item::restore(&world.owner, item.card.id).await.unwrap();
    assert_eq!(world.left(&item).await, h(5));
    world.pass(5);
    world.work().await;
    assert_eq!(world.rungs(&item).await.len(), 1);
});

both!(all_hours_count_where_they_are_asked_for, |db| {
    let sla = Sla { counts: Counts::AllHours, ..limit(24, &[]) };
    let world = World::limited(&db, sla).await;
    let item = world.ordered().await;
    assert_eq!(world.due(&item).await, "Sat 22 09:00");
    assert_eq!(world.explain(&item).await.hours_of, "");
});

both!(a_design_says_what_is_wrong_about_a_limit, |db| {
    let world = World::new(&db).await;
    let opened = design::open(&world.owner, "PA").await.unwrap();
    let id = opened.live.head.id;
    let refused = async |sla: Sla| {
        let mut definition = opened.definition.clone();
        set(&mut definition, Some(sla));
        design::save(&world.owner, id, opened.version, definition).await.unwrap_err()
    };
    for wrong in [limit(0, &[]), limit(9_000, &[]), limit(8, &[(0, Escalation::Remind)])] {
        let error = refused(wrong).await;
        assert!(error.field("definition").is_some(), "{error}");
    }
    // What is there twice while one types, a team that is not there, and a step where items end, block publishing.
    let mut definition = opened.definition.clone();
    set(&mut definition, Some(limit(8, &[(50, Escalation::TellTeam), (50, Escalation::TellTeam)])));
    definition.steps.iter_mut().find(|step| step.name == "Order").unwrap().team_id = None;
    definition.steps.last_mut().unwrap().sla = Some(limit(8, &[]));
    let kept = design::save(&world.owner, id, opened.version, definition.clone()).await.unwrap();
    let found: Vec<String> = crate::definition::check(&definition).into_iter().map(|it| it.text).collect();
    assert!(found.iter().any(|text| text.contains("tells its team")), "{found:?}");
    assert!(found.iter().any(|text| text.contains("the same twice when 50 %")), "{found:?}");
    let refused = design::publish(&world.owner, id, kept.version, &Default::default()).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
});

both!(hours_are_changed_by_who_may, |db| {
    let world = World::new(&db).await;
    let anna = world.owner.colleague("Anna Lind", Role::Member).await;
    let team = world.team(&[&anna]).await;
    let said = Hours::default();
    for place in [Whose::Organisation, Whose::Team(team), Whose::Member(anna.member_id())] {
        let refused = hours::set(&anna, place, 0, &said).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
    }
    assert!(hours::list(&anna).await.unwrap().places.iter().all(|place| !place.mine));
    hours::set(&world.owner, Whose::Organisation, 0, &said).await.unwrap();
    let late = hours::set(&world.owner, Whose::Organisation, 0, &said).await;
    assert!(matches!(late, Err(Error::Conflict(_))), "somebody was faster: {late:?}");
    hours::set(&world.owner, Whose::Organisation, 1, &said).await.unwrap();
    let stranger: TeamId = world.owner.new_id();
    let nobody: MemberId = world.owner.new_id();
    for place in [Whose::Team(stranger), Whose::Member(nobody)] {
        let nowhere = hours::set(&world.owner, place, 0, &said).await;
        assert!(matches!(nowhere, Err(Error::NotFound)), "{nowhere:?}");
    }
});

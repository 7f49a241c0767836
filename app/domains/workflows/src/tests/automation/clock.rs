//! Rules that the clock sets off.

use chrono::{Duration, NaiveDate, NaiveTime};

use super::*;
use crate::{
    acts::automation::{sweep, tick},
    automation::{Days, Schedule},
};

impl World {
    /// Lets the clock be looked at, more than once, and everything be done.
    async fn tick(&self) {
        self.owner.visit().rest().await;
        for _ in 0..3 {
            tick(self.owner.visit().site()).await.unwrap();
        }
        self.work().await;
    }

    async fn due(&self, item: &Item, day: &str) {
        let day: NaiveDate = day.parse().unwrap();
        self.change(item, |form| form.due_on = Ok(Some(day))).await;
    }
}

both!(what_becomes_late_sets_off_once_for_each_day, |db| {
    let world = World::new(&db).await;
    let (late, older) = (world.add("Late", "1").await, world.add("Older", "1").await);
    world.due(&late, "2025-11-22").await;
    world.due(&older, "2025-11-20").await;
    world.rule("Late", Trigger::Overdue, "", say("It was due on {due}")).await;
    world.tick().await;
    assert_eq!(world.runs().await.len(), 0, "what was late before does not count");
    world.clock.pass(Duration::days(1));
    world.tick().await;
    assert_eq!(world.runs().await.len(), 0, "the day itself is not over");
    world.clock.pass(Duration::days(1));
    world.tick().await;
    world.clock.pass(Duration::days(1));
    world.tick().await;
    let runs = world.runs().await;
    assert_eq!(runs.len(), 1, "{runs:?}");
    assert_eq!(runs[0].log.cause, "TA-1 was due on 2025-11-22");
    assert_eq!(world.page(&late).await.comments[0].body, "It was due on 2025-11-22");
    // Another day is another one.
    world.due(&late, "2025-11-23").await;
    world.tick().await;
    assert_eq!(world.runs().await.len(), 2);
    // What is done is not late.
    world.due(&older, "2025-11-23").await;
    world.go(&older, "In progress").await;
    world.go(&older, "Done").await;
    world.tick().await;
    assert_eq!(world.runs().await.len(), 2);
});

both!(a_schedule_sets_off_for_each_item_that_meets_it_once_a_day, |db| {
    let world = World::new(&db).await;
    let (large, small) = (world.add("Large", "500").await, world.add("Small", "5").await);
    let other = world.add("Elsewhere", "500").await;
    world.go(&other, "In progress").await;
    let todo = world.step("To do").await;
    // It is Friday, nine o'clock in Stockholm.
    let at = |hour| {
        Trigger::Schedule(Schedule {
            days: Days::Working,
            at: NaiveTime::from_hms_opt(hour, 0, 0).unwrap(),
            step: Some(todo),
        })
    };
    world.rule("Noon", at(12), "amount > 100", say("noon")).await;
    world.rule("Morning", at(7), "", say("morning")).await;
    world.tick().await;
    assert_eq!(world.runs().await.len(), 0, "noon is still to come, and seven was before the rule");
    world.clock.pass(Duration::hours(4));
    world.tick().await;
    let runs = world.runs().await;
    assert_eq!((runs.len(), runs[0].item_id, runs[0].state), (1, Some(large.card.id), State::Done));
    world.clock.pass(Duration::days(1));
    world.tick().await;
    assert_eq!(world.runs().await.len(), 1, "nobody works on Saturday");
    world.clock.pass(Duration::days(2));
    world.tick().await;
    let names: Vec<String> = world.runs().await[1..].iter().map(|run| run.rule_name.clone()).collect();
    assert_eq!(names.iter().filter(|name| *name == "Morning").count(), 2);
    assert_eq!(names.iter().filter(|name| *name == "Noon").count(), 1);
    assert_eq!(world.page(&small).await.comments.len(), 1);
    assert_eq!(world.page(&other).await.comments.len(), 0);
});

both!(what_was_missed_over_midnight_is_done_after_it, |db| {
    let world = World::new(&db).await;
    let item = world.add("Tyres", "1").await;
    // It is Friday, nine o'clock in Stockholm.
    let at = NaiveTime::from_hms_opt(23, 58, 0).unwrap();
    let every = Trigger::Schedule(Schedule { days: Days::Working, at, step: None });
    world.rule("Night", every, "", say("night")).await;
    world.tick().await;
    assert_eq!(world.runs().await, []);
    world.clock.pass(Duration::hours(17));
    world.tick().await;
    let runs = world.runs().await;
    assert_eq!((runs.len(), runs[0].log.cause.as_str()), (1, "It was 23:58 on 2025-11-21"));
    world.clock.pass(Duration::hours(21));
    world.tick().await;
    world.clock.pass(Duration::hours(2));
    world.tick().await;
    assert_eq!(world.runs().await.len(), 1, "nobody works on Saturday");
    assert_eq!(world.page(&item).await.comments.len(), 1);
});

both!(what_is_old_is_forgotten, |db| {
    let world = World::new(&db).await;
    world.rule("added", Trigger::Created, "", say("added")).await;
    world.add("Old", "1").await;
    world.work().await;
    world.clock.pass(Duration::days(60));
    world.add("New", "1").await;
    world.work().await;
    world.clock.pass(Duration::days(31));
    world.owner.visit().rest().await;
    sweep(world.owner.visit().site()).await.unwrap();
    let runs = world.runs().await;
    assert_eq!((runs.len(), runs[0].item_title.as_deref()), (1, Some("New")));
});

//! Who is told of changes, and reminded of due days: rules by property, and both engines.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Days, Duration, NaiveDate, TimeZone, Utc};
use db::{Db, both, sql};
use kernel::{Cx, ItemId, MemberId, Role, Today, WorkingDays, testing::TestClock};
use proptest::prelude::*;

use super::api::dealership_of;
use crate::{
    acts::{comment, item as acts},
    due::{Stage, is_morning, next_working_day, remind, sentence, span, stage},
    model::Priority,
    repo,
};

/// A dealership with one item that somebody has to do; it is Friday 21 November 2025, nine in the morning.
struct World {
    owner: Cx,
    marek: Cx,
    clock: Arc<TestClock>,
    item: ItemId,
}

impl World {
    async fn new(db: &Db) -> Self {
        let clock = TestClock::new();
        let owner = Cx::test_on(kernel::testing::site(db, clock.clone()), "Nordvik Cars").await;
        let owner = dealership_of(owner, 60).await;
        let marek = owner.colleague("Marek Havel", Role::Member).await;
        let (item,): (ItemId,) = sql("select i.id
             from item i
             join step s on s.id = i.step_id
             where i.organisation_id = $1 and s.position = 1
             order by i.id limit 1")
        .bind(owner.organisation_id())
        .one(owner.db())
        .await
        .unwrap();
        owner.visit().rest().await;
        let world = World { owner, marek, clock, item };
        let all = sql("update item set due_on = null, assignee_id = null, created_by = null
             where organisation_id = $1 and comment_count >= 0")
        .bind(world.owner.organisation_id());
        let mut tx = world.owner.begin().await.unwrap();
        all.execute(&mut tx).await.unwrap();
        sql("delete from comment where organisation_id = $1")
            .bind(world.owner.organisation_id())
            .execute(&mut tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        world.give(Some(world.marek.member_id()), "2025-11-24").await;
        world
    }

    /// Gives the item to somebody, until a day, without telling anybody.
    async fn give(&self, to: Option<MemberId>, until: &str) {
        let mut tx = self.owner.begin().await.unwrap();
        sql("update item set assignee_id = $3, due_on = $4 where organisation_id = $1 and id = $2")
            .bind(self.owner.organisation_id())
            .bind(self.item)
            .bind(to)
            .bind(day(until))
            .exactly_one(&mut tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// Lets the job run, more than once.
    async fn remind(&self) {
        for _ in 0..3 {
            remind(self.owner.visit().site()).await.unwrap();
        }
    }

    async fn days_later(&self, days: i64) {
        self.clock.pass(Duration::days(days));
        self.remind().await;
    }

    /// What a member was told of one kind, oldest first: the text, and who did it.
    async fn told(&self, member: &Cx, kind: &str) -> Vec<(String, Option<MemberId>)> {
        let rows = sql("select excerpt, actor_id
             from notification
             where organisation_id = $1 and member_id = $2 and kind = $3
             order by id")
        .bind(member.organisation_id())
        .bind(member.member_id())
        .bind(kind)
        .all(member.db())
        .await
        .unwrap();
        member.visit().rest().await;
        rows
    }

    async fn reminded(&self) -> Vec<String> {
        self.told(&self.marek, "item.due").await.into_iter().map(|(text, _)| text).collect()
    }

    async fn card(&self) -> crate::model::Item {
        let found = repo::item::find(self.owner.db(), self.owner.organisation_id(), self.item).await.unwrap();
        self.owner.visit().rest().await;
        found.unwrap().1
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

both!(a_due_day_is_told_once_at_each_stage_however_often_the_job_runs, |db| {
    let world = World::new(&db).await;
    world.remind().await;
    assert_eq!(
        world.told(&world.marek, "item.due").await,
        [("It is due on Monday 24 November".into(), None)]
    );
    world.clock.pass(Duration::hours(1));
    world.remind().await;
    // Nobody works on Saturday and Sunday.
    world.days_later(1).await;
    world.days_later(1).await;
    assert_eq!(world.reminded().await.len(), 1);
    world.days_later(1).await;
    world.days_later(1).await;
    world.days_later(1).await;
    let told = ["It is due on Monday 24 November", "It is due today", "It was due yesterday"];
    assert_eq!(world.reminded().await, told);
    // Another day is another matter.
    world.give(Some(world.marek.member_id()), "2025-11-27").await;
    world.remind().await;
    assert_eq!(world.reminded().await.last().unwrap(), "It is due tomorrow");
    assert_eq!(world.reminded().await.len(), 4);
    assert!(world.told(&world.owner, "item.due").await.is_empty());
});

both!(two_workers_at_once_remind_once, |db| {
    let world = World::new(&db).await;
    let at_once = || {
        let site = world.owner.visit().site().clone();
        tokio::spawn(async move { remind(&site).await })
    };
    let all = [at_once(), at_once(), at_once()];
    for one in all {
        one.await.unwrap().unwrap();
    }
    assert_eq!(world.reminded().await.len(), 1);
});

both!(only_what_is_open_and_somebodys_is_told_and_only_in_the_morning, |db| {
    let world = World::new(&db).await;
    let at = |text: &'static str| sql(text).bind(world.owner.organisation_id()).bind(world.item);
    let run = async |query: db::Query| {
        let mut tx = world.owner.begin().await.unwrap();
        query.execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
    };
    world.give(None, "2025-11-24").await;
    world.remind().await;
    world.give(Some(world.marek.member_id()), "2025-11-25").await;
    world.remind().await;
    world.give(Some(world.marek.member_id()), "2025-11-10").await;
    world.remind().await;
    world.give(Some(world.marek.member_id()), "2025-11-24").await;
    run(at("update item set deleted_at = updated_at where organisation_id = $1 and id = $2")).await;
    world.remind().await;
    run(at("update item set deleted_at = null where organisation_id = $1 and id = $2")).await;
    run(at("update step set kind = 'done'
         where organisation_id = $1 and id in (select step_id from item where id = $2)"))
    .await;
    world.remind().await;
    run(at("update step set kind = 'start'
         where organisation_id = $1 and id in (select step_id from item where id = $2)"))
    .await;
    // It is three at night there.
    run(at("update organisation set time_zone = 'America/New_York'
         where id = $1 and exists (select id from item where id = $2)"))
    .await;
    world.remind().await;
    assert_eq!(world.reminded().await, [""; 0]);
    world.clock.pass(Duration::hours(4) + Duration::minutes(59));
    world.remind().await;
    assert_eq!(world.reminded().await, [""; 0], "a minute to eight");
    world.clock.pass(Duration::minutes(1));
    world.remind().await;
    assert_eq!(world.reminded().await.len(), 1);
});

both!(who_has_to_do_with_an_item_is_told_that_it_moved_and_not_who_moved_it, |db| {
    let world = World::new(&db).await;
    let anna = world.owner.colleague("Anna Lind", Role::Member).await;
    let petra = world.owner.colleague("Petra Planner", Role::Member).await;
    comment::add(&anna, world.item, "The tyres come tomorrow.", None).await.unwrap();
    let card = world.card().await.card;
    let next: (kernel::StepId, String) = sql("select s.id, s.name
         from transition t
         join step s on s.id = t.to_step_id
         where t.organisation_id = $1 and t.from_step_id = $2
         order by t.position limit 1")
    .bind(world.owner.organisation_id())
    .bind(card.step_id)
    .one(world.owner.db())
    .await
    .unwrap();
    world.owner.visit().rest().await;
    acts::move_to(&world.marek, world.item, next.0, card.version, None).await.unwrap();
    let mover = Some(world.marek.member_id());
    let told = world.told(&anna, "item.changed").await;
    assert_eq!(told, [(format!("Moved: Request test → {}", next.1), mover)]);
    assert!(world.told(&world.marek, "item.changed").await.is_empty(), "they did it themselves");
    assert!(world.told(&petra, "item.changed").await.is_empty(), "they have nothing to do with it");
    acts::undo_move(&world.marek, world.item, card.version + 1).await.unwrap();
    assert!(world.told(&anna, "item.changed").await.is_empty(), "there is nothing to look at any more");
});

both!(another_due_day_is_told_and_another_title_is_not, |db| {
    let world = World::new(&db).await;
    let save = async |title: &str, due: Option<&str>, to: &Cx| {
        let item = world.card().await;
        let form = acts::Form {
            title: title.into(),
            priority: Priority::default(),
            assignee_id: Ok(Some(to.member_id())),
            due_on: Ok(due.map(day)),
            data: acts::Sent::Texts(BTreeMap::new()),
        };
        acts::save(&world.owner, world.item, item.card.version, form, None).await.unwrap();
    };
    save("Volvo", Some("2025-11-24"), &world.marek).await;
    assert!(world.told(&world.marek, "item.changed").await.is_empty());
    save("Volvo", Some("2025-12-01"), &world.marek).await;
    save("Volvo", None, &world.marek).await;
    let texts: Vec<_> =
        world.told(&world.marek, "item.changed").await.into_iter().map(|(text, _)| text).collect();
    assert_eq!(texts, ["Due on 1 December 2025", "It has no due day any more"]);
    // Who is given it at the same time is told that.
    let anna = world.owner.colleague("Anna Lind", Role::Member).await;
    save("Volvo", Some("2025-12-02"), &anna).await;
    assert_eq!(world.told(&anna, "item.assigned").await.len(), 1);
    assert!(world.told(&anna, "item.changed").await.is_empty());
});

fn at(text: &str) -> Today {
    let now: DateTime<Utc> = Utc.from_utc_datetime(&text.parse().unwrap());
    Today { now, offset_secs: 3600 }
}

#[test]
fn morning_is_from_eight_to_noon_of_working_days() {
    let usual = WorkingDays::default();
    for (text, expected) in [
        ("2025-11-21T06:59:59", false),
        ("2025-11-21T07:00:00", true),
        ("2025-11-21T10:59:59", true),
        ("2025-11-21T11:00:00", false),
        ("2025-11-22T07:00:00", false),
    ] {
        assert_eq!(is_morning(at(text), usual), expected, "{text}");
    }
}

#[test]
fn a_day_is_named_as_people_say_it() {
    let today = day("2025-11-21");
    for (due, text) in [
        ("2025-11-14", "It was due on Friday 14 November"),
        ("2025-11-20", "It was due yesterday"),
        ("2025-11-21", "It is due today"),
        ("2025-11-22", "It is due tomorrow"),
        ("2025-11-24", "It is due on Monday 24 November"),
    ] {
        assert_eq!(sentence(day(due), today), text);
    }
}

proptest! {
    /// Whatever days people work: each due day is told of before it, on it if they work then, and after it.
    #[test]
    fn every_due_day_is_told_of_in_time(bits in 1..=127_i64, offset in 0..400_u64) {
        let days = WorkingDays::from_bits(bits).unwrap();
        let due = day("2025-01-01") + Days::new(offset);
        let mut told = Vec::new();
        for today in (due - Days::new(20)).iter_days().take(40) {
            use chrono::Datelike;
            let (first, last) = span(today, days);
            if days.has(today.weekday()) && first <= due && due <= last {
                let stage = stage(due, today);
                if !told.contains(&stage) {
                    told.push(stage);
                }
            }
        }
        let expected: &[Stage] = {
            use chrono::Datelike;
            if days.has(due.weekday()) {
                &[Stage::Soon, Stage::Today, Stage::Late]
            } else {
                &[Stage::Soon, Stage::Late]
            }
        };
        prop_assert_eq!(told, expected);
        prop_assert!(due < next_working_day(due, days));
    }
}

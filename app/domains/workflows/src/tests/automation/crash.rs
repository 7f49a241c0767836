//! Workers that carry out the same runs, and that are killed while they do.

use db::testing;
use kernel::RunId;

use super::{
    hook::{finds, order},
    *,
};
use crate::{
    automation::{Adds, By},
    tests::killed::{Workers, until},
};

/// How many items are added.
const ITEMS: usize = 200;
/// How often a worker is killed meanwhile.
const KILLS: usize = 10;

both!(two_workers_carry_out_each_run_once, |db| {
    let world = World::new(&db).await;
    world.rule("added", Trigger::Created, "", say("added")).await;
    for _ in 0..20 {
        world.add("Tyres", "1").await;
    }
    let runs: Vec<RunId> = world.runs().await.into_iter().map(|run| run.id).collect();
    world.owner.visit().rest().await;
    let site = world.owner.visit().site();
    let cx = site.in_one("test", world.owner.organisation_id()).await.unwrap().unwrap();
    for run in runs {
        let (one, other) = tokio::join!(automation::run(&cx, run, 1), automation::run(&cx, run, 1));
        one.unwrap();
        other.unwrap();
    }
    world.work().await;
    let (comments,): (i64,) = sql("select count(*) from comment where organisation_id = $1")
        .bind(world.owner.organisation_id())
        .one(world.owner.db())
        .await
        .unwrap();
    assert_eq!(comments, 20);
    assert!(world.runs().await.iter().all(|run| run.state == State::Done && run.attempts == 1));
});

impl World {
    async fn count(&self, what: &'static str) -> i64 {
        let (count,): (i64,) =
            sql(what).bind(self.owner.organisation_id()).one(self.owner.db()).await.unwrap();
        self.owner.visit().rest().await;
        count
    }
}

const ADDED: &str = "select count(*) from item where organisation_id = $1";
const RUNS: &str = "select count(*) from automation_run where organisation_id = $1";
const RUNS_DONE: &str = "select count(*) from automation_run where organisation_id = $1 and state = 'done'";
const COMMENTS: &str = "select count(*) from comment where organisation_id = $1";
const EDITS: &str = "select count(*) from activity where organisation_id = $1 and kind = 'edited'";

/// Each item is noted by one rule, which sets off another that comments: both are done once whenever workers die.
async fn each_run_is_done_once(db: Db, url: String) {
    let world = World::new(&db).await;
    world.rule("Note", Trigger::Created, "", vec![note("seen")]).await;
    world.rule("Say", Trigger::Changed(Part::Field("note".into())), "", say("seen")).await;
    let mut workers = Workers::start(&url);
    for _ in 0..KILLS {
        for _ in 0..ITEMS / KILLS {
            world.add("Tyres", "1").await;
        }
        workers.kill_one();
    }
    let items = i64::try_from(ITEMS).unwrap();
    until(2 * items, async || world.count(RUNS_DONE).await).await;
    assert_eq!(world.count(RUNS).await, 2 * items);
    assert_eq!(world.count(COMMENTS).await, items);
    assert_eq!(world.count(EDITS).await, items);
}

/// Each order comes twice, and the second time it finds the item that was added for it the first time.
async fn each_that_came_is_handled_once(db: Db, url: String) {
    let world = World::new(&db).await;
    let hook = world.hook("Shop").await;
    let adds = Adds { title: "/title".into(), fields: BTreeMap::new() };
    let on = finds(hook, By::Field("amount".into()), "/number", Some(adds));
    world.rule("Order", on, "", say("{/title}")).await;
    let mut workers = Workers::start(&url);
    for turn in 0..KILLS {
        for place in 0..ITEMS / KILLS {
            let number = turn * ITEMS / KILLS + place;
            world.sends(hook, &format!("a{number}"), &order(number)).await;
            world.sends(hook, &format!("b{number}"), &order(number)).await;
        }
        workers.kill_one();
    }
    let items = i64::try_from(ITEMS).unwrap();
    until(2 * items, async || world.count(RUNS_DONE).await).await;
    assert_eq!(world.count(RUNS).await, 2 * items);
    assert_eq!(world.count(ADDED).await, items);
    assert_eq!(world.count(COMMENTS).await, 2 * items);
}

#[tokio::test]
async fn two_hundred_on_sqlite() {
    testing::sqlite_with_url(each_run_is_done_once).await;
}

#[tokio::test]
async fn two_hundred_on_postgres() {
    testing::postgres_with_owner(|both| each_run_is_done_once(both.runtime, both.runtime_url)).await;
}

#[tokio::test]
async fn two_hundred_that_came_on_sqlite() {
    testing::sqlite_with_url(each_that_came_is_handled_once).await;
}

#[tokio::test]
async fn two_hundred_that_came_on_postgres() {
    testing::postgres_with_owner(|both| each_that_came_is_handled_once(both.runtime, both.runtime_url)).await;
}

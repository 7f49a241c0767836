//! Workers that fire the same timers, and a thousand timers while workers are killed again and again.

use std::sync::Arc;

use chrono::Duration;
use db::{Db, both, sql, testing};
use jobs::{Handlers, Now, Queue, Worker};

use super::World;
use crate::{
    acts::engine,
    automatic::{Automatic, Unit, Wait},
    tests::killed::{Workers, until},
    timer,
};

/// How many items wait.
const TIMERS: usize = 1_020;
/// How often a worker is killed while they go on.
const KILLS: usize = 30;

both!(two_workers_let_each_item_go_on_once, |db| {
    let world = World::new(&db).await;
    let mut made = Vec::new();
    for _ in 0..20 {
        let item = world.add("120").await;
        world.go(&item, "Sort").await.unwrap();
        world.go(&item, "Rest").await.unwrap();
        made.push(item);
    }
    world.clock.pass(Duration::days(2));
    // Both look at every item at the same moment.
    let cx = world.owner.visit().site().in_one("test", world.owner.organisation_id()).await.unwrap().unwrap();
    for item in &made {
        let (one, other) = tokio::join!(engine::wake(&cx, item.card.id), engine::wake(&cx, item.card.id));
        assert!(one.is_ok() || other.is_ok(), "{one:?} {other:?}");
    }
    for item in &made {
        assert_eq!(world.place(item).await, "Delivery");
    }
    let (moves,): (i64,) = sql("select count(*) from activity where kind = 'moved' and item_id in ")
        .push_list(made.iter().map(|item| item.card.id))
        .one(world.owner.db())
        .await
        .unwrap();
    assert_eq!(moves, 20 * 5, "Sort, Order, Rest, Mark and Delivery, once each");
    // Their own jobs find nothing left to do.
    let clock = world.owner.visit().site().clone();
    let now: Now = Arc::new(move || clock.now());
    let handlers = timer::handlers(Handlers::default(), world.owner.visit().site());
    assert_eq!(Worker::new(Queue::new(db.clone()), handlers, now).run_due().await.unwrap(), 20);
});

/// The clock of the story stands in the past, so that every wait is over for the workers.
async fn each_timer_fires_once(db: Db, url: String) {
    let world = World::with(&db, |made| {
        made.steps[0].automatic = Some(Automatic::Wait(Wait::For { amount: 1, unit: Unit::Hours }));
    })
    .await;
    let mut workers = Workers::start(&url);
    for _ in 0..KILLS {
        for _ in 0..TIMERS / KILLS {
            world.add("120").await;
        }
        workers.kill_one();
    }
    let made = (TIMERS / KILLS) * KILLS;
    until(0, async || {
        let (count,): (i64,) = sql("select count(*) from item where step_id = $1")
            .bind(world.step("Request"))
            .one(world.owner.db())
            .await
            .unwrap();
        world.owner.visit().rest().await;
        count
    })
    .await;
    let rows: Vec<(i64, i64)> = sql(
        "select count(*), count(distinct item_id) from activity where kind = 'moved' and actor_id is null",
    )
    .all(world.owner.db())
    .await
    .unwrap();
    let made = i64::try_from(made).unwrap();
    assert_eq!(rows, [(made * 2, made)], "each went on to Sort and to Order, once");
    let (count,): (i64,) = sql("select item_count from step where id = $1")
        .bind(world.step("Order"))
        .one(world.owner.db())
        .await
        .unwrap();
    assert_eq!(count, made);
}

#[tokio::test]
async fn a_thousand_on_sqlite() {
    testing::sqlite_with_url(each_timer_fires_once).await;
}

#[tokio::test]
async fn a_thousand_on_postgres() {
    testing::postgres_with_owner(|both| each_timer_fires_once(both.runtime, both.runtime_url)).await;
}

//! A thousand timers, and workers that fire the same ones.

use std::sync::Arc;

use chrono::Duration;
use db::{both, sql};
use jobs::{Handlers, Now, Queue, Worker};

use super::World;
use crate::{acts::engine, timer};

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

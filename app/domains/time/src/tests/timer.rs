//! Timers, on both engines.

use chrono::Duration;
use db::both;
use kernel::Error;

use super::fixture::{ONE, TWO, World, day, item, log, sum};
use crate::{acts, rules::DAY};

both!(a_timer_becomes_an_entry_of_whole_minutes, |db| {
    let world = World::new(&db).await;
    assert_eq!(acts::timer::start(&world.marek, "UC-101").await, Ok(None));
    world.pass(Duration::seconds(5 * 60 + 1));
    let time = acts::of_item(&world.marek, "UC-102").await.unwrap();
    let running = time.timer.unwrap();
    assert_eq!((running.item_id, running.key.as_str(), running.seconds), (item(ONE), "UC-101", 301));
    assert_eq!(acts::of_item(&world.owner, "UC-101").await.unwrap().timer, None, "it is Marek's alone");
    let stopped = acts::timer::stop(&world.marek).await.unwrap();
    assert_eq!((stopped.entry.minutes, stopped.entry.day, stopped.cut), (6, day("2025-11-21"), false));
    assert_eq!(sum(&world.owner).await, 6);
    let again = acts::timer::stop(&world.marek).await;
    assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
    assert_eq!(sum(&world.owner).await, 6);
});

both!(a_second_start_stops_the_first, |db| {
    let world = World::new(&db).await;
    acts::timer::start(&world.marek, "UC-101").await.unwrap();
    world.pass(Duration::minutes(20));
    assert_eq!(acts::timer::start(&world.marek, "UC-101").await, Ok(None), "it goes on");
    let stopped = acts::timer::start(&world.marek, "UC-102").await.unwrap().unwrap();
    assert_eq!((stopped.entry.item_id, stopped.entry.minutes), (item(ONE), 20));
    world.pass(Duration::minutes(1));
    assert_eq!(acts::timer::stop(&world.marek).await.unwrap().entry.item_id, item(TWO));
});

both!(a_forgotten_timer_fills_its_day_and_no_more, |db| {
    let world = World::new(&db).await;
    log(&world.marek, "2025-11-21", 400).await;
    acts::timer::start(&world.marek, "UC-101").await.unwrap();
    world.pass(Duration::days(2));
    let stopped = acts::timer::stop(&world.marek).await.unwrap();
    assert_eq!((stopped.entry.minutes, stopped.cut), (DAY - 400, true));
});

both!(a_timer_whose_day_is_full_is_kept_until_it_is_discarded, |db| {
    let world = World::new(&db).await;
    acts::timer::start(&world.marek, "UC-101").await.unwrap();
    log(&world.marek, "2025-11-21", DAY).await;
    let full = acts::timer::stop(&world.marek).await;
    assert!(matches!(full, Err(Error::Conflict(_))), "{full:?}");
    assert!(acts::of_item(&world.marek, "UC-101").await.unwrap().timer.is_some());
    acts::timer::discard(&world.marek).await.unwrap();
    assert!(acts::of_item(&world.marek, "UC-101").await.unwrap().timer.is_none());
    assert!(matches!(acts::timer::discard(&world.marek).await, Err(Error::Conflict(_))));
    assert_eq!(sum(&world.owner).await, DAY);
});

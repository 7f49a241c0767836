//! Sending again: one delivery, or all that failed.

use chrono::Duration;
use db::both;
use kernel::Error;

use super::fixture::{Answer, Receiver, World, form};
use crate::{
    acts::{delivery, webhook},
    model::{DeliveryFilter, DeliveryState},
};

both!(a_replay_makes_exactly_one_more_with_the_same_message, |db| {
    let world = World::new(&db).await;
    let receiver = Receiver::start().await;
    let made = world.webhook(&receiver.url, &["*"]).await;
    world.happens("item.moved").await;
    let first = world.deliveries(made.id).await[0].id;
    let on_its_way = delivery::replay(&world.cx, first).await;
    assert!(matches!(on_its_way, Err(Error::Conflict(_))), "{on_its_way:?}");
    world.work().await;

    world.clock.pass(Duration::hours(1));
    let again = delivery::replay(&world.cx, first).await.unwrap();
    world.work().await;
    let heard = receiver.heard();
    assert_eq!(heard.len(), 2);
    assert_eq!(heard[0].header("webhook-id"), heard[1].header("webhook-id"));
    assert_eq!(heard[0].body, heard[1].body);
    assert_ne!(heard[0].header("webhook-timestamp"), heard[1].header("webhook-timestamp"));
    assert!(heard[1].is_signed_by(&made.secret, world.cx.now()));
    let deliveries = world.deliveries(made.id).await;
    let rows: Vec<_> = deliveries.iter().map(|one| (one.id, one.replay_of, one.state)).collect();
    assert_eq!(
        rows,
        [(again, Some(first), DeliveryState::Delivered), (first, None, DeliveryState::Delivered)]
    );
    assert_eq!(world.log().await, ["webhook.created", "webhook.replayed"]);
    assert_eq!(world.jobs().await, 0);
});

both!(all_that_failed_since_then_is_sent_again_once, |db| {
    let world = World::new(&db).await;
    let receiver = Receiver::start().await;
    receiver.answers([Answer::new(410)]);
    let made = world.webhook(&receiver.url, &["item.*"]).await;
    world.happens("item.created").await;
    world.work().await;
    webhook::resume(&world.cx, made.id).await.unwrap();
    world.clock.pass(Duration::hours(2));
    let since = world.cx.now();
    receiver.answers([Answer::new(200), Answer::new(500)]);
    world.happens("item.edited").await;
    world.work().await;
    for _ in 0..2 {
        world.happens("item.moved").await;
    }
    world.work().await;
    receiver.answers([Answer::new(410)]);
    world.happens("item.deleted").await;
    world.work().await;
    let refused = delivery::replay_failed(&world.cx, made.id, since).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    webhook::resume(&world.cx, made.id).await.unwrap();
    receiver.heard();

    // One that answered 500 was given up with the pause, and one was refused with 410.
    assert_eq!(delivery::replay_failed(&world.cx, made.id, since).await.unwrap(), 2);
    assert_eq!(delivery::replay_failed(&world.cx, made.id, since).await.unwrap(), 0, "they are on their way");
    world.work().await;
    let kinds: Vec<_> = receiver.heard().iter().map(|one| one.json()["type"].clone()).collect();
    assert_eq!(kinds.len(), 2);
    assert!(kinds.contains(&"item.moved".into()) && kinds.contains(&"item.deleted".into()), "{kinds:?}");
    assert_eq!(delivery::replay_failed(&world.cx, made.id, since - Duration::days(1)).await.unwrap(), 1);
    world.work().await;
    assert_eq!(receiver.heard().len(), 1);
});

both!(a_webhook_that_is_off_is_sent_nothing_again, |db| {
    let world = World::new(&db).await;
    let receiver = Receiver::start().await;
    let made = world.webhook(&receiver.url, &["*"]).await;
    world.happens("item.moved").await;
    let test = delivery::test(&world.cx, made.id).await.unwrap();
    world.work().await;
    let off = webhook::Form { active: false, ..form(&receiver.url, &["*"]) };
    webhook::update(&world.cx, made.id, 1, &off).await.unwrap();
    let moved = world.deliveries(made.id).await[1].id;
    let refused = delivery::replay(&world.cx, moved).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    delivery::replay(&world.cx, test).await.unwrap();
    world.work().await;
    assert_eq!(receiver.heard().len(), 3, "a test may always be repeated");
});

both!(the_log_is_read_page_by_page_and_by_state, |db| {
    let world = World::new(&db).await;
    let receiver = Receiver::start().await;
    receiver.answers([Answer::new(404)]);
    let made = world.webhook(&receiver.url, &["item.*"]).await;
    world.happens("item.moved").await;
    world.work().await;
    for _ in 0..54 {
        world.happens("item.edited").await;
    }
    world.work().await;
    let page = async |state: &str, before: String| {
        world.cx.visit().rest().await;
        let filter = DeliveryFilter { state: state.into(), before };
        delivery::details(&world.cx, made.id, &filter).await.unwrap().deliveries
    };
    let first = page("", String::new()).await;
    assert_eq!((first.deliveries.len(), first.older), (50, true));
    let second = page("", first.deliveries.last().unwrap().id.to_string()).await;
    assert_eq!((second.deliveries.len(), second.older), (5, false));
    let all = first.deliveries.iter().chain(&second.deliveries);
    let ids: Vec<_> = all.map(|one| one.id).collect();
    assert!(ids.is_sorted_by(|one, next| one > next));
    let waiting = page("waiting", String::new()).await.deliveries;
    assert_eq!((waiting.len(), waiting[0].kind.as_str()), (1, "item.moved"));
    assert_eq!(page("delivered", "nonsense".into()).await.deliveries.len(), 50);
});

//! Webhooks that nothing reaches any more are paused, and told again when somebody wants it.

use chrono::Duration;
use db::both;

use super::fixture::{Answer, Receiver, World, form};
use crate::{
    acts::webhook,
    model::{DeliveryState, PauseReason},
    rules::MOST_AT_ONCE,
};

both!(a_receiver_that_is_gone_is_told_nothing_more, |db| {
    let world = World::new(&db).await;
    let receiver = Receiver::start().await;
    receiver.answers([Answer::new(500), Answer::new(410)]);
    let made = world.webhook(&receiver.url, &["item.*"]).await;
    world.happens("item.edited").await;
    world.work().await;
    world.happens("item.moved").await;
    world.work().await;
    let card = world.card(made.id).await;
    assert_eq!((card.paused_at, card.pause_reason), (Some(world.cx.now()), Some(PauseReason::Gone)));
    assert!(card.active && !card.is_told());
    assert_eq!(world.log().await, ["webhook.created", "webhook.paused"]);
    let deliveries = world.deliveries(made.id).await;
    let states: Vec<_> = deliveries.iter().map(|one| (one.state, one.error.as_str())).collect();
    let (gone, left) = ("It answered 410: it is gone.", "The webhook was paused before it was sent.");
    assert_eq!(states, [(DeliveryState::Failed, gone), (DeliveryState::Failed, left)]);
    receiver.heard();

    world.happens("item.moved").await;
    world.after(Duration::days(4)).await;
    assert!(receiver.heard().is_empty(), "neither what waited nor what happens is told");
    assert_eq!((world.deliveries(made.id).await.len(), world.jobs().await), (2, 0));

    webhook::resume(&world.cx, made.id).await.unwrap();
    let card = world.card(made.id).await;
    assert!(card.is_told() && card.failing_since.is_none() && card.pause_reason.is_none());
    world.happens("item.moved").await;
    world.work().await;
    assert_eq!(receiver.heard().len(), 1);
});

both!(five_days_without_an_arrival_are_enough, |db| {
    let world = World::new(&db).await;
    let receiver = Receiver::answering(Answer::new(500)).await;
    let made = world.webhook(&receiver.url, &["*"]).await;
    world.happens("item.moved").await;
    world.work().await;
    let since = world.cx.now();
    for day in 1..=5 {
        assert!(world.card(made.id).await.is_told(), "day {day}");
        world.clock.pass(Duration::days(1));
        world.happens("item.moved").await;
        world.work().await;
    }
    let card = world.card(made.id).await;
    assert_eq!((card.failing_since, card.pause_reason), (Some(since), Some(PauseReason::Failing)));
    assert!(!card.is_told());
    assert_eq!(world.log().await, ["webhook.created", "webhook.paused"]);
    assert!(world.deliveries(made.id).await.iter().all(|one| one.state == DeliveryState::Failed));
    world.after(Duration::days(3)).await;
    assert_eq!(world.jobs().await, 0);

    // Turning it on in its form is as good as the button.
    webhook::update(&world.cx, made.id, card.version, &form(&receiver.url, &["*"])).await.unwrap();
    let card = world.card(made.id).await;
    assert!(card.is_told() && card.failing_since.is_none(), "{card:?}");
});

both!(one_arrival_makes_up_for_everything, |db| {
    let world = World::new(&db).await;
    let receiver = Receiver::answering(Answer::new(500)).await;
    let made = world.webhook(&receiver.url, &["*"]).await;
    world.happens("item.moved").await;
    world.work().await;
    world.clock.pass(Duration::days(4));
    receiver.answers([Answer::new(204)]);
    world.work().await;
    assert_eq!(world.card(made.id).await.failing_since, None);
    world.clock.pass(Duration::days(2));
    world.happens("item.moved").await;
    world.work().await;
    let card = world.card(made.id).await;
    assert_eq!((card.failing_since, card.is_told()), (Some(world.cx.now()), true));
});

both!(what_waits_for_a_webhook_that_goes_is_not_sent, |db| {
    let world = World::new(&db).await;
    let receiver = Receiver::start().await;
    let deleted = world.webhook(&receiver.url, &["item.moved"]).await;
    let off = world.webhook(&receiver.url, &["item.moved"]).await;
    let back = world.webhook(&receiver.url, &["item.moved"]).await;
    world.happens("item.moved").await;
    webhook::delete(&world.cx, deleted.id, 1).await.unwrap();
    webhook::delete(&world.cx, back.id, 1).await.unwrap();
    webhook::restore(&world.cx, back.id).await.unwrap();
    let form = webhook::Form { active: false, ..form(&receiver.url, &["item.moved"]) };
    webhook::update(&world.cx, off.id, 1, &form).await.unwrap();
    world.work().await;
    assert_eq!(receiver.heard().len(), 1, "what is back in time is told");
    let one = world.deliveries(off.id).await.remove(0);
    assert_eq!(
        (one.state, one.error.as_str()),
        (DeliveryState::Failed, "The webhook was turned off before it was sent.")
    );
    assert_eq!(world.deliveries(back.id).await[0].state, DeliveryState::Delivered);
    webhook::restore(&world.cx, deleted.id).await.unwrap();
    let one = world.deliveries(deleted.id).await.remove(0);
    assert_eq!(
        (one.state, one.error.as_str()),
        (DeliveryState::Failed, "The webhook was deleted before it was sent.")
    );
    assert_eq!(world.jobs().await, 0);
});

both!(more_than_fit_at_once_all_arrive, |db| {
    let world = World::new(&db).await;
    let slow = Answer::new(200).after(std::time::Duration::from_millis(50));
    let receiver = Receiver::answering(slow).await;
    let made = world.webhook(&receiver.url, &["*"]).await;
    for _ in 0..40 {
        world.happens("item.moved").await;
    }
    world.work().await;
    assert_eq!(receiver.heard().len(), 40);
    assert!(receiver.most_at_once() <= MOST_AT_ONCE, "{}", receiver.most_at_once());
    assert!(world.deliveries(made.id).await.iter().all(|one| one.state == DeliveryState::Delivered));
    // What was parked has a job for later, which finds nothing to do.
    world.after(Duration::minutes(11)).await;
    assert_eq!((receiver.heard().len(), world.jobs().await), (0, 0));
});

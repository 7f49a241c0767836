//! What happens reaches receivers: signed, once, again when it failed, and never inside a private network.

use std::time::{Duration as StdDuration, Instant};

use chrono::Duration;
use db::{both, sql};
use outbound::Outbound;
use serde_json::json;

use super::fixture::{Answer, Receiver, World, event, form, tell};
use crate::{
    acts::{delivery, webhook},
    delivery::{DELIVER, Task},
    model::DeliveryState,
    repo,
    rules::{ATTEMPTS, MOST_AT_ONCE, STALE},
};

both!(what_happens_is_told_once_and_signed, |db| {
    let world = World::new(&db).await;
    let receiver = Receiver::start().await;
    let made = world.webhook(&receiver.url, &["item.*"]).await;
    world.happens("item.moved").await;
    world.happens("team.created").await;
    assert_eq!(world.work().await, 1);

    let heard = receiver.heard();
    let [message] = &heard[..] else { panic!("{heard:?}") };
    assert!(message.is_signed_by(&made.secret, world.cx.now()));
    assert_eq!(message.header("webhook-timestamp"), world.cx.now().timestamp().to_string());
    assert_eq!(message.header("content-type"), "application/json");
    assert_eq!(
        message.json(),
        json!({
            "type": "item.moved",
            "timestamp": "2025-11-21T08:00:00Z",
            "data": {
                "kind": "item",
                "id": "00000000-0000-0000-0000-000000000007",
                "number": 414,
                "to": "Repair",
            },
        })
    );
    let deliveries = world.deliveries(made.id).await;
    let [one] = &deliveries[..] else { panic!("{deliveries:?}") };
    assert_eq!((one.state, one.attempts, one.status), (DeliveryState::Delivered, 1, Some(200)));
    assert_eq!((one.delivered_at, one.next_at), (Some(world.cx.now()), None));
    assert!(one.duration_ms.is_some() && one.error.is_empty());
    assert_eq!(world.jobs().await, 0, "nothing is left to do");
    let last = world.card(made.id).await.last.unwrap();
    assert_eq!((last.state, last.status), (DeliveryState::Delivered, Some(200)));
});

both!(nothing_is_written_where_nobody_listens, |db| {
    let world = World::new(&db).await;
    world.happens("item.moved").await;
    let off = world.webhook("https://example.com/", &["*"]).await;
    webhook::update(
        &world.cx,
        off.id,
        1,
        &webhook::Form { active: false, ..form("https://example.com/", &["*"]) },
    )
    .await
    .unwrap();
    let gone = world.webhook("https://example.com/", &["*"]).await;
    webhook::delete(&world.cx, gone.id, 1).await.unwrap();
    world.webhook("https://example.com/", &["team.*"]).await;
    world.happens("item.moved").await;
    let (count,): (i64,) = sql("select count(*) from webhook_delivery where organisation_id = $1")
        .bind(world.cx.organisation_id())
        .one(world.cx.db())
        .await
        .unwrap();
    assert_eq!((count, world.jobs().await), (0, 0));
});

both!(an_act_that_is_taken_back_tells_nobody, |db| {
    let world = World::new(&db).await;
    let receiver = Receiver::start().await;
    let made = world.webhook(&receiver.url, &["*"]).await;
    let mut tx = world.cx.begin().await.unwrap();
    crate::on_event(&mut tx, &world.cx, &event("item.moved")).await.unwrap();
    drop(tx);
    assert_eq!(world.work().await, 0);
    assert!(receiver.heard().is_empty() && world.deliveries(made.id).await.is_empty());
});

both!(two_webhooks_get_the_same_message, |db| {
    let world = World::new(&db).await;
    let (one, other) = (Receiver::start().await, Receiver::start().await);
    let first = world.webhook(&one.url, &["*"]).await;
    let second = world.webhook(&other.url, &["item.moved"]).await;
    world.happens("item.moved").await;
    assert_eq!(world.work().await, 2);
    let (one, other) = (one.heard().remove(0), other.heard().remove(0));
    assert_eq!(one.header("webhook-id"), other.header("webhook-id"));
    assert!(
        one.is_signed_by(&first.secret, world.cx.now()) && other.is_signed_by(&second.secret, world.cx.now())
    );
    assert!(!one.is_signed_by(&second.secret, world.cx.now()));
});

both!(what_failed_is_tried_again_until_it_arrives, |db| {
    let world = World::new(&db).await;
    let receiver = Receiver::start().await;
    receiver.answers([Answer::new(500).says("out\0 of order"), Answer::new(502)]);
    let made = world.webhook(&receiver.url, &["*"]).await;
    world.happens("item.moved").await;
    world.work().await;
    let failed = world.deliveries(made.id).await.remove(0);
    assert_eq!((failed.state, failed.status, failed.attempts), (DeliveryState::Waiting, Some(500), 1));
    assert_eq!((failed.answer.as_str(), failed.error.as_str()), ("out of order", "It answered 500."));
    let wait = failed.next_at.unwrap() - world.cx.now();
    assert!(Duration::seconds(5) <= wait && wait <= Duration::seconds(6), "{wait}");
    let card = world.card(made.id).await;
    assert_eq!((card.failing_since, card.is_told()), (Some(world.cx.now()), true));

    assert_eq!(world.after(Duration::seconds(4)).await, 0, "not before its time");
    assert_eq!(world.after(Duration::seconds(2)).await, 1);
    assert_eq!(world.after(Duration::minutes(6)).await, 1);
    let heard = receiver.heard();
    assert_eq!(heard.len(), 3);
    assert!(heard.iter().all(|one| one.header("webhook-id") == heard[0].header("webhook-id")));
    assert!(heard[2].is_signed_by(&made.secret, world.cx.now()), "each try is signed anew");
    let one = world.deliveries(made.id).await.remove(0);
    assert_eq!((one.state, one.attempts, one.error.as_str()), (DeliveryState::Delivered, 3, ""));
    assert_eq!(world.card(made.id).await.failing_since, None);
    assert_eq!(world.jobs().await, 0);
});

both!(a_receiver_that_asks_for_patience_gets_it, |db| {
    let world = World::new(&db).await;
    let receiver = Receiver::start().await;
    let made = world.webhook(&receiver.url, &["*"]).await;
    for status in [429, 503] {
        receiver.answers([Answer::new(status).header("retry-after", "3600")]);
        world.happens("item.moved").await;
        world.work().await;
        let next = world.deliveries(made.id).await[0].next_at.unwrap();
        assert_eq!(next, world.cx.now() + Duration::hours(1), "{status}");
    }
    receiver.answers([Answer::new(500).header("retry-after", "3600")]);
    world.happens("item.moved").await;
    world.work().await;
    assert!(world.deliveries(made.id).await[0].next_at.unwrap() < world.cx.now() + Duration::minutes(1));
});

both!(after_ten_tries_it_has_failed, |db| {
    let world = World::new(&db).await;
    let receiver = Receiver::answering(Answer::new(500)).await;
    let made = world.webhook(&receiver.url, &["*"]).await;
    world.happens("item.moved").await;
    world.work().await;
    let mut tries = 1;
    while let Some(next) = world.deliveries(made.id).await[0].next_at {
        world.after(next - world.cx.now()).await;
        tries += 1;
    }
    assert_eq!((tries, receiver.heard().len()), (ATTEMPTS, ATTEMPTS));
    let one = world.deliveries(made.id).await.remove(0);
    assert_eq!((one.state, one.attempts), (DeliveryState::Failed, 10));
    assert!(world.card(made.id).await.is_told(), "one lost message is no reason to stop");
    assert_eq!(world.jobs().await, 0);
});

both!(redirects_are_not_followed, |db| {
    let world = World::new(&db).await;
    let (receiver, inside) = (Receiver::start().await, Receiver::start().await);
    receiver.answers([Answer::new(307).header("location", inside.url.clone())]);
    let made = world.webhook(&receiver.url, &["*"]).await;
    world.happens("item.moved").await;
    world.work().await;
    let one = world.deliveries(made.id).await.remove(0);
    assert_eq!((one.state, one.status), (DeliveryState::Waiting, Some(307)));
    assert!(one.error.contains("not followed"), "{}", one.error);
    assert!(inside.heard().is_empty());
});

both!(private_addresses_are_not_asked, |db| {
    let world = World::with(&db, Outbound::to_public()).await;
    let receiver = Receiver::start().await;
    let encrypted = receiver.url.replace("http://", "https://");
    let named = encrypted.replace("127.0.0.1", "localhost");
    for (url, why) in
        [(&receiver.url, "not encrypted"), (&encrypted, "private address"), (&named, "private address")]
    {
        let made = world.webhook(url, &["item.moved"]).await;
        world.happens("item.moved").await;
        world.work().await;
        let one = world.deliveries(made.id).await.remove(0);
        assert_eq!((one.state, one.attempts, one.status), (DeliveryState::Failed, 1, None), "{url}");
        assert!(one.error.contains(why), "{}", one.error);
        webhook::delete(&world.cx, made.id, world.card(made.id).await.version).await.unwrap();
    }
    assert!(receiver.heard().is_empty());
    assert_eq!(world.jobs().await, 0, "asking again changes nothing");
});

both!(who_does_not_listen_is_tried_again, |db| {
    let world = World::new(&db).await;
    let made = world.webhook("http://127.0.0.1:1/hook", &["*"]).await;
    world.happens("item.moved").await;
    world.work().await;
    let one = world.deliveries(made.id).await.remove(0);
    assert_eq!((one.state, one.status), (DeliveryState::Waiting, None));
    assert!(one.error.contains("127.0.0.1"), "{}", one.error);
});

both!(long_answers_are_cut_off, |db| {
    let world = World::new(&db).await;
    let receiver = Receiver::start().await;
    receiver.answers([Answer::new(200).says("å".repeat(100_000))]);
    let made = world.webhook(&receiver.url, &["*"]).await;
    world.happens("item.moved").await;
    world.work().await;
    let one = world.deliveries(made.id).await.remove(0);
    assert_eq!((one.state, one.answer.as_str()), (DeliveryState::Delivered, "å".repeat(512).as_str()));
});

both!(a_slow_receiver_holds_up_nobody_else, |db| {
    let world = World::new(&db).await;
    let slow = Receiver::answering(Answer::new(200).after(StdDuration::from_secs(30))).await;
    let quick = Receiver::start().await;
    let at_slow = world.webhook(&slow.url, &["item.edited"]).await;
    let at_quick = world.webhook(&quick.url, &["item.moved"]).await;
    for _ in 0..9 {
        world.happens("item.edited").await;
    }
    world.happens("item.moved").await;
    let begun = Instant::now();
    world.work().await;
    let took = begun.elapsed();
    assert_eq!(slow.most_at_once(), MOST_AT_ONCE);
    assert_eq!(slow.heard().len(), 9, "each has had its turn");
    let slow = world.deliveries(at_slow.id).await;
    assert!(slow.iter().all(|one| one.attempts == 1 && one.state == DeliveryState::Waiting), "{slow:?}");
    assert!(slow.iter().all(|one| one.error.contains("no answer within")), "{slow:?}");
    assert!(took < StdDuration::from_secs(20), "{took:?}");
    let quick = world.deliveries(at_quick.id).await.remove(0);
    assert_eq!(quick.state, DeliveryState::Delivered);
    assert!(quick.duration_ms.unwrap() < 400, "it was not kept waiting");
});

both!(two_jobs_of_one_delivery_send_it_once, |db| {
    let world = World::new(&db).await;
    let receiver = Receiver::answering(Answer::new(200).after(StdDuration::from_millis(100))).await;
    let made = world.webhook(&receiver.url, &["*"]).await;
    world.happens("item.moved").await;
    let delivery = world.deliveries(made.id).await[0].id;
    let mut tx = world.cx.begin().await.unwrap();
    for _ in 0..3 {
        let task = Task { delivery, webhook: made.id };
        tx.enqueue(jobs::NewJob::new(DELIVER, task.payload())).await.unwrap();
    }
    tx.commit().await.unwrap();
    world.work().await;
    world.after(STALE + Duration::seconds(1)).await;
    assert_eq!(receiver.heard().len(), 1);
    assert_eq!((world.deliveries(made.id).await[0].attempts, world.jobs().await), (1, 0));
});

both!(what_a_dead_program_left_is_sent_by_another, |db| {
    let world = World::new(&db).await;
    let receiver = Receiver::start().await;
    let made = world.webhook(&receiver.url, &["*"]).await;
    world.happens("item.moved").await;
    let delivery = world.deliveries(made.id).await[0].id;
    let mut tx = world.cx.begin().await.unwrap();
    let organisation = world.cx.organisation_id();
    let attempt = repo::delivery::begin(&mut tx, organisation, delivery, world.cx.now()).await.unwrap();
    tx.commit().await.unwrap();
    world.work().await;
    assert!(receiver.heard().is_empty(), "another may still be at it");
    world.after(STALE).await;
    assert_eq!(receiver.heard().len(), 1);
    let one = world.deliveries(made.id).await.remove(0);
    assert_eq!((one.state, one.attempts), (DeliveryState::Delivered, 2));

    // The one that was given up for lost comes back: it settles nothing.
    let late = repo::delivery::Settled {
        state: DeliveryState::Failed,
        next_at: world.cx.now(),
        status: Some(500),
        answer: String::new(),
        error: "late".into(),
        duration_ms: 1,
    };
    let mut tx = world.cx.begin().await.unwrap();
    let settled = repo::delivery::settle(&mut tx, organisation, delivery, attempt, &late, world.cx.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(!settled && world.deliveries(made.id).await[0].state == DeliveryState::Delivered);
});

both!(a_new_secret_signs_together_with_the_old_one_for_a_day, |db| {
    let world = World::new(&db).await;
    let receiver = Receiver::start().await;
    let made = world.webhook(&receiver.url, &["*"]).await;
    let rotated = webhook::rotate(&world.cx, made.id).await.unwrap();
    world.happens("item.moved").await;
    world.work().await;
    let message = receiver.heard().remove(0);
    assert_eq!(message.header("webhook-signature").split(' ').count(), 2);
    for secret in [&made.secret, &rotated.secret] {
        assert!(message.is_signed_by(secret, world.cx.now()));
    }
    world.clock.pass(Duration::hours(24));
    world.happens("item.moved").await;
    world.work().await;
    let message = receiver.heard().remove(0);
    assert!(message.is_signed_by(&rotated.secret, world.cx.now()));
    assert!(!message.is_signed_by(&made.secret, world.cx.now()));
    crate::sweep(&world.site).await.unwrap();
    let (kept,): (Option<String>,) =
        sql("select previous_secret from webhook where organisation_id = $1 and id = $2")
            .bind(world.cx.organisation_id())
            .bind(made.id)
            .one(world.cx.db())
            .await
            .unwrap();
    assert_eq!(kept, None);
});

both!(a_test_is_sent_once_also_to_a_webhook_that_is_off, |db| {
    let world = World::new(&db).await;
    let receiver = Receiver::start().await;
    let made = world.webhook(&receiver.url, &["team.created"]).await;
    let off = webhook::Form { active: false, ..form(&receiver.url, &["team.created"]) };
    webhook::update(&world.cx, made.id, 1, &off).await.unwrap();
    let test = delivery::test(&world.cx, made.id).await.unwrap();
    world.work().await;
    let message = receiver.heard().remove(0);
    assert_eq!(message.json()["type"], "webhook.test");
    assert_eq!(message.json()["data"], json!({ "kind": "webhook", "id": made.id }));
    assert_eq!(delivery::get(&world.cx, test).await.unwrap().1.state, DeliveryState::Delivered);

    receiver.answers([Answer::new(410)]);
    delivery::test(&world.cx, made.id).await.unwrap();
    world.work().await;
    let one = world.deliveries(made.id).await.remove(0);
    assert_eq!((one.state, one.next_at), (DeliveryState::Failed, None));
    let card = world.card(made.id).await;
    assert_eq!((card.failing_since, card.paused_at), (None, None), "trying it out decides nothing");
    assert_eq!(world.jobs().await, 0);
});

both!(old_deliveries_are_forgotten_and_lost_ones_found, |db| {
    let world = World::new(&db).await;
    let receiver = Receiver::start().await;
    let made = world.webhook(&receiver.url, &["*"]).await;
    world.happens("item.moved").await;
    world.work().await;
    world.clock.pass(Duration::days(29));
    tell(&world.cx, &event("item.edited")).await;
    sql("delete from job").execute(world.site.db()).await.unwrap();
    crate::sweep(&world.site).await.unwrap();
    assert_eq!((world.deliveries(made.id).await.len(), world.jobs().await), (2, 0));
    world.clock.pass(Duration::days(2));
    crate::sweep(&world.site).await.unwrap();
    assert_eq!((world.deliveries(made.id).await.len(), world.jobs().await), (1, 1));
    world.work().await;
    assert_eq!(world.deliveries(made.id).await[0].state, DeliveryState::Delivered);
    assert_eq!(receiver.heard().len(), 2);
});

//! What other programs tell us.

use std::sync::Arc;

use chrono::Duration;
use db::{both, sql};
use http::{HeaderMap, HeaderValue};
use kernel::{Error, Result};
use serde_json::{Value, json};
use uuid::Uuid;

use super::fixture::{Receiver, World, tell};
use crate::{
    acts::incoming::{self as acts, events},
    incoming::{LARGEST, Received, receive},
    model::NewHook,
    rules::Secret,
};

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_str(value).unwrap())).collect()
}

fn secret(made: &NewHook) -> Secret {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let text = made.secret.as_deref().unwrap();
    Secret::from_bytes(STANDARD.decode(text.trim_start_matches("whsec_")).unwrap())
}

/// What a sender sends that signs as it should.
fn signed(world: &World, made: &NewHook, id: &str, body: &[u8]) -> HeaderMap {
    let time = world.cx.now().timestamp();
    let signature = secret(made).sign(id, time, body);
    headers(&[
        ("webhook-id", id),
        ("webhook-timestamp", &time.to_string()),
        ("webhook-signature", &signature),
        ("content-type", "application/json"),
        ("authorization", "Bearer s3cret"),
        ("x-shop-token", "s3cret"),
    ])
}

/// Sends to the address as it was shown.
async fn send(world: &World, made: &NewHook, headers: &HeaderMap, body: &[u8]) -> Result<Received> {
    let path = made.url.split("/webhooks/").nth(1).unwrap();
    let (organisation, hook) = path.split_once('/').unwrap();
    receive(&world.site, organisation, hook, headers, body).await
}

both!(what_is_signed_is_stored_once_and_handled_once, |db| {
    let world = World::new(&db).await;
    let made = acts::create(&world.cx, "Shop", "standard").await.unwrap();
    let body = b"{\"order\": 7}";
    let headers = signed(&world, &made, "msg_1", body);
    let first = send(&world, &made, &headers, body).await.unwrap();
    assert_eq!(send(&world, &made, &headers, body).await.unwrap(), first, "the same answer");
    assert_eq!(world.work().await, 1);
    assert_eq!(send(&world, &made, &headers, body).await.unwrap(), first, "also when it is handled");
    let other = send(&world, &made, &signed(&world, &made, "msg_2", body), body).await.unwrap();
    assert_ne!(other, first);
    world.work().await;

    world.cx.visit().rest().await;
    let kept = events(&world.cx, made.id, None, true, 10).await.unwrap();
    let whole = acts::event_of(&world.cx, first.id).await.unwrap();
    assert_eq!((&whole.event, whole.body.as_slice()), (&kept[0], body.as_slice()));
    assert_eq!(whole.headers["content-type"], "application/json");
    assert!(!whole.headers.to_string().contains("s3cret"), "{}", whole.headers);
    let told: Vec<_> = kept.iter().map(|one| (one.id, one.external_id.as_str(), one.size)).collect();
    assert_eq!(told, [(first.id, "msg_1", 12), (other.id, "msg_2", 12)]);
    assert!(kept.iter().all(|one| one.handled_at == Some(world.cx.now())));
    assert_eq!(events(&world.cx, made.id, Some(first.id), true, 10).await.unwrap().len(), 1);
    assert_eq!(world.log().await, ["hook.created", "hook.received", "hook.received"]);
    let (stored, kept): (Vec<u8>, Value) =
        sql("select body, headers from incoming_event where organisation_id = $1 and id = $2")
            .bind(world.cx.organisation_id())
            .bind(first.id)
            .one(world.cx.db())
            .await
            .unwrap();
    assert_eq!(stored, body);
    assert_eq!(
        kept,
        json!({
            "content-type": "application/json",
            "webhook-id": "msg_1",
            "webhook-timestamp": world.cx.now().timestamp().to_string(),
        }),
        "nothing that opens anything"
    );
});

both!(who_sends_the_same_at_once_is_answered_the_same, |db| {
    let world = Arc::new(World::new(&db).await);
    let made = acts::create(&world.cx, "Shop", "standard").await.unwrap();
    let sending = (0..8).map(|_| {
        let (world, made) = (world.clone(), made.clone());
        tokio::spawn(async move {
            let headers = signed(&world, &made, "msg_1", b"{}");
            send(&world, &made, &headers, b"{}").await.unwrap()
        })
    });
    let mut answers = Vec::new();
    for sent in sending.collect::<Vec<_>>() {
        answers.push(sent.await.unwrap());
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(world.work().await, 1);
});

both!(what_is_forged_old_or_unsigned_is_refused, |db| {
    let world = World::new(&db).await;
    let made = acts::create(&world.cx, "Shop", "standard").await.unwrap();
    let other = acts::create(&world.cx, "Other", "standard").await.unwrap();
    let body = b"{}";
    let refused = |answer: Result<Received>, why: &str| {
        assert!(matches!(&answer, Err(Error::Forbidden(text)) if text.contains(why)), "{answer:?}");
    };
    let good = signed(&world, &made, "msg_1", body);
    refused(send(&world, &made, &good, b"{ }").await, "No signature fits");
    refused(send(&world, &made, &signed(&world, &other, "msg_1", body), body).await, "No signature fits");
    let mut moved = good.clone();
    moved.insert("webhook-id", HeaderValue::from_static("msg_2"));
    refused(send(&world, &made, &moved, body).await, "No signature fits");
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        let mut lacking = good.clone();
        lacking.remove(name);
        refused(send(&world, &made, &lacking, body).await, "Send the headers");
    }
    world.clock.pass(Duration::minutes(5));
    send(&world, &made, &good, body).await.unwrap();
    world.clock.pass(Duration::seconds(1));
    refused(send(&world, &made, &good, body).await, "five minutes");
    world.clock.pass(Duration::seconds(-602));
    refused(send(&world, &made, &good, body).await, "five minutes");

    let large = vec![b' '; LARGEST + 1];
    let answer = send(&world, &made, &signed(&world, &made, "msg_3", &large), &large).await;
    assert!(matches!(answer, Err(Error::Invalid(_))), "{answer:?}");
    let most = vec![b' '; LARGEST];
    send(&world, &made, &signed(&world, &made, "msg_4", &most), &most).await.unwrap();
    assert_eq!(events(&world.cx, made.id, None, true, 10).await.unwrap().len(), 2);
});

both!(what_leads_nowhere_does_not_exist, |db| {
    let world = World::new(&db).await;
    let made = acts::create(&world.cx, "Shop", "standard").await.unwrap();
    let headers = signed(&world, &made, "msg_1", b"{}");
    let organisation = world.cx.organisation_id().to_string();
    let elsewhere = kernel::Cx::test(&db, "Halden Studio").await.organisation_id().to_string();
    let hook = made.id.to_string();
    let nil = Uuid::nil().to_string();
    for (organisation, hook) in [
        (organisation.as_str(), nil.as_str()),
        (&organisation, "nonsense"),
        (&organisation, ""),
        (&elsewhere, &hook),
        ("nonsense", &hook),
    ] {
        let answer = receive(&world.site, organisation, hook, &headers, b"{}").await;
        assert_eq!(answer, Err(Error::NotFound), "{organisation} {hook}");
    }
    acts::update(&world.cx, made.id, 1, "Shop", false).await.unwrap();
    assert_eq!(send(&world, &made, &headers, b"{}").await, Err(Error::NotFound));
    acts::update(&world.cx, made.id, 2, "Shop", true).await.unwrap();
    acts::delete(&world.cx, made.id, 3).await.unwrap();
    assert_eq!(send(&world, &made, &headers, b"{}").await, Err(Error::NotFound));
    acts::restore(&world.cx, made.id).await.unwrap();
    send(&world, &made, &headers, b"{}").await.unwrap();
});

both!(who_cannot_sign_has_the_secret_in_the_address, |db| {
    let world = World::new(&db).await;
    let made = acts::create(&world.cx, "Blog", "token").await.unwrap();
    let none = headers(&[]);
    let first = send(&world, &made, &none, b"ping").await.unwrap();
    assert_ne!(send(&world, &made, &none, b"ping").await.unwrap(), first, "nobody said that it is the same");
    let named = headers(&[("idempotency-key", "post-7")]);
    let kept = send(&world, &made, &named, b"\xff\x00").await.unwrap();
    assert_eq!(send(&world, &made, &named, b"\xff\x00").await.unwrap(), kept);

    let half = made.url.rsplit_once('.').unwrap().0.to_owned();
    let short = NewHook { url: half, ..made.clone() };
    let wrong = NewHook { url: format!("{}A", made.url), ..made.clone() };
    for address in [&short, &wrong] {
        assert_eq!(send(&world, address, &none, b"ping").await, Err(Error::NotFound), "{address:?}");
    }
    let rotated = acts::rotate(&world.cx, made.id).await.unwrap();
    for address in [&made, &rotated] {
        send(&world, address, &none, b"ping").await.unwrap();
    }
    world.clock.pass(Duration::hours(24));
    assert_eq!(send(&world, &made, &none, b"ping").await, Err(Error::NotFound));
    send(&world, &rotated, &none, b"ping").await.unwrap();
});

both!(what_came_can_be_told_on_but_only_to_who_asks_for_it, |db| {
    let world = World::new(&db).await;
    let (all, asked) = (Receiver::start().await, Receiver::start().await);
    world.webhook(&all.url, &["*"]).await;
    world.webhook(&asked.url, &["hook.received"]).await;
    let made = acts::create(&world.cx, "Blog", "token").await.unwrap();
    let came = send(&world, &made, &headers(&[]), b"ping").await.unwrap();
    world.work().await;
    // As the log has recorded it.
    let event = kernel::Event {
        kind: "hook.received",
        subject_kind: "hook_event",
        subject_id: came.id,
        topic: None,
        data: json!({ "hook": made.id }),
    };
    tell(&world.cx, &event).await;
    world.work().await;
    assert!(all.heard().iter().all(|one| one.json()["type"] != "hook.received"));
    let told = asked.heard();
    assert_eq!(told[0].json()["data"], json!({ "kind": "hook_event", "id": came.id, "hook": made.id }));
});

both!(what_was_handled_is_forgotten_after_a_month, |db| {
    let world = World::new(&db).await;
    let made = acts::create(&world.cx, "Blog", "token").await.unwrap();
    send(&world, &made, &headers(&[]), b"ping").await.unwrap();
    world.work().await;
    send(&world, &made, &headers(&[]), b"pong").await.unwrap();
    world.clock.pass(Duration::days(31));
    crate::sweep(&world.site).await.unwrap();
    world.cx.visit().rest().await;
    let kept = events(&world.cx, made.id, None, false, 10).await.unwrap();
    assert_eq!(kept.len(), 1, "nothing is forgotten before it was handled");
    assert!(kept[0].handled_at.is_none());
});

//! Webhooks over HTTP: what is done here is told, what others send to `/webhooks/…` is checked and stored, and the pages
//! are for who manages them.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};

use axum::{body::Body, extract::ConnectInfo};
use db::sql;
use http::{
    Request, StatusCode,
    header::{COOKIE, HOST},
};
use jobs::{Handlers, Now, Queue, Worker};
use kernel::Cx;
use outbound::Outbound;
use serde_json::Value;
use webhooks::{
    acts::{incoming, webhook},
    model::NewHook,
    rules::Secret,
};
use workflows::{
    acts::{automation, design},
    automation::{Adds, Hooked, Rule, State, Trigger},
};

use crate::bench::{Answer, Bench, get};

/// The program with the demo, and the owner of Nordvik Cars.
async fn begin(db: db::Db) -> (Bench, Cx) {
    let bench = Bench::on(db).await;
    let owner = identity::demo::seed(&bench.site).await.unwrap().nordvik.owner_membership();
    let cx = Cx::system(&bench.site, "test", owner);
    (bench, cx)
}

async fn count(cx: &Cx, text: &'static str) -> i64 {
    cx.visit().rest().await;
    let (count,): (i64,) = sql(text).bind(cx.organisation_id()).one(cx.db()).await.unwrap();
    cx.visit().rest().await;
    count
}

/// Sends to the address as it was shown.
async fn send(bench: &Bench, url: &str, headers: &[(&str, String)], body: &'static [u8]) -> Answer {
    let path = format!("/webhooks/{}", url.split("/webhooks/").nth(1).unwrap());
    let mut request = Request::post(path)
        .header(HOST, "mediap.test")
        .extension(ConnectInfo(SocketAddr::from(([203, 0, 113, 9], 5000))));
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    bench.ask(request.body(Body::from(body)).unwrap()).await
}

fn signed(cx: &Cx, made: &NewHook, id: &str, body: &[u8]) -> Vec<(&'static str, String)> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let text = made.secret.as_deref().unwrap().trim_start_matches("whsec_");
    let (secret, time) = (Secret::from_bytes(STANDARD.decode(text).unwrap()), cx.now().timestamp());
    vec![
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", time.to_string()),
        ("webhook-signature", secret.sign(id, time, body)),
    ]
}

db::both!(what_is_recorded_is_told_in_the_same_transaction, |db| {
    let (_bench, cx) = begin(db).await;
    let form = webhook::Form {
        name: "Accounting".into(),
        url: "https://hooks.example/in".into(),
        events: vec!["team.created".into()],
        active: true,
    };
    webhook::create(&cx, &form).await.unwrap();
    let deliveries = "select count(*) from webhook_delivery where organisation_id = $1";
    assert_eq!(count(&cx, deliveries).await, 0, "nobody asked for that");
    identity::team::acts::create(&cx, "Night shift", Some(1)).await.unwrap();
    identity::team::acts::create(&cx, "Late shift", Some(1)).await.unwrap();
    // What is not done is not told.
    identity::team::acts::create(&cx, "Night shift", Some(1)).await.unwrap_err();
    assert_eq!(count(&cx, deliveries).await, 2);
    let jobs = "select count(*) from job where organisation_id = $1 and kind = 'webhook.deliver'";
    assert_eq!(count(&cx, jobs).await, 2);
});

db::both!(what_is_sent_to_a_hook_is_checked_and_stored_once, |db| {
    let (bench, cx) = begin(db).await;
    let made = incoming::create(&cx, "Shop", "standard").await.unwrap();
    let stored = "select count(*) from incoming_event where organisation_id = $1";
    let first = send(&bench, &made.url, &signed(&cx, &made, "msg_1", b"{}"), b"{}").await;
    assert_eq!(first.status, StatusCode::ACCEPTED, "{first:?}");
    let again = send(&bench, &made.url, &signed(&cx, &made, "msg_1", b"{}"), b"{}").await;
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    assert_eq!(count(&cx, stored).await, 1);

    let forged = send(&bench, &made.url, &signed(&cx, &made, "msg_2", b"{}"), b"[]").await;
    let unsigned = send(&bench, &made.url, &[], b"{}").await;
    for answer in [forged, unsigned] {
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{answer:?}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    let large: &'static [u8] = Box::leak(vec![b' '; webhooks::incoming::LARGEST + 1].into_boxed_slice());
    let answer = send(&bench, &made.url, &signed(&cx, &made, "msg_3", large), large).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{answer:?}");
    for nowhere in
        ["/webhooks/x/y", "/webhooks/%ff/y", "/webhooks/00000000-0000-0000-0000-000000000000/..%2f..%2fetc"]
    {
        let answer = send(&bench, nowhere, &[], b"{}").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{nowhere}: {answer:?}");
    }
    assert_eq!(count(&cx, stored).await, 1);
});

db::both!(an_address_with_a_secret_opens_with_all_of_it, |db| {
    let (bench, cx) = begin(db).await;
    let made = incoming::create(&cx, "Sensor", "token").await.unwrap();
    let named = [("idempotency-key", "one".to_owned())];
    let first = send(&bench, &made.url, &named, b"21.5").await;
    assert_eq!(first.status, StatusCode::ACCEPTED, "{first:?}");
    assert_eq!(send(&bench, &made.url, &named, b"21.5").await.text, first.text);
    let (half, _) = made.url.rsplit_once('.').unwrap();
    for wrong in [half.to_owned(), format!("{half}."), format!("{}x", made.url)] {
        assert_eq!(send(&bench, &wrong, &named, b"21.5").await.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    let stored = "select count(*) from incoming_event where organisation_id = $1";
    assert_eq!(count(&cx, stored).await, 1);
});

db::both!(what_comes_to_a_hook_sets_rules_off_once, |db| {
    let (bench, cx) = begin(db).await;
    let (name, key, item_noun, template) = ("Orders".into(), "OR".into(), "order".into(), "plain".into());
    design::create(&cx, design::NewWorkflow { name, key, item_noun, template }).await.unwrap();
    let made = incoming::create(&cx, "Shop", "token").await.unwrap();
    let adds = Adds { title: "/title".into(), fields: BTreeMap::new() };
    let on = Trigger::Webhook(Hooked { hook: made.id.into(), finds: None, adds: Some(adds) });
    let rule = Rule { name: "Order".into(), on, when: String::new(), then: Vec::new() };
    automation::create(&cx, "OR", rule, true).await.unwrap();
    let work = async || {
        cx.visit().rest().await;
        let home = Outbound::at_home_with(&"http://127.0.0.1".parse().unwrap());
        let desk = webhooks::delivery::Desk::new(&bench.site, home);
        let clock = bench.site.clone();
        let now: Now = Arc::new(move || clock.now());
        loop {
            let handlers = webhooks::delivery::handlers(Handlers::default(), &desk);
            let handlers = workflows::timer::handlers(handlers, &bench.site);
            let worker = Worker::new(Queue::new(bench.db.clone()), handlers, now.clone());
            if worker.run_due().await.unwrap() == 0 {
                return;
            }
        }
    };
    let named = [("idempotency-key", "one".to_owned())];
    for _ in 0..2 {
        let answer = send(&bench, &made.url, &named, br#"{"title":"Four tyres"}"#).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{answer:?}");
        work().await;
    }
    send(&bench, &made.url, &[("idempotency-key", "two".to_owned())], b"Four tyres").await;
    work().await;
    let asked = automation::Asked { oldest_first: true, ..automation::Asked::default() };
    let runs = automation::runs(&cx, "OR", asked, 10).await.unwrap().runs;
    let said: Vec<_> =
        runs.iter().map(|run| (run.state, run.log.cause.as_str(), run.item_key.as_str())).collect();
    assert_eq!(said, [(State::Done, "Shop sent one", "OR-1"), (State::Failed, "Shop sent two", "")]);
    let [done, failed] = runs.as_slice() else { panic!("two runs were just read") };
    assert_eq!(done.log.done, ["Added OR-1 Four tyres"]);
    assert!(failed.log.why.starts_with("What came is no JSON"), "{}", failed.log.why);
});

db::both!(who_guesses_is_held_up, |db| {
    let (bench, cx) = begin(db).await;
    let made = incoming::create(&cx, "Shop", "standard").await.unwrap();
    let mut last = StatusCode::OK;
    for _ in 0..100 {
        last = send(&bench, &made.url, &[], b"{}").await.status;
        if last == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    let right = send(&bench, &made.url, &signed(&cx, &made, "msg_1", b"{}"), b"{}").await;
    assert_eq!(right.status, StatusCode::ACCEPTED, "who signs is not held up by others: {right:?}");
});

#[tokio::test]
async fn the_pages_are_for_who_manages_webhooks() {
    let bench = Bench::new().await;
    let demo = identity::demo::seed(&bench.site).await.unwrap();
    let cx = Cx::system(&bench.site, "test", demo.nordvik.owner_membership());
    let form = webhook::Form {
        name: "Accounting".into(),
        url: "https://hooks.example/in".into(),
        events: vec!["item.*".into()],
        active: true,
    };
    let made = webhook::create(&cx, &form).await.unwrap();
    incoming::create(&cx, "Web shop", "standard").await.unwrap();
    cx.visit().rest().await;
    let mut cookies = Vec::new();
    for person in ["elsa", "marek"] {
        let visit = kernel::Visit::new(bench.site.clone(), "test", None);
        let email = format!("{person}@nordvik.example");
        let origin = identity::session::Origin::default();
        let begun =
            identity::session::acts::log_in(&visit, &origin, &email, identity::demo::PASSWORD).await.unwrap();
        let token = begun.into_started().unwrap().token;
        cookies.push(format!("{}={token}", identity::cookie::name(&bench.site)));
    }
    let page = async |cookie: &str, path: &str| {
        bench.ask(get(path).header(COOKIE, cookie).body(Body::empty()).unwrap()).await
    };
    let one = format!("/settings/webhooks/{}", made.id);
    for (path, text) in [
        ("/settings/webhooks".to_owned(), "Web shop"),
        ("/settings/webhooks/new".to_owned(), "What it is told of"),
        ("/settings/webhooks/incoming/new".to_owned(), "How it knows its sender"),
        (one.clone(), "Send a test"),
        (format!("{one}/edit"), "Save webhook"),
    ] {
        let shown = page(&cookies[0], &path).await;
        assert_eq!(shown.status, StatusCode::OK, "{path}");
        assert!(shown.text.contains(text) && shown.text.contains("Webhooks"), "{path} lacks {text}");
        assert!(!shown.text.contains(&made.secret), "{path}");
        let refused = page(&cookies[1], &path).await;
        assert!(!refused.text.contains("hooks.example") && !refused.text.contains("Web shop"), "{path}");
    }
    let lost = page(&cookies[0], "/settings/webhooks/00000000-0000-0000-0000-000000000000").await;
    assert!(lost.text.contains("does not exist") || lost.status == StatusCode::NOT_FOUND, "{}", lost.status);
    let problem: Value = serde_json::from_str(&send(&bench, "/webhooks/a/b", &[], b"").await.text).unwrap();
    assert_eq!(problem["type"], "urn:mediap:problem:not_found");
}

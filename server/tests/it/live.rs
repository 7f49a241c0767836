//! Live news over HTTP, on one server and on two.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use db::{Scope, both, sql};
use futures::StreamExt;
use http::{StatusCode, header::COOKIE};
use kernel::{Cx, Role, Visit};
use live::{Hearers, NewNews, outbox};
use tokio::time::timeout;
use uuid::Uuid;

use crate::bench::{Bench, EMAIL, get};

/// Reads what has arrived until `end` is in it.
async fn read_until(body: &mut BodyDataStream, end: &str) -> String {
    let mut text = String::new();
    while !text.contains(end) {
        let chunk = timeout(Duration::from_secs(10), body.next()).await;
        let chunk = chunk.unwrap_or_else(|_| panic!("`{end}` never came after {text:?}"));
        let chunk = chunk.unwrap_or_else(|| panic!("the stream ended before `{end}`: {text:?}")).unwrap();
        text.push_str(&String::from_utf8_lossy(&chunk));
    }
    text
}

/// Commits news of one thing, as every act does.
async fn happen(bench: &Bench, organisation: Uuid, kind: &'static str, hearers: Hearers) {
    let news = NewNews { topic: "workflow/1".into(), kind, subject_id: Uuid::from_u128(7), hearers };
    let mut tx = bench.db.begin_in(Scope::organisation(organisation)).await.unwrap();
    outbox::append(&mut tx, organisation, bench.site.now(), &[news]).await.unwrap();
    tx.commit().await.unwrap();
    bench.site.hub().follow(organisation);
}

/// The member behind a log-in.
async fn member(bench: &Bench, cookie: &str) -> Cx {
    let headers = [(COOKIE, cookie.parse().unwrap())].into_iter().collect();
    let token = identity::cookie::read(&headers, &bench.site);
    let recognised = identity::authenticate(&bench.site, token.as_deref()).await.unwrap().unwrap();
    Visit::by_session(bench.site.clone(), "test", recognised).member().unwrap()
}

/// Opens a stream and reads its greeting.
async fn listen(bench: &Bench, cookie: &str, after: i64) -> BodyDataStream {
    let id = member(bench, cookie).await.member_id();
    let request = get(&format!("/live?as={id}&after={after}"))
        .header(COOKIE, cookie)
        .header("accept-encoding", "br")
        .body(Body::empty())
        .unwrap();
    let response = bench.open(request).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert!(!response.headers().contains_key("content-encoding"), "compression would hold events back");
    let mut body = response.into_body().into_data_stream();
    assert!(read_until(&mut body, "\n\n").await.contains("retry: 1000"));
    body
}

#[tokio::test]
async fn a_stranger_hears_nothing() {
    let bench = Bench::new().await;
    let id = Uuid::from_u128(1);
    assert_eq!(bench.get(&format!("/live?as={id}&after=0")).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let bench = Bench::new().await;
    let (cookie, _) = bench.log_in(EMAIL, "Nordvik Cars").await;
    let id = member(&bench, &cookie).await.member_id();
    let ask = async |query: &str, more: (&'static str, &str)| {
        let request = get(&format!("/live{query}")).header(COOKIE, &cookie).header(more.0, more.1);
        bench.open(request.body(Body::empty()).unwrap()).await.status()
    };
    let none = ("x-none", "");
    for query in ["", "?as=me&after=0", &format!("?as={id}"), &format!("?as={id}&after=x"), "?as=%00&after=-"]
    {
        assert_eq!(ask(query, none).await, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
    }
    let good = format!("?as={id}&after=0");
    assert_eq!(ask(&good, none).await, StatusCode::OK);
    assert_eq!(ask(&good, ("last-event-id", "rubbish")).await, StatusCode::OK, "as if it were not there");
    assert_eq!(ask(&good, ("origin", "https://elsewhere.test")).await, StatusCode::FORBIDDEN);
    assert_eq!(ask(&good, ("sec-fetch-site", "cross-site")).await, StatusCode::FORBIDDEN);
    let other = format!("?as={}&after=0", Uuid::from_u128(9));
    assert_eq!(
        ask(&other, none).await,
        StatusCode::NO_CONTENT,
        "a page of another organisation stops asking"
    );
}

#[tokio::test]
async fn a_member_hears_their_own_organisation_until_the_program_stops() {
    let bench = Bench::new().await;
    let (cookie, own) = bench.log_in(EMAIL, "Nordvik Cars").await;
    let (_, other) = bench.log_in("maja@halden.example", "Halden").await;
    let mut body = listen(&bench, &cookie, 0).await;
    happen(&bench, other.uuid(), "others", Hearers::Everyone).await;
    happen(&bench, own.uuid(), "item.moved", Hearers::Everyone).await;
    let text = read_until(&mut body, "item.moved").await;
    assert!(!text.contains("others"), "{text}");
    assert!(text.contains(r#""topic":"workflow/1""#) && text.contains("id: "), "{text}");

    bench.stopper.stop();
    let end = timeout(Duration::from_secs(5), async { while body.next().await.is_some() {} }).await;
    assert!(end.is_ok(), "the stream ends when the program stops");
}

#[tokio::test]
async fn nobody_hears_what_they_may_not_see() {
    let bench = Bench::new().await;
    let (cookie, own) = bench.log_in(EMAIL, "Nordvik Cars").await;
    let owner = member(&bench, &cookie).await;
    let mut body = listen(&bench, &cookie, 0).await;
    happen(&bench, own.uuid(), "not-allowed", Hearers::Permission("nobody.may".into())).await;
    happen(&bench, own.uuid(), "somebody-elses", Hearers::Member(Uuid::from_u128(3))).await;
    happen(&bench, own.uuid(), "ones-own", Hearers::Member(owner.member_id().uuid())).await;
    happen(&bench, own.uuid(), "allowed", Hearers::Permission("item.view".into())).await;
    let text = read_until(&mut body, "\"allowed").await;
    assert!(!text.contains("not-allowed") && !text.contains("somebody-elses"), "{text}");
    assert!(text.contains("ones-own"), "{text}");
}

#[tokio::test]
async fn who_loses_their_place_stops_hearing_at_once() {
    let bench = Bench::new().await;
    let (cookie, own) = bench.log_in(EMAIL, "Nordvik Cars").await;
    let owner = member(&bench, &cookie).await;
    let colleague = owner.colleague("Petra Colleague", Role::Member).await;
    let mut body = listen(&bench, &cookie, 0).await;
    // Somebody else ends the log-in, and then something happens to the organisation's people.
    let account = owner.visit().require_session().unwrap().account_id;
    sql("delete from session where account_id = $1").bind(account).execute(&bench.db).await.unwrap();
    let event = kernel::Event {
        kind: "member.changed",
        subject_kind: "member",
        subject_id: colleague.member_id().uuid(),
        topic: Some(kernel::Topic::everyone("organisation")),
        data: serde_json::json!({}),
    };
    let mut tx = colleague.begin().await.unwrap();
    tx.record(event).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(colleague.organisation_id(), own);
    let end = timeout(Duration::from_secs(5), async { while body.next().await.is_some() {} }).await;
    assert!(end.is_ok(), "the stream goes on");
}

both!(on_two_servers_everybody_hears_everything_once_and_in_order, |db| {
    let (one, two) = (Bench::on(db.clone()).await, Bench::on(db.clone()).await);
    let (cookie, own) = one.log_in(EMAIL, "Nordvik Cars").await;
    let attending = [&one, &two].map(|bench| {
        let hub = bench.site.hub().clone();
        tokio::spawn(async move { hub.attend().await })
    });
    let mut here = listen(&one, &cookie, 0).await;
    let mut there = listen(&two, &cookie, 0).await;
    happen(&one, own.uuid(), "first", Hearers::Everyone).await;
    happen(&two, own.uuid(), "second", Hearers::Everyone).await;
    for body in [&mut here, &mut there] {
        let text = read_until(body, "second").await;
        assert_eq!(text.matches("first").count(), 1, "{text}");
        assert!(text.find("first") < text.find("second"), "{text}");
    }
    // The network goes away; meanwhile things happen on both; the browser comes back to the other server.
    let last = outbox::head(&one.site.reader(Scope::organisation(own.uuid())), own.uuid()).await.unwrap();
    drop(here);
    happen(&two, own.uuid(), "third", Hearers::Everyone).await;
    happen(&one, own.uuid(), "fourth", Hearers::Everyone).await;
    let mut back = listen(&two, &cookie, last).await;
    let text = read_until(&mut back, "fourth").await;
    assert!(text.contains("third") && !text.contains("second"), "{text}");
    for task in attending {
        task.abort();
    }
});

both!(a_server_that_loses_its_connection_reads_on, |db| {
    let (one, two) = (Bench::on(db.clone()).await, Bench::on(db.clone()).await);
    let (cookie, own) = one.log_in(EMAIL, "Nordvik Cars").await;
    let hub = two.site.hub().clone();
    let attending = tokio::spawn(async move { hub.attend().await });
    let mut there = listen(&two, &cookie, 0).await;
    happen(&one, own.uuid(), "before", Hearers::Everyone).await;
    read_until(&mut there, "before").await;
    db::testing::cut_off_listeners(&db).await;
    happen(&one, own.uuid(), "meanwhile", Hearers::Everyone).await;
    read_until(&mut there, "meanwhile").await;
    attending.abort();
});

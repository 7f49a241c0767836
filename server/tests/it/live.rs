//! Live events.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use futures::StreamExt;
use http::{StatusCode, header::COOKIE};
use live::News;
use tokio::time::timeout;
use uuid::Uuid;

use crate::bench::{Bench, EMAIL, get};

/// Reads what has arrived until `end` is in it.
async fn read_until(body: &mut BodyDataStream, end: &str) -> String {
    let mut text = String::new();
    while !text.contains(end) {
        let chunk = timeout(Duration::from_secs(5), body.next()).await;
        let chunk = chunk.unwrap_or_else(|_| panic!("`{end}` never came after {text:?}")).unwrap().unwrap();
        text.push_str(&String::from_utf8_lossy(&chunk));
    }
    text
}

fn news(organisation_id: Uuid, topic: &str, kind: &str) -> News {
    News {
        organisation_id,
        topic: topic.into(),
        kind: kind.into(),
        subject_id: Uuid::from_u128(7),
        actor_id: None,
    }
}

#[tokio::test]
async fn a_stranger_hears_nothing() {
    let bench = Bench::new().await;
    assert_eq!(bench.get("/live?topics=workflow/1").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_member_hears_the_topics_of_their_own_organisation_until_the_program_stops() {
    let bench = Bench::new().await;
    let (cookie, own) = bench.log_in(EMAIL, "Nordvik Cars").await;
    let other = Uuid::from_u128(1);
    let request = get("/live?topics=workflow/1,item/2")
        .header(COOKIE, cookie)
        .header("accept-encoding", "br")
        .body(Body::empty())
        .unwrap();
    let response = bench.open(request).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert!(!response.headers().contains_key("content-encoding"), "compression would hold events back");
    let mut body = response.into_body().into_data_stream();
    let hello = read_until(&mut body, "\n\n").await;
    assert!(hello.contains("retry: 1000"), "{hello}");

    bench.site.hub().tell(news(other, "workflow/1", "others"));
    bench.site.hub().tell(news(own.uuid(), "workflow/9", "elsewhere"));
    bench.site.hub().tell(news(own.uuid(), "item/2", "item.moved"));
    let text = read_until(&mut body, "item.moved").await;
    assert!(!text.contains("others") && !text.contains("elsewhere"), "{text}");
    assert!(text.contains(r#""topic":"item/2""#), "{text}");

    bench.stopper.stop();
    let end = timeout(Duration::from_secs(5), async { while body.next().await.is_some() {} }).await;
    assert!(end.is_ok(), "the stream ends when the program stops");
}

#[tokio::test]
async fn who_was_away_or_too_slow_looks_again() {
    let bench = Bench::new().await;
    let (cookie, own) = bench.log_in(EMAIL, "Nordvik Cars").await;
    let request =
        get("/live?topics=item/2").header(COOKIE, cookie).header("last-event-id", "1").body(Body::empty());
    let mut body = bench.open(request.unwrap()).await.into_body().into_data_stream();
    assert!(read_until(&mut body, "event: reload").await.contains("hello"));
    for _ in 0..3000 {
        bench.site.hub().tell(news(own.uuid(), "item/2", "item.moved"));
    }
    read_until(&mut body, "event: reload").await;
}

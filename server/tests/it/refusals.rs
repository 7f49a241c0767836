//! Requests that are refused before anything works on them.

use axum::body::{Body, Bytes};
use futures::stream;
use http::{Request, StatusCode, header};
use kernel::Error;

use crate::bench::{Bench, call, function};

#[tokio::test]
async fn another_website_cannot_act_for_a_visitor() {
    let bench = Bench::new().await;
    let foreign = |accept: &str| {
        Request::post(function("/viewer"))
            .header(header::HOST, "mediap.test")
            .header(header::ORIGIN, "https://evil.example")
            .header("sec-fetch-site", "cross-site")
            .header(header::ACCEPT, accept)
            .body(Body::empty())
            .unwrap()
    };
    let answer = bench.ask(foreign("application/json")).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(matches!(answer.error(), Error::Forbidden(text) if text.contains("another website")));

    let answer = bench.ask(foreign("text/html")).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.text.contains("<h1>This request was refused</h1>"), "{}", answer.text);
    assert!(answer.text.contains(answer.header("x-request-id")));
}

#[tokio::test]
async fn an_old_browser_is_checked_by_its_origin() {
    let bench = Bench::with(&[("base_url", "https://mediap.test")]).await;
    let from = |origin: &str| {
        Request::post(function("/viewer"))
            .header(header::HOST, "10.0.0.5:3000")
            .header(header::ORIGIN, origin)
            .body(Body::empty())
            .unwrap()
    };
    assert_eq!(bench.ask(from("https://mediap.test")).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(bench.ask(from("https://evil.example")).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_with_words() {
    let bench = Bench::with(&[("body_limit_bytes", "2048")]).await;
    let too_large = |request: http::request::Builder| request.body(Body::from(vec![b'a'; 4096])).unwrap();
    let answer = bench.ask(too_large(call(function("/log_in")))).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(matches!(answer.error(), Error::Conflict(text) if text.contains("larger than 2 KB")));

    let form = Request::post(function("/log_in"))
        .header(header::HOST, "mediap.test")
        .header(header::ACCEPT, "text/html");
    let answer = bench.ask(too_large(form)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.text.contains("<h1>That is too large</h1>"), "{}", answer.text);
}

#[tokio::test]
async fn a_body_that_does_not_say_how_long_it_is_stops_at_the_limit() {
    let bench = Bench::with(&[("body_limit_bytes", "2048")]).await;
    let chunks = (0..100).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![b'a'; 100])));
    let request = call(function("/log_in")).body(Body::from_stream(stream::iter(chunks))).unwrap();
    let answer = bench.ask(request).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", answer.text);
    assert!(matches!(answer.error(), Error::Conflict(_)));
}

#[tokio::test]
async fn arguments_that_cannot_be_read_are_the_callers_mistake() {
    let bench = Bench::new().await;
    let answer = bench.ask(call(function("/log_in")).body(Body::from("nonsense")).unwrap()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text);
    assert!(matches!(answer.error(), Error::Network(_)));
}

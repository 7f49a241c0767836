//! Probes and counters.

use std::net::SocketAddr;

use axum::{body::Body, extract::ConnectInfo};
use http::StatusCode;

use crate::bench::{Answer, Bench, get};

#[tokio::test]
async fn the_process_is_alive() {
    let bench = Bench::new().await;
    let answer = bench.get("/healthz").await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, "ok\n"));
}

db::both!(it_is_ready_until_the_database_goes, |db| {
    let bench = Bench::on(db).await;
    let answer = bench.get("/readyz").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.text, r#"{"ready":true,"database":"ok","migrations":"ok","worker":"off"}"#);

    bench.db.close().await;
    let answer = bench.get("/readyz").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.text.contains(r#""ready":false,"database":"does not answer""#), "{}", answer.text);
    assert_eq!(bench.get("/healthz").await.status, StatusCode::OK);
});

db::both!(a_worker_that_stands_still_is_not_ready, |db| {
    let bench = Bench::with_pulse(db.clone(), jobs::Pulse::default()).await;
    let answer = bench.get("/readyz").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        answer.text.contains(r#""ready":false"#) && answer.text.contains(r#""worker":"has not started""#)
    );

    // A worker that went round its loop at some moment, and then no more.
    let went_round = async |ago: chrono::Duration| {
        let clock = bench.site.clone();
        let now: jobs::Now = std::sync::Arc::new(move || clock.now() - ago);
        let worker = jobs::Worker::new(bench.site.queue().clone(), jobs::Handlers::default(), now);
        let pulse = worker.pulse();
        let seen = pulse.clone();
        let once = async move {
            while seen.last().is_none() {
                tokio::task::yield_now().await;
            }
        };
        worker.run(once).await;
        Bench::with_pulse(db.clone(), pulse).await.get("/readyz").await
    };
    let answer = went_round(chrono::Duration::seconds(2)).await;
    assert_eq!((answer.status, answer.text.contains(r#""worker":"ok""#)), (StatusCode::OK, true));
    let answer = went_round(chrono::Duration::seconds(40)).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.text.contains(r#""worker":"has not shown itself for 4"#), "{}", answer.text);
});

async fn metrics_for(bench: &Bench, address: [u8; 4], forwarded: Option<&str>) -> Answer {
    let mut request = get("/metrics").body(Body::empty()).unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from((address, 5000))));
    if let Some(forwarded) = forwarded {
        request.headers_mut().insert("x-forwarded-for", forwarded.parse().unwrap());
    }
    bench.ask(request).await
}

#[tokio::test]
async fn only_the_same_machine_reads_the_counters() {
    let bench = Bench::new().await;
    bench.get("/login").await;
    bench.get("/no/such/page").await;
    let answer = metrics_for(&bench, [127, 0, 0, 1], None).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(
        answer.text.contains(
            r#"mediap_http_request_duration_seconds_count{route="/login",method="GET",status="200"}"#
        ),
        "{}",
        answer.text
    );
    assert!(!answer.text.contains("no/such"), "paths are no labels");
    assert!(answer.text.contains("mediap_jobs{state=\"waiting\"} 0"));
    assert!(answer.text.contains("mediap_database_up 1"));

    assert_eq!(metrics_for(&bench, [203, 0, 113, 9], None).await.status, StatusCode::NOT_FOUND);
    assert_eq!(metrics_for(&bench, [127, 0, 0, 1], Some("203.0.113.9")).await.status, StatusCode::NOT_FOUND);
}

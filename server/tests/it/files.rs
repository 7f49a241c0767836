//! Files that browsers load.

use axum::body::Body;
use http::StatusCode;

use crate::bench::{Bench, get};

#[tokio::test]
async fn a_file_named_after_its_content_is_kept_for_ever_and_sent_compressed() {
    let bench = Bench::new().await;
    let request =
        get("/pkg/mediap.BBB.wasm").header("accept-encoding", "gzip, br").body(Body::empty()).unwrap();
    let answer = bench.ask(request).await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, "brotli"));
    assert_eq!(answer.header("content-encoding"), "br");
    assert_eq!(answer.header("content-type"), "application/wasm");
    assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(bench.get("/pkg/mediap.BBB.wasm").await.text, "plain");
}

#[tokio::test]
async fn other_files_are_asked_for_again() {
    let bench = Bench::new().await;
    let answer = bench.get("/favicon.svg").await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, "<svg/>"));
    assert_eq!(answer.header("cache-control"), "public, max-age=600");
}

#[tokio::test]
async fn nothing_outside_the_site_is_sent() {
    let bench = Bench::new().await;
    for path in ["/../mediap.db", "/%2e%2e/mediap.db", "/pkg/..%2f..%2fmediap.db", "/pkg/none.js"] {
        let answer = bench.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_browser_gets_what_it_shows_without_a_network() {
    let bench = Bench::new().await;
    let worker = bench.get("/sw.js").await;
    assert_eq!((worker.status, worker.header("cache-control")), (StatusCode::OK, "no-cache"));
    assert!(worker.header("content-type").starts_with("text/javascript"));
    assert!(worker.text.starts_with("const FILES = [\"/pkg/mediap."), "{}", worker.text);
    for file in ["\"/pkg/mediap.BBB.wasm\"", "\"/icons.svg\"", "\"/offline\", \"/offline.js\"]"] {
        assert!(worker.text.contains(file), "{file} {}", worker.text);
    }
    let page = bench.get("/offline").await;
    assert_eq!((page.status, page.header("cache-control")), (StatusCode::OK, "no-cache"));
    assert!(page.text.contains("<h1>You are offline"), "{}", page.text);
    assert_eq!(page.text.matches("<script").count(), 1);
    assert!(page.text.contains("<script src=\"/offline.js\" defer></script>"), "{}", page.text);
    let script = bench.get("/offline.js").await;
    assert_eq!((script.status, script.header("cache-control")), (StatusCode::OK, "no-cache"));
}

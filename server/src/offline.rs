//! Without a network: a worker that keeps in the browser what every page loads, and the page that stands in for all others.

use axum::{
    extract::State,
    response::{Html, IntoResponse, Response},
};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use crate::{product, state::AppState};

/// The page that stands in for all others.
pub(crate) const PAGE: &str = "/offline";

/// What the page reads of what the browser keeps.
pub(crate) const SCRIPT: &str = "/offline.js";

const WORKER: &str = include_str!("offline/worker.js");

/// The worker, with the names of the files that it keeps: another build is another worker, which the browser notices.
pub(crate) async fn worker(State(state): State<AppState>) -> Response {
    let built = state.built();
    let files =
        [&built.stylesheet, &built.script, &built.client, "/icons.svg", "/fonts/inter.woff2", PAGE, SCRIPT]
            .map(encode);
    let text = format!("const FILES = [{}];\n{WORKER}", files.join(", "));
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CACHE_CONTROL, "no-cache")], text).into_response()
}

/// See [`SCRIPT`].
pub(crate) async fn script() -> Response {
    let headers = [(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CACHE_CONTROL, "no-cache")];
    (headers, include_str!("offline/offline.js")).into_response()
}

/// See [`PAGE`].
pub(crate) async fn page(State(state): State<AppState>) -> Response {
    ([(CACHE_CONTROL, "no-cache")], Html(product::offline_page(&state))).into_response()
}

/// An address as a text of JavaScript.
fn encode(address: &str) -> String {
    format!("{address:?}")
}

//! Refuses a body over the limit with words, before anything works on it.

use std::time::Duration;

use axum::{
    body::{Body, HttpBody},
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use futures::StreamExt;
use tokio::time::timeout;

use crate::{
    attachments,
    problem::{Asked, Problem},
    state::AppState,
};

/// How much of a refused body is read and thrown away, and for how long.
const DRAIN_BYTES: usize = 64 * 1024 * 1024;
const DRAIN_TIME: Duration = Duration::from_secs(10);

/// See the module. A body without a declared length is stopped at the limit where it is read.
pub(crate) async fn limit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let chunk =
        request.extensions().get::<MatchedPath>().is_some_and(|path| path.as_str() == attachments::CHUNKS);
    let limit = if chunk { attachments::chunk_limit() } else { state.config.body_limit_bytes };
    let declared = request.body().size_hint().lower();
    if declared <= u64::try_from(limit).unwrap_or(u64::MAX) {
        return next.run(request).await;
    }
    let asked = Asked::by(&request);
    tracing::warn!(declared, limit, "Body over the limit refused");
    // A browser reads the answer only after it has sent everything; closing earlier shows "connection reset".
    timeout(DRAIN_TIME, drain(request.into_body())).await.ok();
    Problem::too_large(limit).answer(&asked, &state)
}

async fn drain(body: Body) {
    let mut left = DRAIN_BYTES;
    let mut chunks = body.into_data_stream();
    while let Some(Ok(chunk)) = chunks.next().await {
        let Some(rest) = left.checked_sub(chunk.len()) else { return };
        left = rest;
    }
}

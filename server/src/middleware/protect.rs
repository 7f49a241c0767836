//! A panic or a stuck request becomes a page with the request id instead of a closed connection.

use std::{panic::AssertUnwindSafe, time::Duration};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use futures::FutureExt;
use tokio::time::timeout;

use crate::{
    problem::{Asked, Problem},
    state::AppState,
};

/// See the module. The time is that to the head of the answer: live events go on.
pub(crate) async fn protect(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let asked = Asked::by(&request);
    let limit = Duration::from_secs(state.config.request_timeout_secs);
    match timeout(limit, AssertUnwindSafe(next.run(request)).catch_unwind()).await {
        Ok(Ok(response)) => response,
        // The hook has logged the panic within the request's span.
        Ok(Err(_)) => Problem::broken(&asked).answer(&asked, &state),
        Err(_) => {
            tracing::error!(limit_secs = limit.as_secs(), "Request took too long and was given up");
            Problem::too_slow().answer(&asked, &state)
        }
    }
}

//! Gives the error of a server function its HTTP status.
//!
//! Version 0.8 of server_fn answers every error with 500; the kind stands in the body only. Proxies, logs and
//! people with `curl` read the status.

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderName, HeaderValue, StatusCode, header::RETRY_AFTER};
use kernel::Error;
use server_fn::error::SERVER_FN_ERROR_HEADER;

use crate::{
    problem::{Asked, Problem},
    state::AppState,
};

/// Errors are a few sentences; anything larger is not one.
const LARGEST: usize = 64 * 1024;
/// What axum says when a body without a declared length passes the limit.
const OVER_LIMIT: &str = "length limit exceeded";

/// Tells the page that the act may be done again once the person has shown that it is them.
const PROVE_AGAIN: HeaderName = HeaderName::from_static("mediap-prove-again");

/// See the module.
pub(crate) async fn api_status(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let asked = Asked::by(&request);
    let response = next.run(request).await;
    let failed = response.status() == StatusCode::INTERNAL_SERVER_ERROR
        && response.headers().contains_key(SERVER_FN_ERROR_HEADER);
    if !failed {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, LARGEST).await else {
        return Problem::broken(&asked).answer(&asked, &state);
    };
    if let Ok(error) = serde_json::from_slice::<Error>(&bytes) {
        match &error {
            Error::Network(cause) if cause.contains(OVER_LIMIT) => {
                return Problem::too_large(state.config.body_limit_bytes).answer(&asked, &state);
            }
            Error::Network(cause) => {
                tracing::info!(%cause, "Arguments of a server function could not be read")
            }
            Error::TooMany { retry_after_secs } => {
                head.headers.insert(RETRY_AFTER, (*retry_after_secs).into());
            }
            Error::ProveAgain => {
                head.headers.insert(PROVE_AGAIN, HeaderValue::from_static("1"));
            }
            _ => {}
        }
        head.status = StatusCode::from_u16(error.status()).unwrap_or(head.status);
    }
    Response::from_parts(head, Body::from(bytes))
}

//! Refuses changes that another website asks for in a visitor's name.
//!
//! The check is tower-http's (`Sec-Fetch-Site`, then `Origin` against `Host`); here its refusal gets words.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::{
    problem::{Asked, Problem},
    state::AppState,
};

/// The check. The address people type is always ours, also behind a proxy that changes `Host`.
pub(crate) fn check(base_url: &str) -> CsrfLayer {
    CsrfLayer::new().add_trusted_origin(base_url).unwrap_or_else(|cause| {
        tracing::warn!(%cause, "The address people type cannot be an origin");
        CsrfLayer::new()
    })
}

/// Gives the refusal words.
pub(crate) async fn explain(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let asked = Asked::by(&request);
    let response = next.run(request).await;
    match response.extensions().get::<ProtectionError>() {
        Some(cause) => {
            tracing::warn!(%cause, "Request from another website refused");
            Problem::foreign_origin().answer(&asked, &state)
        }
        None => response,
    }
}

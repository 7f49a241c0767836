//! `/api/v1`: the interface for other programs. The domains publish it (`product::api`); here stands what surrounds it:
//! who asks, how often they may, the document and the page that shows it.

mod caller;
mod limit;
mod reference;

use axum::{Router, extract::DefaultBodyLimit, middleware::from_fn_with_state, routing::get};
use tower_http::{CompressionLevel, compression::CompressionLayer};

pub(crate) use caller::caller_or_session;
pub(crate) use limit::Limits;
pub use reference::document;

use crate::{product, state::AppState};

/// The interface over HTTP.
pub(crate) fn router(state: &AppState) -> Router<AppState> {
    let calls = product::api()
        .router::<AppState>()
        .layer(from_fn_with_state(state.clone(), caller::caller))
        .layer(DefaultBodyLimit::max(state.config.body_limit_bytes))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest));
    Router::new()
        .route("/api/v1/openapi.json", get(reference::openapi))
        .route("/api/reference", get(reference::page))
        .route("/api/reference.js", get(reference::script))
        .nest(rest::BASE, calls)
}

//! Finds out who asks: cookie → session → [`Visit`] in the request.

use std::time::Instant;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderValue, header::CACHE_CONTROL};

use crate::{
    metrics,
    middleware::observe::RequestId,
    problem::{Asked, Problem},
    product,
    state::AppState,
};

/// See the module. Without the database nobody can be recognised, and the answer says so.
pub(crate) async fn session(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let request_id = request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
    let started = Instant::now();
    let visit = match product::visit(&state.site, &request_id, request.headers()).await {
        Ok(visit) => visit,
        Err(error) => {
            let asked = Asked::by(&request);
            return Problem::from(error).answer(&asked, &state);
        }
    };
    let known = visit.session().is_some();
    if known {
        metrics::visit(started.elapsed());
    }
    request.extensions_mut().insert(visit);
    let mut response = next.run(request).await;
    // A page of somebody who has logged out must not come back with the Back button.
    let keep = if known { "no-store" } else { "private, no-cache" };
    response.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static(keep));
    response
}

//! Pages in turn. Writing one is work for a processor: begun all at once, each would take as long as all of them
//! together; in turn, the first ones are out at once and the last one is no later.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::Method;

use crate::state::AppState;

/// See the module. Acts of people who have their page already do not stand in line.
pub(crate) async fn turns(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let page = matches!(*request.method(), Method::GET | Method::HEAD);
    // The semaphore is never closed; if it were, nobody would have to wait.
    let _turn = if page { state.turns.acquire().await.ok() } else { None };
    next.run(request).await
}

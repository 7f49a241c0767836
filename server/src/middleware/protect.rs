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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::{Router, body::Body, middleware::from_fn_with_state, routing::get};
    use http::StatusCode;
    use kernel::{Error, Site, SystemClock};
    use tower::ServiceExt;

    use super::*;
    use crate::{
        Stop,
        config::{Config, Sources},
        middleware::observe,
    };

    async fn ask(path: &str) -> (StatusCode, String, Error) {
        let flags = vec![
            ("request_timeout_secs".into(), "1".into()),
            ("database_url".into(), "sqlite::memory:".into()),
        ];
        let config = Config::load(&Sources { flags, ..Sources::default() }).unwrap();
        let db = db::Db::connect(&db::Options::new(config.database_url.clone())).await.unwrap();
        let site = Site::new(db.clone(), Arc::new(SystemClock), "http://mediap.test");
        let state = AppState::new(config, site, None, Stop::channel().1);
        let router = Router::new()
            .route("/api/panic", get(async || -> &'static str { panic!("on purpose") }))
            .route("/api/stuck", get(std::future::pending::<&'static str>))
            .layer(from_fn_with_state(state.clone(), protect))
            .layer(from_fn_with_state(state, observe::observe));
        let response = router.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        (status, id, serde_json::from_slice(&bytes).unwrap())
    }

    #[tokio::test]
    async fn a_panic_becomes_an_error_with_the_request_id() {
        let (status, id, error) = ask("/api/panic").await;
        assert_eq!((status, error), (StatusCode::INTERNAL_SERVER_ERROR, Error::Internal { reference: id }));
    }

    #[tokio::test]
    async fn a_request_that_takes_too_long_ends() {
        let (status, _, error) = ask("/api/stuck").await;
        assert_eq!(status, StatusCode::GATEWAY_TIMEOUT);
        assert!(matches!(error, Error::Unavailable(_)));
    }
}

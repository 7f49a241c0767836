//! `/webhooks/{organisation}/{hook}`: what other programs tell us. It is checked and stored, and handled by a job.

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, Path, Request, State, rejection::PathRejection},
    response::{IntoResponse, Response},
    routing::post,
};
use http::{StatusCode, header::CACHE_CONTROL};
use kernel::{ClientAddress, Error};
use rest::Problem;
use uuid::Uuid;

use crate::{product, state::AppState};

/// Where they send to.
pub(crate) const BASE: &str = "/webhooks/";

/// The one address, which takes what is sent to a hook.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/webhooks/{organisation}/{hook}", post(receive))
        .layer(DefaultBodyLimit::max(product::LARGEST_EVENT))
}

/// The path as it may be logged: for senders that cannot sign, the address ends with a secret.
pub(crate) fn without_secret(path: &str) -> &str {
    match path.strip_prefix(BASE) {
        Some(_) => path.split('.').next().unwrap_or_default(),
        None => path,
    }
}

async fn receive(
    State(state): State<AppState>,
    place: Result<Path<(String, String)>, PathRejection>,
    request: Request,
) -> Response {
    let mut answer = match take(&state, place, request).await {
        // Not 200: it is stored, and not handled yet.
        Ok(received) => (StatusCode::ACCEPTED, axum::Json(received)).into_response(),
        Err(problem) => problem.into_response(),
    };
    answer.headers_mut().entry(CACHE_CONTROL).or_insert(http::HeaderValue::from_static("no-store"));
    answer
}

async fn take(
    state: &AppState,
    place: Result<Path<(String, String)>, PathRejection>,
    request: Request,
) -> Result<product::Received, Problem> {
    let Ok(Path((organisation, hook))) = place else { return Err(Error::NotFound.into()) };
    let address = request.extensions().get::<ClientAddress>().map(|address| address.0);
    // A sender that is too fast is held up before anything is read.
    let id: Uuid =
        hook.split('.').next().and_then(|id| id.parse().ok()).ok_or(Problem::from(Error::NotFound))?;
    if let Some(wait) = state.limits.call(id).wait_secs {
        return Err(Error::TooMany { retry_after_secs: wait }.into());
    }
    let headers = request.headers().clone();
    let body = Bytes::from_request(request, &()).await.map_err(|cause| match cause.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large("At most 1 MB is taken."),
        _ => Problem::unreadable("The body did not arrive as it was sent."),
    })?;
    match product::receive(&state.site, &organisation, &hook, &headers, &body).await {
        Ok(received) => Ok(received),
        // Guessing addresses and signatures counts for who guesses, as tokens do.
        Err(error @ (Error::NotFound | Error::Forbidden(_))) => {
            match address.and_then(|address| state.limits.guess(address).wait_secs) {
                Some(wait) => Err(Error::TooMany { retry_after_secs: wait }.into()),
                None => Err(error.into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_log_has_the_secret_of_an_address() {
        assert_eq!(without_secret("/webhooks/one/two.c2VjcmV0"), "/webhooks/one/two");
        assert_eq!(without_secret("/webhooks/one/two"), "/webhooks/one/two");
        assert_eq!(without_secret("/pkg/mediap.AAA.js"), "/pkg/mediap.AAA.js");
    }
}

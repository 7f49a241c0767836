//! `/forms/{token}`: public forms that are sent without scripts. The page comes back with what was typed and what is wrong about
//! it, or with what was made of it.

use axum::{
    Extension, Form, Router,
    body::Body,
    extract::{DefaultBodyLimit, FromRequest, Path, Request, State},
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::post,
};
use http::{
    HeaderValue, Method, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER},
};
use kernel::{Error, Visit};

use crate::{
    middleware::turns,
    problem::{Asked, Problem},
    product,
    router::{context, document},
    state::AppState,
};

/// Where they are.
const BASE: &str = "/forms/";
/// Bytes of a form at most.
const LARGEST: usize = 512 * 1024;

/// The one address that takes what is sent.
pub(crate) fn router(state: &AppState) -> Router<AppState> {
    Router::new()
        .route("/forms/{token}", post(send))
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(from_fn_with_state(state.clone(), turns::always))
}

/// The path as it may be logged: what it ends with opens the form.
pub(crate) fn without_token(path: &str) -> &str {
    if path.starts_with(BASE) { BASE } else { path }
}

async fn send(
    State(state): State<AppState>,
    Extension(visit): Extension<Visit>,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    let asked = Asked::by(&request);
    let (mut parts, body) = request.into_parts();
    let form = Request::from_parts(parts.clone(), body);
    let pairs: Vec<(String, String)> = match Form::from_request(form, &()).await {
        Ok(Form(pairs)) => pairs,
        Err(cause) => {
            let is_too_large = cause.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE;
            let problem = if is_too_large { Problem::too_large(LARGEST) } else { Problem::damaged() };
            return problem.answer(&asked, &state);
        }
    };
    let posted = product::send_form(&visit, &parts, &token, pairs).await;
    let wrong = product::what_is_wrong(&posted);
    // The page is written as if it was asked for.
    parts.method = Method::GET;
    parts.headers.remove(CONTENT_TYPE);
    parts.headers.remove(CONTENT_LENGTH);
    let given = context(&state);
    let with = move || {
        given();
        product::provide_posted(&posted);
    };
    let render = leptos_axum::render_app_async_with_context(with, document(&state));
    let mut response = render(Request::from_parts(parts, Body::empty())).await.into_response();
    if let Some(error) = wrong
        && response.status() == StatusCode::OK
    {
        *response.status_mut() = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
        if let Error::TooMany { retry_after_secs } = error {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry_after_secs));
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::without_token;

    #[test]
    fn no_log_has_what_opens_a_form() {
        assert_eq!(without_token("/forms/c2VjcmV0"), "/forms/");
        assert_eq!(without_token("/workflows/UC/form"), "/workflows/UC/form");
    }
}

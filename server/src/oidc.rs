//! `/oidc/{id}/…`: to a provider that says who somebody is, and back from it.

use axum::{
    Extension, Form,
    extract::{Path, Query, Request, State},
    response::{IntoResponse, Response},
};
use http::{
    HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, COOKIE, LOCATION, REFRESH, SET_COOKIE},
    request::Parts,
};
use kernel::{Result, Visit};
use serde::Deserialize;

use crate::{
    problem::{Asked, Problem},
    product::{self, Place, ProviderAnswer, Reply},
    state::AppState,
};

/// What the button sends.
#[derive(Debug, Deserialize)]
pub(crate) struct Start {
    next: Option<String>,
    /// Present in the settings, where an account is linked.
    link: Option<String>,
}

/// `POST /oidc/{id}/start`
pub(crate) async fn start(
    State(state): State<AppState>,
    Extension(visit): Extension<Visit>,
    Path(id): Path<String>,
    parts: Parts,
    Form(form): Form<Start>,
) -> Response {
    let link = form.link.is_some();
    let reply =
        product::provider_start(&visit, &state.providers, &parts, &id, form.next.as_deref(), link).await;
    answer(&state, parts, reply)
}

/// What a provider sends back with the person.
#[derive(Debug, Deserialize)]
pub(crate) struct Back {
    #[serde(default)]
    state: String,
    code: Option<String>,
    error: Option<String>,
}

/// `GET /oidc/{id}/callback`. What it changes is bound to a `POST` of the same browser by state and cookie.
pub(crate) async fn callback(
    State(state): State<AppState>,
    Extension(visit): Extension<Visit>,
    Path(id): Path<String>,
    Query(back): Query<Back>,
    parts: Parts,
) -> Response {
    let back = ProviderAnswer { state: back.state, code: back.code, error: back.error };
    let reply = product::provider_callback(&visit, &state.providers, &parts, &id, &back).await;
    answer(&state, parts, reply)
}

fn answer(state: &AppState, parts: Parts, reply: Result<Reply>) -> Response {
    let reply = match reply {
        Ok(reply) => reply,
        Err(error) => {
            let asked = Asked::by(&Request::from_parts(parts, axum::body::Body::empty()));
            return Problem::from(error).answer(&asked, state);
        }
    };
    let mut response = match reply.place {
        Place::Here(path) => (StatusCode::SEE_OTHER, [(LOCATION, path)]).into_response(),
        Place::Away(name, address) => away(state, &parts, &name, &address),
    };
    let headers = response.headers_mut();
    for cookie in reply.cookies.iter().filter_map(|cookie| HeaderValue::from_str(cookie).ok()) {
        headers.append(SET_COOKIE, cookie);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A page that goes on by itself, not a redirect: `form-action 'self'` holds for the whole chain of redirects after a
/// form in Chromium, so the form could not end at the provider. Naming the provider in the policy would not do either,
/// since many send people on to yet another host. A page that has arrived starts a chain of its own.
pub(crate) fn away(state: &AppState, parts: &Parts, name: &str, address: &str) -> Response {
    let cookies = parts.headers.get(COOKIE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let page = product::going_page(state, name, address, cookies);
    let mut response = ([(CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response();
    // The address was written by a parser of addresses, so it is plain ASCII; if not, the page has a link.
    if let Ok(refresh) = HeaderValue::from_str(&format!("0; url={address}")) {
        response.headers_mut().insert(REFRESH, refresh);
    }
    response
}

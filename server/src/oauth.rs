//! `/oauth/…`: what apps of other makers ask with (OAuth 2.1). The page that asks a person is `/oauth/authorize`.

use std::collections::BTreeMap;

use axum::{
    Extension, Form, Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{
    HeaderValue, StatusCode,
    header::{CACHE_CONTROL, RETRY_AFTER},
    request::Parts,
};
use kernel::{Error, Visit};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    oidc,
    problem::{Asked, Problem},
    product::{self, ACCESS, AppRefusal, AppRequest, AppSent},
    state::AppState,
};

/// The values of a form; one that is sent twice counts as not sent, since two programs might believe different ones.
type Values = Vec<(String, String)>;

/// `GET /.well-known/oauth-authorization-server` (RFC 8414).
pub(crate) async fn metadata(State(state): State<AppState>) -> Json<Value> {
    let base = state.site.base_url();
    let scopes: Vec<&str> = kernel::Permission::ALL.iter().map(|permission| permission.key()).collect();
    Json(json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/oauth/authorize"),
        "token_endpoint": format!("{base}/oauth/token"),
        "revocation_endpoint": format!("{base}/oauth/revoke"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "revocation_endpoint_auth_methods_supported": ["none"],
        "authorization_response_iss_parameter_supported": true,
        "scopes_supported": scopes,
        "service_documentation": format!("{base}/api/reference"),
    }))
}

/// `POST /oauth/token`
pub(crate) async fn token(
    State(state): State<AppState>,
    parts: Parts,
    Form(values): Form<Values>,
) -> Response {
    let values = once(values);
    let value = |name: &str| values.get(name).cloned().unwrap_or_default();
    let sent = AppSent {
        grant_type: value("grant_type"),
        client_id: value("client_id"),
        code: value("code"),
        redirect_uri: value("redirect_uri"),
        code_verifier: value("code_verifier"),
        refresh_token: value("refresh_token"),
    };
    let tokens = match product::give_tokens(&state.site, &sent, &parts).await {
        Ok(tokens) => tokens,
        Err(refusal) => return refused(&state, &parts, refusal),
    };
    let body = json!({
        "access_token": tokens.access,
        "token_type": "Bearer",
        "expires_in": ACCESS.num_seconds(),
        "refresh_token": tokens.refresh,
        "scope": tokens.scope,
    });
    kept_nowhere((StatusCode::OK, Json(body)).into_response())
}

/// `POST /oauth/revoke` (RFC 7009). What is not known has ended already.
pub(crate) async fn revoke(State(state): State<AppState>, Form(values): Form<Values>) -> Response {
    let values = once(values);
    let value = |name: &str| values.get(name).map(String::as_str).unwrap_or_default();
    match product::revoke_token(&state.site, value("client_id"), value("token")).await {
        Ok(()) => kept_nowhere(StatusCode::OK.into_response()),
        Err(error) => failed(&error),
    }
}

/// What the page of `/oauth/authorize` sends.
#[derive(Debug, Deserialize)]
pub(crate) struct Decision {
    #[serde(flatten)]
    request: AppRequest,
    answer: String,
}

/// `POST /oauth/decide`: the browser goes on to the app, with a code or without one.
pub(crate) async fn decide(
    State(state): State<AppState>,
    Extension(visit): Extension<Visit>,
    parts: Parts,
    Form(Decision { request, answer }): Form<Decision>,
) -> Response {
    let decided = product::decide_about_app(&visit, &parts, &request, answer == "allow").await;
    let response = match decided {
        Ok((app, address)) => oidc::away(&state, &parts, &app, &address),
        Err(error) => {
            let asked = Asked::by(&axum::extract::Request::from_parts(parts, axum::body::Body::empty()));
            Problem::from(error).answer(&asked, &state)
        }
    };
    kept_nowhere(response)
}

fn once(values: Values) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let mut twice = Vec::new();
    for (name, value) in values {
        if found.insert(name.clone(), value).is_some() {
            twice.push(name);
        }
    }
    found.retain(|name, _| !twice.contains(name));
    found
}

/// A refusal in the words of RFC 6749. What is not known costs its address a try.
fn refused(state: &AppState, parts: &Parts, refusal: AppRefusal) -> Response {
    let (error, description) = match refusal {
        AppRefusal::Failed(error) => return failed(&error),
        AppRefusal::Request(name) => ("invalid_request", format!("{name} is missing or cannot be read.")),
        AppRefusal::GrantType => {
            ("unsupported_grant_type", "It is authorization_code or refresh_token.".to_owned())
        }
        AppRefusal::Grant => {
            let address = parts.extensions.get::<kernel::ClientAddress>();
            if let Some(wait) = address.and_then(|address| state.limits.guess(address.0).wait_secs) {
                return failed(&Error::TooMany { retry_after_secs: wait });
            }
            let text = "What was shown is not known, has ended, was used before, or is not this app's.";
            ("invalid_grant", text.to_owned())
        }
    };
    let body = json!({ "error": error, "error_description": description });
    kept_nowhere((StatusCode::BAD_REQUEST, Json(body)).into_response())
}

fn failed(error: &Error) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = json!({ "error": "temporarily_unavailable", "error_description": error.to_string() });
    let mut response = kept_nowhere((status, Json(body)).into_response());
    if let Error::TooMany { retry_after_secs } = error {
        response.headers_mut().insert(RETRY_AFTER, (*retry_after_secs).into());
    }
    response
}

fn kept_nowhere(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

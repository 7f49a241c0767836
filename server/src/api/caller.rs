//! Finds out which program asks: key → [`Visit`] in the request; and how often it may.

use std::net::IpAddr;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, HeaderName,
    header::{AUTHORIZATION, CACHE_CONTROL},
};
use kernel::{Error, Result, Site, Visit};
use rest::Problem;

use super::limit::Left;
use crate::{
    middleware::{observe::RequestId, session},
    product,
    state::AppState,
};

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// See the module.
pub(crate) async fn caller(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let address = request.extensions().get::<kernel::ClientAddress>().map(|address| address.0);
    let id = request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
    let token = bearer(request.headers()).map(str::to_owned);
    let (left, mut answer) = match recognise(&state, address, &id, token.as_deref()).await {
        Ok((visit, left)) => {
            request.extensions_mut().insert(visit);
            (Some(left), next.run(request).await)
        }
        Err((problem, left)) => (left, problem.into_response()),
    };
    let headers = answer.headers_mut();
    headers.entry(CACHE_CONTROL).or_insert(http::HeaderValue::from_static("no-store"));
    if let Some(left) = left {
        headers.insert(LIMIT, left.limit.into());
        headers.insert(REMAINING, left.remaining.into());
        headers.insert(RESET, left.reset_secs.into());
    }
    answer
}

/// The same for what browsers ask for, too: bytes of files, which a program sends and fetches by its key.
pub(crate) async fn caller_or_session(state: State<AppState>, request: Request, next: Next) -> Response {
    if request.headers().contains_key(AUTHORIZATION) {
        caller(state, request, next).await
    } else {
        session::session(state, request, next).await
    }
}

/// Who asks. A key counts for itself, wherever it is used; guessing counts for the address that it comes from.
async fn recognise(
    state: &AppState,
    address: Option<IpAddr>,
    request_id: &str,
    token: Option<&str>,
) -> std::result::Result<(Visit, Left), (Problem, Option<Left>)> {
    let refuse = |problem: Problem| {
        // A wrong token costs its address a try.
        let left = address.map(|address| state.limits.guess(address));
        match left {
            Some(Left { wait_secs: Some(wait), .. }) => {
                let error = Error::TooMany { retry_after_secs: wait };
                (Problem::from(error), left)
            }
            _ => (problem, left),
        }
    };
    let Some(token) = token else { return Err(refuse(Error::Unauthenticated.into())) };
    let visit = match visit_by_key(&state.site, request_id, token).await {
        Ok(Some(visit)) => visit,
        Ok(None) => {
            let detail = "This token is not known, has ended or was withdrawn.";
            return Err(refuse(Problem::unauthenticated(detail)));
        }
        Err(error) => return Err((error.into(), None)),
    };
    let key = visit.agent().map(|agent| agent.key_id.uuid()).unwrap_or_default();
    let left = state.limits.call(key);
    match left.wait_secs {
        None => Ok((visit, left)),
        Some(wait) => Err((Error::TooMany { retry_after_secs: wait }.into(), Some(left))),
    }
}

/// What stands behind `Bearer `.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// The visit of the program that shows this token, if it opens anything.
async fn visit_by_key(site: &Site, request_id: &str, token: &str) -> Result<Option<Visit>> {
    let found = product::agent(site, token).await?;
    Ok(found.map(|(agent, reader)| Visit::by_agent(site.clone(), request_id, agent, reader)))
}

//! What browsers load of organisations, brands and people besides pages: pictures, and the colours of a brand. For
//! members only; for others nothing is there.

use axum::{
    Extension,
    extract::{Path, Query, Request, State},
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH},
};
use kernel::{Result, Visit};
use serde::Deserialize;

use crate::{
    problem::{Asked, Problem},
    product::{self, Picture},
    state::AppState,
};

/// How long a browser keeps what changes under its address.
const SHORT: &str = "private, max-age=300";
/// How long a browser keeps what never changes under its address.
const EVER: &str = "private, max-age=31536000, immutable";

/// The version in an address.
#[derive(Debug, Deserialize)]
pub(crate) struct Version {
    v: Option<i64>,
}

impl Version {
    fn keep(&self) -> &'static str {
        if self.v.is_some() { EVER } else { SHORT }
    }
}

/// `/organisation/{id}/logo`: its address stays when the picture changes.
pub(crate) async fn organisation(
    State(state): State<AppState>,
    Extension(visit): Extension<Visit>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let found = match id.parse() {
        Ok(id) => product::logo(&visit, id).await,
        Err(_) => Ok(None),
    };
    picture(found, SHORT, &request, &state)
}

/// `/brand/{id}/logo?v={version}`
pub(crate) async fn brand(
    State(state): State<AppState>,
    Extension(visit): Extension<Visit>,
    Path(id): Path<String>,
    Query(version): Query<Version>,
    request: Request,
) -> Response {
    let found = match id.parse() {
        Ok(id) => product::brand_logo(&visit, id).await,
        Err(_) => Ok(None),
    };
    picture(found, version.keep(), &request, &state)
}

/// `/avatar/{id}?v={version}`
pub(crate) async fn avatar(
    State(state): State<AppState>,
    Extension(visit): Extension<Visit>,
    Path(id): Path<String>,
    Query(version): Query<Version>,
    request: Request,
) -> Response {
    let found = match id.parse() {
        Ok(id) => product::avatar(&visit, id).await,
        Err(_) => Ok(None),
    };
    picture(found, version.keep(), &request, &state)
}

/// `/brand/{id}.css?v={version}`
pub(crate) async fn brand_style(
    State(state): State<AppState>,
    Extension(visit): Extension<Visit>,
    Path(file): Path<String>,
    Query(wanted): Query<Version>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let found = match file.strip_suffix(".css").map(str::parse) {
        Some(Ok(id)) => product::brand_style(&visit, id).await,
        _ => Ok(None),
    };
    match found {
        Ok(Some((version, css))) => {
            // The colours also follow from the program; its own version tells when it was replaced.
            let tag = format!("\"{}-{version}\"", env!("CARGO_PKG_VERSION"));
            let keep = if wanted.v == Some(version) { "private, max-age=3600" } else { "private, no-cache" };
            let known = headers.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
            let head = [(ETAG, tag), (CACHE_CONTROL, keep.to_owned())];
            if known {
                (StatusCode::NOT_MODIFIED, head).into_response()
            } else {
                (head, [(CONTENT_TYPE, "text/css; charset=utf-8")], css).into_response()
            }
        }
        Ok(None) => Problem::not_found().answer(&Asked::by(&request), &state),
        Err(error) => Problem::from(error).answer(&Asked::by(&request), &state),
    }
}

fn picture(found: Result<Option<Picture>>, keep: &str, request: &Request, state: &AppState) -> Response {
    let problem = match found {
        Ok(Some(picture)) => {
            let headers = [(CONTENT_TYPE, picture.media_type), (CACHE_CONTROL, keep.to_owned())];
            return (headers, picture.bytes).into_response();
        }
        Ok(None) => Problem::not_found(),
        Err(error) => error.into(),
    };
    problem.answer(&Asked::by(request), state)
}

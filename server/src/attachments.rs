//! Files that people attach: chunks of uploads come in, downloads go out, both piece by piece.
//!
//! What is sent was uploaded by somebody, so every answer says that nothing of it may run: its type is the one that was
//! seen in its content, the browser may not guess another, and a policy shuts it into a sandbox.

mod desk;
mod send;

use axum::{
    Extension,
    extract::{Path, Query, Request, State},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use files::{
    acts::{self, Chunk, Refusal},
    model::{CHUNK, Upload},
};
use http::{HeaderMap, HeaderValue, header::CACHE_CONTROL};
use kernel::{Error, FileId, Result, Visit};
use serde::Deserialize;

use crate::{
    problem::{Asked, Problem},
    state::AppState,
};

pub use desk::{desk, handlers};

/// Where chunks are sent to.
pub(crate) const CHUNKS: &str = "/api/files/uploads/{id}";

/// How long a browser keeps the small picture of a file: it never changes.
const EVER: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");
/// A download is asked for again each time, and mostly answered with "not modified".
const AGAIN: HeaderValue = HeaderValue::from_static("private, no-cache");
/// What came by a link is kept nowhere.
const NEVER: HeaderValue = HeaderValue::from_static("private, no-store");

/// The largest body of a chunk.
pub(crate) fn chunk_limit() -> usize {
    usize::try_from(CHUNK).unwrap_or(usize::MAX)
}

/// `?at=1048576`: where the chunk begins.
#[derive(Debug, Deserialize)]
pub(crate) struct At {
    at: i64,
}

/// `?key=…`: what makes a link work.
#[derive(Debug, Deserialize)]
pub(crate) struct Link {
    key: String,
}

/// Takes a chunk of an upload. `Content-Digest: sha-256=:…:` lets damage on the way be noticed. Answers how much is here.
pub(crate) async fn chunk(
    State(state): State<AppState>,
    Extension(visit): Extension<Visit>,
    Path(id): Path<String>,
    Query(At { at }): Query<At>,
    request: Request,
) -> Response {
    let asked = Asked::by(&request);
    let (cx, id) = match visit.member().and_then(|cx| Ok((cx, read(&id)?))) {
        Ok(found) => found,
        Err(error) => return Problem::from(error).answer(&asked, &state),
    };
    let sha256 = digest(request.headers());
    let chunk = Chunk { position: at, sha256, body: request.into_body().into_data_stream() };
    let problem = match acts::put_chunk(&cx, &state.store, id, chunk).await {
        Ok(received) => return axum::Json(Upload { id, received }).into_response(),
        Err(Refusal::Elsewhere(received)) => {
            let text = format!("The upload goes on at byte {received}.");
            Problem::from(Error::Conflict(text))
        }
        Err(Refusal::TooLarge) => Problem::too_large(chunk_limit()),
        Err(Refusal::Damaged) => Problem::damaged(),
        Err(Refusal::Full(error)) => Problem::no_room(error),
        Err(Refusal::Failed(error)) => error.into(),
    };
    problem.answer(&asked, &state)
}

/// `/files/{id}/{name}`
pub(crate) async fn download(
    State(state): State<AppState>,
    Extension(visit): Extension<Visit>,
    Path((id, _)): Path<(String, String)>,
    request: Request,
) -> Response {
    let found = async {
        let cx = visit.member()?;
        let found = acts::download(&cx, read(&id)?).await?;
        // The bytes may take minutes.
        visit.rest().await;
        Ok(found)
    };
    let found = found.await;
    send::file(found, AGAIN, request, &state).await
}

/// `/shared/{id}/{name}?key=…`: for whoever has the link.
pub(crate) async fn shared(
    State(state): State<AppState>,
    Path((id, _)): Path<(String, String)>,
    Query(Link { key }): Query<Link>,
    request: Request,
) -> Response {
    let found = async { acts::shared(&state.site, read(&id)?, &key).await };
    let found = found.await;
    send::file(found, NEVER, request, &state).await
}

/// `/previews/{id}`
pub(crate) async fn preview(
    State(state): State<AppState>,
    Extension(visit): Extension<Visit>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let found = async {
        let cx = visit.member()?;
        let key = acts::preview(&cx, read(&id)?).await?;
        visit.rest().await;
        let reading = state.store.read(&key, None).await.map_err(|cause| send::failed(&cause))?;
        reading.all().await.map_err(|cause| send::failed(&cause))
    };
    match found.await {
        Ok(bytes) => {
            let mut headers = HeaderMap::new();
            send::shut_in(&mut headers, store::kind::media_type(&bytes));
            headers.insert(CACHE_CONTROL, EVER);
            (headers, bytes).into_response()
        }
        Err(error) => Problem::from(error).answer(&Asked::by(&request), &state),
    }
}

fn read(id: &str) -> Result<FileId> {
    id.parse().map_err(|_| Error::NotFound)
}

/// The SHA-256 in `Content-Digest` (RFC 9530).
fn digest(headers: &HeaderMap) -> Option<Vec<u8>> {
    let text = headers.get("content-digest")?.to_str().ok()?;
    let value = text.split(',').find_map(|entry| entry.trim().strip_prefix("sha-256="))?;
    // What cannot be read cannot be what was sent, either.
    Some(BASE64.decode(value.trim_matches(':')).unwrap_or_default())
}

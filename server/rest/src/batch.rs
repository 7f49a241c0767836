//! Many calls in one request, each answered by itself.

use axum::{
    Router,
    body::Body,
    extract::Request,
    response::{IntoResponse, Response},
    routing::post,
};
use http::{
    HeaderValue, Method,
    header::{CONTENT_TYPE, ETAG, IF_MATCH, LOCATION},
};
use kernel::{Error, Visit};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower::ServiceExt;
use utoipa::{ToSchema, openapi::path::Operation};

use crate::{
    Needs, Problem, Record, Route,
    call::{Json, json, only_known, pairs, take_body},
    once::once,
    openapi::Described,
    reply::{Asked, Reply, to_value},
};

/// Calls in one batch at most.
pub const LARGEST: usize = 100;

/// Bytes of one answer at most, and of all of them before no further call is made.
const ANSWERS: usize = 8 * 1024 * 1024;

const PATH: &str = "/batch";

/// Calls to be made one after the other.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Batch {
    /// Each call. One that fails does not stop those after it.
    #[schema(min_items = 1, max_items = 100)]
    calls: Vec<BatchCall>,
}

/// One call of a batch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BatchCall {
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    #[schema(example = "GET")]
    method: String,
    /// The address below the base, with its query.
    #[schema(example = "/teams?limit=10")]
    path: String,
    /// The version that a change is made on: the `ETag` of the record.
    #[schema(example = "\"3\"")]
    if_match: Option<String>,
    /// What would be the body.
    body: Option<Value>,
}

/// The answers to a batch, in its order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BatchAnswers {
    /// Each answer.
    answers: Vec<BatchAnswer>,
}

/// The answer to one call of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BatchAnswer {
    /// The HTTP status.
    #[schema(example = 200)]
    status: u16,
    /// The version of the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    /// Where a new record is.
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<String>,
    /// The record, the page or the problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Value>,
}

impl Record for BatchAnswers {}

/// The route, for the document.
pub(crate) fn route() -> Route {
    let (summary, needs, method) = ("Make many calls", Needs::Member, Method::POST);
    let what = Described { tag: "Batches", summary, needs, versioned: false, method: &method, path: PATH };
    let operation: Operation = what.operation::<Json<Batch>, BatchAnswers>();
    let mut schemas = Vec::new();
    <Json<Batch> as crate::Input>::schemas(&mut schemas);
    let sent = schemas.iter().map(|(name, _)| name.clone()).collect();
    <BatchAnswers as Reply>::schemas(&mut schemas);
    Route { method, path: PATH.to_owned(), needs, versioned: false, summary, operation, schemas, sent }
}

/// Answers batches of calls to `all`.
pub(crate) fn router(all: Router) -> Router {
    Router::new().route(
        PATH,
        post(move |request: Request| {
            let all = all.clone();
            async move {
                once(request, |request| answer(all, request)).await.unwrap_or_else(Problem::into_response)
            }
        }),
    )
}

async fn answer(all: Router, request: Request) -> Result<Response, Problem> {
    let visit = request.extensions().get::<Visit>().cloned().ok_or(Error::Unauthenticated)?;
    visit.member()?;
    let (parts, body) = take_body(request).await?;
    only_known(&pairs(parts.uri.query().unwrap_or_default())?, &[])?;
    let batch: Batch = json(&parts.headers, &body)?;
    if batch.calls.is_empty() || LARGEST < batch.calls.len() {
        return Err(Problem::parameter("calls", format!("Send 1 to {LARGEST} calls.")));
    }
    let mut answers = Vec::with_capacity(batch.calls.len());
    let mut room = ANSWERS;
    for call in batch.calls {
        let response = match request_of(call, &visit) {
            // Nothing is done whose answer nobody would get.
            _ if room == 0 => no_room().into_response(),
            Ok(request) => all.clone().oneshot(request).await.unwrap_or_else(|never| match never {}),
            Err(problem) => problem.into_response(),
        };
        answers.push(of_response(response, &mut room).await);
    }
    BatchAnswers { answers }.answer(Asked::default())
}

fn no_room() -> Problem {
    Problem::too_large("The answers of this batch are too large. Send this call alone.")
}

fn request_of(call: BatchCall, visit: &Visit) -> Result<Request, Problem> {
    let method = match call.method.as_str() {
        "GET" | "POST" | "PUT" | "PATCH" | "DELETE" => call.method.as_str(),
        _ => return Err(Problem::parameter("method", "It is GET, POST, PUT, PATCH or DELETE.")),
    };
    let wrong = |_| Problem::parameter("path", "It is an address below the base, as in /teams.");
    if !call.path.starts_with('/') {
        return Err(Problem::parameter("path", "It begins with /."));
    }
    let mut request = Request::builder().method(method).uri(&call.path).extension(visit.clone());
    if let Some(tag) = &call.if_match {
        let tag =
            HeaderValue::from_str(tag).map_err(|_| Problem::parameter("if_match", "It is the ETag."))?;
        request = request.header(IF_MATCH, tag);
    }
    match call.body {
        None => request.body(Body::empty()).map_err(wrong),
        Some(body) => {
            let text = to_value(&body)?.to_string();
            request.header(CONTENT_TYPE, "application/json").body(Body::from(text)).map_err(wrong)
        }
    }
}

/// Writes an answer down, and takes what it needs from the room that is left.
async fn of_response(response: Response, room: &mut usize) -> BatchAnswer {
    let (head, body) = response.into_parts();
    let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (etag, location) = (text(ETAG), text(LOCATION));
    let Ok(bytes) = axum::body::to_bytes(body, ANSWERS).await else {
        // A list or an export: whatever writes answers with one record.
        *room = 0;
        let problem = no_room();
        let (status, body) = (problem.status().as_u16(), to_value(&problem.sent()).ok());
        return BatchAnswer { status, etag: None, location: None, body };
    };
    *room = room.saturating_sub(bytes.len());
    // An export is a text.
    let body = match bytes.is_empty() {
        true => None,
        false => Some(
            serde_json::from_slice(&bytes)
                .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned())),
        ),
    };
    BatchAnswer { status: head.status.as_u16(), etag, location, body }
}

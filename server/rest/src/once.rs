//! Writes that happen once, however often they are sent: `Idempotency-Key`.
//!
//! The key is written down before the act. The act's own transaction notes that it was done (`kernel::Tx`), and then its
//! answer is kept, sealed, and given again to whoever sends the same. What was refused is forgotten: nothing was done.

use std::future::Future;

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    response::Response,
};
use bytes::Bytes;
use chrono::{DateTime, Duration, Utc};
use db::sql;
use http::{
    HeaderName, HeaderValue, StatusCode,
    header::{CONTENT_TYPE, ETAG, IF_MATCH, LOCATION},
};
use kernel::{Cx, Error, Site, Visit};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Problem, call::take_body};

pub(crate) const HEADER: &str = "Idempotency-Key";
/// What such a key looks like.
pub(crate) const PATTERN: &str = "^[!-~]{1,200}$";
/// Tells an answer that was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// How long an answer is kept.
const KEPT: Duration = Duration::days(7);
/// After this long nobody works on a call any more: requests are given up earlier.
const GIVEN_UP: Duration = Duration::minutes(10);
const LONGEST_KEY: usize = 200;
/// Bytes of an answer that is kept.
const LARGEST: usize = 32 * 1024 * 1024;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    fingerprint: Vec<u8>,
    begun_at: DateTime<Utc>,
    done_at: Option<DateTime<Utc>>,
    status: Option<i64>,
    answer: Option<String>,
}

/// A kept answer, before it is sealed.
#[derive(serde::Serialize, serde::Deserialize)]
struct Kept {
    content_type: Option<String>,
    etag: Option<String>,
    location: Option<String>,
    body: String,
}

/// Has `act` answer a request that writes, once if the request has a key. See the module.
pub(crate) async fn once<F, Fut>(request: Request, act: F) -> Result<Response, Problem>
where
    F: FnOnce(Request) -> Fut,
    Fut: Future<Output = Result<Response, Problem>>,
{
    let Some(key) = read_key(&request)? else { return act(request).await };
    let visit = request.extensions().get::<Visit>().cloned().ok_or(Error::Unauthenticated)?;
    let cx = visit.member()?;
    let (mut parts, body) = take_body(request).await?;
    let print = fingerprint(&parts, &body);
    let id = match claim(&cx, &key, &print).await? {
        Claim::Ours(id) => id,
        Claim::Answered(response) => return Ok(response),
    };
    parts.extensions.insert(visit.with_act(id));
    let response = match act(Request::from_parts(parts, Body::from(body))).await {
        Ok(response) => response,
        Err(problem) => {
            // Only what was done is remembered; what was refused may be mended and sent again.
            forget(&cx, id).await?;
            return Err(problem);
        }
    };
    let (head, body) = response.into_parts();
    let Ok(body) = to_bytes(body, LARGEST).await else {
        let detail = "It was done, but its answer is too large to be kept. Read the record.";
        return Err(Problem::new(StatusCode::CONFLICT, "done", "It was done before", detail));
    };
    let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let kept = Kept {
        content_type: text(CONTENT_TYPE),
        etag: text(ETAG),
        location: text(LOCATION),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    keep(&cx, id, head.status, &kept).await?;
    Ok(Response::from_parts(head, Body::from(body)))
}

/// The key of the act, if it has one.
fn read_key(request: &Request) -> Result<Option<String>, Problem> {
    let Some(key) = request.headers().get(HEADER) else { return Ok(None) };
    let key = key.to_str().unwrap_or_default();
    if (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(Some(key.to_owned()));
    }
    Err(Problem::parameter(HEADER, format!("Send 1 to {LONGEST_KEY} plain letters without spaces.")))
}

/// What the act is: the same key may not stand for another one.
fn fingerprint(parts: &http::request::Parts, body: &Bytes) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in [
        parts.method.as_str().as_bytes(),
        parts.uri.path_and_query().map_or("", |it| it.as_str()).as_bytes(),
        parts.headers.get(IF_MATCH).map(HeaderValue::as_bytes).unwrap_or_default(),
        body,
    ] {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hash.finalize().to_vec()
}

enum Claim {
    /// Nobody has done it; this request does.
    Ours(Uuid),
    /// It was done, or is being done.
    Answered(Response),
}

async fn claim(cx: &Cx, key: &str, print: &[u8]) -> Result<Claim, Problem> {
    let (id, now): (Uuid, _) = (cx.new_id(), cx.now());
    let mut tx = cx.begin().await?;
    let written = sql("insert into api_answer (id, organisation_id, member_id, key, fingerprint, begun_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (organisation_id, member_id, key) do nothing")
    .bind(id)
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .bind(key)
    .bind(print.to_vec())
    .bind(now)
    .execute(&mut tx)
    .await
    .map_err(Error::from)?;
    if written == 1 {
        tx.commit().await?;
        return Ok(Claim::Ours(id));
    }
    let row: Row = sql("select id, fingerprint, begun_at, done_at, status, answer from api_answer
         where organisation_id = $1 and member_id = $2 and key = $3")
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .bind(key)
    .one(&mut tx)
    .await
    .map_err(Error::from)?;
    if row.fingerprint != print {
        let detail = "This Idempotency-Key was used for another call. Use a new one for each act.";
        return Err(Problem::new(StatusCode::CONFLICT, "key_used", "The key stands for another act", detail));
    }
    if let (Some(status), Some(answer)) = (row.status, &row.answer) {
        return Ok(Claim::Answered(again(cx, row.id, status, answer)?));
    }
    if row.done_at.is_some() {
        let detail = "It was done, but its answer got lost. Read the record.";
        return Err(Problem::new(StatusCode::CONFLICT, "done", "It was done before", detail));
    }
    if now < row.begun_at + GIVEN_UP {
        let detail = "The same call is being answered at this moment. Ask again shortly.";
        return Err(Problem::new(StatusCode::CONFLICT, "under_way", "It is under way", detail));
    }
    // Whoever began it is gone, and its transaction was never committed.
    let taken =
        sql("update api_answer set begun_at = $3 where organisation_id = $1 and id = $2 and begun_at = $4")
            .bind(cx.organisation_id())
            .bind(row.id)
            .bind(now)
            .bind(row.begun_at)
            .execute(&mut tx)
            .await
            .map_err(Error::from)?;
    tx.commit().await?;
    if taken == 1 {
        return Ok(Claim::Ours(row.id));
    }
    let detail = "The same call is being answered at this moment. Ask again shortly.";
    Err(Problem::new(StatusCode::CONFLICT, "under_way", "It is under way", detail))
}

fn again(cx: &Cx, id: Uuid, status: i64, answer: &str) -> Result<Response, Problem> {
    let lost = |cause: &dyn std::fmt::Display| {
        tracing::error!(error = %cause, "A kept answer cannot be read");
        let detail = "It was done, but its answer cannot be read any more. Read the record.";
        Problem::new(StatusCode::CONFLICT, "done", "It was done before", detail)
    };
    let bytes =
        cx.visit().site().vault().open("api_answer.answer", id, answer).map_err(|cause| lost(&cause))?;
    let kept: Kept = serde_json::from_slice(&bytes).map_err(|cause| lost(&cause))?;
    let mut response = Response::new(Body::from(kept.body));
    *response.status_mut() =
        u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or_default();
    for (name, value) in [(CONTENT_TYPE, kept.content_type), (ETAG, kept.etag), (LOCATION, kept.location)] {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
            response.headers_mut().insert(name, value);
        }
    }
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}

/// Keeps an answer. It may carry a secret that is shown once, so it is sealed.
async fn keep(cx: &Cx, id: Uuid, status: StatusCode, kept: &Kept) -> Result<(), Problem> {
    let unkept = |cause: &dyn std::fmt::Display| {
        tracing::error!(error = %cause, "An answer cannot be kept");
        Problem::from(Error::Internal { reference: cx.visit().request_id().into() })
    };
    let bytes = serde_json::to_vec(kept).map_err(|cause| unkept(&cause))?;
    let sealed =
        cx.visit().site().vault().seal("api_answer.answer", id, &bytes).map_err(|cause| unkept(&cause))?;
    let mut tx = cx.begin().await?;
    sql("update api_answer set done_at = coalesce(done_at, $3), status = $4, answer = $5
         where organisation_id = $1 and id = $2")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.now())
    .bind(i64::from(status.as_u16()))
    .bind(sealed)
    .execute(&mut tx)
    .await
    .map_err(Error::from)?;
    Ok(tx.commit().await?)
}

async fn forget(cx: &Cx, id: Uuid) -> Result<(), Problem> {
    let mut tx = cx.begin().await?;
    sql("delete from api_answer where organisation_id = $1 and id = $2 and done_at is null")
        .bind(cx.organisation_id())
        .bind(id)
        .execute(&mut tx)
        .await
        .map_err(Error::from)?;
    Ok(tx.commit().await?)
}

/// Forgets answers that nobody asks for again.
pub async fn sweep(site: &Site) -> kernel::Result<()> {
    for (organisation, _) in site.organisations().await? {
        let mut tx = site.db().begin_in(db::Scope::organisation(organisation.uuid())).await?;
        sql("delete from api_answer where organisation_id = $1 and begun_at < $2")
            .bind(organisation)
            .bind(site.now() - KEPT)
            .execute(&mut tx)
            .await?;
        tx.commit().await?;
    }
    Ok(())
}

//! Downloads: whole, in part, or not at all when the browser has it already.

use std::ops::Range;

use axum::{
    body::Body,
    extract::Request,
    response::{IntoResponse, Response},
};
use files::{acts::Download, rules};
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{
        ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE,
        CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE,
    },
};
use kernel::{Error, Result};

use crate::{
    problem::{Asked, Problem},
    state::AppState,
};

/// Nothing may be loaded, nothing may run, and it has no origin of its own.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox",
);
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// Sends a file that may be read.
pub(super) async fn file(
    found: Result<Download>,
    keep: HeaderValue,
    request: Request,
    state: &AppState,
) -> Response {
    let asked = Asked::by(&request);
    // Its body is empty, and would keep the answer on one thread.
    let (head, _) = request.into_parts();
    let answer = match found {
        Ok(found) => answer(&found, keep, &head.headers, state).await,
        Err(error) => Err(error),
    };
    answer.unwrap_or_else(|error| Problem::from(error).answer(&asked, state))
}

async fn answer(
    found: &Download,
    keep: HeaderValue,
    asked: &HeaderMap,
    state: &AppState,
) -> Result<Response> {
    let tag = format!("\"{}\"", found.sha256);
    let mut headers = HeaderMap::new();
    shut_in(&mut headers, &found.media_type);
    headers.insert(CACHE_CONTROL, keep);
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    insert(&mut headers, ETAG, &tag);
    let disposition = rules::disposition(&found.name, rules::is_shown(&found.media_type));
    insert(&mut headers, CONTENT_DISPOSITION, &disposition);

    if text(asked, IF_NONE_MATCH).is_some_and(|known| names(known, &tag)) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    // A part only of the very file that the asker has the rest of.
    let same = text(asked, IF_RANGE).is_none_or(|known| known == tag);
    let (status, range) = match text(asked, RANGE).filter(|_| same).map(|range| part(range, found.size)) {
        None | Some(Wanted::Whole) => (StatusCode::OK, 0..found.size),
        Some(Wanted::Part(range)) => {
            let (first, last) = (range.start, range.end.saturating_sub(1));
            insert(&mut headers, CONTENT_RANGE, &format!("bytes {first}-{last}/{}", found.size));
            (StatusCode::PARTIAL_CONTENT, range)
        }
        Some(Wanted::Nowhere) => {
            insert(&mut headers, CONTENT_RANGE, &format!("bytes */{}", found.size));
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, headers).into_response());
        }
    };
    headers.insert(CONTENT_LENGTH, range.end.saturating_sub(range.start).into());
    let reading = state.store.read(&found.key, Some(range)).await.map_err(|cause| failed(&cause))?;
    Ok((status, headers, Body::from_stream(reading)).into_response())
}

/// What every answer says that carries what somebody uploaded.
pub(super) fn shut_in(headers: &mut HeaderMap, media_type: &str) {
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(ROBOTS, HeaderValue::from_static("noindex"));
    // Text without a set of letters would be guessed.
    let charset = if media_type == "text/plain" { "; charset=utf-8" } else { "" };
    insert(headers, CONTENT_TYPE, &format!("{media_type}{charset}"));
}

/// What the asker is told when the store does not have it, or does not answer.
pub(super) fn failed(cause: &store::Error) -> Error {
    tracing::error!(error = %cause, "A file cannot be read from the store");
    Error::Unavailable("The store of files does not answer. Try again shortly.".into())
}

/// What of a file is wanted.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    Whole,
    Part(Range<u64>),
    Nowhere,
}

/// Reads `Range`. Several parts at once are answered with the whole, as the standard allows.
fn part(range: &str, size: u64) -> Wanted {
    let Ok(parsed) = http_range_header::parse_range_header(range) else { return Wanted::Whole };
    match parsed.validate(size).as_deref() {
        Ok([one]) => Wanted::Part(*one.start()..one.end().saturating_add(1)),
        Ok(_) => Wanted::Whole,
        Err(_) => Wanted::Nowhere,
    }
}

fn names(list: &str, tag: &str) -> bool {
    list.split(',').map(str::trim).any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    // All of it is ASCII.
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        assert_eq!(part("bytes=0-99", 1000), Wanted::Part(0..100));
        assert_eq!(part("bytes=900-", 1000), Wanted::Part(900..1000));
        assert_eq!(part("bytes=-100", 1000), Wanted::Part(900..1000));
        assert_eq!(part("bytes=990-2000", 1000), Wanted::Part(990..1000));
        assert_eq!(part("bytes=1000-", 1000), Wanted::Nowhere);
        assert_eq!(part("bytes=0-1,5-6", 1000), Wanted::Whole);
        assert_eq!(part("lines=0-1", 1000), Wanted::Whole);
    }

    #[test]
    fn a_tag_is_found_in_a_list() {
        assert!(names("\"a\", W/\"b\"", "\"b\"") && names("*", "\"b\"") && !names("\"a\"", "\"b\""));
    }
}

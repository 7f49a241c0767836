//! Sends a visitor whom a page is not for to the page that comes first: the log-in, or the first organisation.

use std::fmt::Write as _;

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{Method, StatusCode, header::LOCATION};
use kernel::Visit;

use crate::product;

/// See the module. Server functions are left alone: each decides by itself and says why not.
pub(crate) async fn guard(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let page = matches!(*request.method(), Method::GET | Method::HEAD) && !path.starts_with("/api/");
    if !page || product::is_public(path) {
        return next.run(request).await;
    }
    let session = request.extensions().get::<Visit>().and_then(Visit::session);
    match session {
        None => go_to(&format!("/login?next={}", encode(wanted(&request)))),
        Some(session) if session.membership.is_none() && !product::is_open_without_organisation(path) => {
            go_to(if session.barred_by.is_some() {
                product::SECOND_FACTOR
            } else {
                product::FIRST_ORGANISATION
            })
        }
        Some(_) => next.run(request).await,
    }
}

fn wanted(request: &Request) -> &str {
    request.uri().path_and_query().map_or("/", |it| it.as_str())
}

fn go_to(address: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, address)]).into_response()
}

fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                encoded.push(char::from(byte))
            }
            // Writing to a String does not fail.
            _ => write!(encoded, "%{byte:02X}").unwrap_or_default(),
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::encode;

    #[test]
    fn the_wanted_page_survives_as_one_value() {
        assert_eq!(encode("/workflows/1?view=a b&x=å"), "/workflows/1%3Fview%3Da%20b%26x%3D%C3%A5");
    }
}

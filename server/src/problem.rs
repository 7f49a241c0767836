//! Answers of the server itself when a page or a server function cannot answer: too large, too slow, refused,
//! broken, the database away.
//!
//! A server function's caller gets a [`kernel::Error`] in the form it decodes; a person gets a page with the
//! request id, made without database and WASM.

use axum::{
    body::Body,
    extract::Request,
    response::{IntoResponse, Response},
};
use html_escape::{encode_double_quoted_attribute, encode_text};
use http::{
    HeaderValue, StatusCode,
    header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, COOKIE, RETRY_AFTER},
};
use kernel::Error;

use crate::{incoming, middleware::observe::RequestId, product, state::AppState};

/// What went wrong.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    status: StatusCode,
    /// Of a page with words of its own; the others read the same as errors of pages.
    title: Option<&'static str>,
    error: Error,
    retry_after_secs: Option<i64>,
}

/// What the problem's answer takes from the request.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    by: Asker,
    request_id: String,
    /// They choose the theme.
    cookies: String,
}

/// Who reads the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asker {
    Person,
    /// WASM, which called a server function.
    Page,
    /// Another program.
    Program,
}

impl Asked {
    pub(crate) fn by(request: &Request) -> Self {
        let header =
            |name| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let path = request.uri().path();
        // A form without WASM posts to a server function too, and its sender wants to read the answer.
        let by = match path.starts_with("/api/") && !header(ACCEPT).contains("text/html") {
            _ if path.starts_with(rest::BASE) || path.starts_with(incoming::BASE) => Asker::Program,
            true => Asker::Page,
            false => Asker::Person,
        };
        let request_id = request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
        Asked { by, request_id, cookies: header(COOKIE).to_owned() }
    }
}

impl Problem {
    pub(crate) fn too_large(limit: usize) -> Self {
        let text = format!(
            "It is larger than {} and was not saved. Go back, make it smaller and send it again.",
            size(limit)
        );
        Problem {
            title: Some("That is too large"),
            ..Problem::new(StatusCode::PAYLOAD_TOO_LARGE, Error::Conflict(text))
        }
    }

    /// A body that broke off, or is not what its sender says.
    pub(crate) fn damaged() -> Self {
        let text = "It did not arrive as it was sent. Send it again.";
        Problem::new(StatusCode::BAD_REQUEST, Error::Conflict(text.into()))
    }

    /// The server has no room for it.
    pub(crate) fn no_room(error: Error) -> Self {
        Problem::new(StatusCode::INSUFFICIENT_STORAGE, error)
    }

    pub(crate) fn foreign_origin() -> Self {
        let text = "It came from another website. Open the page in Mediap itself and try again.";
        let error = Error::Forbidden(text.into());
        Problem { title: Some("This request was refused"), ..Problem::new(StatusCode::FORBIDDEN, error) }
    }

    pub(crate) fn too_slow() -> Self {
        let text = "The server took too long. Nothing was changed; try again shortly.";
        Problem::new(StatusCode::GATEWAY_TIMEOUT, Error::Unavailable(text.into()))
    }

    pub(crate) fn broken(asked: &Asked) -> Self {
        let error = Error::Internal { reference: asked.request_id.clone() };
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, error)
    }

    pub(crate) fn not_found() -> Self {
        Problem::new(StatusCode::NOT_FOUND, Error::NotFound)
    }

    fn new(status: StatusCode, error: Error) -> Self {
        let retry_after_secs = match &error {
            Error::Unavailable(_) => Some(5),
            Error::TooMany { retry_after_secs } => Some(*retry_after_secs),
            _ => None,
        };
        Problem { status, title: None, error, retry_after_secs }
    }

    /// The answer to who asked.
    pub(crate) fn answer(&self, asked: &Asked, state: &AppState) -> Response {
        let mut response = match asked.by {
            Asker::Program => {
                rest::Problem::from(self.error.clone()).with_status(self.status).into_response()
            }
            Asker::Page => axum::Json(&self.error).into_response(),
            Asker::Person => {
                let html = match self.title {
                    Some(title) => self.page(title, &asked.request_id, &state.built().stylesheet),
                    None => product::error_page(state, self.status, &asked.request_id, &asked.cookies),
                };
                ([(CONTENT_TYPE, "text/html; charset=utf-8")], Body::from(html)).into_response()
            }
        };
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(secs) = self.retry_after_secs {
            headers.insert(RETRY_AFTER, secs.into());
        }
        response
    }

    fn page(&self, title: &str, request_id: &str, stylesheet: &str) -> String {
        let body = format!(
            "<main id=\"content\"><section class=\"error-page\">\
             <p class=\"error-page-code\">{status}</p>\
             <h1>{title}</h1>\
             <p class=\"error-page-text\">{text}</p>\
             <p class=\"error-page-text\">Reference <code>{id}</code></p>\
             </section></main>",
            status = self.status.as_str(),
            title = encode_text(title),
            text = encode_text(&self.error.to_string()),
            id = encode_text(request_id),
        );
        plain_page(title, &[stylesheet], &body)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Problem::new(status, error)
    }
}

/// A page that the server writes by itself. `body` is HTML.
pub(crate) fn plain_page(title: &str, stylesheets: &[&str], body: &str) -> String {
    let links: String = stylesheets
        .iter()
        .map(|address| {
            format!("<link rel=\"stylesheet\" href=\"{}\">", encode_double_quoted_attribute(address))
        })
        .collect();
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <title>{title} · Mediap</title>{links}\
         <link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\"></head>\
         <body>{body}</body></html>",
        title = encode_text(title),
    )
}

fn size(bytes: usize) -> String {
    const MEGABYTE: usize = 1024 * 1024;
    match bytes {
        0..MEGABYTE => format!("{} KB", bytes / 1024),
        _ => format!("{} MB", bytes / MEGABYTE),
    }
}

//! What went wrong, in the form of RFC 9457.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{
    HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
};
use kernel::Error;
use serde::Serialize;
use utoipa::ToSchema;

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// An answer that is no success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    kind: &'static str,
    title: &'static str,
    detail: String,
    fields: Vec<Field>,
    retry_after_secs: Option<i64>,
}

/// A value that needs another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Field {
    /// Name of the field or parameter.
    #[schema(example = "name")]
    pub field: String,
    /// What to do, as a sentence.
    #[schema(example = "Write the team's name.")]
    pub message: String,
}

/// A problem as it is sent.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct Sent<'a> {
    /// What kind of problem: the same for every problem of this kind.
    #[serde(rename = "type")]
    #[schema(rename = "type", example = "urn:mediap:problem:invalid")]
    kind: String,
    /// The kind in words.
    #[schema(example = "Some values need another look")]
    title: &'a str,
    /// The HTTP status.
    #[schema(example = 422)]
    status: u16,
    /// What happened this time, for people.
    #[schema(example = "Write the team's name.")]
    detail: &'a str,
    /// The values that need another one.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(inline = false)]
    errors: &'a [Field],
}

impl Problem {
    /// A problem of another kind than errors of the product.
    pub fn new(
        status: StatusCode,
        kind: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Problem { status, kind, title, detail: detail.into(), fields: Vec::new(), retry_after_secs: None }
    }

    /// Nobody knows who asks.
    pub fn unauthenticated(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::UNAUTHORIZED, "unauthenticated", "Nobody is known by this token", detail)
    }

    /// The record is another one than the change was made on.
    pub fn stale() -> Self {
        let detail = "Somebody changed it meanwhile. Read it again, then send the change with its new ETag.";
        Problem::new(StatusCode::PRECONDITION_FAILED, "stale", "The record has changed", detail)
    }

    /// A change that does not say what it was made on.
    pub(crate) fn which_version() -> Self {
        let detail = "Send the ETag that the record had when you read it as If-Match.";
        Problem::new(StatusCode::PRECONDITION_REQUIRED, "version_required", "If-Match is missing", detail)
    }

    /// What was sent cannot be read at all.
    pub fn unreadable(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::BAD_REQUEST, "unreadable", "The request cannot be read", detail)
    }

    /// What was sent is more than is taken at once.
    pub fn too_large(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The body is too large", detail)
    }

    /// A parameter needs another value.
    pub fn parameter(name: impl Into<String>, message: impl Into<String>) -> Self {
        Problem::from(Error::invalid(name, message))
    }

    /// The same with another status than its kind mostly has.
    #[must_use]
    pub fn with_status(self, status: StatusCode) -> Self {
        match status {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(self.detail),
            _ => Problem { status, ..self },
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    pub(crate) fn sent(&self) -> Sent<'_> {
        Sent {
            kind: format!("urn:mediap:problem:{}", self.kind),
            title: self.title,
            status: self.status.as_u16(),
            detail: &self.detail,
            errors: &self.fields,
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let (kind, title) = match &error {
            Error::NotFound => ("not_found", "There is no such thing"),
            Error::Unauthenticated => ("unauthenticated", "Nobody is known by this token"),
            Error::Forbidden(_) => ("forbidden", "This is not allowed"),
            Error::ProveAgain => ("prove_again", "This asks for the person"),
            Error::Invalid(_) => ("invalid", "Some values need another look"),
            Error::Conflict(_) => ("conflict", "It does not fit what is there"),
            Error::TooMany { .. } => ("too_many", "Too many requests"),
            Error::Unavailable(_) => ("unavailable", "A part of the server does not answer"),
            Error::Internal { .. } => ("internal", "Something failed on the server"),
            Error::Network(_) => ("unreadable", "The request cannot be read"),
        };
        let mut problem = Problem::new(status, kind, title, error.to_string());
        match error {
            Error::Unauthenticated => {
                problem.detail = "Send a key or an access token as `Authorization: Bearer …`.".into();
            }
            Error::TooMany { retry_after_secs } => problem.retry_after_secs = Some(retry_after_secs),
            Error::Unavailable(_) => problem.retry_after_secs = Some(5),
            Error::Invalid(fields) => {
                problem.fields = fields
                    .into_iter()
                    .map(|field| Field { field: field.field, message: field.message })
                    .collect();
            }
            _ => {}
        }
        problem
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        // Strings and numbers: writing them does not fail.
        let body = serde_json::to_vec(&self.sent()).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"mediap\""));
        }
        if let Some(secs) = self.retry_after_secs {
            headers.insert(RETRY_AFTER, secs.into());
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_a_field_names_it() {
        let problem = Problem::from(Error::invalid("name", "Write a name."));
        let sent = serde_json::to_value(problem.sent()).unwrap();
        assert_eq!(
            sent,
            serde_json::json!({
                "type": "urn:mediap:problem:invalid",
                "title": "Some values need another look",
                "status": 422,
                "detail": "Write a name.",
                "errors": [{ "field": "name", "message": "Write a name." }],
            })
        );
    }

    #[test]
    fn who_is_not_known_is_told_how_to_be() {
        let response = Problem::from(Error::Unauthenticated).into_response();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(response.headers()[WWW_AUTHENTICATE], "Bearer realm=\"mediap\"");
        assert_eq!(response.headers()[CONTENT_TYPE], MEDIA_TYPE);
    }
}

//! The one error that crosses the wire.
//!
//! Its text is meant for people. The cause of an [`Error::Internal`] stays on the server: it is logged once,
//! where it becomes this type, and the reference leads from the page to the log line.

use serde::{Deserialize, Serialize};
use server_fn::{codec::JsonEncoding, error::FromServerFnError, error::ServerFnErrorErr};

/// The result of everything a page may ask for.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, in words and kinds a page can act on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Error {
    /// It does not exist, or the asker may not know that it does.
    #[error("This does not exist or is not visible to you.")]
    NotFound,
    /// Nobody is logged in, or the session has ended.
    #[error("Your session has ended. Log in to go on.")]
    Unauthenticated,
    /// The asker may see it but not do this.
    #[error("{0}")]
    Forbidden(String),
    /// The asker may do this, but proved too long ago that it is them.
    #[error("Show that it is you first. This act asks for it once more.")]
    ProveAgain,
    /// Some fields need another value.
    #[error("{}", describe(.0))]
    Invalid(Vec<FieldError>),
    /// Somebody else changed the record, or the change is not allowed in its present state.
    #[error("{0}")]
    Conflict(String),
    /// Too many tries.
    #[error("Too many tries. Try again in {retry_after_secs} s.")]
    TooMany {
        /// Seconds until the next try is allowed.
        retry_after_secs: i64,
    },
    /// A part the server depends on does not answer.
    #[error("{0}")]
    Unavailable(String),
    /// Something failed that the asker cannot mend.
    #[error("Something failed on the server. Reference {reference}.")]
    Internal {
        /// The request id under which the cause was logged.
        reference: String,
    },
    /// The request or its answer got lost or could not be read.
    #[error("The server could not be reached. What you typed is still here.")]
    Network(String),
}

/// One field that needs another value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// Name of the form field.
    pub field: String,
    /// What to do, as a sentence.
    pub message: String,
}

fn describe(fields: &[FieldError]) -> String {
    fields.iter().map(|field| field.message.as_str()).collect::<Vec<_>>().join(" ")
}

impl Error {
    /// One field needs another value.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Error::Invalid(vec![FieldError { field: field.into(), message: message.into() }])
    }

    /// The message for the form field `name`, if this error has one.
    pub fn field(&self, name: &str) -> Option<&str> {
        match self {
            Error::Invalid(fields) => {
                fields.iter().find(|field| field.field == name).map(|field| field.message.as_str())
            }
            _ => None,
        }
    }

    /// The HTTP status that goes with this error.
    pub fn status(&self) -> u16 {
        match self {
            Error::NotFound => 404,
            Error::Unauthenticated => 401,
            Error::Forbidden(_) | Error::ProveAgain => 403,
            Error::Invalid(_) => 422,
            Error::Conflict(_) => 409,
            Error::TooMany { .. } => 429,
            Error::Unavailable(_) => 503,
            Error::Internal { .. } => 500,
            Error::Network(_) => 400,
        }
    }
}

impl FromServerFnError for Error {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(cause: ServerFnErrorErr) -> Self {
        Error::Network(cause.to_string())
    }
}

/// Says at the call that a missing row is an answer: [`Error::NotFound`].
pub trait OrNotFound<T> {
    /// The value, or [`Error::NotFound`].
    fn or_not_found(self) -> Result<T>;
}

impl<T> OrNotFound<T> for Option<T> {
    fn or_not_found(self) -> Result<T> {
        self.ok_or(Error::NotFound)
    }
}

#[cfg(feature = "ssr")]
impl From<db::Error> for Error {
    #[track_caller]
    fn from(cause: db::Error) -> Self {
        let place = std::panic::Location::caller();
        let reference = crate::cx::request_id();
        match cause {
            db::Error::Unavailable(cause) => {
                tracing::error!(request.id = %reference, %place, error = %cause, "Database not available");
                Error::Unavailable(
                    "The database does not answer. Nothing was changed; try again shortly.".into(),
                )
            }
            db::Error::Collision(cause) => {
                tracing::warn!(request.id = %reference, %place, error = %cause, "Two acts were in each other's way");
                Error::Conflict("Somebody else changed the same at the same moment. Try again.".into())
            }
            cause => {
                tracing::error!(request.id = %reference, %place, error = %cause, "Database call failed");
                Error::Internal { reference }
            }
        }
    }
}

/// Logs a cause that nobody outside can mend, and gives the error that leads to the log line.
#[cfg(feature = "ssr")]
pub(crate) fn internal(what: &str, cause: &dyn std::fmt::Display) -> Error {
    let reference = crate::cx::request_id();
    tracing::error!(request.id = %reference, error = %cause, "{what}");
    Error::Internal { reference }
}

#[cfg(test)]
mod tests {
    use super::Error;

    #[test]
    fn a_field_error_is_found_by_name() {
        let error = Error::invalid("email", "Add the part after the @ sign.");
        assert_eq!(error.field("email"), Some("Add the part after the @ sign."));
        assert_eq!(error.field("name"), None);
        assert_eq!(error.to_string(), "Add the part after the @ sign.");
    }

    #[test]
    fn the_wire_form_survives_the_round_trip() {
        for error in
            [Error::NotFound, Error::TooMany { retry_after_secs: 3 }, Error::Conflict("Moved.".into())]
        {
            let text = serde_json::to_string(&error).unwrap();
            assert_eq!(serde_json::from_str::<Error>(&text).unwrap(), error);
        }
    }
}

//! Failures that nobody outside can mend: logged once, shown as a reference.

use kernel::{Error, Visit};

/// Logs `cause` and gives the error that leads to the log line.
pub(crate) fn internal(what: &str, cause: &dyn std::fmt::Display) -> Error {
    let reference =
        Visit::current().map_or_else(|_| "none".to_owned(), |visit| visit.request_id().to_owned());
    tracing::error!(request.id = %reference, error = %cause, "{what}");
    Error::Internal { reference }
}

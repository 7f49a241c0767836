//! What can go wrong on the way to the database.

use crate::constraint;

/// The result of a database call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A database error, sorted by what a caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database cannot be reached or gives no connection in time. Trying again later may help.
    #[error("the database is not available: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// A constraint refused the change. The name is PostgreSQL's on both engines, e.g. `account_email_key`.
    #[error("constraint {name} refused the change")]
    Constraint {
        /// Normalised constraint name.
        name: String,
        /// What sort of constraint it was.
        kind: ConstraintKind,
    },
    /// A statement touched another number of rows than it promised.
    #[error("expected to change {expected} row(s), changed {actual}")]
    RowCount {
        /// Promised number of rows.
        expected: u64,
        /// Rows actually changed.
        actual: u64,
    },
    /// Another transaction wanted the same rows in another order, and this one was given up. Trying again may help.
    #[error("another transaction was in the way: {0}")]
    Collision(#[source] sqlx::Error),
    /// The migrations could not be applied.
    #[error("migration failed: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The setting that names the database cannot be used.
    #[error("{0}")]
    Url(String),
    /// Anything else: a mistake in the statement or in a row's type.
    #[error("query failed: {0}")]
    Query(#[source] sqlx::Error),
}

/// The kinds of constraint that domains tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConstraintKind {
    /// A unique or primary key.
    Unique,
    /// A foreign key.
    ForeignKey,
    /// A check or not-null constraint.
    Check,
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error as E;
        if let E::Database(cause) = &error {
            if let Some((name, kind)) = constraint::normalise(cause.as_ref()) {
                return Error::Constraint { name, kind };
            }
            // PostgreSQL class 57P: the server is shutting down, starting, or was stopped by its operator.
            // Class 53: out of connections, memory or disk.
            let code = cause.code().unwrap_or_default();
            if code.starts_with("57P") || code.starts_with("53") {
                return Error::Unavailable(error);
            }
            // Deadlocks, and what cannot be put in a row with what others did.
            if code == "40P01" || code == "40001" {
                return Error::Collision(error);
            }
        }
        match error {
            E::PoolTimedOut | E::PoolClosed | E::Io(_) | E::Tls(_) | E::WorkerCrashed => {
                Error::Unavailable(error)
            }
            other => Error::Query(other),
        }
    }
}

/// Turns a refused constraint into a domain error where the call is made.
pub trait ResultExt<T> {
    /// Replaces the refusal of the constraint called `name` by `domain()`.
    fn on_constraint<E: From<Error>>(
        self,
        name: &str,
        domain: impl FnOnce() -> E,
    ) -> std::result::Result<T, E>;
}

impl<T> ResultExt<T> for Result<T> {
    fn on_constraint<E: From<Error>>(
        self,
        name: &str,
        domain: impl FnOnce() -> E,
    ) -> std::result::Result<T, E> {
        self.map_err(|error| match &error {
            Error::Constraint { name: refused, .. } if refused == name => domain(),
            _ => error.into(),
        })
    }
}

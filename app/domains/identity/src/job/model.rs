//! What is told about jobs.

use chrono::{DateTime, Utc};
use kernel::JobId;
use serde::{Deserialize, Serialize};

use crate::audit::model::words;

/// The jobs of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobKind {
    /// The kind, as `mail.send`.
    pub kind: String,
    /// Waiting for their time or for a worker.
    pub waiting: i64,
    /// Under way.
    pub running: i64,
    /// Failed for good.
    pub failed: i64,
    /// Since when the first of those that wait is due; none if none is.
    #[serde(with = "chrono::serde::ts_microseconds_option")]
    pub oldest: Option<DateTime<Utc>>,
}

/// A job that failed for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedJob {
    /// The job.
    pub id: JobId,
    /// Its kind.
    pub kind: String,
    /// How often it was tried.
    pub attempts: i64,
    /// Why the last attempt failed.
    pub error: String,
    /// When it was written.
    #[serde(with = "chrono::serde::ts_microseconds")]
    pub created_at: DateTime<Utc>,
    /// When it failed for good.
    #[serde(with = "chrono::serde::ts_microseconds")]
    pub failed_at: DateTime<Utc>,
}

/// Who runs the jobs, of this organisation and of all others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workers {
    /// How many processes do.
    pub alive: i64,
    /// When one last showed itself; none if none has for a day.
    #[serde(with = "chrono::serde::ts_microseconds_option")]
    pub seen_at: Option<DateTime<Utc>>,
    /// When one last took a job.
    #[serde(with = "chrono::serde::ts_microseconds_option")]
    pub claimed_at: Option<DateTime<Utc>>,
}

/// Everything on the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jobs {
    /// Who works.
    pub workers: Workers,
    /// By kind.
    pub kinds: Vec<JobKind>,
    /// The jobs that failed last.
    pub failed: Vec<FailedJob>,
    /// Whether more have failed.
    pub more: bool,
}

/// Says what jobs of a kind do: `mail.send` is "Mails".
pub fn kind_words(kind: &str) -> String {
    match kind {
        "mail.send" => "Mails".to_owned(),
        kind => words(kind),
    }
}

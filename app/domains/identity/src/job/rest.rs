//! Background jobs for other programs.

use chrono::{DateTime, Utc};
use kernel::{JobId, Permission::JobManage};
use rest::{Answer, Call, Filter, Key, List, Listed, Needs::May, Page, Record, Routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::job::{acts, model};

/// Failed jobs that are published at most: the newest.
const MOST: usize = 5_000;

/// What is published of background jobs.
pub fn routes() -> Routes {
    let manage = May(JobManage);
    Routes::new(
        "Jobs",
        "Background work: what waits and runs, and what has failed. What a job was to do is never told.",
    )
    .list("/jobs", "List failed jobs", manage, manage, list)
    .list("/jobs/kinds", "List kinds of jobs", manage, manage, kinds)
    .post("/jobs/{job}/retry", "Retry a failed job", manage, retry)
    .post("/jobs/{job}/discard", "Discard a failed job", manage, discard)
    .post("/jobs/{job}/restore", "Bring a discarded job back", manage, restore)
}

/// A job that has failed for good.
#[derive(Debug, Serialize, ToSchema)]
struct FailedJob {
    id: JobId,
    /// What jobs like it do.
    #[schema(example = "mail.send")]
    kind: String,
    /// How often it was tried.
    attempts: i64,
    /// Why the last attempt failed.
    #[schema(example = "550 No such mailbox")]
    error: String,
    created_at: DateTime<Utc>,
    failed_at: DateTime<Utc>,
}

impl Record for FailedJob {}

impl From<model::FailedJob> for FailedJob {
    fn from(job: model::FailedJob) -> Self {
        let model::FailedJob { id, kind, attempts, error, created_at, failed_at } = job;
        FailedJob { id, kind, attempts, error, created_at, failed_at }
    }
}

impl Listed for FailedJob {
    fn id(&self) -> String {
        self.id.to_string()
    }

    fn key(&self, sort: &str) -> Key {
        match sort {
            "kind" => Key::Text(self.kind.clone()),
            _ => Key::Number(-self.failed_at.timestamp_micros()),
        }
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct FailedJobFilter {
    /// Only jobs of this kind.
    #[param(example = "mail.send")]
    kind: Option<String>,
}

impl Filter for FailedJobFilter {
    // The one that failed last comes first.
    const SORTS: &'static [&'static str] = &["age", "kind"];
}

/// The jobs of one kind.
#[derive(Debug, Serialize, ToSchema)]
struct JobKind {
    #[schema(example = "mail.send")]
    kind: String,
    /// How many wait for their time or for a worker.
    waiting: i64,
    /// How many are under way.
    running: i64,
    /// How many have failed for good.
    failed: i64,
    /// Since when the first of those that wait is due; none if none is.
    due_since: Option<DateTime<Utc>>,
}

impl Record for JobKind {}

impl From<model::JobKind> for JobKind {
    fn from(kind: model::JobKind) -> Self {
        let model::JobKind { kind, waiting, running, failed, oldest } = kind;
        JobKind { kind, waiting, running, failed, due_since: oldest }
    }
}

impl Listed for JobKind {
    fn id(&self) -> String {
        self.kind.clone()
    }

    fn key(&self, sort: &str) -> Key {
        match sort {
            "failed" => Key::Number(self.failed),
            "waiting" => Key::Number(self.waiting),
            _ => Key::Text(self.kind.clone()),
        }
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct JobKindFilter {}

impl Filter for JobKindFilter {
    const SORTS: &'static [&'static str] = &["kind", "waiting", "failed"];
}

async fn list(call: Call<(), List<FailedJobFilter>>) -> Answer<Page<FailedJob>> {
    let kind = &call.input.filter.kind;
    let failed = acts::failed(&call.cx, MOST).await?.into_iter();
    let found = failed.filter(|job| kind.as_ref().is_none_or(|kind| job.kind == *kind));
    call.input.page(found.map(FailedJob::from).collect())
}

async fn kinds(call: Call<(), List<JobKindFilter>>) -> Answer<Page<JobKind>> {
    let kinds = acts::kinds(&call.cx).await?;
    call.input.page(kinds.into_iter().map(JobKind::from).collect())
}

async fn retry(call: Call<JobId>) -> Answer<()> {
    Ok(acts::retry(&call.cx, call.path).await?)
}

async fn discard(call: Call<JobId>) -> Answer<()> {
    Ok(acts::discard(&call.cx, call.path).await?)
}

async fn restore(call: Call<JobId>) -> Answer<()> {
    Ok(acts::restore(&call.cx, call.path).await?)
}

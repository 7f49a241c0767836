//! A job to write down, and one that was claimed.

use chrono::{DateTime, Utc};
use db::{Result, Writer, sql};
use serde_json::Value;
use uuid::Uuid;

/// A job to write down. By default it runs at once, with the priority 0, as often as it is enqueued.
#[derive(Debug, Clone)]
pub struct NewJob {
    kind: &'static str,
    payload: Value,
    organisation: Option<Uuid>,
    run_at: Option<DateTime<Utc>>,
    priority: i64,
    key: Option<String>,
}

impl NewJob {
    /// A job of `kind`, whose handler needs `payload`: an object.
    pub fn new(kind: &'static str, payload: Value) -> Self {
        NewJob { kind, payload, organisation: None, run_at: None, priority: 0, key: None }
    }

    /// It works for this organisation, whose admins see it.
    #[must_use]
    pub fn of(self, organisation: impl Into<Option<Uuid>>) -> Self {
        NewJob { organisation: organisation.into(), ..self }
    }

    /// Not before this instant.
    #[must_use]
    pub fn at(self, run_at: DateTime<Utc>) -> Self {
        NewJob { run_at: Some(run_at), ..self }
    }

    /// Due jobs of a higher priority are claimed first.
    #[must_use]
    pub fn priority(self, priority: i64) -> Self {
        NewJob { priority, ..self }
    }

    /// What it is about: while a job of the kind and organisation with this key waits or runs, no other is written.
    #[must_use]
    pub fn unique(self, key: impl Into<String>) -> Self {
        NewJob { key: Some(key.into()), ..self }
    }
}

/// What became of a job that was to be written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enqueued {
    /// It is written.
    New(Uuid),
    /// One with the same key waits or runs, so nothing was written.
    Already,
}

/// Writes a job down, by itself or in a unit of work.
pub async fn enqueue(
    on: impl Into<Writer<'_>>,
    id: Uuid,
    now: DateTime<Utc>,
    job: NewJob,
) -> Result<Enqueued> {
    // No organisation keeps another from anything.
    let key = job.key.map(|key| match job.organisation {
        Some(organisation) => format!("{organisation}/{key}"),
        None => key,
    });
    let written = sql("insert into job
           (id, kind, payload, organisation_id, run_at, priority, unique_key, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (kind, unique_key) where unique_key is not null and state in ('waiting', 'running') do nothing")
    .bind(id)
    .bind(job.kind)
    .bind(job.payload)
    .bind(job.organisation)
    .bind(job.run_at.unwrap_or(now))
    .bind(job.priority)
    .bind(key)
    .bind(now)
    .execute(on)
    .await?;
    Ok(if written == 1 { Enqueued::New(id) } else { Enqueued::Already })
}

/// A job that this worker has claimed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Job {
    /// Its id.
    pub id: Uuid,
    /// Which handler runs it.
    pub kind: String,
    /// What the handler needs.
    pub payload: Value,
    /// The organisation it works for, if it works for one.
    pub organisation_id: Option<Uuid>,
    /// Since when it is due.
    pub run_at: DateTime<Utc>,
    /// Due jobs of a higher priority come first.
    pub priority: i64,
    /// Which attempt this is, from 1.
    pub attempts: i64,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// One per claim, and as good as the claim.
    pub(crate) claim_token: Uuid,
}

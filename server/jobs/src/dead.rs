//! Dead letters: jobs that failed for good, and what somebody may do about them.

use chrono::{DateTime, Utc};
use db::{Error, On, Query, Result, Writer, sql};
use uuid::Uuid;

use crate::Whose;

/// A job that failed for good. What it was to do is not told: it may hold secrets.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Dead {
    /// Its id.
    pub id: Uuid,
    /// Which handler ran it.
    pub kind: String,
    /// The organisation it worked for, if it worked for one.
    pub organisation_id: Option<Uuid>,
    /// How often it was tried.
    pub attempts: i64,
    /// Why the last attempt failed.
    pub last_error: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it failed for good.
    pub failed_at: DateTime<Utc>,
}

/// What became of a job that was to be retried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retried {
    /// It waits, with all its attempts before it.
    Waits,
    /// A job with the same key waits or runs, so this one is not needed.
    Superseded,
    /// There is no such dead letter.
    Unknown,
}

/// At most `limit` dead letters, the newest first.
pub async fn failed(on: impl Into<On<'_>>, whose: Whose, limit: usize) -> Result<Vec<Dead>> {
    let query = dead().push(" and deleted_at is null");
    whose.narrow(query).push(" order by failed_at desc, id desc").limit(limit).all(on).await
}

/// One dead letter, put away or not.
pub async fn find(on: impl Into<On<'_>>, whose: Whose, id: Uuid) -> Result<Option<Dead>> {
    whose.narrow(dead().push(" and id = ").push_bind(id)).optional(on).await
}

fn dead() -> Query {
    sql("select id, kind, organisation_id, attempts, last_error, created_at, failed_at
         from job
         where state = 'failed'")
}

/// Lets a dead letter run again from its first attempt. After [`Retried::Superseded`] a unit of work cannot go on.
pub async fn retry(on: impl Into<Writer<'_>>, whose: Whose, id: Uuid, now: DateTime<Utc>) -> Result<Retried> {
    let query = sql("update job set state = 'waiting', attempts = 0, failed_at = null, run_at = ")
        .push_bind(now)
        .push(" where state = 'failed' and deleted_at is null and id = ")
        .push_bind(id);
    match whose.narrow(query).execute(on).await {
        Ok(0) => Ok(Retried::Unknown),
        Ok(_) => Ok(Retried::Waits),
        Err(Error::Constraint { name, .. }) if name == "job_kind_unique_key_key" => Ok(Retried::Superseded),
        Err(error) => Err(error),
    }
}

/// Puts a dead letter away, for good after a month. `false`: there is no such one.
pub async fn discard(on: impl Into<Writer<'_>>, whose: Whose, id: Uuid, now: DateTime<Utc>) -> Result<bool> {
    let query = sql("update job set deleted_at = ")
        .push_bind(now)
        .push(" where state = 'failed' and deleted_at is null and id = ")
        .push_bind(id);
    Ok(whose.narrow(query).execute(on).await? == 1)
}

/// Takes a dead letter back that was put away. `false`: there is no such one.
pub async fn restore(on: impl Into<Writer<'_>>, whose: Whose, id: Uuid) -> Result<bool> {
    let query = sql("update job set deleted_at = null where deleted_at is not null and id = ").push_bind(id);
    Ok(whose.narrow(query).execute(on).await? == 1)
}

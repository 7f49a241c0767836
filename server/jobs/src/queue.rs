//! The table of jobs: enqueue, claim, and what became of it.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use db::{Db, Result, Writer, dialect, sql};
use serde_json::Value;
use tokio::sync::Notify;
use uuid::Uuid;

/// After this many attempts a job stays as `failed`.
pub const MAX_ATTEMPTS: i64 = 8;

/// How long a claimed job belongs to its worker without a sign of life.
const LEASE: Duration = Duration::seconds(60);

/// A job to write down.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Its id.
    pub id: Uuid,
    /// Which handler runs it.
    pub kind: &'static str,
    /// What the handler needs: an object.
    pub payload: Value,
    /// The organisation it works for, if it works for one.
    pub organisation_id: Option<Uuid>,
    /// Not before this instant.
    pub run_at: DateTime<Utc>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
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
    /// Which attempt this is, from 1.
    pub attempts: i64,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    pub(crate) claim_token: Uuid,
}

/// How many jobs are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Waiting for their time or for a worker.
    pub waiting: i64,
    /// Claimed.
    pub running: i64,
    /// Given up, kept for somebody to look at.
    pub failed: i64,
}

/// The queue on one database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Queue {
    db: Db,
    wake: Arc<Notify>,
}

impl Queue {
    /// The queue that lies in `db`.
    pub fn new(db: Db) -> Self {
        Queue { db, wake: Arc::default() }
    }

    /// Writes a job down, by itself or in a unit of work.
    pub async fn enqueue(&self, on: impl Into<Writer<'_>>, job: NewJob) -> Result<()> {
        sql("insert into job (id, kind, payload, organisation_id, run_at, created_at)
             values ($1, $2, $3, $4, $5, $6)")
        .bind(job.id)
        .bind(job.kind)
        .bind(job.payload)
        .bind(job.organisation_id)
        .bind(job.run_at)
        .bind(job.created_at)
        .exactly_one(on)
        .await
    }

    /// Tells the workers of this process to look at once. Call it after the commit.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Waits for [`Queue::wake`].
    pub(crate) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// How many jobs are in which state.
    pub async fn counts(&self) -> Result<Counts> {
        let rows: Vec<(String, i64)> =
            sql("select state, count(*) from job group by state").all(&self.db).await?;
        let of = |state: &str| rows.iter().find(|(name, _)| name == state).map_or(0, |(_, count)| *count);
        Ok(Counts { waiting: of("waiting"), running: of("running"), failed: of("failed") })
    }

    /// Claims the job that has been due longest among `kinds`.
    pub(crate) async fn claim(&self, kinds: &[&'static str], now: DateTime<Utc>) -> Result<Option<Job>> {
        // Most looks find nothing, and this one takes no lock.
        let next: Option<(Uuid,)> =
            due(sql("select id from job where "), kinds, now).optional(&self.db).await?;
        if next.is_none() {
            return Ok(None);
        }
        let mut tx = self.db.begin().await?;
        let claim = sql("update job
                         set state = 'running', attempts = attempts + 1, claim_token = ")
        .push_bind(Uuid::new_v4())
        .push(", leased_until = ")
        .push_bind(now + LEASE)
        .push(" where id = (select id from job where ");
        let job = due(claim, kinds, now)
            .push(dialect::skip_locked(self.db.engine()))
            .push(") returning id, kind, payload, organisation_id, attempts, created_at, claim_token")
            .optional(&mut tx)
            .await?;
        tx.commit().await?;
        Ok(job)
    }

    /// Renews the lease. `false`: another worker has the job now.
    pub(crate) async fn renew(&self, job: &Job, now: DateTime<Utc>) -> Result<bool> {
        let renewed = sql("update job set leased_until = $1 where id = $2 and claim_token = $3")
            .bind(now + LEASE)
            .bind(job.id)
            .bind(job.claim_token)
            .execute(&self.db)
            .await?;
        Ok(renewed == 1)
    }

    /// The job is done: its row goes.
    pub(crate) async fn finish(&self, job: &Job) -> Result<()> {
        sql("delete from job where id = $1 and claim_token = $2")
            .bind(job.id)
            .bind(job.claim_token)
            .execute(&self.db)
            .await?;
        Ok(())
    }

    /// The job failed and runs again at `run_at`.
    pub(crate) async fn retry(&self, job: &Job, run_at: DateTime<Utc>, error: &str) -> Result<()> {
        sql("update job
             set state = 'waiting', run_at = $1, last_error = $2, claim_token = null, leased_until = null
             where id = $3 and claim_token = $4")
        .bind(run_at)
        .bind(error)
        .bind(job.id)
        .bind(job.claim_token)
        .execute(&self.db)
        .await?;
        Ok(())
    }

    /// The job failed for good and is kept.
    pub(crate) async fn give_up(&self, job: &Job, error: &str) -> Result<()> {
        sql("update job
             set state = 'failed', last_error = $1, claim_token = null, leased_until = null
             where id = $2 and claim_token = $3")
        .bind(error)
        .bind(job.id)
        .bind(job.claim_token)
        .execute(&self.db)
        .await?;
        Ok(())
    }

    /// The worker stops before the job has run to its end: it waits again, and this attempt does not count.
    pub(crate) async fn release(&self, job: &Job) -> Result<()> {
        sql("update job
             set state = 'waiting', attempts = attempts - 1, claim_token = null, leased_until = null
             where id = $1 and claim_token = $2")
        .bind(job.id)
        .bind(job.claim_token)
        .execute(&self.db)
        .await?;
        Ok(())
    }
}

/// Appends which job is next: due, or left behind by a worker that died.
fn due(query: db::Query, kinds: &[&'static str], now: DateTime<Utc>) -> db::Query {
    query
        .push("((state = 'waiting' and run_at <= ")
        .push_bind(now)
        .push(") or (state = 'running' and leased_until < ")
        .push_bind(now)
        .push(")) and kind in ")
        .push_list(kinds.iter().copied())
        .push(" order by run_at, id limit 1")
}

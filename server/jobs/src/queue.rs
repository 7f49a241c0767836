//! The table of jobs as workers see it: claim, renew, and what became of it.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use db::{Db, Query, Result, dialect, sql};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::Job;

/// After this many attempts a job stays as `failed`.
pub const MAX_ATTEMPTS: i64 = 8;

/// The last error of a job whose workers all died.
const DIED: &str = "the worker died while it ran this job";

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

    /// The database it lies in.
    pub(crate) fn db(&self) -> &Db {
        &self.db
    }

    /// Tells the workers of this process to look at once. Call it after the commit.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Waits for [`Queue::wake`].
    pub(crate) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// How many jobs are in which state, without those that were put away.
    pub async fn counts(&self) -> Result<Counts> {
        let rows: Vec<(String, i64)> =
            sql("select state, count(*) from job where deleted_at is null group by state")
                .all(&self.db)
                .await?;
        let of = |state: &str| rows.iter().find(|(name, _)| name == state).map_or(0, |(_, count)| *count);
        Ok(Counts { waiting: of("waiting"), running: of("running"), failed: of("failed") })
    }

    /// Claims up to `room` due jobs of `kinds`: the highest priority first, then what has been due longest.
    pub(crate) async fn claim(
        &self,
        kinds: &[&'static str],
        room: usize,
        now: DateTime<Utc>,
        lease: Duration,
    ) -> Result<Vec<Job>> {
        // Most looks find nothing, and this one takes no lock.
        let look = due(sql("select id from job where "), kinds, now).limit(1);
        if look.optional::<(Uuid,)>(&self.db).await?.is_none() {
            return Ok(Vec::new());
        }
        let mut tx = self.db.begin().await?;
        // Materialised, so that no plan can look for the next ones twice and take more than there is room for.
        let next = sql("with next as materialized (select id as next_id from job where ");
        let mut jobs: Vec<Job> = due(next, kinds, now)
            .push(" order by priority desc, run_at, id")
            .limit(room)
            .push(dialect::skip_locked(self.db.engine()))
            .push(") update job set state = 'running', attempts = attempts + 1, claim_token = ")
            .push_bind(Uuid::new_v4())
            .push(", leased_until = ")
            .push_bind(now + lease)
            .push(", started_at = ")
            .push_bind(now)
            .push(
                " from next where id = next_id
                 returning id, kind, payload, organisation_id, run_at, priority, attempts, created_at, claim_token",
            )
            .all(&mut tx)
            .await?;
        tx.commit().await?;
        // What is returned comes in no order.
        jobs.sort_by_key(|job| (std::cmp::Reverse(job.priority), job.run_at, job.id));
        Ok(jobs)
    }

    /// Renews the leases of `jobs` and returns what is still this worker's, by id and token.
    pub(crate) async fn renew(
        &self,
        jobs: &[(Uuid, Uuid)],
        now: DateTime<Utc>,
        lease: Duration,
    ) -> Result<Vec<(Uuid, Uuid)>> {
        let mut tx = self.db.begin().await?;
        let renewal = sql("update job set leased_until = ").push_bind(now + lease).push(" where ");
        let held = claimed(renewal, jobs).push(" returning id, claim_token").all(&mut tx).await?;
        tx.commit().await?;
        Ok(held)
    }

    /// Jobs whose workers have died wait again, or have failed if this has happened too often. Returns how many.
    pub(crate) async fn recover(&self, now: DateTime<Utc>) -> Result<u64> {
        let lost: Option<(Uuid,)> =
            sql("select id from job where state = 'running' and leased_until < $1 limit 1")
                .bind(now)
                .optional(&self.db)
                .await?;
        if lost.is_none() {
            return Ok(0);
        }
        sql("update job
             set state = case when attempts < $1 then 'waiting' else 'failed' end,
               failed_at = case when attempts < $1 then null else $2 end,
               last_error = $3, claim_token = null, leased_until = null, started_at = null
             where state = 'running' and leased_until < $2")
        .bind(MAX_ATTEMPTS)
        .bind(now)
        .bind(DIED)
        .execute(&self.db)
        .await
    }

    /// The jobs are done: their rows go.
    pub(crate) async fn finish(&self, jobs: &[(Uuid, Uuid)]) -> Result<()> {
        claimed(sql("delete from job where "), jobs).execute(&self.db).await?;
        Ok(())
    }

    /// The job failed and runs again at `run_at`.
    pub(crate) async fn retry(&self, job: &Job, run_at: DateTime<Utc>, error: &str) -> Result<()> {
        sql("update job
             set state = 'waiting', run_at = $1, last_error = $2, claim_token = null, leased_until = null,
               started_at = null
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
    pub(crate) async fn give_up(&self, job: &Job, now: DateTime<Utc>, error: &str) -> Result<()> {
        sql("update job
             set state = 'failed', failed_at = $1, last_error = $2, claim_token = null, leased_until = null,
               started_at = null
             where id = $3 and claim_token = $4")
        .bind(now)
        .bind(error)
        .bind(job.id)
        .bind(job.claim_token)
        .execute(&self.db)
        .await?;
        Ok(())
    }

    /// The worker stops before the jobs have run to their ends: they wait again, and this attempt does not count.
    pub(crate) async fn release(&self, jobs: &[(Uuid, Uuid)]) -> Result<()> {
        let release = sql("update job
             set state = 'waiting', attempts = attempts - 1, claim_token = null, leased_until = null,
               started_at = null
             where ");
        claimed(release, jobs).execute(&self.db).await?;
        Ok(())
    }
}

/// Appends which jobs may be claimed.
fn due(query: Query, kinds: &[&'static str], now: DateTime<Utc>) -> Query {
    query
        .push("state = 'waiting' and run_at <= ")
        .push_bind(now)
        .push(" and kind in ")
        .push_list(kinds.iter().copied())
}

/// Appends which jobs are meant, by id and token.
///
/// All tokens are of one worker. Should it have claimed a job twice, both claims mean the same.
fn claimed(query: Query, jobs: &[(Uuid, Uuid)]) -> Query {
    let tokens: std::collections::BTreeSet<Uuid> = jobs.iter().map(|(_, token)| *token).collect();
    query
        .push("id in ")
        .push_list(jobs.iter().map(|(id, _)| *id))
        .push(" and claim_token in ")
        .push_list(tokens)
}

//! Durable background work: a job is a row, written in the transaction that causes it.
//!
//! Its kind says which handler runs it, and is its queue. A [`Worker`] claims due jobs, as many as it has room for, by
//! one statement, the highest priority first; it holds them by a lease that it renews, and removes them when their
//! handlers succeed. A job whose worker died is claimed again when the lease has run out, so every handler must bear
//! running twice; a job that has ended never runs again. A failure is tried again later and later; after
//! [`MAX_ATTEMPTS`] the row stays as a dead letter with its last error until somebody retries it or puts it away.
//!
//! A job may carry a key: while one of the kind with this key waits or runs, another is not written. When it has ended
//! or failed for good, the key is free again.
//!
//! A [`Schedule`] enqueues a job at each tick of a cron expression in a time zone, once, however many workers look. What
//! was missed while nobody worked fires once.

mod backoff;
mod dead;
mod handlers;
mod job;
mod overview;
mod pulse;
mod queue;
mod roster;
mod schedule;
mod shift;
#[cfg(test)]
mod tests;
mod worker;

pub use dead::{Dead, Retried, discard, failed, find, restore, retry};
pub use handlers::{Failure, Handlers};
pub use job::{Enqueued, Job, NewJob, enqueue};
pub use overview::{KindFigures, Whose, by_kind};
pub use pulse::Pulse;
pub use queue::{Counts, MAX_ATTEMPTS, Queue};
pub use roster::{ALIVE, Present, present, present_here};
pub use schedule::{Schedule, ScheduleError};
pub use worker::{Now, Options, Worker};

use chrono::{DateTime, Duration, Utc};
use db::{Db, sql};

/// How long what was put away can be taken back.
const PUT_AWAY: Duration = Duration::days(30);

/// Forgets jobs that were put away long ago and workers that are gone. Call it now and then.
pub async fn sweep(db: &Db, now: DateTime<Utc>) -> db::Result<()> {
    sql("delete from job where deleted_at < $1").bind(now - PUT_AWAY).execute(db).await?;
    roster::sweep(db, now).await
}

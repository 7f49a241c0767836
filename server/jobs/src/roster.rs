//! Who works: one row per process that runs jobs, so that every other process can see when it last did.

use chrono::{DateTime, Duration, Utc};
use db::{Db, On, Result, sql};
use uuid::Uuid;

/// A worker that has not shown itself for so long is dead. They show themselves three times as often.
pub const ALIVE: Duration = Duration::seconds(15);

/// Dead workers are remembered for a day, for somebody to wonder about.
const KEPT: Duration = Duration::days(1);

/// A process that runs jobs, or did until lately.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Present {
    /// The machine.
    pub host: String,
    /// The number of the process there.
    pub process: i64,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it last showed itself.
    pub seen_at: DateTime<Utc>,
    /// When it last claimed a job.
    pub claimed_at: Option<DateTime<Utc>>,
}

impl Present {
    /// Whether it still works.
    pub fn is_alive(&self, now: DateTime<Utc>) -> bool {
        now - self.seen_at < ALIVE
    }
}

/// Everybody who works, and who did until lately: first who showed themselves last.
pub async fn present(on: impl Into<On<'_>>) -> Result<Vec<Present>> {
    sql("select host, process, started_at, seen_at, claimed_at from worker order by seen_at desc, id limit 100")
        .all(on)
        .await
}

/// Those of this machine.
pub async fn present_here(on: impl Into<On<'_>>) -> Result<Vec<Present>> {
    let host = host();
    Ok(present(on).await?.into_iter().filter(|worker| worker.host == host).collect())
}

fn host() -> String {
    gethostname::gethostname().to_string_lossy().into_owned()
}

/// The row of this process.
#[derive(Debug)]
pub(crate) struct Place {
    id: Uuid,
    started_at: DateTime<Utc>,
}

impl Place {
    pub(crate) fn new(now: DateTime<Utc>) -> Self {
        Place { id: Uuid::new_v4(), started_at: now }
    }

    /// Says that this process works.
    pub(crate) async fn show(
        &self,
        db: &Db,
        now: DateTime<Utc>,
        claimed_at: Option<DateTime<Utc>>,
    ) -> Result<()> {
        sql("insert into worker (id, host, process, started_at, seen_at, claimed_at)
             values ($1, $2, $3, $4, $5, $6)
             on conflict (id) do update set seen_at = excluded.seen_at, claimed_at = excluded.claimed_at")
        .bind(self.id)
        .bind(host())
        .bind(i64::from(std::process::id()))
        .bind(self.started_at)
        .bind(now)
        .bind(claimed_at)
        .execute(db)
        .await?;
        Ok(())
    }

    /// It works no more.
    pub(crate) async fn leave(&self, db: &Db) -> Result<()> {
        sql("delete from worker where id = $1").bind(self.id).execute(db).await?;
        Ok(())
    }
}

pub(crate) async fn sweep(db: &Db, now: DateTime<Utc>) -> Result<()> {
    sql("delete from worker where seen_at < $1").bind(now - KEPT).execute(db).await?;
    Ok(())
}

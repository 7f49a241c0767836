//! What waits, runs and has failed, for people who look.

use chrono::{DateTime, Utc};
use db::{On, Query, Result, sql};
use uuid::Uuid;

/// Whose jobs are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Those of one organisation.
    Organisation(Uuid),
    /// All of them, with those of the program itself. For whoever runs the server.
    Everybody,
}

impl Whose {
    /// Appends the condition to a statement that has one already.
    pub(crate) fn narrow(self, query: Query) -> Query {
        match self {
            Whose::Organisation(id) => query.push(" and organisation_id = ").push_bind(id),
            Whose::Everybody => query,
        }
    }
}

/// The jobs of one kind.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct KindFigures {
    /// The kind.
    pub kind: String,
    /// Waiting for their time or for a worker.
    pub waiting: i64,
    /// Claimed.
    pub running: i64,
    /// Given up.
    pub failed: i64,
    /// Since when the first of those that wait is due; none if none is.
    pub oldest: Option<DateTime<Utc>>,
}

/// The jobs by their kinds, without those that were put away.
pub async fn by_kind(on: impl Into<On<'_>>, whose: Whose, now: DateTime<Utc>) -> Result<Vec<KindFigures>> {
    let query = sql("select kind,
           count(*) filter (where state = 'waiting') as waiting,
           count(*) filter (where state = 'running') as running,
           count(*) filter (where state = 'failed') as failed,
           min(run_at) filter (where state = 'waiting' and run_at <= ")
    .push_bind(now)
    .push(") as oldest from job where deleted_at is null");
    whose.narrow(query).push(" group by kind order by kind").all(on).await
}

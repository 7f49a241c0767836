//! Whose rows statements may touch, and reading within that.
//!
//! On PostgreSQL the [`Scope`] is set for one transaction at a time and row-level security does the rest (see
//! [`crate::wall`]); on SQLite the statements themselves name the organisation.

use std::{sync::Arc, time::Instant};

use metrics::histogram;
use sqlx::{AssertSqlSafe, PgPool, Postgres, SqlSafeStr, SqlStr, Sqlite, Transaction, pool::PoolConnection};
use tokio::sync::{Mutex, MutexGuard};
use uuid::Uuid;

use crate::{
    Db, Engine, Result, Tx,
    engine::{Pools, Unit, whole},
};

/// The histogram of how long it takes to get a connection and to begin a transaction on it in a [`Scope`], in seconds.
pub const BEGIN_DURATION: &str = "mediap_db_begin_duration_seconds";

/// Whose rows may be touched. Nobody's by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scope {
    /// The organisation whose rows may be read and written.
    pub organisation: Option<Uuid>,
    /// The person whose own memberships, in any organisation, may be read.
    pub account: Option<Uuid>,
    /// Whether the list of all organisations may be read, though nothing of theirs.
    pub registry: bool,
}

impl Scope {
    /// The rows of one organisation.
    pub fn organisation(id: Uuid) -> Self {
        Scope { organisation: Some(id), ..Scope::default() }
    }

    /// The memberships of one person.
    pub fn account(id: Uuid) -> Self {
        Scope { account: Some(id), ..Scope::default() }
    }

    /// The list of all organisations.
    pub fn registry() -> Self {
        Scope { registry: true, ..Scope::default() }
    }

    /// Begins a transaction in this scope: one trip for both.
    async fn begin(self, pool: &PgPool, begin: &str) -> Result<Transaction<'static, Postgres>> {
        let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        // Each also when it is empty: what a connection was left with must not count. As commands, which are not planned.
        let text = format!(
            "{begin}; set local mediap.organisation = '{}'; set local mediap.account = '{}'; \
             set local mediap.registry = '{}'",
            id(self.organisation),
            id(self.account),
            if self.registry { "on" } else { "" },
        );
        let (pool, started) = (pool.clone(), Instant::now());
        let begun = whole(async move { pool.begin_with(safe(text)).await }).await?;
        histogram!(BEGIN_DURATION).record(started.elapsed());
        Ok(begun)
    }
}

/// Fixed text and ids in hexadecimal.
fn safe(text: String) -> SqlStr {
    AssertSqlSafe(text).into_sql_str()
}

impl Db {
    /// Begins a unit of work that touches the rows of `scope` only.
    pub async fn begin_in(&self, scope: Scope) -> Result<Tx> {
        match &self.pools {
            Pools::Sqlite { .. } => self.begin().await,
            Pools::Postgres(pool) => Ok(Tx::of(Unit::Postgres(scope.begin(pool, "begin").await?), self)),
        }
    }

    /// Reads the rows of `scope`.
    pub fn reader(&self, scope: Scope) -> Reader {
        Reader(Arc::new(Parts { db: self.clone(), scope, snapshot: false, open: Mutex::new(None) }))
    }
}

impl Tx {
    /// Lets the rest of this unit of work read the memberships of one more person, whose log-in is under way.
    pub async fn also_account(&mut self, account: Uuid) -> Result<()> {
        if let Unit::Postgres(tx) = &mut self.unit {
            let text = format!("select set_config('mediap.account', '{account}', true)");
            #[expect(clippy::disallowed_methods, reason = "fixed text and an id")]
            sqlx::query(safe(text)).execute(&mut **tx).await?;
        }
        Ok(())
    }
}

/// Reads the rows of one scope. Cheap to clone; the clones share one connection.
///
/// The first statement takes a connection that the next ones go on with; it is given back when the last clone is
/// dropped, or by [`Reader::rest`]. On PostgreSQL it begins a read-only transaction, so the scope is set once per request
/// and not once per statement. On SQLite it saves the check that each return to the pool costs.
#[derive(Debug, Clone)]
pub struct Reader(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    db: Db,
    scope: Scope,
    /// Whether all statements see the database as the first one saw it.
    snapshot: bool,
    open: Mutex<Option<Open>>,
}

/// What the statements of a [`Reader`] run on.
#[derive(Debug)]
pub(crate) enum Open {
    Sqlite(PoolConnection<Sqlite>),
    SqliteSnapshot(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Reader {
    /// The database that is read.
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// Whose rows are read.
    pub fn scope(&self) -> Scope {
        self.0.scope
    }

    /// The engine behind it.
    pub fn engine(&self) -> Engine {
        self.0.db.engine()
    }

    /// A reader of its own, whose statements all see the database as the first of them saw it: for what is summed up of
    /// several. It takes a connection besides this one's, so [`Reader::rest`] comes before.
    #[must_use]
    pub fn snapshot(&self) -> Reader {
        let (db, scope) = (self.0.db.clone(), self.0.scope);
        Reader(Arc::new(Parts { db, scope, snapshot: true, open: Mutex::new(None) }))
    }

    /// Gives the connection back. The next statement takes one anew.
    ///
    /// Who waits for something else (another connection, a person) must not keep one meanwhile.
    pub async fn rest(&self) {
        *self.0.open.lock().await = None;
    }

    /// The connection, for one statement.
    pub(crate) async fn turn(&self) -> Result<Turn<'_>> {
        let mut place = self.0.open.lock().await;
        let open = match (place.take(), &self.0.db.pools) {
            (Some(open), _) => open,
            (None, Pools::Sqlite { read, .. }) if self.0.snapshot => {
                Open::SqliteSnapshot(read.begin().await?)
            }
            (None, Pools::Sqlite { read, .. }) => Open::Sqlite(read.acquire().await?),
            (None, Pools::Postgres(pool)) => {
                let begin = match self.0.snapshot {
                    true => "begin isolation level repeatable read, read only",
                    false => "begin read only",
                };
                Open::Postgres(self.0.scope.begin(pool, begin).await?)
            }
        };
        Ok(Turn { open, place })
    }
}

/// The connection, for one statement. Dropped without [`Turn::over`], it is given back: after a statement that failed
/// a transaction is of no use, so the next one takes a connection anew.
pub(crate) struct Turn<'a> {
    pub(crate) open: Open,
    place: MutexGuard<'a, Option<Open>>,
}

impl Turn<'_> {
    /// Leaves the connection to the next statement.
    pub(crate) fn over(mut self) {
        *self.place = Some(self.open);
    }
}

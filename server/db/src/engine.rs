//! Connections to the two engines, and transactions on them.

use std::{
    pin::Pin,
    str::FromStr,
    task::{self, Poll, ready},
    time::Duration,
};

use sqlx::{
    Connection, PgPool, Postgres, Sqlite, SqlitePool, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::runtime::Handle;

use crate::{
    Error, Result,
    known::{Changes, Known},
};

/// How long a connection may rest before it is asked whether it still lives.
const RESTED: Duration = Duration::from_secs(2);

/// The engine behind a [`Db`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// SQLite in WAL mode, one writer.
    Sqlite,
    /// PostgreSQL 15 or newer.
    Postgres,
}

/// How to connect.
#[derive(Debug, Clone)]
pub struct Options {
    /// `sqlite://path/to/file.db` or `postgres://user:password@host/name`.
    pub url: String,
    /// Upper bound of open connections.
    pub max_connections: u32,
    /// How long a caller waits for a connection before [`Error::Unavailable`].
    pub acquire_timeout: Duration,
}

impl Options {
    /// Connects to `url` with the defaults of a small server.
    pub fn new(url: impl Into<String>) -> Self {
        Options { url: url.into(), max_connections: 10, acquire_timeout: Duration::from_secs(5) }
    }
}

/// A database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Db {
    pub(crate) pools: Pools,
    pub(crate) changes: Changes,
}

#[derive(Debug, Clone)]
pub(crate) enum Pools {
    /// SQLite has one writer at a time, so writes queue for one connection instead of failing with `BUSY`.
    Sqlite {
        read: SqlitePool,
        write: SqlitePool,
    },
    Postgres(PgPool),
}

/// A unit of work. Dropped without [`Tx::commit`], it changes nothing.
#[derive(Debug)]
pub struct Tx {
    pub(crate) unit: Unit,
    pub(crate) changes: Changes,
    /// What it has changed of what is kept in memory.
    pub(crate) changed: Vec<Known>,
}

#[derive(Debug)]
pub(crate) enum Unit {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Db {
    /// Connects to the database that the URL names. A missing SQLite file is created.
    pub async fn connect(options: &Options) -> Result<Db> {
        let url = options.url.as_str();
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            // A statement is planned once for each connection: to plan the shorter ones takes as long as to run them, and
            // PostgreSQL would do so anew whenever it takes a part of a list for smaller than the average one.
            let connect = PgConnectOptions::from_str(url)
                .map_err(|cause| Error::Url(cause.to_string()))?
                .options([("plan_cache_mode", "force_generic_plan")]);
            let pool = PgPoolOptions::new()
                .max_connections(options.max_connections)
                .acquire_timeout(options.acquire_timeout)
                // A ping before every query would double its round trips; after a rest it finds out in time
                // that the server went away meanwhile.
                .test_before_acquire(false)
                .before_acquire(|connection, meta| {
                    Box::pin(async move {
                        if RESTED < meta.idle_for {
                            connection.ping().await?;
                        }
                        Ok(true)
                    })
                })
                .connect_with(connect)
                .await?;
            return Ok(Db::of(Pools::Postgres(pool)));
        }
        if !url.starts_with("sqlite:") {
            return Err(Error::Url(format!(
                "a database URL starts with sqlite:// or postgres://, not `{url}`"
            )));
        }
        let connect = SqliteConnectOptions::from_str(url)
            .map_err(|cause| Error::Url(cause.to_string()))?
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(Duration::from_secs(5))
            .pragma("cache_size", "-8192")
            .pragma("temp_store", "memory")
            // A page of a list in one batch: fewer wake-ups between the connection's thread and ours.
            .row_buffer_size(256);
        let pool = |max| {
            SqlitePoolOptions::new()
                .max_connections(max)
                .acquire_timeout(options.acquire_timeout)
                .test_before_acquire(false)
                .idle_timeout(None)
                .max_lifetime(None)
        };
        let write = pool(1).connect_with(connect.clone()).await?;
        let read = pool(options.max_connections).connect_with(connect.read_only(false)).await?;
        Ok(Db::of(Pools::Sqlite { read, write }))
    }

    fn of(pools: Pools) -> Db {
        Db { pools, changes: Changes::default() }
    }

    /// The engine behind this database.
    pub fn engine(&self) -> Engine {
        match &self.pools {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// Begins a unit of work that may write.
    ///
    /// On SQLite it takes the write lock at once: a transaction that reads first and upgrades later would
    /// fail with `BUSY` instead of waiting.
    pub async fn begin(&self) -> Result<Tx> {
        let unit = match &self.pools {
            Pools::Sqlite { write, .. } => Unit::Sqlite(write.begin_with("begin immediate").await?),
            Pools::Postgres(pool) => {
                let pool = pool.clone();
                Unit::Postgres(whole(async move { pool.begin().await }).await?)
            }
        };
        Ok(Tx::of(unit, self))
    }

    /// Waits for running statements and closes all connections.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

/// Runs `work` to its end even when nobody waits for it any more.
///
/// sqlx takes back a transaction that is dropped, but not one whose beginning was on its way to PostgreSQL when its
/// request was given up: that would stay open on a connection that the next request gets, with the scope of the last one.
pub(crate) struct Whole<T: Send + 'static>(Option<Pin<Box<dyn Future<Output = T> + Send>>>);

pub(crate) fn whole<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Whole<T> {
    Whole(Some(Box::pin(work)))
}

impl<T: Send + 'static> Future for Whole<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<T> {
        let Some(work) = self.0.as_mut() else { return Poll::Pending };
        let output = ready!(work.as_mut().poll(cx));
        self.0 = None;
        Poll::Ready(output)
    }
}

impl<T: Send + 'static> Drop for Whole<T> {
    fn drop(&mut self) {
        // Without a runtime the program is going down, and its connections with it.
        if let (Some(work), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(work);
        }
    }
}

impl Tx {
    pub(crate) fn of(unit: Unit, db: &Db) -> Tx {
        Tx { unit, changes: db.changes.clone(), changed: Vec::new() }
    }

    /// Makes the changes permanent and visible to others.
    pub async fn commit(mut self) -> Result<()> {
        let _told = self.tell().await?;
        match self.unit {
            Unit::Sqlite(tx) => tx.commit().await?,
            Unit::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// Takes the changes back.
    pub async fn rollback(self) -> Result<()> {
        match self.unit {
            Unit::Sqlite(tx) => tx.rollback().await?,
            Unit::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }

    /// The engine behind this unit of work.
    pub fn engine(&self) -> Engine {
        match &self.unit {
            Unit::Sqlite(_) => Engine::Sqlite,
            Unit::Postgres(_) => Engine::Postgres,
        }
    }
}

//! The funnel: one statement, its values, and how to run it.

use std::borrow::Cow;

use sqlx::{
    AssertSqlSafe, FromRow, Postgres, Sqlite,
    postgres::{PgArguments, PgRow},
    query::{Query as SqlxQuery, QueryAs},
    sqlite::{SqliteArguments, SqliteRow},
};

use crate::{
    Arg, Db, Error, Reader, Result, Tx,
    engine::{Pools, Unit},
    known,
    scope::Open,
};

/// A row type both engines can read. `derive(sqlx::FromRow)` gives it; tuples have it.
pub trait Record: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

impl<T> Record for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// Where a statement runs.
#[derive(Debug)]
pub enum On<'a> {
    /// By itself, on any free connection. It sees no row of any organisation.
    Db(&'a Db),
    /// Among other reads of one scope.
    Reader(&'a Reader),
    /// Inside a unit of work.
    Tx(&'a mut Tx),
}

impl<'a> From<&'a Db> for On<'a> {
    fn from(db: &'a Db) -> Self {
        On::Db(db)
    }
}

impl<'a> From<&'a Reader> for On<'a> {
    fn from(reader: &'a Reader) -> Self {
        On::Reader(reader)
    }
}

impl<'a> From<&'a mut Tx> for On<'a> {
    fn from(tx: &'a mut Tx) -> Self {
        On::Tx(tx)
    }
}

/// Where a statement that writes runs.
#[derive(Debug)]
pub enum Writer<'a> {
    /// By itself, on any free connection, where no organisation's row is touched.
    Db(&'a Db),
    /// Inside a unit of work.
    Tx(&'a mut Tx),
}

impl<'a> From<&'a Db> for Writer<'a> {
    fn from(db: &'a Db) -> Self {
        Writer::Db(db)
    }
}

impl<'a> From<&'a mut Tx> for Writer<'a> {
    fn from(tx: &'a mut Tx) -> Self {
        Writer::Tx(tx)
    }
}

/// A statement with its values.
#[derive(Debug, Clone)]
pub struct Query {
    text: Cow<'static, str>,
    args: Vec<Arg>,
}

/// Starts a statement. Placeholders are `$1`, `$2`, … on both engines.
pub fn sql(text: &'static str) -> Query {
    Query { text: Cow::Borrowed(text), args: Vec::new() }
}

impl Query {
    /// Gives the next placeholder its value.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Arg>) -> Self {
        self.args.push(value.into());
        self
    }

    /// Appends fixed text. Together with [`Query::push_bind`] it builds filters; text that comes from
    /// outside can only enter as a value.
    #[must_use]
    pub fn push(mut self, text: &'static str) -> Self {
        self.text.to_mut().push_str(text);
        self
    }

    /// Appends the next placeholder and gives it its value.
    #[must_use]
    pub fn push_bind(mut self, value: impl Into<Arg>) -> Self {
        self.args.push(value.into());
        let number = self.args.len().to_string();
        let text = self.text.to_mut();
        text.push('$');
        text.push_str(&number);
        self
    }

    /// Appends `($4, $5, …)`, for `in`. An empty list becomes `(null)`, which matches nothing.
    #[must_use]
    pub fn push_list<A: Into<Arg>>(mut self, values: impl IntoIterator<Item = A>) -> Self {
        self = self.push("(");
        let before = self.args.len();
        for value in values {
            if self.args.len() > before {
                self = self.push(", ");
            }
            self = self.push_bind(value);
        }
        if self.args.len() == before {
            self = self.push("null");
        }
        self.push(")")
    }

    /// Appends ` limit rows`. In digits, not as a value: PostgreSQL takes an unknown limit for a tenth of the rows, and then
    /// plans the statement anew each time, in the hope of a better one.
    #[must_use]
    pub fn limit(mut self, rows: usize) -> Self {
        self.text.to_mut().push_str(&format!(" limit {rows}"));
        self
    }

    /// All rows.
    pub async fn all<T: Record>(self, on: impl Into<On<'_>>) -> Result<Vec<T>> {
        Ok(match on.into() {
            On::Db(Db { pools: Pools::Sqlite { read, .. }, .. }) => sqlite_as(self).fetch_all(read).await?,
            On::Db(Db { pools: Pools::Postgres(pool), .. }) => postgres_as(self).fetch_all(pool).await?,
            On::Reader(reader) => {
                let mut turn = reader.turn().await?;
                let found = match &mut turn.open {
                    Open::Sqlite(connection) => sqlite_as(self).fetch_all(&mut **connection).await?,
                    Open::SqliteSnapshot(tx) => sqlite_as(self).fetch_all(&mut **tx).await?,
                    Open::Postgres(tx) => postgres_as(self).fetch_all(&mut **tx).await?,
                };
                turn.over();
                found
            }
            On::Tx(tx) => {
                tx.note(&self.text);
                match &mut tx.unit {
                    Unit::Sqlite(tx) => sqlite_as(self).fetch_all(&mut **tx).await?,
                    Unit::Postgres(tx) => postgres_as(self).fetch_all(&mut **tx).await?,
                }
            }
        })
    }

    /// The first row, if there is one.
    pub async fn optional<T: Record>(self, on: impl Into<On<'_>>) -> Result<Option<T>> {
        Ok(match on.into() {
            On::Db(Db { pools: Pools::Sqlite { read, .. }, .. }) => {
                sqlite_as(self).fetch_optional(read).await?
            }
            On::Db(Db { pools: Pools::Postgres(pool), .. }) => postgres_as(self).fetch_optional(pool).await?,
            On::Reader(reader) => {
                let mut turn = reader.turn().await?;
                let found = match &mut turn.open {
                    Open::Sqlite(connection) => sqlite_as(self).fetch_optional(&mut **connection).await?,
                    Open::SqliteSnapshot(tx) => sqlite_as(self).fetch_optional(&mut **tx).await?,
                    Open::Postgres(tx) => postgres_as(self).fetch_optional(&mut **tx).await?,
                };
                turn.over();
                found
            }
            On::Tx(tx) => {
                tx.note(&self.text);
                match &mut tx.unit {
                    Unit::Sqlite(tx) => sqlite_as(self).fetch_optional(&mut **tx).await?,
                    Unit::Postgres(tx) => postgres_as(self).fetch_optional(&mut **tx).await?,
                }
            }
        })
    }

    /// The one row that must be there: an aggregate, or `returning` of an insert.
    pub async fn one<T: Record>(self, on: impl Into<On<'_>>) -> Result<T> {
        self.optional(on).await?.ok_or(Error::RowCount { expected: 1, actual: 0 })
    }

    /// Runs the statement and tells how many rows it changed.
    pub async fn execute(self, on: impl Into<Writer<'_>>) -> Result<u64> {
        match on.into() {
            Writer::Db(db) => {
                let known = known::written(&self.text);
                let changed = match &db.pools {
                    Pools::Sqlite { write, .. } => sqlite(self).execute(write).await?.rows_affected(),
                    Pools::Postgres(pool) => postgres(self).execute(pool).await?.rows_affected(),
                };
                db.tell(known).await?;
                Ok(changed)
            }
            Writer::Tx(tx) => {
                tx.note(&self.text);
                Ok(match &mut tx.unit {
                    Unit::Sqlite(tx) => sqlite(self).execute(&mut **tx).await?.rows_affected(),
                    Unit::Postgres(tx) => postgres(self).execute(&mut **tx).await?.rows_affected(),
                })
            }
        }
    }

    /// Runs the statement, which must change exactly one row.
    pub async fn exactly_one(self, on: impl Into<Writer<'_>>) -> Result<()> {
        match self.execute(on).await? {
            1 => Ok(()),
            actual => Err(Error::RowCount { expected: 1, actual }),
        }
    }
}

macro_rules! bind_all {
    ($query:expr, $args:expr) => {{
        let mut query = $query;
        for arg in $args {
            query = match arg {
                Arg::Bool(value) => query.bind(value),
                Arg::Int(value) => query.bind(value),
                Arg::Float(value) => query.bind(value),
                Arg::Text(value) => query.bind(value),
                Arg::Bytes(value) => query.bind(value),
                Arg::Uuid(value) => query.bind(value),
                Arg::Time(value) => query.bind(value),
                Arg::Date(value) => query.bind(value),
                Arg::Json(value) => query.bind(value),
            };
        }
        query
    }};
}

/// Every text here was built from `&'static str` pieces and numbered placeholders.
fn safe(text: Cow<'static, str>) -> AssertSqlSafe<String> {
    AssertSqlSafe(text.into_owned())
}

fn sqlite_as<T: Record>(query: Query) -> QueryAs<'static, Sqlite, T, SqliteArguments> {
    #[expect(clippy::disallowed_methods, reason = "this is the funnel")]
    let statement = sqlx::query_as(safe(query.text));
    bind_all!(statement, query.args)
}

fn postgres_as<T: Record>(query: Query) -> QueryAs<'static, Postgres, T, PgArguments> {
    #[expect(clippy::disallowed_methods, reason = "this is the funnel")]
    let statement = sqlx::query_as(safe(query.text));
    bind_all!(statement, query.args)
}

fn sqlite(query: Query) -> SqlxQuery<'static, Sqlite, SqliteArguments> {
    #[expect(clippy::disallowed_methods, reason = "this is the funnel")]
    let statement = sqlx::query(safe(query.text));
    bind_all!(statement, query.args)
}

fn postgres(query: Query) -> SqlxQuery<'static, Postgres, PgArguments> {
    #[expect(clippy::disallowed_methods, reason = "this is the funnel")]
    let statement = sqlx::query(safe(query.text));
    bind_all!(statement, query.args)
}

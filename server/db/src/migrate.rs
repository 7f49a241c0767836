//! The embedded migrations and how they are applied.

use sqlx::{
    SqlSafeStr,
    migrate::{Migrate, Migration, MigrationType, Migrator},
};

use crate::{Db, Engine, Result, engine::Pools, sql, wall};

struct File {
    version: i64,
    name: &'static str,
    engine: Option<Engine>,
    sql: &'static str,
}

const FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// What the database has and lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migrations {
    /// Migrations applied.
    pub applied: usize,
    /// Migrations still to apply.
    pub pending: usize,
}

impl Db {
    /// Applies every migration the database does not have yet. Safe to call from several servers at once.
    pub async fn migrate(&self) -> Result<()> {
        match &self.pools {
            Pools::Sqlite { write, .. } => migrator(Engine::Sqlite).run(write).await?,
            Pools::Postgres(pool) => {
                migrator(Engine::Postgres).run(pool).await?;
                wall::raise(self).await?;
            }
        }
        Ok(())
    }

    /// Lets the engine count its rows anew, after many were written at once: until then it chooses plans for nearly empty
    /// tables, and PostgreSQL may keep to one for as long as a connection lives. Done by the owner of the tables.
    pub async fn analyze(&self) -> Result<()> {
        sql("analyze").execute(self).await?;
        Ok(())
    }

    /// Compares the database with the migrations of this program.
    pub async fn migrations(&self) -> Result<Migrations> {
        let applied = match &self.pools {
            Pools::Sqlite { write, .. } => applied(&mut *write.acquire().await?).await?,
            Pools::Postgres(_) => {
                // The running program may not create the table, so it is looked for first.
                let (known,): (bool,) = sql(KNOWN).one(self).await?;
                let count: (i64,) = if known { sql(COUNT).one(self).await? } else { (0,) };
                usize::try_from(count.0).unwrap_or_default()
            }
        };
        let known = migrator(self.engine()).iter().count();
        Ok(Migrations { applied, pending: known.saturating_sub(applied) })
    }
}

const TABLE: &str = "_sqlx_migrations";
const KNOWN: &str = "select to_regclass('_sqlx_migrations') is not null";
const COUNT: &str = "select count(*) from _sqlx_migrations where success";

async fn applied(connection: &mut impl Migrate) -> Result<usize> {
    connection.ensure_migrations_table(TABLE).await?;
    Ok(connection.list_applied_migrations(TABLE).await?.len())
}

fn migrator(engine: Engine) -> Migrator {
    let migrations = FILES
        .iter()
        .filter(|file| file.engine.is_none_or(|only| only == engine))
        .map(|file| {
            Migration::new(
                file.version,
                file.name.into(),
                MigrationType::Simple,
                file.sql.into_sql_str(),
                false,
            )
        })
        .collect();
    Migrator::with_migrations(migrations)
}

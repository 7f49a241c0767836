//! The embedded migrations and how they are applied.

use sqlx::{
    SqlSafeStr,
    migrate::{Migrate, Migration, MigrationType, Migrator},
};

use crate::{Db, Engine, Result, engine::Pools};

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
        match &self.0 {
            Pools::Sqlite { write, .. } => migrator(Engine::Sqlite).run(write).await?,
            Pools::Postgres(pool) => migrator(Engine::Postgres).run(pool).await?,
        }
        Ok(())
    }

    /// Compares the database with the migrations of this program.
    pub async fn migrations(&self) -> Result<Migrations> {
        let applied = match &self.0 {
            Pools::Sqlite { write, .. } => applied(&mut *write.acquire().await?).await?,
            Pools::Postgres(pool) => applied(&mut *pool.acquire().await?).await?,
        };
        let known = migrator(self.engine()).iter().count();
        Ok(Migrations { applied, pending: known.saturating_sub(applied) })
    }
}

const TABLE: &str = "_sqlx_migrations";

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

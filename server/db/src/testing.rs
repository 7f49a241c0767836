//! Test databases: [`both!`](crate::both) runs one story on SQLite and on PostgreSQL.
//!
//! PostgreSQL is found through `MEDIAP_TEST_POSTGRES` (`cargo xtask pg run` sets it). Without it that
//! half passes with a note on a developer's machine and fails where `CI` is set.

#![expect(clippy::expect_used, reason = "a test that cannot have its database may panic")]

use std::{
    future::Future,
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
};

use tokio::sync::OnceCell;

use crate::{Db, Options, sql};

/// Writes two tests, `name::sqlite` and `name::postgres`, around one story on an empty, migrated database.
///
/// On PostgreSQL the story runs as the role behind the wall; `both!(as owner: …)` is for what only the owner of the
/// tables may do.
#[macro_export]
macro_rules! both {
    (as owner: $name:ident, |$db:ident| $story:block) => {
        $crate::both!(@ $name, $db, $story, postgres_as_owner);
    };
    ($name:ident, |$db:ident| $story:block) => {
        $crate::both!(@ $name, $db, $story, postgres);
    };
    (@ $name:ident, $db:ident, $story:block, $postgres:ident) => {
        mod $name {
            #[allow(
                clippy::allow_attributes,
                unused_imports,
                reason = "some stories need their neighbours, some do not"
            )]
            use super::*;

            async fn story($db: $crate::Db) {
                $story
            }

            #[tokio::test]
            async fn sqlite() {
                $crate::testing::sqlite(story).await;
            }

            #[tokio::test]
            async fn postgres() {
                $crate::testing::$postgres(story).await;
            }
        }
    };
}

static COUNTER: AtomicU64 = AtomicU64::new(0);

fn unique_name() -> String {
    format!("mediap_test_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed))
}

fn setting(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "tests have no configuration file")]
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Removes the files of a test database, also when the story panics.
struct Files(PathBuf);

impl Drop for Files {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            let mut path = self.0.clone().into_os_string();
            path.push(suffix);
            std::fs::remove_file(path).ok();
        }
    }
}

impl Files {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("{}.db", unique_name())))
    }

    fn url(&self) -> String {
        format!("sqlite://{}", self.0.display())
    }
}

/// Runs a story on a fresh SQLite file, a copy of one that was migrated once.
pub async fn sqlite<F: Future<Output = ()>>(story: impl FnOnce(Db) -> F) {
    sqlite_with_url(|db, _| story(db)).await;
}

/// The same for a story that lets other processes in.
pub async fn sqlite_with_url<F: Future<Output = ()>>(story: impl FnOnce(Db, String) -> F) {
    static MIGRATED: OnceCell<Vec<u8>> = OnceCell::const_new();
    let migrated = MIGRATED.get_or_init(migrated_sqlite).await;
    let files = Files::new();
    std::fs::write(&files.0, migrated).expect("the folder for temporary files takes the test database");
    let db = connect(&files.url()).await;
    story(db.clone(), files.url()).await;
    db.close().await;
}

/// A migrated, empty SQLite file.
async fn migrated_sqlite() -> Vec<u8> {
    let files = Files::new();
    let db = connect(&files.url()).await;
    db.migrate().await.expect("migrations apply on SQLite");
    // Closing moves what the log holds into the file.
    db.close().await;
    std::fs::read(&files.0).expect("the migrated file can be read")
}

/// Runs a story on a fresh PostgreSQL database, as the role behind the wall that the program runs as.
pub async fn postgres<F: Future<Output = ()>>(story: impl FnOnce(Db) -> F) {
    postgres_with_owner(|both| story(both.runtime)).await;
}

/// Runs a story on a fresh PostgreSQL database, as the owner of its tables.
pub async fn postgres_as_owner<F: Future<Output = ()>>(story: impl FnOnce(Db) -> F) {
    postgres_with_owner(|both| story(both.owner)).await;
}

/// A test database seen by the role that owns it and by the one that the program runs as.
#[derive(Debug, Clone)]
pub struct Postgres {
    /// May do anything.
    pub owner: Db,
    /// Stands behind the wall.
    pub runtime: Db,
    /// Where `owner` is connected to.
    pub owner_url: String,
    /// Where `runtime` is connected to.
    pub runtime_url: String,
}

/// Runs a story on a fresh PostgreSQL database, for what only its owner may do.
pub async fn postgres_with_owner<F: Future<Output = ()>>(story: impl FnOnce(Postgres) -> F) {
    let Some(url) = setting("MEDIAP_TEST_POSTGRES") else {
        assert!(
            setting("CI").is_none(),
            "MEDIAP_TEST_POSTGRES is not set: run the tests through `cargo xtask pg run`"
        );
        eprintln!("skipped: MEDIAP_TEST_POSTGRES is not set");
        return;
    };
    let admin = postgres_admin(&url).await;
    let (server, _) = url.rsplit_once('/').expect("the URL names a database");
    let template = TEMPLATE.get_or_init(|| migrated_postgres(&admin, server)).await;
    let name = unique_name();
    command(&admin, format!("drop database if exists {name} with (force)")).await;
    command(&admin, format!("create database {name} template {template}")).await;
    let (owner_url, runtime_url) = (format!("{server}/{name}"), runtime_url(server, &name));
    let owner = connect(&owner_url).await;
    let runtime = connect(&runtime_url).await;
    story(Postgres { owner: owner.clone(), runtime: runtime.clone(), owner_url, runtime_url }).await;
    runtime.close().await;
    owner.close().await;
    command(&admin, format!("drop database if exists {name} with (force)")).await;
}

/// The database that this process has migrated for the others to be copied from. It goes with the temporary server.
static TEMPLATE: OnceCell<String> = OnceCell::const_new();

/// Creates a migrated, empty database that lets the runtime role in, and returns its name.
async fn migrated_postgres(admin: &sqlx::PgPool, server: &str) -> String {
    let name = unique_name();
    // Another process of this number may have left one.
    command(admin, format!("drop database if exists {name} with (force)")).await;
    command(admin, format!("create database {name}")).await;
    let owner = connect(&format!("{server}/{name}")).await;
    owner.migrate().await.expect("migrations apply on PostgreSQL");
    crate::wall::admit(&owner, &runtime_url(server, &name)).await.expect("the runtime role is let in");
    // What somebody is connected to cannot be copied.
    owner.close().await;
    name
}

async fn connect(url: &str) -> Db {
    let mut options = Options::new(url);
    // A story may have several people read at once, each with a connection of their own.
    options.max_connections = 20;
    Db::connect(&options).await.expect("the test database opens")
}

/// The same database for the role behind the wall; the test server trusts everybody.
fn runtime_url(server: &str, name: &str) -> String {
    let (_, host) = server.rsplit_once('@').expect("the URL names a user");
    format!("postgres://mediap_test_runtime@{host}/{name}")
}

async fn postgres_admin(url: &str) -> sqlx::PgPool {
    sqlx::postgres::PgPoolOptions::new()
        .max_connections(1)
        .connect(url)
        .await
        .expect("PostgreSQL answers at MEDIAP_TEST_POSTGRES")
}

/// Names of databases cannot be bound; these are made of our own process number and a counter.
async fn command(admin: &sqlx::PgPool, text: String) {
    #[expect(
        clippy::disallowed_methods,
        reason = "data definition on the server, outside any test database"
    )]
    sqlx::query(sqlx::AssertSqlSafe(text)).execute(admin).await.expect("the server obeys");
}

/// Ends the connections that wait to be woken, as a network does that breaks. Nothing on SQLite.
pub async fn cut_off_listeners(db: &Db) {
    let end = crate::dialect::end_listeners(db.engine());
    let (ended,): (i64,) = sql(end).one(db).await.expect("a role may end its own connections");
    assert!(0 < ended, "nobody listens");
}

/// Every foreign key as `(table, column, table it points to)`, in order.
pub async fn foreign_keys(db: &Db) -> Vec<(String, String, String)> {
    sql(crate::dialect::foreign_keys(db.engine())).all(db).await.expect("the catalogue can be read")
}

/// Every table with its columns and whether they may be null, in order, for comparing the engines.
pub async fn columns(db: &Db) -> Vec<(String, String, bool)> {
    sql(crate::dialect::columns(db.engine())).all(db).await.expect("the catalogue can be read")
}

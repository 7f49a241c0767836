//! Workers as processes of their own: what survives their sudden end, and how much they do.

#![expect(clippy::unwrap_used, reason = "a story ends where it breaks")]
#![expect(clippy::indexing_slicing, reason = "what is not there ends the story")]

mod child;
mod crash;
mod figures;

use db::{Db, sql, testing};

/// A database that several processes share.
struct Place {
    db: Db,
    url: String,
}

impl Place {
    /// Runs a story on SQLite, with a table that its jobs write into.
    async fn on_sqlite(story: impl AsyncFnOnce(Place)) {
        testing::sqlite_with_url(async |db, url| {
            tables(&db).await;
            story(Place { db, url }).await;
        })
        .await;
    }

    /// The same on PostgreSQL.
    async fn on_postgres(story: impl AsyncFnOnce(Place)) {
        testing::postgres_with_owner(async |database| {
            tables(&database.owner).await;
            let grant = sql("grant select, insert on mark to public");
            grant.execute(&database.owner).await.unwrap();
            story(Place { db: database.runtime, url: database.runtime_url }).await;
        })
        .await;
    }
}

async fn tables(db: &Db) {
    sql("create table mark (job_id uuid not null, late boolean not null, waited bigint not null)")
        .execute(db)
        .await
        .unwrap();
}

//! The wall between organisations, and proof that a hole in it does not stay unseen: each way of breaking it is done on
//! purpose, and the checks must say so.

use std::time::Duration;

use uuid::Uuid;

use super::statements::names_no_organisation;
use crate::{
    Db, On, Options, Scope, both, sql,
    testing::{self, Postgres},
    wall,
};

const HERE: Uuid = Uuid::from_u128(0xA);
const THERE: Uuid = Uuid::from_u128(0xB);

/// A statement that forgets whose rows it means.
const EVERYBODYS_TEAMS: &str = "select organisation_id from team";

/// Two organisations with a team each.
async fn neighbours(db: &Db) {
    for id in [HERE, THERE] {
        let mut tx = db.begin_in(Scope::organisation(id)).await.unwrap();
        sql("insert into organisation (id, name, time_zone, created_at, updated_at)
             values ($1, 'One of two', 'UTC', '2025-11-21T08:00:00Z', '2025-11-21T08:00:00Z')")
        .bind(id)
        .exactly_one(&mut tx)
        .await
        .unwrap();
        sql("insert into team (id, organisation_id, name, created_at, updated_at)
             values ($1, $1, 'Testers', '2025-11-21T08:00:00Z', '2025-11-21T08:00:00Z')")
        .bind(id)
        .exactly_one(&mut tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }
}

async fn teams(on: impl Into<On<'_>>) -> Vec<Uuid> {
    let rows: Vec<(Uuid,)> = sql(EVERYBODYS_TEAMS).all(on).await.unwrap();
    rows.into_iter().map(|(id,)| id).collect()
}

/// Everything that would tell of a hole: the catalogue, and what a forgetful statement sees.
async fn complaints(db: &Db) -> Vec<String> {
    let mut found = wall::breaches(db).await.unwrap();
    if teams(&db.reader(Scope::organisation(HERE))).await != [HERE] {
        found.push("a reader sees other rows than its own".to_owned());
    }
    if !teams(&db.reader(Scope::default())).await.is_empty() {
        found.push("a reader of nobody's rows sees some".to_owned());
    }
    if !teams(db).await.is_empty() {
        found.push("a statement without a scope sees rows".to_owned());
    }
    found
}

/// Breaks the wall and looks whether that is noticed.
async fn broken(how: impl AsyncFn(&Postgres)) {
    testing::postgres_with_owner(async |database| {
        // One connection, so what is left behind on it meets every later statement.
        let options = Options { max_connections: 1, ..Options::new(&database.runtime_url) };
        let database = Postgres { runtime: Db::connect(&options).await.unwrap(), ..database };
        neighbours(&database.runtime).await;
        assert_eq!(complaints(&database.runtime).await, [""; 0], "whole at first");
        how(&database).await;
        assert!(!complaints(&database.runtime).await.is_empty(), "nobody noticed");
        database.runtime.close().await;
    })
    .await;
}

async fn run(db: &Db, statement: &'static str) {
    sql(statement).execute(db).await.unwrap();
}

#[tokio::test]
async fn a_dropped_policy_is_noticed() {
    broken(async |database| run(&database.owner, "drop policy tenant on team").await).await;
}

#[tokio::test]
async fn security_that_is_not_forced_is_noticed() {
    broken(async |database| run(&database.owner, "alter table team no force row level security").await).await;
}

#[tokio::test]
async fn a_policy_that_lets_everybody_in_is_noticed() {
    broken(async |database| run(&database.owner, "create policy guests on team using (true)").await).await;
}

#[tokio::test]
async fn a_setting_that_stays_on_its_connection_is_noticed() {
    broken(async |database| {
        // `false`: for the connection, not for the transaction.
        let leak = "select set_config('mediap.organisation', '00000000-0000-0000-0000-00000000000b', false)";
        run(&database.runtime, leak).await;
    })
    .await;
}

#[tokio::test]
async fn a_request_that_is_given_up_leaves_its_scope_to_nobody() {
    testing::postgres_with_owner(async |database| {
        let options = Options { max_connections: 1, ..Options::new(&database.runtime_url) };
        let db = Db::connect(&options).await.unwrap();
        neighbours(&db).await;
        for microseconds in (0..1000).step_by(10) {
            let patience = Duration::from_micros(microseconds);
            let reader = db.reader(Scope::organisation(HERE));
            tokio::time::timeout(patience, teams(&reader)).await.ok();
            drop(reader);
            tokio::time::timeout(patience, db.begin_in(Scope::organisation(THERE))).await.ok();
            assert!(teams(&db).await.is_empty(), "after {patience:?}");
            // It would fail in a transaction that may only read.
            db.begin_in(Scope::organisation(HERE)).await.unwrap().commit().await.unwrap();
        }
        db.close().await;
    })
    .await;
}

#[test]
fn a_filter_that_was_left_out_is_noticed() {
    assert!(names_no_organisation(EVERYBODYS_TEAMS.trim_start_matches("select organisation_id ")));
    assert!(names_no_organisation("select name from team where id = $1"));
    assert!(names_no_organisation("update item set title = $2 where id = $1"));
    assert!(!names_no_organisation("select name from team where organisation_id = $1 and id = $2"));
}

#[tokio::test]
async fn on_sqlite_a_filter_that_was_left_out_shows_foreign_rows() {
    testing::sqlite(async |db| {
        neighbours(&db).await;
        // Why the statements are checked there: nothing else stands in between.
        assert_eq!(teams(&db.reader(Scope::organisation(HERE))).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn nothing_of_another_organisation_can_be_read_or_written() {
    testing::postgres(async |db| {
        neighbours(&db).await;
        let mut tx = db.begin_in(Scope::organisation(HERE)).await.unwrap();
        assert_eq!(teams(&mut tx).await, [HERE]);
        let foreign = sql("update team set name = 'Taken' where id = $1").bind(THERE);
        assert_eq!(foreign.execute(&mut tx).await.unwrap(), 0);
        let planted = sql("update team set organisation_id = $1 where id = $2").bind(THERE).bind(HERE);
        planted.execute(&mut tx).await.unwrap_err();
        drop(tx);
        assert_eq!(teams(&db.reader(Scope::organisation(THERE))).await, [THERE]);
    })
    .await;
}

#[tokio::test]
async fn jobs_of_another_organisation_are_out_of_reach_but_for_the_program() {
    testing::postgres(async |db| {
        neighbours(&db).await;
        for (number, organisation) in [(1, Some(HERE)), (2, Some(THERE)), (3, None)] {
            sql("insert into job (id, kind, payload, organisation_id, run_at, created_at)
                 values ($1, 'test', '{}', $2, '2025-11-21T08:00:00Z', '2025-11-21T08:00:00Z')")
            .bind(Uuid::from_u128(number))
            .bind(organisation)
            .exactly_one(&db)
            .await
            .unwrap();
        }
        let everybodys = "select count(*) from job";
        let (all,): (i64,) = sql(everybodys).one(&db).await.unwrap();
        let (ours,): (i64,) = sql(everybodys).one(&db.reader(Scope::organisation(HERE))).await.unwrap();
        assert_eq!((all, ours), (3, 2), "ours, and that of nobody");
        let mut tx = db.begin_in(Scope::organisation(HERE)).await.unwrap();
        let foreign = sql("update job set priority = 1 where id = $1").bind(Uuid::from_u128(2));
        assert_eq!(foreign.execute(&mut tx).await.unwrap(), 0);
        let planted = sql("update job set organisation_id = $1 where id = $2").bind(THERE);
        planted.bind(Uuid::from_u128(1)).execute(&mut tx).await.unwrap_err();
    })
    .await;
}

#[tokio::test]
async fn the_program_runs_as_somebody_who_cannot_pass() {
    testing::postgres_with_owner(async |database| {
        assert_eq!(wall::standing(&database.runtime).await.unwrap().unwrap().above, None);
        assert!(wall::standing(&database.owner).await.unwrap().unwrap().above.is_some());
        let denied = sql("alter table team disable row level security").execute(&database.runtime).await;
        assert!(denied.is_err());
    })
    .await;
}

both!(a_reader_goes_on_after_a_statement_that_failed, |db| {
    neighbours(&db).await;
    let reader = db.reader(Scope::organisation(HERE));
    assert!(teams(&reader).await.contains(&HERE));
    sql("select nothing from team").all::<(i64,)>(&reader).await.unwrap_err();
    assert!(teams(&reader).await.contains(&HERE));
    reader.rest().await;
    assert!(teams(&reader.clone()).await.contains(&HERE));
});

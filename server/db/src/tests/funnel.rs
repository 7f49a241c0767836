//! One text, two engines.

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use uuid::Uuid;

use crate::{Chain, ConstraintKind, Db, Error, ResultExt, both, dialect, sql};

async fn table(db: &Db) {
    sql("create table thing (
           id uuid primary key, name text not null, flag boolean, number bigint, ratio double precision, day date,
           at timestamptz, bytes bytea, data jsonb,
           constraint thing_number_check check (number < 100))")
    .execute(db)
    .await
    .unwrap();
    sql("create unique index thing_name_key on thing (lower(name))").execute(db).await.unwrap();
}

async fn thing(db: &Db, name: &str, number: i64) -> Result<(), Error> {
    sql("insert into thing (id, name, number) values ($1, $2, $3)")
        .bind(Uuid::from_u128(number.unsigned_abs().into()))
        .bind(name)
        .bind(number)
        .exactly_one(db)
        .await
}

#[derive(Debug, PartialEq, sqlx::FromRow)]
struct Thing {
    id: Uuid,
    flag: Option<bool>,
    number: i64,
    ratio: f64,
    day: Option<NaiveDate>,
    at: Option<DateTime<Utc>>,
    bytes: Vec<u8>,
    data: sqlx::types::Json<serde_json::Value>,
}

both!(as owner: every_kind_of_value_comes_back_as_it_went_in, |db| {
    table(&db).await;
    #[expect(clippy::disallowed_methods, reason = "any instant will do")]
    let at = Utc::now().trunc_subsecs(6);
    let thing = Thing {
        id: Uuid::from_u128(7),
        flag: None,
        number: i64::MIN,
        ratio: 0.1,
        day: NaiveDate::from_ymd_opt(2025, 2, 28),
        at: Some(at),
        bytes: vec![0, 255],
        data: sqlx::types::Json(serde_json::json!({ "a": [1, "ö"] })),
    };
    sql("insert into thing (id, name, flag, number, ratio, day, at, bytes, data) values ($1, 'x', $2, $3, $4, $5, $6, $7, $8)")
        .bind(thing.id)
        .bind(thing.flag)
        .bind(thing.number)
        .bind(thing.ratio)
        .bind(thing.day)
        .bind(thing.at)
        .bind(thing.bytes.clone())
        .bind(thing.data.0.clone())
        .exactly_one(&db)
        .await
        .unwrap();
    let back: Thing =
        sql("select id, flag, number, ratio, day, at, bytes, data from thing").one(&db).await.unwrap();
    assert_eq!(back, thing);
});

both!(as owner: constraints_have_one_name_on_both_engines, |db| {
    table(&db).await;
    thing(&db, "Ada", 1).await.unwrap();
    let Err(Error::Constraint { name, kind }) = thing(&db, "ADA", 2).await else { panic!("no constraint") };
    assert_eq!((name.as_str(), kind), ("thing_name_key", ConstraintKind::Unique));
    let Err(Error::Constraint { name, kind }) = thing(&db, "Bo", 100).await else { panic!("no constraint") };
    assert_eq!((name.as_str(), kind), ("thing_number_check", ConstraintKind::Check));

    #[derive(Debug, PartialEq)]
    enum Domain {
        Taken,
        Other,
    }
    impl From<Error> for Domain {
        fn from(_: Error) -> Self {
            Domain::Other
        }
    }
    assert_eq!(
        thing(&db, "ada", 3).await.on_constraint("thing_name_key", || Domain::Taken),
        Err(Domain::Taken)
    );
    assert_eq!(thing(&db, "ada", 3).await.on_constraint("another_key", || Domain::Taken), Err(Domain::Other));
});

both!(as owner: a_dropped_unit_of_work_changes_nothing, |db| {
    table(&db).await;
    let mut tx = db.begin().await.unwrap();
    sql("insert into thing (id, name) values ($1, 'gone')")
        .bind(Uuid::nil())
        .exactly_one(&mut tx)
        .await
        .unwrap();
    drop(tx);
    let (count,): (i64,) = sql("select count(*) from thing").one(&db).await.unwrap();
    assert_eq!(count, 0);
});

both!(as owner: writers_stand_in_line_instead_of_failing, |db| {
    table(&db).await;
    thing(&db, "counter", 0).await.unwrap();
    let adders = (0..20).map(|_| {
        let db = db.clone();
        tokio::spawn(async move {
            let mut tx = db.begin().await.unwrap();
            sql("update thing set number = number + 1").exactly_one(&mut tx).await.unwrap();
            tx.commit().await.unwrap();
        })
    });
    for adder in adders.collect::<Vec<_>>() {
        adder.await.unwrap();
    }
    let (number,): (i64,) = sql("select number from thing").one(&db).await.unwrap();
    assert_eq!(number, 20);
});

both!(as owner: filters_are_built_from_fixed_text_and_values, |db| {
    table(&db).await;
    for (name, number) in [("a", 1), ("b", 2), ("c", 3), ("'; drop table thing; --", 4)] {
        thing(&db, name, number).await.unwrap();
    }
    let found: Vec<(String,)> = sql("select name from thing where number > ")
        .push_bind(1)
        .push(" and name in ")
        .push_list(["a", "c", "'; drop table thing; --"])
        .push(" order by number")
        .all(&db)
        .await
        .unwrap();
    assert_eq!(found, [("c".to_owned(),), ("'; drop table thing; --".to_owned(),)]);
    let none: Vec<(String,)> =
        sql("select name from thing where name in ").push_list(Vec::<String>::new()).all(&db).await.unwrap();
    assert!(none.is_empty());
});

both!(as owner: a_row_count_that_breaks_its_promise_is_an_error, |db| {
    table(&db).await;
    let error = sql("update thing set number = 1").exactly_one(&db).await.unwrap_err();
    assert!(matches!(error, Error::RowCount { expected: 1, actual: 0 }), "{error}");
    let error = sql("select number from thing").one::<(i64,)>(&db).await.unwrap_err();
    assert!(matches!(error, Error::RowCount { .. }), "{error}");
});

both!(as owner: a_chain_changes_what_follows_only_if_it_changed_what_comes_before, |db| {
    if !dialect::writes_in_one(db.engine()) {
        return;
    }
    table(&db).await;
    thing(&db, "counted", 1).await.unwrap();
    thing(&db, "flagged", 2).await.unwrap();
    let run = async |counted: &'static str| {
        let mut tx = db.begin().await.unwrap();
        let chain = Chain::default()
            .then("one", |query, before| {
                query
                    .push("update thing set number = number + 10 where name = ")
                    .push_bind(counted)
                    .push_if(before)
                    .push(" returning number")
            })
            .then("two", |query, before| {
                query.push("update thing set flag = true where name = 'flagged'").push_if(before).push(" returning number")
            })
            .then("three", |query, before| {
                query
                    .push("insert into thing (id, name, number) select ")
                    .push_bind(Uuid::from_u128(3))
                    .push(", 'noted', number")
                    .push_from(before)
                    .push(" returning 1")
            });
        let changed = chain.run(&mut tx).await.unwrap();
        let left: Vec<(String, i64, Option<bool>)> =
            sql("select name, number, flag from thing order by name").all(&mut tx).await.unwrap();
        (changed, left)
    };
    let (counted, flagged) = (|number| ("counted".to_owned(), number, None), |flag| ("flagged".to_owned(), 2, flag));
    assert_eq!(run("nobody").await, (0, vec![counted(1), flagged(None)]));
    assert_eq!(run("counted").await, (1, vec![counted(11), flagged(Some(true)), ("noted".to_owned(), 2, None)]));
});

//! How much workers do, and how soon: printed for `cargo xtask bench`.

use std::time::Duration;

use db::sql;
use jobs::{NewJob, Queue, enqueue};
use serde_json::json;
use tokio::time::{Instant, interval, sleep};
use uuid::Uuid;

use crate::{
    Place,
    child::{MARK, NOTHING, WorkerProcess, now},
};

/// Jobs that do nothing.
const JOBS: u32 = 20_000;
/// Jobs whose start is timed, and how often one comes.
const TIMED: usize = 2_000;
const BETWEEN: Duration = Duration::from_millis(5);

async fn measure(place: Place, workers: usize) {
    let workers: Vec<_> = (0..workers).map(|_| WorkerProcess::start(&place.url)).collect();
    sleep(Duration::from_secs(2)).await;

    let mut tx = place.db.begin().await.unwrap();
    for _ in 0..JOBS {
        enqueue(&mut tx, Uuid::new_v4(), now(), NewJob::new(NOTHING, json!({}))).await.unwrap();
    }
    tx.commit().await.unwrap();
    let started = Instant::now();
    empty(&place).await;
    let rate = f64::from(JOBS) / started.elapsed().as_secs_f64();

    let mut ticks = interval(BETWEEN);
    for _ in 0..TIMED {
        ticks.tick().await;
        enqueue(&place.db, Uuid::new_v4(), now(), NewJob::new(MARK, json!({}))).await.unwrap();
    }
    empty(&place).await;
    drop(workers);
    let mut waits: Vec<(i64,)> = sql("select waited from mark").all(&place.db).await.unwrap();
    waits.sort();
    assert_eq!(waits.len(), TIMED);
    println!("figure jobs_per_second {rate:.0}");
    println!("figure wait_p50_us {}", waits[TIMED / 2].0);
    println!("figure wait_p99_us {}", waits[TIMED * 99 / 100].0);
}

/// Waits until nothing is left to do.
async fn empty(place: &Place) {
    while sql("select id from job limit 1").optional::<(Uuid,)>(&place.db).await.unwrap().is_some() {
        sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(Queue::new(place.db.clone()).counts().await.unwrap(), jobs::Counts::default());
}

#[tokio::test]
#[ignore = "a measurement: `cargo xtask bench`"]
async fn sqlite_with_one_worker() {
    Place::on_sqlite(async |place| measure(place, 1).await).await;
}

#[tokio::test]
#[ignore = "a measurement: `cargo xtask bench`"]
async fn postgres_with_two_workers() {
    Place::on_postgres(async |place| measure(place, 2).await).await;
}

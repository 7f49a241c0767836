//! Two workers are killed again and again, each time in the middle of whatever they do, and started anew. No job may be
//! lost, run after it has ended, or be stuck.

use std::{collections::BTreeMap, time::Duration};

use db::sql;
use jobs::{Counts, Enqueued, NewJob, Queue, enqueue};
use rand::RngExt;
use serde_json::json;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::{
    Place,
    child::{MARK, WorkerProcess, now},
};

/// How long the last jobs may take, with the leases of what was killed last.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often a worker is killed.
const KILLS: usize = 200;
/// How many jobs there are meanwhile.
const JOBS: usize = 10_000;

async fn nothing_is_lost(place: Place) {
    let started = Instant::now();
    let mut workers = [WorkerProcess::start(&place.url), WorkerProcess::start(&place.url)];
    let mut written = Vec::new();
    for turn in 0..KILLS {
        written.extend(write(&place).await);
        sleep(Duration::from_millis(rand::rng().random_range(20..120))).await;
        let worker = &mut workers[turn % 2];
        worker.kill();
        *worker = WorkerProcess::start(&place.url);
    }
    let queue = Queue::new(place.db.clone());
    let deadline = Instant::now() + PATIENCE;
    let mut counts = queue.counts().await.unwrap();
    while counts.waiting + counts.running != 0 {
        assert!(Instant::now() < deadline, "stuck after {PATIENCE:?}: {counts:?}");
        sleep(Duration::from_millis(100)).await;
        counts = queue.counts().await.unwrap();
    }
    assert_eq!(counts, Counts::default(), "none has failed");

    let marks: Vec<(Uuid, bool)> = sql("select job_id, late from mark").all(&place.db).await.unwrap();
    let mut runs: BTreeMap<Uuid, usize> = BTreeMap::new();
    for (job, late) in &marks {
        assert!(!late, "{job} ran after it had ended");
        *runs.entry(*job).or_default() += 1;
    }
    let lost = written.iter().filter(|job| !runs.contains_key(*job)).count();
    assert_eq!(lost, 0, "jobs never ran");
    assert_eq!(runs.len(), written.len(), "jobs ran that were never written");
    let again = runs.values().filter(|runs| 1 < **runs).count();
    assert!(0 < again, "no kill has interrupted anything, so this shows nothing");
    println!(
        "{} jobs, {} kills: 0 lost, 0 run after their end, 0 stuck; {again} were interrupted and ran again; {:.1} s",
        written.len(),
        KILLS,
        started.elapsed().as_secs_f64()
    );
}

/// Writes the jobs of one turn, and some whose unit of work is given up.
async fn write(place: &Place) -> Vec<Uuid> {
    let mut ids = Vec::new();
    for keep in [true, false] {
        let mut tx = place.db.begin().await.unwrap();
        for _ in 0..JOBS / KILLS {
            let job = NewJob::new(MARK, json!({ "pause": rand::rng().random_range(0..20) }));
            let written = enqueue(&mut tx, Uuid::new_v4(), now(), job).await.unwrap();
            let Enqueued::New(id) = written else { panic!("it has no key") };
            ids.extend(keep.then_some(id));
        }
        if keep {
            tx.commit().await.unwrap();
        }
    }
    ids
}

#[tokio::test]
async fn on_sqlite() {
    Place::on_sqlite(nothing_is_lost).await;
}

#[tokio::test]
async fn on_postgres() {
    Place::on_postgres(nothing_is_lost).await;
}

//! The queue on both engines, with a clock that the tests move.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, Duration, TimeZone, Utc};
use db::{Db, both, sql};
use serde_json::json;
use uuid::Uuid;

use crate::{Counts, Failure, Handlers, MAX_ATTEMPTS, NewJob, Queue, Worker};

struct Bench {
    db: Db,
    queue: Queue,
    clock: Arc<Mutex<DateTime<Utc>>>,
}

impl Bench {
    fn on(db: Db) -> Self {
        let start = Utc.with_ymd_and_hms(2025, 11, 21, 8, 0, 0).unwrap();
        Bench { queue: Queue::new(db.clone()), db, clock: Arc::new(Mutex::new(start)) }
    }

    fn now(&self) -> DateTime<Utc> {
        *self.clock.lock().unwrap()
    }

    fn pass(&self, time: Duration) {
        *self.clock.lock().unwrap() += time;
    }

    async fn enqueue(&self, kind: &'static str) -> Uuid {
        let id = Uuid::new_v4();
        let now = self.now();
        let job = NewJob {
            id,
            kind,
            payload: json!({"n": 1}),
            organisation_id: None,
            run_at: now,
            created_at: now,
        };
        self.queue.enqueue(&self.db, job).await.unwrap();
        id
    }

    fn worker(&self, handlers: Handlers) -> Worker {
        let clock = self.clock.clone();
        Worker::new(self.queue.clone(), handlers, Arc::new(move || *clock.lock().unwrap()))
    }

    async fn last_error(&self, id: Uuid) -> String {
        let row: (String,) =
            sql("select last_error from job where id = $1").bind(id).one(&self.db).await.unwrap();
        row.0
    }
}

fn counting(handlers: Handlers, kind: &'static str, count: &Arc<AtomicI64>) -> Handlers {
    let count = count.clone();
    handlers.on(kind, move |job| {
        let count = count.clone();
        async move {
            count.fetch_add(job.payload["n"].as_i64().unwrap(), Ordering::Relaxed);
            Ok(())
        }
    })
}

both!(a_job_runs_once_and_goes, |db| {
    let bench = Bench::on(db);
    let ran = Arc::new(AtomicI64::new(0));
    bench.enqueue("add").await;
    bench.enqueue("add").await;
    let worker = bench.worker(counting(Handlers::default(), "add", &ran));
    assert_eq!(worker.run_due().await.unwrap(), 2);
    assert_eq!(worker.run_due().await.unwrap(), 0);
    assert_eq!(ran.load(Ordering::Relaxed), 2);
    assert_eq!(bench.queue.counts().await.unwrap(), Counts::default());
});

both!(a_job_waits_for_its_time_and_for_a_worker_that_knows_it, |db| {
    let bench = Bench::on(db);
    let ran = Arc::new(AtomicI64::new(0));
    let now = bench.now();
    let later = NewJob {
        id: Uuid::new_v4(),
        kind: "add",
        payload: json!({"n": 1}),
        organisation_id: None,
        run_at: now + Duration::hours(1),
        created_at: now,
    };
    bench.queue.enqueue(&bench.db, later).await.unwrap();
    bench.enqueue("unheard-of").await;
    let worker = bench.worker(counting(Handlers::default(), "add", &ran));
    assert_eq!(worker.run_due().await.unwrap(), 0);
    bench.pass(Duration::hours(1));
    assert_eq!(worker.run_due().await.unwrap(), 1);
    assert_eq!(bench.queue.counts().await.unwrap(), Counts { waiting: 1, running: 0, failed: 0 });
});

both!(a_failing_job_comes_back_later_and_is_kept_in_the_end, |db| {
    let bench = Bench::on(db);
    let id = bench.enqueue("fail").await;
    let handlers = Handlers::default().on("fail", |job| async move {
        match job.attempts % 2 {
            0 => panic!("on purpose"),
            _ => Err(anyhow::anyhow!("no answer").into()),
        }
    });
    let worker = bench.worker(handlers);
    for attempt in 1..=MAX_ATTEMPTS {
        assert_eq!(worker.run_due().await.unwrap(), 1, "attempt {attempt}");
        assert_eq!(worker.run_due().await.unwrap(), 0, "it must wait after attempt {attempt}");
        bench.pass(Duration::hours(8));
    }
    assert_eq!(worker.run_due().await.unwrap(), 0);
    assert_eq!(bench.queue.counts().await.unwrap(), Counts { waiting: 0, running: 0, failed: 1 });
    assert_eq!(bench.last_error(id).await, "the handler panicked");
});

both!(a_hopeless_job_is_given_up_at_once, |db| {
    let bench = Bench::on(db);
    let id = bench.enqueue("fail").await;
    let handlers = Handlers::default()
        .on("fail", |_| async { Err(Failure::GiveUp(anyhow::anyhow!("no such address"))) });
    assert_eq!(bench.worker(handlers).run_due().await.unwrap(), 1);
    assert_eq!(bench.queue.counts().await.unwrap().failed, 1);
    assert_eq!(bench.last_error(id).await, "no such address");
});

both!(a_job_of_a_dead_worker_is_claimed_again_when_its_lease_ends, |db| {
    let bench = Bench::on(db);
    bench.enqueue("add").await;
    let dead = bench.queue.claim(&["add"], bench.now()).await.unwrap().unwrap();
    assert!(bench.queue.claim(&["add"], bench.now()).await.unwrap().is_none());
    bench.pass(Duration::seconds(61));
    let heir = bench.queue.claim(&["add"], bench.now()).await.unwrap().unwrap();
    assert_eq!((heir.id, heir.attempts), (dead.id, 2));
    assert!(!bench.queue.renew(&dead, bench.now()).await.unwrap(), "the dead worker's claim is void");
    bench.queue.finish(&dead).await.unwrap();
    assert_eq!(bench.queue.counts().await.unwrap().running, 1, "what it still says changes nothing");
    assert!(bench.queue.renew(&heir, bench.now()).await.unwrap());
    bench.queue.release(&heir).await.unwrap();
    let again = bench.queue.claim(&["add"], bench.now()).await.unwrap().unwrap();
    assert_eq!(again.attempts, 2);
});

both!(two_workers_never_take_the_same_job, |db| {
    let bench = Bench::on(db);
    for _ in 0..20 {
        bench.enqueue("add").await;
    }
    let ran = Arc::new(AtomicI64::new(0));
    let worker = || bench.worker(counting(Handlers::default(), "add", &ran));
    let (one, two) = (worker(), worker());
    let (first, second) = tokio::join!(one.run_due(), two.run_due());
    assert_eq!(first.unwrap() + second.unwrap(), 20);
    assert_eq!(ran.load(Ordering::Relaxed), 20);
});

both!(the_loop_shows_a_pulse_runs_what_it_is_woken_for_and_stops, |db| {
    let bench = Bench::on(db);
    let ran = Arc::new(AtomicI64::new(0));
    let worker = bench.worker(counting(Handlers::default(), "add", &ran));
    let pulse = worker.pulse();
    assert_eq!(pulse.last(), None);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(worker.run(async move {
        stopped.await.ok();
    }));
    bench.enqueue("add").await;
    bench.queue.wake();
    while bench.queue.counts().await.unwrap() != Counts::default() {
        tokio::task::yield_now().await;
    }
    assert_eq!(pulse.last(), Some(bench.now()));
    stop.send(()).unwrap();
    running.await.unwrap();
    assert_eq!(ran.load(Ordering::Relaxed), 1);
});

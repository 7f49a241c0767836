//! The queue on both engines, with a clock that the tests move.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time,
};

use chrono::{DateTime, Duration, TimeZone, Utc};
use db::{Db, both, sql};
use serde_json::json;
use uuid::Uuid;

use crate::{
    Counts, Enqueued, Failure, Handlers, Job, MAX_ATTEMPTS, NewJob, Options, Queue, Retried, Schedule, Whose,
    Worker,
};

const LEASE: Duration = Duration::seconds(60);

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

    async fn write(&self, job: NewJob) -> Enqueued {
        crate::enqueue(&self.db, Uuid::new_v4(), self.now(), job).await.unwrap()
    }

    async fn enqueue(&self, kind: &'static str) -> Uuid {
        match self.write(NewJob::new(kind, json!({"n": 1}))).await {
            Enqueued::New(id) => id,
            Enqueued::Already => panic!("it has no key"),
        }
    }

    async fn claim(&self, kind: &'static str, room: usize) -> Vec<Job> {
        self.queue.claim(&[kind], room, self.now(), LEASE).await.unwrap()
    }

    fn worker(&self, handlers: Handlers) -> Worker {
        let clock = self.clock.clone();
        Worker::new(self.queue.clone(), handlers, Arc::new(move || *clock.lock().unwrap()))
    }

    async fn counts(&self) -> (i64, i64, i64) {
        let Counts { waiting, running, failed } = self.queue.counts().await.unwrap();
        (waiting, running, failed)
    }

    async fn last_error(&self, id: Uuid) -> String {
        let row: (String,) =
            sql("select last_error from job where id = $1").bind(id).one(&self.db).await.unwrap();
        row.0
    }
}

fn claims(jobs: &[Job]) -> Vec<(Uuid, Uuid)> {
    jobs.iter().map(|job| (job.id, job.claim_token)).collect()
}

/// Fails for good at once.
fn hopeless() -> Handlers {
    Handlers::default().on("fail", |_| async { Err(Failure::GiveUp(anyhow::anyhow!("no such address"))) })
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
    assert_eq!(bench.counts().await, (0, 0, 0));
});

both!(a_job_waits_for_its_time_and_for_a_worker_that_knows_it, |db| {
    let bench = Bench::on(db);
    let ran = Arc::new(AtomicI64::new(0));
    let later = NewJob::new("add", json!({"n": 1})).at(bench.now() + Duration::hours(1));
    bench.write(later).await;
    bench.enqueue("unheard-of").await;
    let worker = bench.worker(counting(Handlers::default(), "add", &ran));
    assert_eq!(worker.run_due().await.unwrap(), 0);
    bench.pass(Duration::hours(1));
    assert_eq!(worker.run_due().await.unwrap(), 1);
    assert_eq!(bench.counts().await, (1, 0, 0));
});

both!(urgent_jobs_come_first_then_those_that_have_waited_longest, |db| {
    let bench = Bench::on(db);
    for (n, priority, ago) in [(1, 0, 1), (2, 0, 2), (3, 5, 0), (4, -1, 9)] {
        let due = bench.now() - Duration::minutes(ago);
        bench.write(NewJob::new("add", json!({ "n": n })).at(due).priority(priority)).await;
    }
    let order =
        |jobs: Vec<Job>| jobs.iter().map(|job| job.payload["n"].as_i64().unwrap()).collect::<Vec<_>>();
    assert_eq!(order(bench.claim("add", 3).await), [3, 2, 1]);
    assert_eq!(order(bench.claim("add", 3).await), [4]);
});

both!(a_key_keeps_a_second_job_out_until_the_first_has_ended, |db| {
    let bench = Bench::on(db);
    let organisation = Uuid::from_u128(0xA);
    let job = || NewJob::new("fail", json!({"n": 1})).unique("report/7");
    let Enqueued::New(first) = bench.write(job()).await else { panic!("it is the first") };
    assert_eq!(bench.write(job()).await, Enqueued::Already);
    // Others are not in its way, and it is not in theirs.
    assert!(matches!(bench.write(job().of(organisation)).await, Enqueued::New(_)));
    assert!(matches!(bench.write(NewJob::new("add", json!({})).unique("report/7")).await, Enqueued::New(_)));
    let running = bench.claim("fail", 9).await;
    assert_eq!(running.len(), 2);
    assert_eq!(bench.write(job()).await, Enqueued::Already);
    bench.queue.release(&claims(&running)).await.unwrap();

    bench.worker(hopeless()).run_due().await.unwrap();
    assert!(
        matches!(bench.write(job()).await, Enqueued::New(_)),
        "what has failed for good is in nobody's way"
    );
    let retried = crate::retry(&bench.db, Whose::Everybody, first, bench.now()).await.unwrap();
    assert_eq!(retried, Retried::Superseded);
    let running = bench.claim("fail", 9).await;
    bench.queue.finish(&claims(&running)).await.unwrap();
    let retried = crate::retry(&bench.db, Whose::Everybody, first, bench.now()).await.unwrap();
    assert_eq!(retried, Retried::Waits);
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
    assert_eq!(bench.counts().await, (0, 0, 1));
    assert_eq!(bench.last_error(id).await, "the handler panicked");
});

both!(a_hopeless_job_is_given_up_at_once_whatever_its_error_says, |db| {
    let bench = Bench::on(db);
    let id = bench.enqueue("fail").await;
    let handlers = Handlers::default().on("fail", |_| async {
        Err(Failure::GiveUp(anyhow::anyhow!("no\0 such {}", "address ".repeat(1_000))))
    });
    assert_eq!(bench.worker(handlers).run_due().await.unwrap(), 1);
    assert_eq!(bench.counts().await, (0, 0, 1));
    let error = bench.last_error(id).await;
    assert!(error.starts_with("no such address") && error.len() == 2_000, "{error}");
});

both!(an_attempt_without_an_end_is_stopped, |db| {
    let bench = Bench::on(db);
    let id = bench.enqueue("hang").await;
    let handlers = Handlers::default().on("hang", |_| std::future::pending());
    let options = Options { time_limit: time::Duration::from_millis(20), ..Options::default() };
    assert_eq!(bench.worker(handlers).with_options(options).run_due().await.unwrap(), 1);
    assert_eq!(bench.counts().await, (1, 0, 0));
    assert_eq!(bench.last_error(id).await, "it was stopped after 0 s without an end");
});

both!(a_job_of_a_dead_worker_is_claimed_again_when_its_lease_ends, |db| {
    let bench = Bench::on(db);
    bench.enqueue("add").await;
    let dead = bench.claim("add", 1).await;
    assert!(bench.claim("add", 1).await.is_empty());
    assert_eq!(bench.queue.recover(bench.now()).await.unwrap(), 0);
    bench.pass(Duration::seconds(61));
    assert_eq!(bench.queue.recover(bench.now()).await.unwrap(), 1);
    let heir = bench.claim("add", 1).await;
    assert_eq!((heir[0].id, heir[0].attempts), (dead[0].id, 2));

    let renewed = bench.queue.renew(&claims(&dead), bench.now(), LEASE).await.unwrap();
    assert!(renewed.is_empty(), "the dead worker's claim is void");
    bench.queue.finish(&claims(&dead)).await.unwrap();
    bench.queue.give_up(&dead[0], bench.now(), "late").await.unwrap();
    bench.queue.retry(&dead[0], bench.now(), "late").await.unwrap();
    bench.queue.release(&claims(&dead)).await.unwrap();
    assert_eq!(bench.counts().await, (0, 1, 0), "what it still says changes nothing");
    let renewed = bench.queue.renew(&claims(&heir), bench.now(), LEASE).await.unwrap();
    assert_eq!(renewed, claims(&heir));
    bench.queue.release(&claims(&heir)).await.unwrap();
    assert_eq!(bench.claim("add", 1).await[0].attempts, 2);
});

both!(a_job_that_kills_its_workers_is_set_aside, |db| {
    let bench = Bench::on(db);
    let id = bench.enqueue("kill").await;
    for attempt in 1..=MAX_ATTEMPTS {
        assert_eq!(bench.claim("kill", 1).await.len(), 1, "attempt {attempt}");
        bench.pass(Duration::seconds(61));
        assert_eq!(bench.queue.recover(bench.now()).await.unwrap(), 1);
    }
    assert_eq!(bench.counts().await, (0, 0, 1));
    assert_eq!(bench.last_error(id).await, "the worker died while it ran this job");
});

both!(two_workers_never_take_the_same_job, |db| {
    let bench = Bench::on(db);
    for _ in 0..100 {
        bench.enqueue("add").await;
    }
    let ran = Arc::new(AtomicI64::new(0));
    let worker = || bench.worker(counting(Handlers::default(), "add", &ran));
    let (one, two) = (worker(), worker());
    let (first, second) = tokio::join!(one.run_due(), two.run_due());
    assert_eq!(first.unwrap() + second.unwrap(), 100);
    assert_eq!(ran.load(Ordering::Relaxed), 100);
});

both!(the_loop_shows_itself_runs_what_it_is_woken_for_and_stops, |db| {
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
    while bench.counts().await != (0, 0, 0) || pulse.last().is_none() {
        tokio::task::yield_now().await;
    }
    assert_eq!(pulse.last(), Some(bench.now()));
    let here = crate::present_here(&bench.db).await.unwrap();
    assert_eq!(here[0].process, i64::from(std::process::id()));
    assert!(here[0].is_alive(bench.now()) && !here[0].is_alive(bench.now() + Duration::seconds(15)));
    stop.send(()).unwrap();
    running.await.unwrap();
    assert_eq!(ran.load(Ordering::Relaxed), 1);
    assert_eq!(crate::present(&bench.db).await.unwrap(), []);
});

both!(a_worker_that_cannot_read_its_jobs_shows_no_pulse, |db| {
    let bench = Bench::on(db);
    bench.db.close().await;
    let worker = bench.worker(hopeless());
    let pulse = worker.pulse();
    worker.run(tokio::time::sleep(time::Duration::from_millis(50))).await;
    assert_eq!(pulse.last(), None);
});

both!(what_a_stopping_worker_cannot_end_waits_for_another, |db| {
    let bench = Bench::on(db);
    bench.enqueue("hang").await;
    let begun = Arc::new(tokio::sync::Notify::new());
    let noted = begun.clone();
    let handlers = Handlers::default().on("hang", move |_| {
        noted.notify_one();
        std::future::pending()
    });
    let options = Options { grace: time::Duration::from_millis(20), ..Options::default() };
    let worker = bench.worker(handlers).with_options(options);
    worker.run(async move { begun.notified().await }).await;
    assert_eq!(bench.counts().await, (1, 0, 0));
    assert_eq!(bench.claim("hang", 1).await[0].attempts, 1, "the attempt did not count");
});

both!(a_dead_letter_is_retried_or_put_away_by_those_it_belongs_to, |db| {
    let bench = Bench::on(db);
    let (here, there) = (Uuid::from_u128(0xA), Uuid::from_u128(0xB));
    for organisation in [Some(here), Some(there), None] {
        bench.write(NewJob::new("fail", json!({"secret": 1})).of(organisation)).await;
    }
    bench.worker(hopeless()).run_due().await.unwrap();
    let ours = Whose::Organisation(here);
    let failed = |whose| {
        let db = bench.db.clone();
        async move { crate::failed(&db, whose, 10).await.unwrap() }
    };
    assert_eq!(failed(Whose::Everybody).await.len(), 3);
    let [dead] = &failed(ours).await[..] else { panic!("one is ours") };
    assert_eq!((dead.attempts, dead.last_error.as_str()), (1, "no such address"));
    assert_eq!((dead.organisation_id, dead.failed_at), (Some(here), bench.now()));

    let (id, now, theirs) = (dead.id, bench.now(), Whose::Organisation(there));
    assert_eq!(crate::retry(&bench.db, theirs, id, now).await.unwrap(), Retried::Unknown);
    assert!(!crate::discard(&bench.db, theirs, id, now).await.unwrap());
    assert!(crate::discard(&bench.db, ours, id, now).await.unwrap());
    assert!(!crate::restore(&bench.db, theirs, id).await.unwrap());
    assert_eq!((failed(ours).await.len(), bench.counts().await), (0, (0, 0, 2)));
    assert!(crate::restore(&bench.db, ours, id).await.unwrap());
    assert_eq!(crate::retry(&bench.db, ours, id, now).await.unwrap(), Retried::Waits);
    assert_eq!(bench.claim("fail", 1).await[0].attempts, 1, "all its attempts are before it");

    let [figures] = &crate::by_kind(&bench.db, theirs, now).await.unwrap()[..] else { panic!("one kind") };
    assert_eq!((figures.failed, figures.running, figures.oldest), (1, 0, None));
    crate::discard(&bench.db, theirs, failed(theirs).await[0].id, now).await.unwrap();
    crate::sweep(&bench.db, now + Duration::days(31)).await.unwrap();
    assert!(!crate::restore(&bench.db, theirs, id).await.unwrap());
    let (kept,): (i64,) = sql("select count(*) from job").one(&bench.db).await.unwrap();
    assert_eq!(kept, 2, "the one that runs, and that of nobody");
});

both!(figures_tell_since_when_the_oldest_is_due, |db| {
    let bench = Bench::on(db);
    let due = bench.now() - Duration::minutes(3);
    bench.write(NewJob::new("add", json!({})).at(due)).await;
    bench.write(NewJob::new("add", json!({})).at(bench.now() + Duration::hours(1))).await;
    let [figures] = &crate::by_kind(&bench.db, Whose::Everybody, bench.now()).await.unwrap()[..] else {
        panic!("one kind")
    };
    assert_eq!((figures.waiting, figures.oldest), (2, Some(due)));
});

both!(a_tick_fires_once_however_many_workers_look, |db| {
    let bench = Bench::on(db);
    let hourly = || Schedule::new("add", "0 * * * *", chrono_tz::UTC).unwrap();
    let fire = async || {
        let schedules = [hourly(), hourly(), hourly(), hourly()];
        let [one, two, three, four] = &schedules;
        let now = bench.now();
        let (one, two, three, four) = tokio::join!(
            one.fire(&bench.db, now),
            two.fire(&bench.db, now),
            three.fire(&bench.db, now),
            four.fire(&bench.db, now)
        );
        let next = one.unwrap();
        assert!([two.unwrap(), three.unwrap(), four.unwrap()].iter().all(|other| *other == next));
        next
    };
    let hour = Duration::hours(1);
    assert_eq!(fire().await, Some(bench.now() + hour), "what was before it began does not count");
    assert_eq!(bench.counts().await, (0, 0, 0));
    bench.pass(hour);
    fire().await;
    fire().await;
    let jobs = bench.claim("add", 9).await;
    assert_eq!(jobs.len(), 1);
    // A hundred ticks pass while nobody works, and the last job has not ended: one waits at most.
    bench.pass(hour * 100);
    fire().await;
    assert!(bench.claim("add", 9).await.is_empty());
    bench.queue.finish(&claims(&jobs)).await.unwrap();
    bench.pass(hour * 100);
    fire().await;
    fire().await;
    assert_eq!(bench.claim("add", 9).await.len(), 1);
});

both!(a_worker_looks_after_its_schedules, |db| {
    let bench = Bench::on(db);
    let ran = Arc::new(AtomicI64::new(0));
    let count = ran.clone();
    let handlers = Handlers::default().on("tick", move |_| {
        let count = count.clone();
        async move {
            count.fetch_add(1, Ordering::Relaxed);
            Ok(())
        }
    });
    let daily = Schedule::new("tick", "30 2 * * *", chrono_tz::Europe::Stockholm).unwrap();
    let options = Options { poll: time::Duration::from_millis(1), ..Options::default() };
    let worker = bench.worker(handlers).with_schedules(vec![daily]).with_options(options);
    let pulse = worker.pulse();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(worker.run(async move {
        stopped.await.ok();
    }));
    for day in 0..3 {
        let now = bench.now();
        while pulse.last() != Some(now) || ran.load(Ordering::Relaxed) != day {
            tokio::task::yield_now().await;
        }
        bench.pass(Duration::days(1));
    }
    stop.send(()).unwrap();
    running.await.unwrap();
});

//! Workers that carry out the same runs, and that are killed while they do.

use std::{
    process::{Child, Command, Stdio},
    time::Duration as StdDuration,
};

use db::testing;
use jobs::Options;
use kernel::{RunId, Site, SystemClock};
use tokio::time::{Instant, sleep};

use super::*;

/// Where the child finds the database.
const URL: &str = "MEDIAP_TEST_RULE_URL";
/// How many items are added.
const ITEMS: usize = 200;
/// How often a worker is killed meanwhile.
const KILLS: usize = 10;
/// Short, so that the test need not wait long for what a dead worker held.
const LEASE: StdDuration = StdDuration::from_secs(2);
/// How long the last runs may take.
const PATIENCE: StdDuration = StdDuration::from_secs(60);

both!(two_workers_carry_out_each_run_once, |db| {
    let world = World::new(&db).await;
    world.rule("added", Trigger::Created, "", say("added")).await;
    for _ in 0..20 {
        world.add("Tyres", "1").await;
    }
    let runs: Vec<RunId> = world.runs().await.into_iter().map(|run| run.id).collect();
    world.owner.visit().rest().await;
    let site = world.owner.visit().site();
    let cx = site.in_one("test", world.owner.organisation_id()).await.unwrap().unwrap();
    for run in runs {
        let (one, other) = tokio::join!(automation::run(&cx, run, 1), automation::run(&cx, run, 1));
        one.unwrap();
        other.unwrap();
    }
    world.work().await;
    let (comments,): (i64,) = sql("select count(*) from comment where organisation_id = $1")
        .bind(world.owner.organisation_id())
        .one(world.owner.db())
        .await
        .unwrap();
    assert_eq!(comments, 20);
    assert!(world.runs().await.iter().all(|run| run.state == State::Done && run.attempts == 1));
});

/// A worker that ends with the test.
struct WorkerProcess(Child);

impl WorkerProcess {
    fn start(url: &str) -> Self {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "tests::automation::crash::works_until_it_is_killed"])
            .env(URL, url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn();
        WorkerProcess(child.unwrap())
    }
}

impl Drop for WorkerProcess {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a part of other tests"]
async fn works_until_it_is_killed() {
    #[expect(clippy::disallowed_methods, reason = "tests have no configuration file")]
    let Ok(url) = std::env::var(URL) else { return };
    let db = Db::connect(&db::Options { max_connections: 4, ..db::Options::new(url) }).await.unwrap();
    let site = Site::new(db.clone(), Arc::new(SystemClock), "http://mediap.test");
    let clock = site.clone();
    let now: Now = Arc::new(move || clock.now());
    Worker::new(Queue::new(db), timer::handlers(Handlers::default(), &site), now)
        .with_options(Options { lease: LEASE, ..Options::default() })
        .run(std::future::pending::<()>())
        .await;
}

/// Each item is noted by one rule, which sets off another that comments: both are done once whenever workers die.
async fn each_run_is_done_once(db: Db, url: String) {
    let world = World::new(&db).await;
    world.rule("Note", Trigger::Created, "", vec![note("seen")]).await;
    world.rule("Say", Trigger::Changed(Part::Field("note".into())), "", say("seen")).await;
    let mut workers = [WorkerProcess::start(&url), WorkerProcess::start(&url)];
    for turn in 0..KILLS {
        for _ in 0..ITEMS / KILLS {
            world.add("Tyres", "1").await;
        }
        // Without a chance to say goodbye.
        workers[turn % 2] = WorkerProcess::start(&url);
    }
    let deadline = Instant::now() + PATIENCE;
    let count = async |what: &'static str| {
        let (count,): (i64,) =
            sql(what).bind(world.owner.organisation_id()).one(world.owner.db()).await.unwrap();
        world.owner.visit().rest().await;
        usize::try_from(count).unwrap()
    };
    let done = "select count(*) from automation_run where organisation_id = $1 and state = 'done'";
    while count(done).await < 2 * ITEMS {
        assert!(Instant::now() < deadline, "{} of {} runs are done", count(done).await, 2 * ITEMS);
        sleep(StdDuration::from_millis(100)).await;
    }
    assert_eq!(count("select count(*) from automation_run where organisation_id = $1").await, 2 * ITEMS);
    assert_eq!(count("select count(*) from comment where organisation_id = $1").await, ITEMS);
    let edits = "select count(*) from activity where organisation_id = $1 and kind = 'edited'";
    assert_eq!(count(edits).await, ITEMS);
}

#[tokio::test]
async fn two_hundred_on_sqlite() {
    testing::sqlite_with_url(each_run_is_done_once).await;
}

#[tokio::test]
async fn two_hundred_on_postgres() {
    testing::postgres_with_owner(|both| each_run_is_done_once(both.runtime, both.runtime_url)).await;
}

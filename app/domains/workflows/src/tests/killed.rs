//! Workers as processes of their own, which tests kill while they work.

use std::{
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use db::Db;
use jobs::{Handlers, Now, Options, Queue, Worker};
use kernel::{Site, SystemClock};
use tokio::time::{Instant, sleep};

use super::automation::hook::HOOKS;
use crate::timer;

/// Where the child finds the database.
const URL: &str = "MEDIAP_TEST_WORKFLOWS_URL";
/// Short, so that a test need not wait long for what a dead worker held.
const LEASE: Duration = Duration::from_secs(2);
/// How long the last jobs may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Two workers that end with the test.
pub(super) struct Workers {
    url: String,
    pair: [WorkerProcess; 2],
    turn: usize,
}

impl Workers {
    pub(super) fn start(url: &str) -> Self {
        let pair = [WorkerProcess::start(url), WorkerProcess::start(url)];
        Workers { url: url.to_owned(), pair, turn: 0 }
    }

    /// Kills one of them in turn, without a chance to say goodbye. Another takes its place.
    pub(super) fn kill_one(&mut self) {
        self.pair[self.turn % 2] = WorkerProcess::start(&self.url);
        self.turn += 1;
    }
}

struct WorkerProcess(Child);

impl WorkerProcess {
    fn start(url: &str) -> Self {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "tests::killed::works_until_it_is_killed"])
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
    let site = Site::new(db.clone(), Arc::new(SystemClock), "http://mediap.test").with_hooks(HOOKS);
    let clock = site.clone();
    let now: Now = Arc::new(move || clock.now());
    Worker::new(Queue::new(db), timer::handlers(Handlers::default(), &site), now)
        .with_options(Options { lease: LEASE, ..Options::default() })
        .run(std::future::pending::<()>())
        .await;
}

/// Waits until the workers have done so much.
pub(super) async fn until(wanted: i64, done: impl AsyncFn() -> i64) {
    let deadline = Instant::now() + PATIENCE;
    while done().await != wanted {
        assert!(Instant::now() < deadline, "{} of {wanted} are done", done().await);
        sleep(Duration::from_millis(100)).await;
    }
}

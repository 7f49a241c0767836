//! This program once more, as a worker that can be killed.

use std::{
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, SubsecRound, Utc};
use db::{Db, sql};
use jobs::{Handlers, Job, Options, Queue, Worker};

const URL: &str = "MEDIAP_TEST_WORKER_URL";

/// Notes that it ran, and whether it should not have.
pub(crate) const MARK: &str = "mark";
/// Does nothing.
pub(crate) const NOTHING: &str = "nothing";

/// Short, so that a test need not wait long for what a dead worker held.
const LEASE: Duration = Duration::from_secs(2);

/// A worker that ends with the test.
pub(crate) struct WorkerProcess(Child);

impl WorkerProcess {
    pub(crate) fn start(url: &str) -> Self {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "child::works_until_it_is_killed"])
            .env(URL, url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn();
        WorkerProcess(child.unwrap())
    }

    /// Ends it without a chance to say goodbye.
    pub(crate) fn kill(&mut self) {
        assert_eq!(self.0.try_wait().unwrap(), None, "it ended by itself");
        self.0.kill().unwrap();
        self.0.wait().unwrap();
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
    let marked = db.clone();
    let handlers =
        Handlers::default().on(NOTHING, |_| async { Ok(()) }).on(MARK, move |job| mark(marked.clone(), job));
    let options = Options { lease: LEASE, ..Options::default() };
    Worker::new(Queue::new(db), handlers, Arc::new(now))
        .with_options(options)
        .run(std::future::pending::<()>())
        .await;
}

pub(crate) fn now() -> DateTime<Utc> {
    #[expect(clippy::disallowed_methods, reason = "processes have only the machine's clock in common")]
    Utc::now().trunc_subsecs(6)
}

async fn mark(db: Db, job: Job) -> Result<(), jobs::Failure> {
    let waited = (now() - job.run_at).num_microseconds().unwrap_or(i64::MAX);
    sql("insert into mark (job_id, late, waited)
         select $1, not exists (select 1 from job where id = $1 and state = 'running'), $2")
    .bind(job.id)
    .bind(waited)
    .execute(&db)
    .await?;
    let pause = job.payload["pause"].as_u64().unwrap_or_default();
    tokio::time::sleep(Duration::from_millis(pause)).await;
    Ok(())
}

//! The loop that runs jobs.

use std::{
    collections::BTreeMap,
    fmt,
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
use futures::{FutureExt, future::BoxFuture};
use tokio::{sync::Notify, task::JoinSet, time::sleep};
use tracing::{Instrument, info_span};

use crate::{
    backoff,
    queue::{Job, MAX_ATTEMPTS, Queue},
};

/// How often to look when nobody wakes the worker: another process may have enqueued something.
const POLL: Duration = Duration::from_secs(1);
/// Well within the lease.
const RENEW: Duration = Duration::from_secs(20);
/// Jobs run at the same time by one worker.
const AT_ONCE: usize = 4;
/// What a stopping worker gives its running jobs.
const GRACE: Duration = Duration::from_secs(10);

/// Where the worker takes the time from.
pub type Now = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

type Handler = Arc<dyn Fn(Job) -> BoxFuture<'static, Result<(), Failure>> + Send + Sync>;

/// Why a handler did not succeed.
#[derive(Debug)]
pub enum Failure {
    /// It may work later.
    Retry(anyhow::Error),
    /// It never will.
    GiveUp(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(cause: E) -> Self {
        Failure::Retry(cause.into())
    }
}

/// What runs which kind of job.
#[derive(Clone, Default)]
pub struct Handlers(BTreeMap<&'static str, Handler>);

impl fmt::Debug for Handlers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Handlers {
    /// Jobs of `kind` are run by `handler`, which must bear running twice.
    #[must_use]
    pub fn on<F, R>(mut self, kind: &'static str, handler: F) -> Self
    where
        F: Fn(Job) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        self.0.insert(kind, Arc::new(move |job| handler(job).boxed()));
        self
    }
}

/// When the worker last went round its loop. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Pulse(Arc<AtomicI64>);

impl Pulse {
    fn beat(&self, now: DateTime<Utc>) {
        self.0.store(now.timestamp_millis(), Ordering::Relaxed);
    }

    /// The last time round; none before the first.
    pub fn last(&self) -> Option<DateTime<Utc>> {
        Some(self.0.load(Ordering::Relaxed))
            .filter(|millis| *millis != 0)
            .and_then(DateTime::from_timestamp_millis)
    }
}

/// Claims due jobs and runs them. Cheap to clone.
#[derive(Clone)]
pub struct Worker {
    queue: Queue,
    handlers: Handlers,
    now: Now,
    pulse: Pulse,
    abandon: Arc<Notify>,
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("handlers", &self.handlers).finish_non_exhaustive()
    }
}

impl Worker {
    /// A worker on `queue` that takes the time from `now`.
    pub fn new(queue: Queue, handlers: Handlers, now: Now) -> Self {
        Worker { queue, handlers, now, pulse: Pulse::default(), abandon: Arc::default() }
    }

    /// Shows whether the loop is alive.
    pub fn pulse(&self) -> Pulse {
        self.pulse.clone()
    }

    /// Runs jobs until `stop`, then lets the running ones end or hands them back.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        let mut running = JoinSet::new();
        let mut reachable = true;
        loop {
            self.pulse.beat((self.now)());
            while running.len() < AT_ONCE {
                match self.claim().await {
                    Ok(Some(job)) => {
                        let span = info_span!("job", job.id = %job.id, job.kind = %job.kind);
                        running.spawn(self.clone().work(job).instrument(span));
                    }
                    Ok(None) => {
                        reachable = true;
                        break;
                    }
                    Err(error) => {
                        // Once, not every second until it is back.
                        if reachable {
                            tracing::error!(%error, "Worker cannot read its jobs");
                        }
                        reachable = false;
                        break;
                    }
                }
            }
            tokio::select! {
                () = &mut stop => break,
                () = self.queue.woken() => {}
                () = sleep(POLL) => {}
                Some(_) = running.join_next(), if !running.is_empty() => {}
            }
        }
        let all_ended = async |running: &mut JoinSet<()>| while running.join_next().await.is_some() {};
        if tokio::time::timeout(GRACE, all_ended(&mut running)).await.is_err() {
            tracing::warn!(jobs = running.len(), "Worker stops with jobs unfinished and hands them back");
            self.abandon.notify_waiters();
            tokio::time::timeout(GRACE, all_ended(&mut running)).await.ok();
        }
    }

    /// Runs what is due now, one after the other, and tells how many ran.
    pub async fn run_due(&self) -> db::Result<usize> {
        let mut ran = 0;
        while let Some(job) = self.claim().await? {
            self.clone().work(job).await;
            ran += 1;
        }
        Ok(ran)
    }

    async fn claim(&self) -> db::Result<Option<Job>> {
        let kinds: Vec<_> = self.handlers.0.keys().copied().collect();
        self.queue.claim(&kinds, (self.now)()).await
    }

    async fn work(self, job: Job) {
        let started = std::time::Instant::now();
        let result = if MAX_ATTEMPTS < job.attempts {
            // Only a worker that died leaves the count this high.
            Err(Failure::GiveUp(anyhow::anyhow!("the worker died each time while it ran this job")))
        } else {
            tokio::select! {
                result = self.handle(job.clone()) => result,
                () = self.keep(&job) => {
                    tracing::warn!("Job lost its lease; another worker has it");
                    return;
                }
                () = self.abandon.notified() => {
                    if let Err(error) = self.queue.release(&job).await {
                        tracing::error!(%error, "Job could not be handed back; it runs again when its lease ends");
                    }
                    return;
                }
            }
        };
        let outcome = match self.settle(&job, result).await {
            Ok(outcome) => outcome,
            Err(error) => {
                tracing::error!(%error, "Result of the job could not be written; it runs again");
                "unwritten"
            }
        };
        metrics::counter!("mediap_jobs_total", "kind" => job.kind.clone(), "outcome" => outcome).increment(1);
        metrics::histogram!("mediap_job_duration_seconds", "kind" => job.kind).record(started.elapsed());
    }

    async fn handle(&self, job: Job) -> Result<(), Failure> {
        let Some(handler) = self.handlers.0.get(job.kind.as_str()) else {
            return Err(Failure::GiveUp(anyhow::anyhow!("nothing here runs jobs of this kind")));
        };
        match AssertUnwindSafe(handler(job)).catch_unwind().await {
            Ok(result) => result,
            Err(_) => Err(Failure::Retry(anyhow::anyhow!("the handler panicked"))),
        }
    }

    /// Renews the lease for as long as it holds; returns when it is lost.
    async fn keep(&self, job: &Job) {
        loop {
            sleep(RENEW).await;
            match self.queue.renew(job, (self.now)()).await {
                Ok(true) => {}
                Ok(false) => return,
                // The lease outlives two failed renewals.
                Err(error) => tracing::warn!(%error, "Lease could not be renewed"),
            }
        }
    }

    async fn settle(&self, job: &Job, result: Result<(), Failure>) -> db::Result<&'static str> {
        match result {
            Ok(()) => {
                self.queue.finish(job).await?;
                Ok("done")
            }
            Err(Failure::Retry(cause)) if job.attempts < MAX_ATTEMPTS => {
                let run_at = (self.now)() + backoff::delay(job.attempts);
                tracing::warn!(error = format!("{cause:#}"), attempts = job.attempts, %run_at, "Job failed, runs again");
                self.queue.retry(job, run_at, &format!("{cause:#}")).await?;
                Ok("retried")
            }
            Err(Failure::Retry(cause) | Failure::GiveUp(cause)) => {
                tracing::error!(error = format!("{cause:#}"), attempts = job.attempts, "Job failed for good");
                self.queue.give_up(job, &format!("{cause:#}")).await?;
                Ok("failed")
            }
        }
    }
}

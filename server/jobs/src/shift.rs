//! The loop of a worker. All its jobs are claimed, kept and settled together, so that one statement serves many.

use std::{collections::BTreeMap, future::pending, time::Duration};

use chrono::{DateTime, Utc};
use tokio::{
    task::{AbortHandle, JoinError, JoinSet},
    time::{Instant, sleep, timeout_at},
};
use tracing::{Instrument, info_span};
use uuid::Uuid;

use crate::{
    Failure, Job, Worker, backoff,
    queue::MAX_ATTEMPTS,
    roster::{ALIVE, Place},
};

/// So soon others see that a job was claimed.
const NEWS: Duration = Duration::from_secs(1);

/// Letters of an error that are kept.
const LONGEST_ERROR: usize = 2_000;

/// A claim: job and token.
type Claim = (Uuid, Uuid);

/// A job whose handler has ended.
struct Ended {
    job: Job,
    result: Result<(), Failure>,
    took: Duration,
}

/// A job whose handler runs, or has ended and is not written down yet.
struct Running {
    kind: String,
    handle: AbortHandle,
}

/// Something that is done every now and then, at once at first.
struct Every {
    period: Duration,
    next: Instant,
}

impl Every {
    fn new(period: Duration) -> Self {
        Every { period, next: Instant::now() }
    }

    fn is_due(&self) -> bool {
        self.next <= Instant::now()
    }

    fn done(&mut self) {
        self.next = Instant::now() + self.period;
    }

    /// It is to be done within `time`.
    fn hurry(&mut self, time: Duration) {
        self.next = self.next.min(Instant::now() + time);
    }
}

/// One run of a worker's loop.
pub(crate) struct Shift<'a> {
    worker: &'a Worker,
    place: Place,
    /// When a job was last claimed.
    claimed_at: Option<DateTime<Utc>>,
    handlers: JoinSet<Ended>,
    running: BTreeMap<Claim, Running>,
    /// Ended, and not written down yet. Their leases are kept meanwhile, so that nothing runs again because the database
    /// was away for a moment.
    ended: Vec<Ended>,
    renewal: Every,
    recovery: Every,
    showing: Every,
    /// When to look at each schedule again.
    schedules_at: Vec<Option<DateTime<Utc>>>,
}

impl<'a> Shift<'a> {
    pub(crate) fn new(worker: &'a Worker) -> Self {
        let lease = worker.options.lease;
        let showing = ALIVE.to_std().unwrap_or_default() / 3;
        let mut renewal = Every::new(lease / 3);
        renewal.done();
        Shift {
            worker,
            place: Place::new(worker.now()),
            claimed_at: None,
            handlers: JoinSet::new(),
            running: BTreeMap::new(),
            ended: Vec::new(),
            renewal,
            recovery: Every::new((lease / 6).min(Duration::from_secs(5))),
            showing: Every::new(showing),
            schedules_at: vec![Some(worker.now()); worker.schedules.len()],
        }
    }

    /// Works until `stop`, then lets the running jobs end or hands them back.
    pub(crate) async fn work(mut self, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        let mut reachable = true;
        loop {
            match self.round().await {
                Ok(()) => {
                    reachable = true;
                    self.worker.pulse.beat(self.worker.now());
                }
                // Once, not with every look until it is back.
                Err(error) if reachable => {
                    tracing::error!(%error, "Worker cannot read its jobs");
                    reachable = false;
                }
                Err(_) => {}
            }
            tokio::select! {
                () = &mut stop => break,
                ended = next(&mut self.handlers) => self.note(ended),
                () = self.worker.queue.woken() => {}
                () = sleep(self.worker.options.poll) => {}
            }
        }
        self.end().await;
    }

    /// Runs what is due now and returns how many jobs ran.
    pub(crate) async fn work_off(mut self) -> db::Result<usize> {
        let mut ran = 0;
        self.recover().await?;
        loop {
            ran += self.claim().await?;
            if self.handlers.is_empty() {
                return Ok(ran);
            }
            let ended = next(&mut self.handlers).await;
            self.note(ended);
            self.settle().await?;
        }
    }

    /// Everything that is to be done between two waits.
    async fn round(&mut self) -> db::Result<()> {
        self.settle().await?;
        if self.renewal.is_due() {
            self.renew().await?;
            self.renewal.done();
        }
        if self.recovery.is_due() {
            self.recover().await?;
            self.recovery.done();
        }
        self.fire().await?;
        self.claim().await?;
        if self.showing.is_due() {
            let (worker, db) = (self.worker, self.worker.queue.db());
            self.place.show(db, worker.now(), self.claimed_at).await?;
            self.showing.done();
        }
        Ok(())
    }

    /// Claims as many jobs as there is room for and begins them.
    async fn claim(&mut self) -> db::Result<usize> {
        let Worker { queue, handlers, options, .. } = self.worker;
        let (kinds, room) = self.room(&handlers.kinds(), options.at_once);
        if room == 0 {
            return Ok(0);
        }
        let now = self.worker.now();
        let lease = chrono(options.lease);
        let jobs = queue.claim(&kinds, room, now, lease).await?;
        let count = jobs.len();
        for job in jobs {
            let late = (now - job.run_at).to_std().unwrap_or_default();
            metrics::histogram!("mediap_job_wait_seconds", "kind" => job.kind.clone()).record(late);
            self.begin(job);
        }
        if 0 < count {
            self.claimed_at = Some(now);
            self.showing.hurry(NEWS);
        }
        Ok(count)
    }

    /// Which kinds may begin now, and how many jobs. No kind takes more than three quarters of the worker: one whose jobs
    /// all wait for a slow server must not keep the others from running.
    fn room(&self, kinds: &[&'static str], at_once: usize) -> (Vec<&'static str>, usize) {
        let most = at_once - at_once / 4;
        let of = |kind: &str| self.running.values().filter(|running| running.kind == kind).count();
        let open: Vec<(&'static str, usize)> = kinds
            .iter()
            .map(|kind| (*kind, most.saturating_sub(of(kind))))
            .filter(|(_, left)| 0 < *left)
            .collect();
        // What is claimed may all be of the kind that has the least room.
        let least = open.iter().map(|(_, left)| *left).min().unwrap_or(0);
        let room = at_once.saturating_sub(self.running.len()).min(least);
        (open.into_iter().map(|(kind, _)| kind).collect(), room)
    }

    fn begin(&mut self, job: Job) {
        let (claim, kind) = ((job.id, job.claim_token), job.kind.clone());
        let (handlers, limit) = (self.worker.handlers.clone(), self.worker.options.time_limit);
        let span = info_span!("job", job.id = %job.id, job.kind = %job.kind);
        let work = async move {
            let started = Instant::now();
            let result = handlers.run(job.clone(), limit).await;
            Ended { job, result, took: started.elapsed() }
        };
        let handle = self.handlers.spawn(work.instrument(span));
        self.running.insert(claim, Running { kind, handle });
    }

    /// Takes in a job that has ended, and all others that have meanwhile.
    fn note(&mut self, ended: Result<Ended, JoinError>) {
        let mut next = Some(ended);
        while let Some(ended) = next {
            // An error is a job that was stopped because it is not ours any more.
            if let Ok(ended) = ended {
                self.ended.push(ended);
            }
            next = self.handlers.try_join_next();
        }
    }

    /// Writes down what became of the jobs that have ended.
    async fn settle(&mut self) -> db::Result<()> {
        let done: Vec<Claim> = self.ended.iter().filter(|ended| ended.result.is_ok()).map(claim_of).collect();
        if !done.is_empty() {
            self.worker.queue.finish(&done).await?;
            self.ended.retain(|ended| {
                let settled = ended.result.is_ok();
                if settled {
                    self.running.remove(&claim_of(ended));
                    count(ended, "done");
                }
                !settled
            });
        }
        while let Some(ended) = self.ended.last() {
            let outcome = self.settle_failure(ended).await?;
            count(ended, outcome);
            self.running.remove(&claim_of(ended));
            self.ended.pop();
        }
        Ok(())
    }

    async fn settle_failure(&self, Ended { job, result, .. }: &Ended) -> db::Result<&'static str> {
        let now = self.worker.now();
        let queue = &self.worker.queue;
        match result {
            Ok(()) => Ok("done"),
            Err(Failure::Retry(cause)) if job.attempts < MAX_ATTEMPTS => {
                let (error, run_at) = (words(cause), now + backoff::delay(job.attempts));
                queue.retry(job, run_at, &error).await?;
                tracing::warn!(job.id = %job.id, job.kind, error, attempts = job.attempts, %run_at, "Job failed, runs again");
                Ok("retried")
            }
            Err(Failure::Retry(cause) | Failure::GiveUp(cause)) => {
                let error = words(cause);
                queue.give_up(job, now, &error).await?;
                tracing::error!(job.id = %job.id, job.kind, error, attempts = job.attempts, "Job failed for good");
                Ok("failed")
            }
        }
    }

    /// Renews all leases, and stops what another worker has now.
    async fn renew(&mut self) -> db::Result<()> {
        let claims: Vec<Claim> = self.running.keys().copied().collect();
        if claims.is_empty() {
            return Ok(());
        }
        let lease = chrono(self.worker.options.lease);
        let held = self.worker.queue.renew(&claims, self.worker.now(), lease).await?;
        for claim in claims.iter().filter(|claim| !held.contains(claim)) {
            tracing::warn!(job.id = %claim.0, "Job lost its lease; another worker has it");
            if let Some(running) = self.running.remove(claim) {
                running.handle.abort();
            }
            self.ended.retain(|ended| claim_of(ended) != *claim);
        }
        Ok(())
    }

    /// Lets jobs of dead workers wait again.
    async fn recover(&mut self) -> db::Result<()> {
        let recovered = self.worker.queue.recover(self.worker.now()).await?;
        if 0 < recovered {
            tracing::warn!(jobs = recovered, "Jobs of a dead worker run again");
        }
        Ok(())
    }

    /// Enqueues what the schedules ask for.
    async fn fire(&mut self) -> db::Result<()> {
        let (now, db) = (self.worker.now(), self.worker.queue.db());
        for (schedule, at) in self.worker.schedules.iter().zip(&mut self.schedules_at) {
            if at.is_some_and(|at| at <= now) {
                *at = schedule.fire(db, now).await?;
            }
        }
        Ok(())
    }

    /// Ends the shift: what runs may end for a while, and what does not is handed back.
    async fn end(mut self) {
        let deadline = Instant::now() + self.worker.options.grace;
        while !self.handlers.is_empty() {
            match timeout_at(deadline, next(&mut self.handlers)).await {
                Ok(ended) => self.note(ended),
                Err(_) => break,
            }
        }
        if let Err(error) = self.settle().await {
            tracing::error!(%error, "Results of jobs could not be written; they run again");
        }
        for ended in &self.ended {
            self.running.remove(&claim_of(ended));
        }
        let unfinished: Vec<Claim> = self.running.keys().copied().collect();
        if !unfinished.is_empty() {
            tracing::warn!(jobs = unfinished.len(), "Worker stops with jobs unfinished and hands them back");
            self.handlers.shutdown().await;
            if let Err(error) = self.worker.queue.release(&unfinished).await {
                tracing::error!(%error, "Jobs could not be handed back; they run again when their leases end");
            }
        }
        if let Err(error) = self.place.leave(self.worker.queue.db()).await {
            tracing::warn!(%error, "Worker could not say that it stops");
        }
    }
}

/// The next job that ends; never, while none runs.
async fn next(handlers: &mut JoinSet<Ended>) -> Result<Ended, JoinError> {
    match handlers.join_next().await {
        Some(ended) => ended,
        None => pending().await,
    }
}

/// Why a job failed, as it can be kept: a text that the database refused would keep the worker from all other jobs.
fn words(cause: &anyhow::Error) -> String {
    format!("{cause:#}").chars().filter(|letter| *letter != '\0').take(LONGEST_ERROR).collect()
}

fn claim_of(ended: &Ended) -> Claim {
    (ended.job.id, ended.job.claim_token)
}

fn count(ended: &Ended, outcome: &'static str) {
    let kind = || ended.job.kind.clone();
    metrics::counter!("mediap_jobs_total", "kind" => kind(), "outcome" => outcome).increment(1);
    metrics::histogram!("mediap_job_duration_seconds", "kind" => kind()).record(ended.took);
}

fn chrono(duration: Duration) -> chrono::Duration {
    chrono::Duration::from_std(duration).unwrap_or(chrono::Duration::MAX)
}

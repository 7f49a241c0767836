//! What a worker has and how it is set up. [`crate::shift`] is its loop.

use std::{fmt, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};

use crate::{Handlers, Pulse, Queue, Schedule, shift::Shift};

/// Where the worker takes the time from.
pub type Now = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// How a worker works.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many jobs run at the same time.
    pub at_once: usize,
    /// How often to look when nobody wakes the worker: another process may have enqueued something, or its time comes.
    pub poll: Duration,
    /// How long a claimed job belongs to its worker without a sign of life, which comes three times as often.
    /// The clocks of all machines that share a database must agree to a fraction of it.
    pub lease: Duration,
    /// How long an attempt may take.
    pub time_limit: Duration,
    /// What a stopping worker gives its running jobs.
    pub grace: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            at_once: 16,
            poll: Duration::from_millis(250),
            lease: Duration::from_secs(60),
            time_limit: Duration::from_secs(15 * 60),
            grace: Duration::from_secs(10),
        }
    }
}

/// Claims due jobs and runs them.
#[derive(Clone)]
pub struct Worker {
    pub(crate) queue: Queue,
    pub(crate) handlers: Handlers,
    pub(crate) schedules: Vec<Schedule>,
    pub(crate) options: Options,
    pub(crate) pulse: Pulse,
    now: Now,
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("handlers", &self.handlers).finish_non_exhaustive()
    }
}

impl Worker {
    /// A worker on `queue` that takes the time from `now`.
    pub fn new(queue: Queue, handlers: Handlers, now: Now) -> Self {
        Worker {
            queue,
            handlers,
            schedules: Vec::new(),
            options: Options::default(),
            pulse: Pulse::default(),
            now,
        }
    }

    /// The same worker set up otherwise.
    #[must_use]
    pub fn with_options(self, options: Options) -> Self {
        Worker { options, ..self }
    }

    /// The same worker that also looks after `schedules`.
    #[must_use]
    pub fn with_schedules(self, schedules: Vec<Schedule>) -> Self {
        Worker { schedules, ..self }
    }

    /// Shows whether the loop is alive.
    pub fn pulse(&self) -> Pulse {
        self.pulse.clone()
    }

    /// Runs jobs until `stop`, then lets the running ones end or hands them back.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        Shift::new(&self).work(stop).await;
    }

    /// Runs what is due now and returns how many jobs ran.
    pub async fn run_due(&self) -> db::Result<usize> {
        Shift::new(self).work_off().await
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.now)()
    }
}

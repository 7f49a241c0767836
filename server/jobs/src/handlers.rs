//! What runs which kind of job.

use std::{collections::BTreeMap, fmt, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::{FutureExt, future::BoxFuture};
use tokio::time::timeout;

use crate::Job;

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

/// The handlers of a program by the kinds they run. Cheap to clone.
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

    /// The kinds that are run here.
    pub(crate) fn kinds(&self) -> Vec<&'static str> {
        self.0.keys().copied().collect()
    }

    /// Runs a job for at most `limit`, whatever its handler does.
    pub(crate) async fn run(&self, job: Job, limit: Duration) -> Result<(), Failure> {
        let Some(handler) = self.0.get(job.kind.as_str()) else {
            return Err(Failure::GiveUp(anyhow::anyhow!("nothing here runs jobs of this kind")));
        };
        match timeout(limit, AssertUnwindSafe(handler(job)).catch_unwind()).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(Failure::Retry(anyhow::anyhow!("the handler panicked"))),
            Err(_) => Err(Failure::Retry(anyhow::anyhow!(
                "it was stopped after {} s without an end",
                limit.as_secs()
            ))),
        }
    }
}

//! Whether the worker of this process is alive.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, Utc};

/// When the worker last went round its loop and could read its jobs. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Pulse(Arc<AtomicI64>);

impl Pulse {
    pub(crate) fn beat(&self, now: DateTime<Utc>) {
        self.0.store(now.timestamp_millis(), Ordering::Relaxed);
    }

    /// The last time round; none before the first.
    pub fn last(&self) -> Option<DateTime<Utc>> {
        Some(self.0.load(Ordering::Relaxed))
            .filter(|millis| *millis != 0)
            .and_then(DateTime::from_timestamp_millis)
    }
}

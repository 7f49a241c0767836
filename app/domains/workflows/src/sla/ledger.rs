//! What is used of a limit: pure.

use chrono::{DateTime, TimeDelta, Utc};

use crate::hours::Calendar;

/// When a clock stood still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// Since then.
    pub from: DateTime<Utc>,
    /// Until then; none while it does.
    pub until: Option<DateTime<Utc>>,
}

/// When a clock began and when it stood still, in the order of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    /// When it began.
    pub since: DateTime<Utc>,
    /// When it stood still.
    pub pauses: Vec<Pause>,
}

impl Ledger {
    /// When it ran up to `now`: from when until when each time.
    pub fn runs(&self, now: DateTime<Utc>) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        let mut runs = Vec::new();
        let mut from = Some(self.since);
        for pause in &self.pauses {
            if let Some(from) = from {
                runs.push((from, pause.from.min(now)));
            }
            from = pause.until;
        }
        runs.extend(from.map(|from| (from, now)));
        runs.retain(|(from, to)| from < to);
        runs
    }

    /// Since when it runs without having stood still; none while it does.
    pub fn running_since(&self) -> Option<DateTime<Utc>> {
        self.pauses.last().map_or(Some(self.since), |pause| pause.until)
    }

    /// How much it has counted up to `now`.
    pub fn used(&self, calendar: &Calendar, now: DateTime<Utc>) -> TimeDelta {
        self.runs(now).into_iter().map(|(from, to)| calendar.elapsed(from, to)).sum()
    }
}

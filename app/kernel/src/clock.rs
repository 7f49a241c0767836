//! Where the time comes from.

use chrono::{DateTime, SubsecRound, Utc};

/// A source of the time. Tests have one that stands still.
pub trait Clock: Send + Sync {
    /// Now, in whole microseconds: PostgreSQL keeps no more.
    fn now(&self) -> DateTime<Utc>;
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        #[expect(clippy::disallowed_methods, reason = "this is where the time comes from")]
        Utc::now().trunc_subsecs(6)
    }
}

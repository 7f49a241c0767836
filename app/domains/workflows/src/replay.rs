//! A finished period, replayed through a design that is not published yet: how long its items would have taken, where they would
//! have gone another way, and where they would have stayed for ever.
//!
//! Nothing is written. What an item is judged by are the values that it had in the end. In a step where it was, it stays as long
//! as it did then; where it was not, as long as half of the others did; and where nobody was yet, no time at all, which is said.

#[cfg(feature = "ssr")]
mod run;

#[cfg(feature = "ssr")]
pub use run::{Past, replay};

use kernel::StepId;
use serde::{Deserialize, Serialize};

/// As many items are replayed at most: those that were finished last.
pub const ITEMS_MAX: usize = 2_000;
/// As many items are named where some would stay.
pub const NAMED_MAX: usize = 3;

/// What a replay came to. Times are in whole seconds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replay {
    /// How many days were looked at.
    pub days: i64,
    /// How many items were finished in them, [`ITEMS_MAX`] at most.
    pub items: i64,
    /// Whether there were more.
    pub cut: bool,
    /// How many come to an end in the design.
    pub ended: i64,
    /// How many of those go another way than they went.
    pub other: i64,
    /// How long those that come to an end took.
    pub before: Spans,
    /// How long they take in the design.
    pub after: Spans,
    /// The steps of the design in order.
    pub steps: Vec<StepReplay>,
    /// Where items stay that come to no end.
    pub stuck: Vec<Stuck>,
}

/// How long items take from their beginning to their end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spans {
    /// Half of them take no longer.
    pub median: Option<i64>,
    /// 85 of a hundred take no longer.
    pub p85: Option<i64>,
}

/// A step of the design.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepReplay {
    /// The step.
    pub step: StepId,
    /// Its name.
    pub name: String,
    /// How often items came there.
    pub before: i64,
    /// How often they come there in the design.
    pub after: i64,
    /// How long half of the stays there are at most. None where nobody was yet, and the step takes time of people.
    pub stay: Option<i64>,
}

/// Items that come to no end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stuck {
    /// The name of the step where they stay.
    pub step: String,
    /// How many.
    pub count: i64,
    /// Some of them, [`NAMED_MAX`] at most.
    pub keys: Vec<String>,
    /// Why.
    pub why: Why,
}

/// Why an item comes to no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Why {
    /// No way on is open to it.
    Closed,
    /// It goes round and round.
    Round,
}

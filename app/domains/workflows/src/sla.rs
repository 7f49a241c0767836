//! How long an item may stay in a step, and what happens when it stays longer.
//!
//! A *clock* runs while an item is in a step that has such a limit, unless it stands still because somebody else is waited
//! for. What is kept of it is the budget, what is used of it and when it stood still; when the item is due is computed from
//! that, so that working hours may change. At each *rung* of the ladder something happens, once.

#[cfg(feature = "ssr")]
mod ledger;

#[cfg(feature = "ssr")]
pub use ledger::{Ledger, Pause};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use kernel::MemberId;
use serde::{Deserialize, Serialize};

/// The longest limit, in minutes: a year of 24 hours a day.
pub const MINUTES_MAX: u32 = 366 * 24 * 60;
/// As many rungs a ladder has.
pub const RUNGS_MAX: usize = 12;
/// The highest rung, in percent of the limit.
pub const PERCENT_MAX: u32 = 1_000;
/// The longest reason for which a clock stands still, in characters.
pub const REASON_MAX: usize = 500;

/// How long an item may stay in a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = StepSla))]
pub struct Sla {
    /// So many minutes.
    pub minutes: u32,
    /// Of which time.
    #[serde(default)]
    pub counts: Counts,
    /// What happens when so much of them is used.
    #[serde(default)]
    pub rungs: Vec<Rung>,
}

/// Which time counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = SlaCounts))]
pub enum Counts {
    /// The working hours of who has the item, if they have said any; else of the step's team, or of the organisation.
    #[default]
    WorkingHours,
    /// All of it.
    AllHours,
}

/// A rung of the ladder: what happens when so much of the limit is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = SlaRung))]
pub struct Rung {
    /// At so many percent of the limit.
    pub percent: u32,
    /// What happens.
    pub does: Escalation,
}

/// What happens at a rung.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = SlaEscalation))]
pub enum Escalation {
    /// Who works on it is reminded, or who has to decide; the team of the step where it is nobody's.
    Remind,
    /// The team of the step is told.
    TellTeam,
    /// Those who may publish workflows are told.
    TellManagers,
    /// A member is told.
    Tell(MemberId),
    /// It is given to a member.
    GiveTo(MemberId),
    /// It is taken from who works on it: free to be taken by others.
    TakeAway,
}

impl Escalation {
    /// Who has to be there for it.
    pub fn member(self) -> Option<MemberId> {
        match self {
            Escalation::Tell(id) | Escalation::GiveTo(id) => Some(id),
            _ => None,
        }
    }
}

impl Rung {
    /// By which a rung is known in one ladder.
    pub fn key(self) -> String {
        let percent = self.percent;
        match self.does {
            Escalation::Remind => format!("{percent} remind"),
            Escalation::TellTeam => format!("{percent} tell team"),
            Escalation::TellManagers => format!("{percent} tell managers"),
            Escalation::Tell(id) => format!("{percent} tell {id}"),
            Escalation::GiveTo(id) => format!("{percent} give to {id}"),
            Escalation::TakeAway => format!("{percent} take away"),
        }
    }

    /// Whether the rung of this key gives the item to somebody or takes it away.
    pub fn is_for_good(key: &str) -> bool {
        key.contains(" give to ") || key.ends_with(" take away")
    }
}

impl Default for Sla {
    /// A working day, with a reminder at its half, and others told when it is used and when it is long over.
    fn default() -> Self {
        let rungs = [
            (50, Escalation::Remind),
            (100, Escalation::Remind),
            (100, Escalation::TellManagers),
            (150, Escalation::TellManagers),
        ];
        Sla {
            minutes: 8 * 60,
            counts: Counts::WorkingHours,
            rungs: rungs.map(|(percent, does)| Rung { percent, does }).to_vec(),
        }
    }
}

impl Sla {
    /// Whether it can be kept: nothing is too long.
    pub fn is_valid(&self) -> bool {
        let known = |rung: &Rung| (1..=PERCENT_MAX).contains(&rung.percent);
        (1..=MINUTES_MAX).contains(&self.minutes)
            && self.rungs.len() <= RUNGS_MAX
            && self.rungs.iter().all(known)
    }

    /// A rung that is there twice: it may be while one is typed, and not in what is published.
    pub fn twin(&self) -> Option<Rung> {
        let twice =
            |(place, rung): &(usize, &Rung)| self.rungs.iter().take(*place).any(|other| other == *rung);
        self.rungs.iter().enumerate().find(twice).map(|(_, rung)| *rung)
    }

    /// Its rungs from the lowest on.
    pub fn ladder(&self) -> Vec<Rung> {
        let mut rungs = self.rungs.clone();
        rungs.sort_by_key(|rung| rung.percent);
        rungs
    }
}

/// So many seconds in words: `2 h 10 min`.
pub fn duration(seconds: i64) -> String {
    let minutes = seconds.abs() / 60;
    match (minutes / 60, minutes % 60) {
        (0, 0) if seconds != 0 => "under 1 min".to_owned(),
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// How the clock of an item stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemClock {
    /// The limit, in minutes.
    pub minutes: u32,
    /// Which time counts.
    pub counts: Counts,
    /// How much of it is left, in seconds; below zero when it is over.
    pub left_secs: i64,
    /// Since when it stands still and why, in the words of who said so.
    pub paused: Option<(DateTime<Utc>, String)>,
    /// When it is used up, if it runs and that is not far beyond any plan.
    pub due_at: Option<DateTime<Utc>>,
    /// What clocks show the viewer then.
    pub due: Option<NaiveDateTime>,
}

/// Why an item is due when it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// How the clock stands.
    pub clock: ItemClock,
    /// How much of the limit is used, in seconds.
    pub used_secs: i64,
    /// Whose hours count: the name of who has the item, of the team or of the organisation; empty where all hours do.
    pub hours_of: String,
    /// The time zone by which they do.
    pub time_zone: String,
    /// When the clock began, as clocks there show it.
    pub since: NaiveDateTime,
    /// Since when whoever has the item has it, and what was used before that by the hours of others, in seconds.
    pub settled: Option<(NaiveDateTime, i64)>,
    /// What the days before those add, where there are too many to show.
    pub earlier: Option<EarlierDays>,
    /// Day by day, to the last one.
    pub days: Vec<ExplainedDay>,
    /// When it stood still.
    pub pauses: Vec<ExplainedPause>,
    /// The ladder, from the lowest rung on.
    pub rungs: Vec<ExplainedRung>,
}

/// What days add together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierDays {
    /// So many days.
    pub count: usize,
    /// How much was used in them, in seconds.
    pub used_secs: i64,
    /// How much of them is still to be used, in seconds.
    pub left_secs: i64,
}

/// What a day adds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExplainedDay {
    /// The day.
    pub on: NaiveDate,
    /// When people work on it, in words.
    pub hours: String,
    /// The holiday that takes that away; its name may be empty.
    pub holiday: Option<String>,
    /// How much of it was used, in seconds.
    pub used_secs: i64,
    /// How much of it is still to be used until it is due, in seconds.
    pub left_secs: i64,
}

/// When a clock stood still.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExplainedPause {
    /// Since when, as clocks show it.
    pub from: NaiveDateTime,
    /// Until when; none while it does.
    pub until: Option<NaiveDateTime>,
    /// Why.
    pub reason: String,
}

/// A rung and when its turn comes or came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExplainedRung {
    /// The rung.
    pub rung: Rung,
    /// When it came to it.
    pub fired: Option<NaiveDateTime>,
    /// When it will, if the clock runs on.
    pub at: Option<NaiveDateTime>,
}

//! Bookings that steps ask for: an item goes on from there once the work has a time in the calendar.

use chrono::{DateTime, Utc};
use kernel::{Directory, JobTypeId, TeamId};
use serde::{Deserialize, Serialize};

use crate::rules::Refusal;

/// The shortest booking, in minutes.
pub const MINUTES_MIN: i64 = 5;
/// The longest booking, in minutes: two weeks, day and night.
pub const MINUTES_MAX: i64 = 20_160;

/// What has to be booked before items go on from a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = StepBooking))]
pub struct BookingNeed {
    /// The job type that is booked.
    pub job_type: JobTypeId,
    /// For how long, in minutes; none is as long as it usually takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<i64>,
}

impl BookingNeed {
    /// Whether it can be kept.
    pub fn is_valid(&self) -> bool {
        is_length(self.minutes)
    }
}

/// Whether a booking can be so long, in minutes; none is as long as it usually takes.
pub fn is_length(minutes: Option<i64>) -> bool {
    minutes.is_none_or(|minutes| (MINUTES_MIN..=MINUTES_MAX).contains(&minutes))
}

/// What is said about a length that a booking cannot have.
pub fn wrong_length() -> String {
    format!("A booking takes {MINUTES_MIN} minutes to two weeks.")
}

/// A kind of work that can be booked, as pages offer it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobType {
    /// The job type.
    pub id: JobTypeId,
    /// Its name.
    pub name: String,
    /// Who does it.
    pub team_id: TeamId,
    /// How long it usually takes, in minutes.
    pub minutes: i64,
}

impl JobType {
    /// Its name with that of who does it: `Inspection (Workshop)`.
    pub fn full_name(&self, directory: &Directory) -> String {
        match directory.team(self.team_id) {
            Some(team) => format!("{} ({})", self.name, team.name),
            None => self.name.clone(),
        }
    }
}

#[cfg(feature = "ssr")]
impl From<kernel::JobTypeName> for JobType {
    fn from(known: kernel::JobTypeName) -> Self {
        let kernel::JobTypeName { id, name, team_id, minutes } = known;
        JobType { id, name, team_id, minutes }
    }
}

/// How the booking stands that an item needs where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stands {
    /// It has no time yet.
    Wanted,
    /// It has a time, which is known as far as the calendar says it.
    Booked(Option<DateTime<Utc>>),
    /// It is done.
    Done,
}

impl Stands {
    /// Whether it lets the item go on.
    pub fn lets_go(self) -> bool {
        self != Stands::Wanted
    }
}

/// The booking that an item needs where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeededBooking {
    /// The name of the job type.
    pub what: String,
    /// How it stands.
    pub stands: Stands,
}

impl NeededBooking {
    /// Why the item does not go on, if this keeps it.
    pub fn refusal(&self) -> Option<Refusal> {
        (!self.stands.lets_go()).then(|| Refusal::Unbooked { what: self.what.clone() })
    }
}

/// How the booking stands that a step asks for, given all of the item, the oldest first. The newest counts: an item that came back
/// is booked anew. One that somebody made by hand does as well, once it has a time.
#[cfg(feature = "ssr")]
pub fn stands(bookings: &[kernel::ItemBooking], step: kernel::StepId, job_type: JobTypeId) -> Stands {
    use kernel::BookingStanding;
    let mut newest = bookings.iter().rev().filter(|one| one.job_type_id == job_type);
    let found = newest.find(|one| match one.step_id {
        Some(asks) => asks == step,
        None => one.standing != BookingStanding::Wanted,
    });
    match found.map(|one| (one.standing, one.starts_at)) {
        Some((BookingStanding::Done, _)) => Stands::Done,
        Some((BookingStanding::Booked, at)) => Stands::Booked(at),
        Some((BookingStanding::Wanted, _)) | None => Stands::Wanted,
    }
}

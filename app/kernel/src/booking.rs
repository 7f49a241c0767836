//! Times that are booked for items, and when people work.
//!
//! The domain that keeps the calendar publishes [`Bookings`], the one that knows working hours [`Openings`], and the program
//! hands both on ([`crate::Site::with_bookings`], [`crate::Site::with_openings`]). So a step can ask for a booking without
//! knowing the calendar, and the calendar finds a free time without knowing how hours are kept.

use std::pin::Pin;

use chrono::{DateTime, Utc};

use crate::{Cx, ItemId, JobTypeId, Result, StepId, TeamId, Tx};

/// A kind of work that is booked, as others know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobTypeName {
    /// The job type.
    pub id: JobTypeId,
    /// Its name.
    pub name: String,
    /// Who does it.
    pub team_id: TeamId,
    /// How long it usually takes, in minutes.
    pub minutes: i64,
}

/// How a booking stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BookingStanding {
    /// It has no time yet.
    Wanted,
    /// It has a time.
    Booked,
    /// It was done.
    Done,
}

/// A booking that an item asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookingWish {
    /// The item.
    pub item_id: ItemId,
    /// The step that needs it, if one does.
    pub step_id: Option<StepId>,
    /// What is to be done.
    pub job_type_id: JobTypeId,
    /// How long it takes, in minutes; none is as long as it usually does.
    pub minutes: Option<i64>,
}

/// A booking of an item that was not called off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ItemBooking {
    /// The step that needs it, if one does.
    pub step_id: Option<StepId>,
    /// What is to be done.
    pub job_type_id: JobTypeId,
    /// How it stands.
    pub standing: BookingStanding,
    /// When it begins, if it has a time.
    pub starts_at: Option<DateTime<Utc>>,
}

/// The job types of an organisation, by name.
pub type JobTypesFound<'a> = Pin<Box<dyn Future<Output = Result<Vec<JobTypeName>>> + Send + 'a>>;

/// The bookings of an item, the oldest first.
pub type BookingsFound<'a> = Pin<Box<dyn Future<Output = Result<Vec<ItemBooking>>> + Send + 'a>>;

/// What is done in a unit of work.
pub type BookingsDone<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// What the calendar does for items.
#[derive(Debug, Clone, Copy)]
pub struct Bookings {
    /// What can be booked.
    pub job_types: for<'a> fn(db::On<'a>, &'a Cx) -> JobTypesFound<'a>,
    /// What is booked for an item, but for what was called off.
    pub of_item: for<'a> fn(db::On<'a>, &'a Cx, ItemId) -> BookingsFound<'a>,
    /// Notes that an item needs a booking. Somebody gives it a time later. A job type that is gone asks for nothing.
    pub want: for<'a> fn(&'a mut Tx, &'a Cx, BookingWish) -> BookingsDone<'a>,
    /// Calls off what a step of an item asked for and what has not begun: the item has left the step.
    pub let_go: for<'a> fn(&'a mut Tx, &'a Cx, ItemId, StepId) -> BookingsDone<'a>,
}

/// The kind of the event that says that a booking is done. Its data have `item` and `step`: what it was for, and the step that
/// needed it, if there are such.
pub const BOOKING_DONE: &str = "booking.finished";

/// Spans of working time, in order; none meets the next.
pub type OpeningsFound<'a> =
    Pin<Box<dyn Future<Output = Result<Vec<(DateTime<Utc>, DateTime<Utc>)>>> + Send + 'a>>;

/// When people of a team work between two instants, or of the whole organisation where none is named.
pub type Openings =
    for<'a> fn(db::On<'a>, &'a Cx, Option<TeamId>, (DateTime<Utc>, DateTime<Utc>)) -> OpeningsFound<'a>;

impl Cx {
    fn bookings(&self) -> Option<&Bookings> {
        self.visit().site().bookings.as_ref()
    }

    /// What can be booked.
    pub async fn job_types(&self, on: db::On<'_>) -> Result<Vec<JobTypeName>> {
        match self.bookings() {
            Some(bookings) => (bookings.job_types)(on, self).await,
            None => Ok(Vec::new()),
        }
    }

    /// What is booked for an item, but for what was called off.
    pub async fn bookings_of(&self, on: db::On<'_>, item: ItemId) -> Result<Vec<ItemBooking>> {
        match self.bookings() {
            Some(bookings) => (bookings.of_item)(on, self, item).await,
            None => Ok(Vec::new()),
        }
    }

    /// Notes that an item needs a booking.
    pub async fn want_booking(&self, tx: &mut Tx, wish: BookingWish) -> Result<()> {
        match self.bookings() {
            Some(bookings) => (bookings.want)(tx, self, wish).await,
            None => Ok(()),
        }
    }

    /// Calls off what a step of an item asked for and what has not begun.
    pub async fn let_go_of_bookings(&self, tx: &mut Tx, item: ItemId, step: StepId) -> Result<()> {
        match self.bookings() {
            Some(bookings) => (bookings.let_go)(tx, self, item, step).await,
            None => Ok(()),
        }
    }

    /// When people of a team work between two instants; always, where nobody knows.
    pub async fn openings(
        &self,
        on: db::On<'_>,
        team: Option<TeamId>,
        within: (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Vec<(DateTime<Utc>, DateTime<Utc>)>> {
        match self.visit().site().openings {
            Some(openings) => openings(on, self, team, within).await,
            None => Ok(vec![within]),
        }
    }
}

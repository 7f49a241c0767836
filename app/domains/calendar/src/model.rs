//! The nouns, as pages see them: times are what the viewer's clocks show.

mod local;

pub use local::{DAY, Local};

use chrono::NaiveDate;
use kernel::{BookingId, EventId, ItemId, JobTypeId, MemberId, TeamId};
use serde::{Deserialize, Serialize};

/// What pages of the calendar listen to.
pub const TOPIC: &str = "calendar";

/// Declares states that have a name in the database, in forms and in addresses, and one on pages.
macro_rules! states {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $key:literal, $label:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
        pub enum $name {
            $($(#[$of])* $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// The name in the database, in forms and in addresses.
            pub fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $key,)+
                }
            }

            /// The name on a page.
            pub fn label(self) -> &'static str {
                match self {
                    $($name::$variant => $label,)+
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = ();

            fn from_str(text: &str) -> Result<Self, ()> {
                $name::ALL.iter().copied().find(|state| state.as_str() == text).ok_or(())
            }
        }
    };
}

states! {
    /// Whether a guest comes.
    Answer {
        /// They have not said.
        Waiting = "waiting", "Not answered";
        /// They come.
        Yes = "yes", "Yes";
        /// Perhaps.
        Maybe = "maybe", "Maybe";
        /// They do not come.
        No = "no", "No";
    }
}

states! {
    /// How a booking stands.
    BookingState {
        /// It has no time yet.
        Wanted = "wanted", "Unplanned";
        /// It has a time.
        Booked = "booked", "Booked";
        /// It was done.
        Done = "done", "Done";
        /// It was called off.
        Cancelled = "cancelled", "Called off";
    }
}

/// A member who is invited to an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guest {
    /// Who.
    pub member_id: MemberId,
    /// Whether they come.
    pub answer: Answer,
}

/// An event that the viewer may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventCard {
    /// The event.
    pub id: EventId,
    /// What it is.
    pub title: String,
    /// Where; may be empty.
    pub place: String,
    /// What one should know; may be empty.
    pub note: String,
    /// Whether it lasts whole days. Then it begins and ends at midnight.
    pub all_day: bool,
    /// When it begins.
    pub starts: Local,
    /// When it ends: later. Of whole days this is the midnight after the last.
    pub ends: Local,
    /// Whether everybody sees it who sees the calendar.
    pub shared: bool,
    /// Who made it.
    pub organiser_id: MemberId,
    /// Who is invited.
    pub guests: Vec<Guest>,
    /// The version that a change names.
    pub version: i64,
    /// Whether the viewer may change it.
    pub mine: bool,
}

impl EventCard {
    /// Whether a member comes, if they are invited.
    pub fn answer_of(&self, member: MemberId) -> Option<Answer> {
        self.guests.iter().find(|guest| guest.member_id == member).map(|guest| guest.answer)
    }
}

/// A kind of work that is booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct JobType {
    /// The job type.
    pub id: JobTypeId,
    /// Its name.
    pub name: String,
    /// Who does it.
    pub team_id: TeamId,
    /// How long it usually takes, in minutes.
    pub minutes: i64,
    /// The version that a change names.
    pub version: i64,
}

/// An item as bookings name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemName {
    /// The item.
    pub id: ItemId,
    /// What people call it: `UC-12`.
    pub key: String,
    /// Its title.
    pub title: String,
}

/// A booking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingCard {
    /// The booking.
    pub id: BookingId,
    /// What is done.
    pub job_type_id: JobTypeId,
    /// What that is called, also when it is not offered any more.
    pub job_type: String,
    /// Who does it.
    pub team_id: TeamId,
    /// Which of them, if that is said.
    pub member_id: Option<MemberId>,
    /// The item that it is for, if the viewer may see it.
    pub item: Option<ItemName>,
    /// What one should know; may be empty.
    pub note: String,
    /// How it stands.
    pub state: BookingState,
    /// How long it takes, in minutes.
    pub minutes: i64,
    /// When it begins, if it has a time.
    pub starts: Option<Local>,
    /// When it ends, if it has a time.
    pub ends: Option<Local>,
    /// The version that a change names.
    pub version: i64,
    /// Whether the viewer may change it.
    pub mine: bool,
}

impl BookingCard {
    /// What people call it: the item, else the work.
    pub fn title(&self) -> &str {
        self.item.as_ref().map_or(&self.job_type, |item| &item.title)
    }
}

/// How much of a team's time is booked on a day, in minutes of one member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// The team.
    pub team_id: TeamId,
    /// The day.
    pub day: NaiveDate,
    /// What is booked.
    pub booked: i64,
    /// What there is.
    pub room: i64,
}

/// Some days of the calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agenda {
    /// The first day.
    pub first: NaiveDate,
    /// How many days: 1 to 42.
    pub days: i64,
    /// The events in these days, by when they begin.
    pub events: Vec<EventCard>,
    /// The bookings in these days, by when they begin; none that was called off.
    pub bookings: Vec<BookingCard>,
    /// Bookings that have no time yet, the oldest first.
    pub wanted: Vec<BookingCard>,
    /// What can be booked, by name.
    pub job_types: Vec<JobType>,
    /// How full the teams are that have job types.
    pub loads: Vec<Load>,
    /// When the organisation works.
    pub open: Vec<(Local, Local)>,
    /// Whether there is more in these days than is shown.
    pub more: bool,
}

/// A time at which a team has a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// When it begins.
    pub starts: Local,
    /// When it ends.
    pub ends: Local,
    /// How many places are free all that time.
    pub free: i64,
}

/// The bookings of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemBookings {
    /// What people call the item.
    pub key: String,
    /// All of them that were not called off: those without a time, then by when they begin.
    pub bookings: Vec<BookingCard>,
    /// What can be booked, by name.
    pub job_types: Vec<JobType>,
}

/// How much a team can be booked, as its settings say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamPlaces {
    /// The team.
    pub team_id: TeamId,
    /// How many bookings it works on at one instant: one for each member who can be booked; none where the team cannot.
    pub places: i64,
    /// What can be booked of it on a day on which it works, in minutes of one member.
    pub minutes: i64,
}

/// What can be booked, and of whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobTypes {
    /// By name.
    pub job_types: Vec<JobType>,
    /// All teams, by name.
    pub teams: Vec<TeamPlaces>,
}

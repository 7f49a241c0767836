//! Clocks of items and working hours, for other programs.

use chrono::{DateTime, Utc};
use kernel::{MemberId, Permission::DirectoryView, TeamId};
use rest::{Answer, Call, Json, Needs::May, Record, Routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    acts::{hours, item, sla as acts},
    hours::{Holiday, Place, Span, Whose},
    sla::{Counts, ItemClock},
};

/// How the clock of an item stands in its step.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Clock {
    /// The limit, in minutes.
    #[schema(example = 480)]
    minutes: u32,
    /// Which time counts.
    counts: Counts,
    /// How much is left, in seconds; below zero when it is over.
    #[schema(example = 7800)]
    left_secs: i64,
    /// When it is used up, if the clock runs.
    due_at: Option<DateTime<Utc>>,
    /// Since when the clock stands still, if it does.
    paused_since: Option<DateTime<Utc>>,
    /// Why it stands still.
    #[schema(example = "We wait for the number of the order.")]
    reason: Option<String>,
}

impl Record for Clock {}

impl From<ItemClock> for Clock {
    fn from(clock: ItemClock) -> Self {
        let (paused_since, reason) = clock.paused.unzip();
        Clock {
            minutes: clock.minutes,
            counts: clock.counts,
            left_secs: clock.left_secs,
            due_at: clock.due_at,
            paused_since,
            reason,
        }
    }
}

/// Why a clock stands still.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Waiting {
    /// What is waited for.
    #[schema(example = "We wait for the number of the order.", min_length = 1, max_length = 500)]
    reason: String,
}

pub(super) async fn read(call: Call<String>) -> Answer<Clock> {
    Ok(acts::find(&call.cx, &call.path).await?.into())
}

pub(super) async fn pause(call: Call<String, Json<Waiting>>) -> Answer<Clock> {
    let (_, item) = item::find(&call.cx, &call.path).await?;
    call.made_on(item.card.version)?;
    acts::pause(&call.cx, item.card.id, item.card.version, &call.input.0.reason).await?;
    Ok(acts::find(&call.cx, &call.path).await?.into())
}

pub(super) async fn resume(call: Call<String>) -> Answer<Clock> {
    let (_, item) = item::find(&call.cx, &call.path).await?;
    call.made_on(item.card.version)?;
    acts::resume(&call.cx, item.card.id, item.card.version).await?;
    Ok(acts::find(&call.cx, &call.path).await?.into())
}

/// The working hours of an organisation.
#[derive(Debug, Serialize, ToSchema)]
struct WorkingHours {
    /// The time zone by which they are.
    #[schema(example = "Europe/Stockholm")]
    time_zone: String,
    /// The organisation itself, its teams by name, then members who have said something.
    places: Vec<PlaceHours>,
}

impl Record for WorkingHours {}

/// When people work in a place.
#[derive(Debug, Serialize, ToSchema)]
struct PlaceHours {
    /// The team, if it is one.
    team: Option<TeamId>,
    /// The member, if it is one.
    member: Option<MemberId>,
    /// Seven days, Monday first, each with its spans in minutes from midnight.
    week: Vec<Vec<Span>>,
    /// Whether the place has said so itself: else a team works as its organisation does.
    own: bool,
    /// Days on which nobody works; those of the organisation count for its teams, too.
    holidays: Vec<Holiday>,
    /// Grows with every change; 0 while nothing was said.
    version: i64,
}

impl From<Place> for PlaceHours {
    fn from(place: Place) -> Self {
        let (team, member) = match place.whose {
            Whose::Organisation => (None, None),
            Whose::Team(team) => (Some(team), None),
            Whose::Member(member) => (None, Some(member)),
        };
        PlaceHours {
            team,
            member,
            week: place.week.0.to_vec(),
            own: place.hours.week.is_some(),
            holidays: place.hours.holidays,
            version: place.version,
        }
    }
}

/// What is published of working hours.
pub(super) fn routes() -> Routes {
    Routes::new(
        "Working hours",
        "When people of the organisation and its teams work, and members with hours of their own: the time by which limits count.",
    )
    .read("/working-hours", "Read the working hours", May(DirectoryView), working_hours)
}

async fn working_hours(call: Call<()>) -> Answer<WorkingHours> {
    let known = hours::list(&call.cx).await?;
    Ok(WorkingHours {
        time_zone: known.time_zone,
        places: known.places.into_iter().map(PlaceHours::from).collect(),
    })
}

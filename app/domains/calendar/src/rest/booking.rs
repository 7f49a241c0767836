//! Bookings.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{BookingId, Cx, ItemId, JobTypeId, MemberId, TeamId};
use rest::{Answer, Call, Created, Filter, Json, List, Page, Record};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::event::{between, cursor, minute, under};
use crate::{
    acts::booking::{self as acts, Form},
    model::{BookingState, ItemName},
    repo::booking::{Kept, Wanted},
    rules,
};

/// Work that a team does at a time, or that still needs one.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Booking {
    id: BookingId,
    /// What is done.
    job_type: JobTypeId,
    /// Who does it.
    team: TeamId,
    /// Which of them, if that is said.
    member: Option<MemberId>,
    /// The key of the item that it is for, if you may see it.
    #[schema(example = "UC-414")]
    item: Option<String>,
    /// The item that it is for.
    item_id: Option<ItemId>,
    /// What one should know; may be empty.
    note: String,
    state: BookingState,
    /// How long it takes.
    #[schema(minimum = 5, maximum = 20160, example = 90)]
    minutes: i64,
    /// When it begins; none while it has no time.
    starts_at: Option<DateTime<Utc>>,
    /// When it ends; none while it has no time.
    ends_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    /// Who made it; none where a step or a rule asked for it.
    created_by: Option<MemberId>,
    updated_at: DateTime<Utc>,
    /// The version, which is also its `ETag`.
    version: i64,
}

impl Record for Booking {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
}

impl Booking {
    fn of(kept: Kept, names: &[ItemName]) -> Self {
        let named = kept.item_id.and_then(|id| names.iter().find(|name| name.id == id));
        Booking {
            id: kept.id,
            job_type: kept.job_type_id,
            team: kept.team_id,
            member: kept.member_id,
            item: named.map(|name| name.key.clone()),
            item_id: kept.item_id,
            note: kept.note,
            state: kept.state,
            minutes: kept.minutes,
            starts_at: kept.at.map(|(starts, _)| starts),
            ends_at: kept.at.map(|(_, ends)| ends),
            created_at: kept.created_at,
            created_by: kept.created_by,
            updated_at: kept.updated_at,
            version: kept.version,
        }
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
pub(super) struct BookingFilter {
    /// Only those in this state; all but those that were called off when nothing is sent.
    state: Option<BookingState>,
    /// Only those of this team.
    #[param(value_type = Option<uuid::Uuid>)]
    team: Option<TeamId>,
    /// Only those of this member.
    #[param(value_type = Option<uuid::Uuid>)]
    member: Option<MemberId>,
    /// Only those for the item with this key.
    #[param(example = "UC-414")]
    item: Option<String>,
    /// Only those of this day and later, by the clocks of whom the key acts as; none that has no time.
    from: Option<NaiveDate>,
    /// Only those of this day and earlier; none that has no time.
    until: Option<NaiveDate>,
}

impl Filter for BookingFilter {
    const SORTS: &'static [&'static str] = &["created_at"];
}

/// Work to be booked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewBooking {
    /// What is done, and so by which team.
    job_type: JobTypeId,
    /// When it begins; when nothing is sent it waits for a time. Seconds are left out.
    starts_at: Option<DateTime<Utc>>,
    /// How long it takes; as long as it usually does when nothing is sent.
    #[schema(minimum = 5, maximum = 20160, example = 90)]
    minutes: Option<i64>,
    /// Who of the team does it.
    member: Option<MemberId>,
    /// The key of the item that it is for.
    #[schema(example = "UC-414")]
    item: Option<String>,
    /// What one should know.
    #[serde(default)]
    #[schema(max_length = 5000)]
    note: String,
}

/// What changes of a booking. What is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BookingChange {
    /// When it begins; `null` lets it wait for a time again. Seconds are left out.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<DateTime<Utc>>)]
    starts_at: Option<Option<DateTime<Utc>>>,
    /// How long it takes.
    #[schema(minimum = 5, maximum = 20160, example = 90)]
    minutes: Option<i64>,
    /// Who of the team does it; `null` is whoever.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<uuid::Uuid>)]
    member: Option<Option<MemberId>>,
    /// What one should know.
    #[schema(max_length = 5000)]
    note: Option<String>,
}

/// Tells `null` from what was not sent.
fn sent<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Deserialize::deserialize(deserializer).map(Some)
}

/// What was sent, checked.
fn form(
    starts_at: Option<DateTime<Utc>>,
    minutes: Option<i64>,
    member: Option<MemberId>,
    note: &str,
) -> kernel::Result<Form> {
    let starts = starts_at.map(|at| minute("starts_at", at)).transpose();
    let minutes = minutes.map(rules::check_minutes).transpose();
    let ((starts, minutes), note) = rules::both(rules::both(starts, minutes), rules::read_note(note))?;
    Ok(Form { starts, minutes, member, note })
}

pub(super) async fn list(call: Call<(), List<BookingFilter>>) -> Answer<Page<Booking>> {
    let List { filter, descending, limit, after, .. } = call.input.clone();
    let asked = between(&call.cx, filter.from, filter.until);
    let timed = filter.from.is_some() || filter.until.is_some();
    let living = [BookingState::Wanted, BookingState::Booked, BookingState::Done];
    let wanted = Wanted {
        from: timed.then_some(asked.from.0),
        until: timed.then_some(asked.until.0),
        team_id: filter.team,
        member_id: filter.member,
        item_id: None,
        states: filter.state.map_or_else(|| living.to_vec(), |state| vec![state]),
        after: cursor(after.as_deref())?,
        descending,
        limit,
    };
    let mut bookings = acts::list(&call.cx, filter.item.as_deref(), wanted).await?;
    let more = limit < bookings.len();
    bookings.truncate(limit);
    let next = bookings.last().filter(|_| more).map(|booking| booking.id.to_string());
    let names = acts::names(&call.cx, bookings.iter().filter_map(|booking| booking.item_id)).await?;
    Ok(Page { data: bookings.into_iter().map(|kept| Booking::of(kept, &names)).collect(), next })
}

async fn show(cx: &Cx, id: BookingId) -> Answer<Booking> {
    let kept = acts::get(cx, id).await?;
    let names = acts::names(cx, kept.item_id.into_iter()).await?;
    Ok(Booking::of(kept, &names))
}

/// A mistake under the name that it has in the body.
fn of_body(error: kernel::Error) -> kernel::Error {
    let is_start = error.field("starts").is_some();
    if is_start { under("starts_at", error) } else { error }
}

pub(super) async fn create(call: Call<(), Json<NewBooking>>) -> Answer<Created<Booking>> {
    let NewBooking { job_type, starts_at, minutes, member, item, note } = call.input.0;
    let form = form(starts_at, minutes, member, &note);
    let (job_type, item) = (job_type.to_string(), item.unwrap_or_default());
    let card = acts::add(&call.cx, &job_type, &item, form, None).await.map_err(of_body)?;
    Ok(Created { at: format!("/bookings/{}", card.id), record: show(&call.cx, card.id).await? })
}

pub(super) async fn read(call: Call<BookingId>) -> Answer<Booking> {
    show(&call.cx, call.path).await
}

pub(super) async fn update(call: Call<BookingId, Json<BookingChange>>) -> Answer<Booking> {
    let kept = acts::get(&call.cx, call.path).await?;
    call.made_on(kept.version)?;
    let BookingChange { starts_at, minutes, member, note } = call.input.0;
    let form = form(
        starts_at.unwrap_or(kept.at.map(|(starts, _)| starts)),
        minutes,
        member.unwrap_or(kept.member_id),
        note.as_deref().unwrap_or(&kept.note),
    );
    acts::change(&call.cx, kept.id, kept.version, form).await.map_err(of_body)?;
    show(&call.cx, kept.id).await
}

pub(super) async fn delete(call: Call<BookingId>) -> Answer<()> {
    let kept = acts::get(&call.cx, call.path).await?;
    call.made_on(kept.version)?;
    Ok(acts::cancel(&call.cx, kept.id, Some(kept.version)).await?)
}

pub(super) async fn finish(call: Call<BookingId>) -> Answer<Booking> {
    let kept = acts::get(&call.cx, call.path).await?;
    call.made_on(kept.version)?;
    acts::finish(&call.cx, kept.id, kept.version).await?;
    show(&call.cx, kept.id).await
}

pub(super) async fn restore(call: Call<BookingId>) -> Answer<Booking> {
    acts::restore(&call.cx, call.path).await.map_err(of_body)?;
    show(&call.cx, call.path).await
}

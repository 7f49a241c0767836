//! Events.

use chrono::{DateTime, NaiveDate, NaiveTime, SubsecRound, Utc};
use kernel::{Cx, Error, EventId, MemberId};
use rest::{Answer, Call, Created, Filter, Json, List, Page, Problem, Record};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    acts::event::{self as acts, Form},
    model::{Answer as Said, Guest as Invited},
    repo::event::{At, Between, Kept, Part},
    rules,
};

/// An event that you may see.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CalendarEvent)]
pub(super) struct Event {
    id: EventId,
    #[schema(example = "Stand-up")]
    title: String,
    /// Where; may be empty.
    #[schema(example = "Showroom")]
    place: String,
    /// What one should know; may be empty.
    note: String,
    /// Whether everybody sees it who sees the calendar, or only who made it and who is invited.
    shared: bool,
    /// When it begins, unless it lasts whole days.
    starts_at: Option<DateTime<Utc>>,
    /// When it ends, unless it lasts whole days.
    ends_at: Option<DateTime<Utc>>,
    /// Its first day, if it lasts whole days.
    first_on: Option<NaiveDate>,
    /// Its last day, if it lasts whole days.
    last_on: Option<NaiveDate>,
    /// Who made it.
    organiser: MemberId,
    /// Who is invited.
    guests: Vec<Guest>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// The version, which is also its `ETag`.
    version: i64,
}

/// Who is invited to an event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CalendarEventGuest)]
struct Guest {
    member: MemberId,
    answer: Said,
}

impl Record for Event {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
}

impl From<Kept> for Event {
    fn from(kept: Kept) -> Self {
        let (times, days) = match kept.said.at {
            At::Times(starts, ends) => (Some((starts, ends)), None),
            At::Days(first, end) => (None, Some((first, end.pred_opt().unwrap_or(first)))),
        };
        let guest = |guest: Invited| Guest { member: guest.member_id, answer: guest.answer };
        Event {
            id: kept.id,
            title: kept.said.title,
            place: kept.said.place,
            note: kept.said.note,
            shared: kept.said.shared,
            starts_at: times.map(|(starts, _)| starts),
            ends_at: times.map(|(_, ends)| ends),
            first_on: days.map(|(first, _)| first),
            last_on: days.map(|(_, last)| last),
            organiser: kept.organiser_id,
            guests: kept.guests.into_iter().map(guest).collect(),
            created_at: kept.created_at,
            updated_at: kept.updated_at,
            version: kept.version,
        }
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
pub(super) struct EventFilter {
    /// Only those of this day and later, by the clocks of whom the key acts as.
    from: Option<NaiveDate>,
    /// Only those of this day and earlier.
    until: Option<NaiveDate>,
}

impl Filter for EventFilter {
    const SORTS: &'static [&'static str] = &["created_at"];
}

/// An event to be made. Either both instants are sent or both days.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCalendarEvent)]
pub(super) struct NewEvent {
    #[schema(example = "Stand-up", min_length = 1, max_length = 200)]
    title: String,
    /// Where.
    #[serde(default)]
    #[schema(example = "Showroom", max_length = 200)]
    place: String,
    /// What one should know.
    #[serde(default)]
    #[schema(max_length = 5000)]
    note: String,
    /// Whether everybody sees it who sees the calendar.
    #[serde(default)]
    shared: bool,
    /// When it begins. Seconds are left out.
    #[schema(example = "2026-12-01T08:00:00Z")]
    starts_at: Option<DateTime<Utc>>,
    /// When it ends: later.
    #[schema(example = "2026-12-01T08:15:00Z")]
    ends_at: Option<DateTime<Utc>>,
    /// Its first day, if it lasts whole days.
    first_on: Option<NaiveDate>,
    /// Its last day, if it lasts whole days: 366 at most.
    last_on: Option<NaiveDate>,
    /// Who is invited: active members.
    #[serde(default)]
    #[schema(max_items = 200)]
    guests: Vec<MemberId>,
}

/// What changes of an event. What is not sent stays; at another time all guests are asked anew.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CalendarEventChange)]
pub(super) struct EventChange {
    #[schema(example = "Stand-up", min_length = 1, max_length = 200)]
    title: Option<String>,
    /// Where.
    #[schema(example = "Showroom", max_length = 200)]
    place: Option<String>,
    /// What one should know.
    #[schema(max_length = 5000)]
    note: Option<String>,
    /// Whether everybody sees it who sees the calendar.
    shared: Option<bool>,
    /// When it begins. Seconds are left out.
    #[schema(example = "2026-12-01T08:00:00Z")]
    starts_at: Option<DateTime<Utc>>,
    /// When it ends: later.
    #[schema(example = "2026-12-01T08:15:00Z")]
    ends_at: Option<DateTime<Utc>>,
    /// Its first day, if it is to last whole days.
    first_on: Option<NaiveDate>,
    /// Its last day, if it is to last whole days: 366 at most.
    last_on: Option<NaiveDate>,
    /// Who is invited from now on: active members.
    #[schema(max_items = 200)]
    guests: Option<Vec<MemberId>>,
}

/// What you answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CalendarEventAnswer)]
pub(super) struct EventAnswer {
    answer: Coming,
}

/// Whether you come.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Coming {
    Yes,
    Maybe,
    No,
}

impl Coming {
    fn as_str(self) -> &'static str {
        match self {
            Coming::Yes => Said::Yes.as_str(),
            Coming::Maybe => Said::Maybe.as_str(),
            Coming::No => Said::No.as_str(),
        }
    }
}

/// The nearest day for which calendars are made.
pub(super) fn nearest(day: NaiveDate) -> NaiveDate {
    let known = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    day.clamp(known(2000, 1, 1), known(2199, 12, 31))
}

/// The instants and days of what a list asks for.
pub(super) fn between(cx: &Cx, from: Option<NaiveDate>, until: Option<NaiveDate>) -> Between {
    let from = nearest(from.unwrap_or(NaiveDate::MIN));
    let until = nearest(until.unwrap_or(NaiveDate::MAX));
    let midnight = |day: NaiveDate| (cx.instant(day.and_time(NaiveTime::MIN)), day);
    // An event may be on a day beyond the last of them.
    let behind = until.checked_add_days(chrono::Days::new(1)).unwrap_or(until);
    Between { from: midnight(from), until: midnight(behind) }
}

/// An instant in whole minutes.
pub(super) fn minute(field: &str, at: DateTime<Utc>) -> Result<DateTime<Utc>, Error> {
    rules::check_year(field, at.date_naive())?;
    let seconds = at.timestamp().rem_euclid(60);
    Ok(at.trunc_subsecs(0) - chrono::TimeDelta::seconds(seconds))
}

type Instants = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);
type Days = (Option<NaiveDate>, Option<NaiveDate>);

/// When it is by what was sent; none where nothing was.
fn sent_at(times: Instants, days: Days) -> Result<Option<At>, Error> {
    match (times, days) {
        ((None, None), (None, None)) => Ok(None),
        ((Some(starts), Some(ends)), (None, None)) => {
            let (starts, ends) = rules::both(minute("starts_at", starts), minute("ends_at", ends))?;
            rules::check_times(starts.naive_utc(), ends.naive_utc())
                .map_err(|error| under("ends_at", error))?;
            Ok(Some(At::Times(starts, ends)))
        }
        ((None, None), (Some(first), Some(last))) => {
            rules::check_year("first_on", first)?;
            rules::check_year("last_on", last)?;
            let end = last.succ_opt().unwrap_or(last);
            rules::check_days(first, end).map_err(|error| under("last_on", error))?;
            Ok(Some(At::Days(first, end)))
        }
        _ => Err(Error::invalid("starts_at", "Send starts_at and ends_at, or first_on and last_on.")),
    }
}

/// A mistake under the name that it has in the body.
pub(super) fn under(name: &str, error: Error) -> Error {
    match error {
        Error::Invalid(mut fields) => {
            for field in &mut fields {
                name.clone_into(&mut field.field);
            }
            Error::Invalid(fields)
        }
        error => error,
    }
}

pub(super) async fn list(call: Call<(), List<EventFilter>>) -> Answer<Page<Event>> {
    let List { filter, descending, limit, after, .. } = &call.input;
    let between = between(&call.cx, filter.from, filter.until);
    let part = Part { after: cursor(after.as_deref())?, descending: *descending, limit: *limit };
    let mut events = acts::list(&call.cx, between, part).await?;
    let more = *limit < events.len();
    events.truncate(*limit);
    let next = events.last().filter(|_| more).map(|event| event.id.to_string());
    Ok(Page { data: events.into_iter().map(Event::from).collect(), next })
}

/// Where the page before ended.
pub(super) fn cursor<I: std::str::FromStr>(after: Option<&str>) -> Answer<Option<I>> {
    let wrong = |_| Problem::parameter("after", "Send what the page before said as next, and the same sort.");
    after.map(|after| after.parse().map_err(wrong)).transpose()
}

pub(super) async fn create(call: Call<(), Json<NewEvent>>) -> Answer<Created<Event>> {
    let NewEvent { title, place, note, shared, starts_at, ends_at, first_on, last_on, guests } = call.input.0;
    let at = sent_at((starts_at, ends_at), (first_on, last_on))?
        .ok_or_else(|| Error::invalid("starts_at", "Send starts_at and ends_at, or first_on and last_on."))?;
    let form = Form {
        title: rules::read_title("title", &title)?,
        place: rules::read_place(&place)?,
        note: rules::read_note(&note)?,
        shared,
        at,
        guests: rules::check_guests(guests)?,
    };
    let card = acts::add(&call.cx, form, None).await?;
    let record = acts::get(&call.cx, card.id).await?.into();
    Ok(Created { at: format!("/calendar-events/{}", card.id), record })
}

pub(super) async fn read(call: Call<EventId>) -> Answer<Event> {
    Ok(acts::get(&call.cx, call.path).await?.into())
}

pub(super) async fn update(call: Call<EventId, Json<EventChange>>) -> Answer<Event> {
    let kept = acts::get(&call.cx, call.path).await?;
    call.made_on(kept.version)?;
    let sent = call.input.0;
    let at = sent_at((sent.starts_at, sent.ends_at), (sent.first_on, sent.last_on))?;
    let guests = sent.guests.unwrap_or_else(|| kept.guests.iter().map(|guest| guest.member_id).collect());
    let form = Form {
        title: rules::read_title("title", sent.title.as_deref().unwrap_or(&kept.said.title))?,
        place: rules::read_place(sent.place.as_deref().unwrap_or(&kept.said.place))?,
        note: rules::read_note(sent.note.as_deref().unwrap_or(&kept.said.note))?,
        shared: sent.shared.unwrap_or(kept.said.shared),
        at: at.unwrap_or(kept.said.at),
        guests: rules::check_guests(guests)?,
    };
    acts::change(&call.cx, kept.id, kept.version, form).await?;
    Ok(acts::get(&call.cx, kept.id).await?.into())
}

pub(super) async fn delete(call: Call<EventId>) -> Answer<()> {
    let kept = acts::get(&call.cx, call.path).await?;
    call.made_on(kept.version)?;
    Ok(acts::delete(&call.cx, kept.id, Some(kept.version)).await?)
}

pub(super) async fn restore(call: Call<EventId>) -> Answer<Event> {
    acts::restore(&call.cx, call.path).await?;
    Ok(acts::get(&call.cx, call.path).await?.into())
}

pub(super) async fn answer(call: Call<EventId, Json<EventAnswer>>) -> Answer<Event> {
    acts::answer(&call.cx, call.path, call.input.0.answer.as_str()).await?;
    Ok(acts::get(&call.cx, call.path).await?.into())
}

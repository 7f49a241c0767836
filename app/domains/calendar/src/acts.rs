//! What people and programs do: authorise, validate, change, record.

pub mod booking;
pub mod event;
pub mod job_type;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use kernel::{Cx, Error, OrNotFound, Permission, Result, Topic};

use crate::{
    model::{Agenda, BookingState, JobType, Load, Local, TOPIC},
    repo::{
        self,
        booking::Wanted,
        event::{Between, Part},
    },
    rules::{self, Span},
};

/// As many events, and as many bookings, are shown at once.
const MOST: usize = 2_000;
/// As many bookings without a time are shown.
const MOST_WANTED: usize = 200;

/// What pages of the calendar listen to.
pub(crate) fn topic() -> Topic {
    Topic::of(Permission::CalendarView, TOPIC.into())
}

fn meanwhile() -> Error {
    Error::Conflict("It was changed meanwhile. Nothing was overwritten; look at it again.".into())
}

/// What the viewer's clocks show.
pub(crate) fn local(cx: &Cx, at: DateTime<Utc>) -> Local {
    Local::of(cx.local(at))
}

/// From the midnight with which a day begins to that with which another does, by the viewer's clocks.
fn span_of(cx: &Cx, first: NaiveDate, end: NaiveDate) -> Span {
    let midnight = |day: NaiveDate| cx.instant(day.and_time(NaiveTime::MIN));
    (midnight(first), midnight(end))
}

/// Some days of the calendar, from today on where no day is named.
pub async fn agenda(cx: &Cx, first: Option<NaiveDate>, days: i64) -> Result<Agenda> {
    let cx = cx.clone().require(Permission::CalendarView)?;
    let days = days.clamp(1, rules::SHOWN_MAX);
    let first = first.filter(|day| rules::check_year("first", *day).is_ok());
    let first = first.unwrap_or_else(|| cx.today().date());
    let count = u64::try_from(days).unwrap_or(1);
    let end = first.checked_add_days(Days::new(count)).or_not_found()?;
    let (from, until) = span_of(&cx, first, end);
    let between = Between { from: (from, first), until: (until, end) };
    let mut events =
        repo::event::between(&cx, between, Part { after: None, descending: false, limit: MOST }).await?;
    let organisation_id = cx.organisation_id();
    let planned = Wanted {
        from: Some(from),
        until: Some(until),
        states: vec![BookingState::Booked, BookingState::Done],
        limit: MOST,
        ..Wanted::default()
    };
    let mut bookings = repo::booking::list(cx.db(), organisation_id, &planned).await?;
    let unplanned = Wanted { states: vec![BookingState::Wanted], limit: MOST_WANTED, ..Wanted::default() };
    let wanted = repo::booking::list(cx.db(), organisation_id, &unplanned).await?;
    let job_types = repo::job_type::list(cx.db(), organisation_id).await?;
    let loads = loads(&cx, &job_types, &bookings, (first, end)).await?;
    let open = cx.openings(cx.db().into(), None, (from, until)).await?;
    let more = MOST < events.len() || MOST < bookings.len() || MOST_WANTED < wanted.len();
    events.truncate(MOST);
    bookings.truncate(MOST);
    let shown = bookings.len();
    let mut cards =
        booking::cards(&cx, bookings.into_iter().chain(wanted.into_iter().take(MOST_WANTED)).collect())
            .await?;
    let wanted = cards.split_off(shown);
    cards.sort_by_key(|card| (card.starts, std::cmp::Reverse(card.ends), card.id));
    let mut events: Vec<_> = events.into_iter().map(|kept| event::card(&cx, kept)).collect();
    events.sort_by_key(|card| (card.starts, std::cmp::Reverse(card.ends), card.id));
    let open = open.into_iter().map(|(opens, closes)| (local(&cx, opens), local(&cx, closes))).collect();
    Ok(Agenda { first, days, events, bookings: cards, wanted, job_types, loads, open, more })
}

/// How full teams are that have job types, day by day.
async fn loads(
    cx: &Cx,
    job_types: &[JobType],
    bookings: &[repo::booking::Kept],
    (first, end): (NaiveDate, NaiveDate),
) -> Result<Vec<Load>> {
    if job_types.is_empty() {
        return Ok(Vec::new());
    }
    let places = repo::job_type::places(cx.db(), cx.organisation_id(), None).await?;
    let days: Vec<(NaiveDate, Span)> = first
        .iter_days()
        .take_while(|day| *day < end)
        .filter_map(|day| Some((day, span_of(cx, day, day.succ_opt()?))))
        .collect();
    let mut loads = Vec::new();
    for team in places.iter().filter(|team| job_types.iter().any(|it| it.team_id == team.team_id)) {
        let open = cx.openings(cx.db().into(), Some(team.team_id), span_of(cx, first, end)).await?;
        let booked: Vec<Span> =
            bookings.iter().filter(|it| it.team_id == team.team_id).filter_map(|it| it.at).collect();
        loads.extend(days.iter().map(|(day, within)| Load {
            team_id: team.team_id,
            day: *day,
            booked: rules::minutes_within(&booked, *within),
            room: if rules::minutes_within(&open, *within) > 0 { team.minutes } else { 0 },
        }));
    }
    Ok(loads)
}

//! Whether a team has a place, and when it has one next.

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};
use kernel::{BookingId, Cx, Directory, Error, JobTypeId, OrNotFound, Permission, Result, Scope, TeamId, Tx};

use super::{books_something, job_type_of};
use crate::{
    acts::local,
    model::Slot,
    repo::{
        self,
        booking::{Kept, Whose},
    },
    rules::{self, Span},
};

/// Goes on only if the team has a place for a booking, and its member nothing else then. Other acts that book either wait
/// until this one is over.
pub(super) async fn make_room(tx: &mut Tx, cx: &Cx, booking: &Kept) -> Result<()> {
    let (organisation_id, team) = (cx.organisation_id(), booking.team_id);
    if let Some(member) = booking.member_id
        && !repo::job_type::is_member(&mut *tx, organisation_id, team, member).await?
    {
        return Err(Error::invalid("member", "Choose a member of the team."));
    }
    let Some(at) = booking.at else { return Ok(()) };
    // Teams come before members, so that nobody waits in a circle.
    repo::job_type::lock(&mut *tx, organisation_id, team.uuid()).await?;
    let places = repo::job_type::places(&mut *tx, organisation_id, Some(team)).await?;
    let places = places.first().or_not_found()?.places;
    let taken = taken(tx, cx, Whose::Team(team), at, booking.id).await?;
    if places <= taken {
        return Err(rules::full(&team_name(tx, cx, team).await?, places, taken));
    }
    let Some(member) = booking.member_id else { return Ok(()) };
    repo::job_type::lock(&mut *tx, organisation_id, member.uuid()).await?;
    if 0 < self::taken(tx, cx, Whose::Member(member), at, booking.id).await? {
        return Err(Error::invalid("member", "They are booked for something else then."));
    }
    Ok(())
}

async fn taken(tx: &mut Tx, cx: &Cx, whose: Whose, at: Span, without: BookingId) -> Result<i64> {
    let taken = repo::booking::taken(tx, cx.organisation_id(), whose, at, Some(without)).await?;
    Ok(rules::peak(&taken, at))
}

async fn team_name(tx: &mut Tx, cx: &Cx, team: TeamId) -> Result<String> {
    let directory = Directory::read(tx, cx.organisation_id()).await?;
    Ok(directory.team(team).map_or_else(|| "The team".to_owned(), |team| team.name.clone()))
}

/// The next times at which the team of a job type has a place for so many minutes, with how many are free.
pub async fn free_times(
    cx: &Cx,
    job_type: JobTypeId,
    minutes: i64,
    from: Option<NaiveDate>,
) -> Result<Vec<(Span, i64)>> {
    let cx = cx.clone().require(Permission::CalendarView)?;
    books_something(&cx)?;
    let minutes = rules::check_minutes(minutes)?;
    let job_type = job_type_of(&cx, job_type).await?;
    let cx = cx.require_in(Permission::CalendarBook, Scope::Team(job_type.team_id))?;
    let first = from.filter(|day| rules::check_year("from", *day).is_ok());
    let first = first.map(|day| cx.instant(day.and_time(NaiveTime::MIN)));
    let from = first.unwrap_or_else(|| cx.now()).max(cx.now());
    let ahead = u64::try_from(rules::AHEAD).unwrap_or_default();
    let until = from.checked_add_days(Days::new(ahead)).or_not_found()?;
    let (organisation_id, team) = (cx.organisation_id(), job_type.team_id);
    let places = repo::job_type::places(cx.db(), organisation_id, Some(team)).await?;
    let places = places.first().or_not_found()?.places;
    let open = cx.openings(cx.db().into(), Some(team), (from, until)).await?;
    // What is longer than a day of work ends behind the last of them.
    let within = (from, until + TimeDelta::minutes(minutes));
    let taken = repo::booking::taken(cx.db(), organisation_id, Whose::Team(team), within, None).await?;
    Ok(rules::slots(&open, &taken, places, minutes, from))
}

/// The same as the viewer's clocks show them.
pub async fn slots(cx: &Cx, job_type: JobTypeId, minutes: i64, from: Option<NaiveDate>) -> Result<Vec<Slot>> {
    let slot =
        |((starts, ends), free): (Span, i64)| Slot { starts: local(cx, starts), ends: local(cx, ends), free };
    Ok(free_times(cx, job_type, minutes, from).await?.into_iter().map(slot).collect())
}

//! Bookings.

use chrono::{DateTime, TimeDelta, Utc};
use db::{On, Query, ResultExt, Writer, sql};
use kernel::{BookingId, Cx, Error, ItemId, JobTypeId, MemberId, OrganisationId, Result, StepId, TeamId};

use crate::{
    model::BookingState,
    rules::{MINUTES_MAX, Span},
};

/// A booking as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The booking.
    pub id: BookingId,
    /// What is done.
    pub job_type_id: JobTypeId,
    /// What that is called, also when it is not offered any more.
    pub job_type: String,
    /// Who does it.
    pub team_id: TeamId,
    /// Which of them.
    pub member_id: Option<MemberId>,
    /// What it is for.
    pub item_id: Option<ItemId>,
    /// The step of the item that needs it.
    pub step_id: Option<StepId>,
    /// What one should know.
    pub note: String,
    /// How it stands.
    pub state: BookingState,
    /// How long it takes.
    pub minutes: i64,
    /// When it is, if it has a time.
    pub at: Option<Span>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Who made it; none where the program asked for it.
    pub created_by: Option<MemberId>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// Grows with every change.
    pub version: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: BookingId,
    job_type_id: JobTypeId,
    job_type: String,
    team_id: TeamId,
    member_id: Option<MemberId>,
    item_id: Option<ItemId>,
    step_id: Option<StepId>,
    note: String,
    state: String,
    minutes: i64,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    created_by: Option<MemberId>,
    updated_at: DateTime<Utc>,
    version: i64,
}

impl From<Row> for Kept {
    fn from(row: Row) -> Self {
        Kept {
            id: row.id,
            job_type_id: row.job_type_id,
            job_type: row.job_type,
            team_id: row.team_id,
            member_id: row.member_id,
            item_id: row.item_id,
            step_id: row.step_id,
            note: row.note,
            state: row.state.parse().unwrap_or(BookingState::Cancelled),
            minutes: row.minutes,
            at: row.starts_at.zip(row.ends_at),
            created_at: row.created_at,
            created_by: row.created_by,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}

/// All bookings of an organisation, in a statement that goes on.
fn all(organisation_id: OrganisationId) -> Query {
    sql("select b.id, b.job_type_id, j.name as job_type, b.team_id, b.member_id, b.item_id, b.step_id, b.note, b.state,
           b.minutes, b.starts_at, b.ends_at, b.created_at, b.created_by, b.updated_at, b.version
         from booking b
         join job_type j on j.organisation_id = b.organisation_id and j.id = b.job_type_id
         where b.organisation_id = $1 ")
    .bind(organisation_id)
}

/// A booking, called off or not.
pub async fn find(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    id: BookingId,
) -> Result<Option<Kept>> {
    let row: Option<Row> = all(organisation_id).push(" and b.id = ").push_bind(id).optional(on).await?;
    Ok(row.map(Kept::from))
}

/// Which bookings are read.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Only those that end after this instant.
    pub from: Option<DateTime<Utc>>,
    /// Only those that begin before this instant.
    pub until: Option<DateTime<Utc>>,
    /// Only those of this team.
    pub team_id: Option<TeamId>,
    /// Only those of this member.
    pub member_id: Option<MemberId>,
    /// Only those for this item.
    pub item_id: Option<ItemId>,
    /// Only those in one of these states; in any, if there are none.
    pub states: Vec<BookingState>,
    /// Only those behind this one, in the order of the list.
    pub after: Option<BookingId>,
    /// The newest first.
    pub descending: bool,
    /// How many at most; one more is read if there is.
    pub limit: usize,
}

/// Bookings in the order in which they were made.
pub async fn list(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    wanted: &Wanted,
) -> Result<Vec<Kept>> {
    let mut query = all(organisation_id);
    if let Some(from) = wanted.from {
        query = query.push(" and b.ends_at > ").push_bind(from);
    }
    if let Some(until) = wanted.until {
        query = query.push(" and b.starts_at < ").push_bind(until);
    }
    if let Some(team) = wanted.team_id {
        query = query.push(" and b.team_id = ").push_bind(team);
    }
    if let Some(member) = wanted.member_id {
        query = query.push(" and b.member_id = ").push_bind(member);
    }
    if let Some(item) = wanted.item_id {
        query = query.push(" and b.item_id = ").push_bind(item);
    }
    if !wanted.states.is_empty() {
        query = query.push(" and b.state in ").push_list(wanted.states.iter().map(|state| state.as_str()));
    }
    if let Some(after) = wanted.after {
        query = query.push(if wanted.descending { " and b.id < " } else { " and b.id > " }).push_bind(after);
    }
    let order = if wanted.descending { " order by b.id desc" } else { " order by b.id" };
    let rows: Vec<Row> = query.push(order).limit(wanted.limit + 1).all(on).await?;
    Ok(rows.into_iter().map(Kept::from).collect())
}

/// Whose time is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// A team's.
    Team(TeamId),
    /// A member's, in whichever team.
    Member(MemberId),
}

/// When somebody is booked within a time, but for one booking. What is done takes no time any more.
pub async fn taken(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    whose: Whose,
    within: Span,
    without: Option<BookingId>,
) -> Result<Vec<Span>> {
    let mut query = sql("select b.starts_at, b.ends_at from booking b
         where b.organisation_id = $1 and b.state = 'booked' and b.starts_at < $3
           and b.ends_at > $2 and b.ends_at < $4")
    .bind(organisation_id)
    .bind(within.0)
    .bind(within.1)
    // Nothing lasts longer, so that the index has both ends of what is read.
    .bind(within.1 + TimeDelta::minutes(MINUTES_MAX));
    query = match whose {
        Whose::Team(team) => query.push(" and b.team_id = ").push_bind(team),
        Whose::Member(member) => query.push(" and b.member_id = ").push_bind(member),
    };
    if let Some(without) = without {
        query = query.push(" and b.id <> ").push_bind(without);
    }
    Ok(query.all(on).await?)
}

/// Writes a new booking.
pub async fn insert(on: impl Into<Writer<'_>>, cx: &Cx, booking: &Kept) -> Result<()> {
    Ok(sql("insert into booking
           (organisation_id, id, job_type_id, team_id, member_id, item_id, step_id, note, state, minutes, starts_at,
            ends_at, created_at, created_by, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $13)")
    .bind(cx.organisation_id())
    .bind(booking.id)
    .bind(booking.job_type_id)
    .bind(booking.team_id)
    .bind(booking.member_id)
    .bind(booking.item_id)
    .bind(booking.step_id)
    .bind(booking.note.as_str())
    .bind(booking.state.as_str())
    .bind(booking.minutes)
    .bind(booking.at.map(|(starts, _)| starts))
    .bind(booking.at.map(|(_, ends)| ends))
    .bind(cx.now())
    .bind(booking.created_by)
    .exactly_one(on)
    .await?)
}

/// Writes that a step of an item needs a booking, unless it has one that is not done. Tells whether it had none.
pub async fn want(on: impl Into<Writer<'_>>, cx: &Cx, booking: &Kept) -> Result<bool> {
    let written = sql("insert into booking
           (organisation_id, id, job_type_id, team_id, item_id, step_id, state, minutes, created_at, created_by, updated_at)
         values ($1, $2, $3, $4, $5, $6, 'wanted', $7, $8, $9, $8)
         on conflict do nothing")
    .bind(cx.organisation_id())
    .bind(booking.id)
    .bind(booking.job_type_id)
    .bind(booking.team_id)
    .bind(booking.item_id)
    .bind(booking.step_id)
    .bind(booking.minutes)
    .bind(cx.now())
    .bind(booking.created_by)
    .execute(on)
    .await?;
    Ok(written == 1)
}

/// Writes what a booking of this version says now. Tells whether there was such a booking.
pub async fn update(on: impl Into<Writer<'_>>, cx: &Cx, version: i64, booking: &Kept) -> Result<bool> {
    let changed = sql("update booking
         set member_id = $4, note = $5, state = $6, minutes = $7, starts_at = $8, ends_at = $9, let_go = false,
           updated_at = $10, version = version + 1
         where organisation_id = $1 and id = $2 and version = $3")
    .bind(cx.organisation_id())
    .bind(booking.id)
    .bind(version)
    .bind(booking.member_id)
    .bind(booking.note.as_str())
    .bind(booking.state.as_str())
    .bind(booking.minutes)
    .bind(booking.at.map(|(starts, _)| starts))
    .bind(booking.at.map(|(_, ends)| ends))
    .bind(cx.now())
    .execute(on)
    .await
    .on_constraint("booking_organisation_id_item_id_step_id_job_type_id_key", || {
        Error::Conflict("The item has another booking for this step by now.".into())
    })?;
    Ok(changed == 1)
}

/// What a step of an item had booked of a job type when the item left it, if its time is still to come: the last of it.
pub async fn left(
    on: impl Into<On<'_>>,
    cx: &Cx,
    item: ItemId,
    step: StepId,
    job_type: JobTypeId,
) -> Result<Option<Kept>> {
    let row: Option<Row> = all(cx.organisation_id())
        .push(" and b.state = 'cancelled' and b.let_go and b.item_id = ")
        .push_bind(item)
        .push(" and b.step_id = ")
        .push_bind(step)
        .push(" and b.job_type_id = ")
        .push_bind(job_type)
        .push(" and b.starts_at > ")
        .push_bind(cx.now())
        .push(" order by b.updated_at desc, b.id desc ")
        .limit(1)
        .optional(on)
        .await?;
    Ok(row.map(Kept::from))
}

/// Calls off what a step of an item asked for and what has not begun. Gives what was called off.
pub async fn let_go(on: impl Into<On<'_>>, cx: &Cx, item: ItemId, step: StepId) -> Result<Vec<BookingId>> {
    let gone: Vec<(BookingId,)> = sql("update booking
         set state = 'cancelled', let_go = true, updated_at = $4, version = version + 1
         where organisation_id = $1 and item_id = $2 and step_id = $3
           and (state = 'wanted' or (state = 'booked' and starts_at > $4))
         returning id")
    .bind(cx.organisation_id())
    .bind(item)
    .bind(step)
    .bind(cx.now())
    .all(on)
    .await?;
    Ok(gone.into_iter().map(|(id,)| id).collect())
}

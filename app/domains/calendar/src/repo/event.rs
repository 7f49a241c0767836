//! Events and their guests. Whoever may not see an event does not get it.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use db::{On, Query, Writer, sql};
use kernel::{Cx, EventId, MemberId, OrganisationId, Result};

use crate::model::{Answer, Guest};

/// When an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// Some time.
    Times(DateTime<Utc>, DateTime<Utc>),
    /// Whole days: the first, and the one after the last.
    Days(NaiveDate, NaiveDate),
}

impl At {
    fn times(self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        match self {
            At::Times(starts, ends) => Some((starts, ends)),
            At::Days(..) => None,
        }
    }

    fn days(self) -> Option<(NaiveDate, NaiveDate)> {
        match self {
            At::Days(first, end) => Some((first, end)),
            At::Times(..) => None,
        }
    }
}

/// What an event says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What it is.
    pub title: String,
    /// Where.
    pub place: String,
    /// What one should know.
    pub note: String,
    /// Whether everybody sees it.
    pub shared: bool,
    /// When it is.
    pub at: At,
}

/// An event with its guests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The event.
    pub id: EventId,
    /// Who made it.
    pub organiser_id: MemberId,
    /// What it says.
    pub said: Said,
    /// Who is invited, in the order of their ids.
    pub guests: Vec<Guest>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// When it was called off, if it is.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Grows with every change.
    pub version: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: EventId,
    organiser_id: MemberId,
    title: String,
    place: String,
    note: String,
    shared: bool,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    deleted_at: Option<DateTime<Utc>>,
    version: i64,
}

impl Row {
    /// The check of the table lets no row have neither.
    fn kept(self, guests: Vec<Guest>) -> Option<Kept> {
        let at = match (self.starts_at.zip(self.ends_at), self.starts_on.zip(self.ends_on)) {
            (Some((starts, ends)), _) => At::Times(starts, ends),
            (None, Some((first, end))) => At::Days(first, end),
            (None, None) => return None,
        };
        let Row { title, place, note, shared, .. } = self;
        Some(Kept {
            id: self.id,
            organiser_id: self.organiser_id,
            said: Said { title, place, note, shared, at },
            guests,
            created_at: self.created_at,
            updated_at: self.updated_at,
            deleted_at: self.deleted_at,
            version: self.version,
        })
    }
}

/// All events that a member may see, in a statement that goes on.
fn seen_by(cx: &Cx) -> Query {
    sql("select e.id, e.organiser_id, e.title, e.place, e.note, e.shared, e.starts_at, e.ends_at, e.starts_on,
           e.ends_on, e.created_at, e.updated_at, e.deleted_at, e.version
         from event e
         where e.organisation_id = $1
           and (e.shared or e.organiser_id = $2 or exists (
             select 1 from event_guest g
             where g.organisation_id = $1 and g.event_id = e.id and g.member_id = $2)) ")
    .bind(cx.organisation_id())
    .bind(cx.member_id())
}

/// An event that the member may see, called off or not.
pub async fn find(cx: &Cx, id: EventId) -> Result<Option<Kept>> {
    let row: Option<Row> = seen_by(cx).push(" and e.id = ").push_bind(id).optional(cx.db()).await?;
    let Some(row) = row else { return Ok(None) };
    let mut guests = guests(cx, &[id]).await?;
    Ok(row.kept(guests.remove(&id).unwrap_or_default()))
}

#[derive(sqlx::FromRow)]
struct GuestRow {
    event_id: EventId,
    member_id: MemberId,
    answer: String,
}

/// Who is invited to these events, in the order of their ids.
async fn guests(cx: &Cx, events: &[EventId]) -> Result<HashMap<EventId, Vec<Guest>>> {
    let mut of: HashMap<EventId, Vec<Guest>> = HashMap::new();
    if events.is_empty() {
        return Ok(of);
    }
    let rows: Vec<GuestRow> = sql("select g.event_id, g.member_id, g.answer from event_guest g
         where g.organisation_id = $1 and g.event_id in ")
    .bind(cx.organisation_id())
    .push_list(events.iter().copied())
    .push(" order by g.event_id, g.member_id")
    .all(cx.db())
    .await?;
    for row in rows {
        let answer = row.answer.parse().unwrap_or(Answer::Waiting);
        of.entry(row.event_id).or_default().push(Guest { member_id: row.member_id, answer });
    }
    Ok(of)
}

/// Which events are read.
#[derive(Debug, Clone, Copy)]
pub struct Between {
    /// Those that end after this instant, or last whole days and end after this day.
    pub from: (DateTime<Utc>, NaiveDate),
    /// Those that begin before this instant or day.
    pub until: (DateTime<Utc>, NaiveDate),
}

/// Which part of them is read.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// Only those behind this one, in the order of the list.
    pub after: Option<EventId>,
    /// The newest first.
    pub descending: bool,
    /// How many at most; one more is read if there is.
    pub limit: usize,
}

/// The events of some time that the member may see, and that are not called off, in the order in which they were made.
pub async fn between(cx: &Cx, between: Between, part: Part) -> Result<Vec<Kept>> {
    let mut query = seen_by(cx)
        .push(" and e.deleted_at is null and ((e.ends_at > ")
        .push_bind(between.from.0)
        .push(" and e.starts_at < ")
        .push_bind(between.until.0)
        .push(") or (e.ends_on > ")
        .push_bind(between.from.1)
        .push(" and e.starts_on < ")
        .push_bind(between.until.1)
        .push("))");
    if let Some(after) = part.after {
        query = query.push(if part.descending { " and e.id < " } else { " and e.id > " }).push_bind(after);
    }
    let order = if part.descending { " order by e.id desc" } else { " order by e.id" };
    let rows: Vec<Row> = query.push(order).limit(part.limit + 1).all(cx.db()).await?;
    let ids: Vec<EventId> = rows.iter().map(|row| row.id).collect();
    let mut guests = guests(cx, &ids).await?;
    let kept = |row: Row| {
        let guests = guests.remove(&row.id).unwrap_or_default();
        row.kept(guests)
    };
    Ok(rows.into_iter().filter_map(kept).collect())
}

/// Writes a new event; guests come by [`invite`].
pub async fn insert(on: impl Into<Writer<'_>>, cx: &Cx, id: EventId, said: &Said) -> Result<()> {
    let (times, days) = (said.at.times(), said.at.days());
    Ok(sql("insert into event
           (organisation_id, id, organiser_id, title, place, note, shared, starts_at, ends_at, starts_on, ends_on,
            created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.member_id())
    .bind(said.title.as_str())
    .bind(said.place.as_str())
    .bind(said.note.as_str())
    .bind(said.shared)
    .bind(times.map(|(starts, _)| starts))
    .bind(times.map(|(_, ends)| ends))
    .bind(days.map(|(first, _)| first))
    .bind(days.map(|(_, end)| end))
    .bind(cx.now())
    .exactly_one(on)
    .await?)
}

/// Changes what an event says, if nobody did since `version`.
pub async fn update(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    id: EventId,
    version: i64,
    said: &Said,
) -> Result<bool> {
    let (times, days) = (said.at.times(), said.at.days());
    let changed = sql("update event
         set title = $4, place = $5, note = $6, shared = $7, starts_at = $8, ends_at = $9, starts_on = $10,
           ends_on = $11, updated_at = $12, version = version + 1
         where organisation_id = $1 and id = $2 and version = $3 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(version)
    .bind(said.title.as_str())
    .bind(said.place.as_str())
    .bind(said.note.as_str())
    .bind(said.shared)
    .bind(times.map(|(starts, _)| starts))
    .bind(times.map(|(_, ends)| ends))
    .bind(days.map(|(first, _)| first))
    .bind(days.map(|(_, end)| end))
    .bind(cx.now())
    .execute(on)
    .await?;
    Ok(changed == 1)
}

/// Invites members who are not yet.
pub async fn invite(on: &mut kernel::Tx, cx: &Cx, id: EventId, members: &[MemberId]) -> Result<()> {
    for member in members {
        sql("insert into event_guest (organisation_id, event_id, member_id, answer) values ($1, $2, $3, 'waiting')
             on conflict (organisation_id, event_id, member_id) do nothing")
        .bind(cx.organisation_id())
        .bind(id)
        .bind(*member)
        .execute(&mut *on)
        .await?;
    }
    Ok(())
}

/// Invites members no more.
pub async fn uninvite(on: impl Into<Writer<'_>>, cx: &Cx, id: EventId, members: &[MemberId]) -> Result<()> {
    if members.is_empty() {
        return Ok(());
    }
    sql("delete from event_guest where organisation_id = $1 and event_id = $2 and member_id in ")
        .bind(cx.organisation_id())
        .bind(id)
        .push_list(members.iter().copied())
        .execute(on)
        .await?;
    Ok(())
}

/// Those of these who are members that can be invited.
pub async fn members(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    ids: &[MemberId],
) -> Result<Vec<MemberId>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(MemberId,)> = sql("select id from member
         where organisation_id = $1 and state = 'active' and deleted_at is null and id in ")
    .bind(organisation_id)
    .push_list(ids.iter().copied())
    .all(on)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Writes down whether a guest comes. Tells whether that is another answer than before.
pub async fn answer(on: impl Into<Writer<'_>>, cx: &Cx, id: EventId, answer: Answer) -> Result<bool> {
    let changed = sql("update event_guest set answer = $4, answered_at = $5
         where organisation_id = $1 and event_id = $2 and member_id = $3 and answer <> $4")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.member_id())
    .bind(answer.as_str())
    .bind(cx.now())
    .execute(on)
    .await?;
    Ok(changed == 1)
}

/// Asks all guests anew: the event is at another time now.
pub async fn ask_anew(on: impl Into<Writer<'_>>, cx: &Cx, id: EventId) -> Result<()> {
    sql("update event_guest set answer = 'waiting', answered_at = null
         where organisation_id = $1 and event_id = $2 and member_id <> $3")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.member_id())
    .execute(on)
    .await?;
    Ok(())
}

/// Calls an event off, only that of a version if one is named.
pub async fn delete(on: impl Into<Writer<'_>>, cx: &Cx, id: EventId, version: Option<i64>) -> Result<bool> {
    let changed = sql("update event
         set deleted_at = $3, updated_at = $3, version = version + 1
         where organisation_id = $1 and id = $2 and deleted_at is null and version = coalesce($4, version)")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.now())
    .bind(version)
    .execute(on)
    .await?;
    Ok(changed == 1)
}

/// Brings back an event that was called off.
pub async fn restore(on: impl Into<Writer<'_>>, cx: &Cx, id: EventId) -> Result<bool> {
    let changed = sql("update event
         set deleted_at = null, updated_at = $3, version = version + 1
         where organisation_id = $1 and id = $2 and deleted_at is not null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.now())
    .execute(on)
    .await?;
    Ok(changed == 1)
}

//! SQL. Every function takes where it runs first and the organisation second.

pub mod timer;

use chrono::{DateTime, NaiveDate, Utc};
use db::{On, Result, Writer, sql};
use kernel::{Cx, ItemId, MemberId, OrganisationId, TimeEntryId};

use crate::model::{SHOWN, TimeEntry};

/// An entry with what pages do not show.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Kept {
    /// The entry.
    #[sqlx(flatten)]
    pub entry: TimeEntry,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// When it was deleted, if it is.
    pub deleted_at: Option<DateTime<Utc>>,
}

/// Writes an entry.
pub async fn insert(on: impl Into<Writer<'_>>, cx: &Cx, entry: &TimeEntry, at: DateTime<Utc>) -> Result<()> {
    sql("insert into time_entry
           (organisation_id, id, member_id, item_id, day, minutes, note, created_at, updated_at, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)")
    .bind(cx.organisation_id())
    .bind(entry.id)
    .bind(entry.member_id)
    .bind(entry.item_id)
    .bind(entry.day)
    .bind(entry.minutes)
    .bind(&entry.note)
    .bind(at)
    .bind(entry.version)
    .exactly_one(on)
    .await
}

/// An entry, deleted or not.
pub async fn find(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    id: TimeEntryId,
) -> Result<Option<Kept>> {
    sql("select id, member_id, item_id, day, minutes, note, version, created_at, updated_at, deleted_at
         from time_entry
         where organisation_id = $1 and id = $2")
    .bind(organisation_id)
    .bind(id)
    .optional(on)
    .await
}

/// Writes what an entry of this version says now. Tells whether there was such an entry.
pub async fn update(on: impl Into<Writer<'_>>, cx: &Cx, version: i64, entry: &TimeEntry) -> Result<bool> {
    let changed = sql("update time_entry
         set day = $4, minutes = $5, note = $6, updated_at = $7, version = version + 1
         where organisation_id = $1 and id = $2 and version = $3 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(entry.id)
    .bind(version)
    .bind(entry.day)
    .bind(entry.minutes)
    .bind(&entry.note)
    .bind(cx.now())
    .execute(on)
    .await?;
    Ok(changed == 1)
}

/// Deletes an entry softly, only that of a version if one is named. Tells whether there was such an entry.
pub async fn delete(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    id: TimeEntryId,
    version: Option<i64>,
) -> Result<bool> {
    let changed = sql("update time_entry
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

/// Brings a deleted entry back. Tells whether there was such an entry.
pub async fn restore(on: impl Into<Writer<'_>>, cx: &Cx, id: TimeEntryId) -> Result<bool> {
    let changed = sql("update time_entry
         set deleted_at = null, updated_at = $3, version = version + 1
         where organisation_id = $1 and id = $2 and deleted_at is not null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.now())
    .execute(on)
    .await?;
    Ok(changed == 1)
}

/// Has whoever else logs time of this member on this day wait until the transaction is over.
pub async fn lock_day(
    on: impl Into<Writer<'_>>,
    organisation_id: OrganisationId,
    member_id: MemberId,
    day: NaiveDate,
) -> Result<()> {
    sql("insert into time_day (organisation_id, member_id, day) values ($1, $2, $3)
         on conflict (organisation_id, member_id, day) do update set day = excluded.day")
    .bind(organisation_id)
    .bind(member_id)
    .bind(day)
    .exactly_one(on)
    .await
}

/// The minutes of a member on a day, without those of one entry.
pub async fn sum_of_day(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    member_id: MemberId,
    day: NaiveDate,
    without: TimeEntryId,
) -> Result<i64> {
    let (sum,): (i64,) = sql("select cast(coalesce(sum(minutes), 0) as bigint)
         from time_entry
         where organisation_id = $1 and member_id = $2 and day = $3 and id <> $4 and deleted_at is null")
    .bind(organisation_id)
    .bind(member_id)
    .bind(day)
    .bind(without)
    .one(on)
    .await?;
    Ok(sum)
}

/// The newest entries of an item, by day.
pub async fn of_item(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    item_id: ItemId,
) -> Result<Vec<TimeEntry>> {
    sql("select id, member_id, item_id, day, minutes, note, version
         from time_entry
         where organisation_id = $1 and item_id = $2 and deleted_at is null
         order by day desc, id desc")
    .bind(organisation_id)
    .bind(item_id)
    .limit(SHOWN)
    .all(on)
    .await
}

/// The minutes of all entries of an item.
pub async fn sum_of_item(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    item_id: ItemId,
) -> Result<i64> {
    let (sum,): (i64,) = sql("select cast(coalesce(sum(minutes), 0) as bigint)
         from time_entry
         where organisation_id = $1 and item_id = $2 and deleted_at is null")
    .bind(organisation_id)
    .bind(item_id)
    .one(on)
    .await?;
    Ok(sum)
}

/// What a member logged from one day until before another, by day.
pub async fn of_member(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    member_id: MemberId,
    days: std::ops::Range<NaiveDate>,
) -> Result<Vec<TimeEntry>> {
    sql("select id, member_id, item_id, day, minutes, note, version
         from time_entry
         where organisation_id = $1 and member_id = $2 and $3 <= day and day < $4 and deleted_at is null
         order by day, id")
    .bind(organisation_id)
    .bind(member_id)
    .bind(days.start)
    .bind(days.end)
    .all(on)
    .await
}

/// Which entries are listed.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Only those of a member.
    pub member_id: Option<MemberId>,
    /// Only those on an item.
    pub item_id: Option<ItemId>,
    /// Only from this day on.
    pub from: Option<NaiveDate>,
    /// Only until this day.
    pub until: Option<NaiveDate>,
    /// Beyond this one, in the order of the list.
    pub after: Option<(NaiveDate, TimeEntryId)>,
    /// The last day first.
    pub descending: bool,
    /// How many at most.
    pub limit: usize,
}

/// A page of entries, and the one behind which the next starts.
pub async fn page(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    wanted: &Wanted,
) -> Result<(Vec<Kept>, Option<(NaiveDate, TimeEntryId)>)> {
    let mut query =
        sql("select id, member_id, item_id, day, minutes, note, version, created_at, updated_at, deleted_at
         from time_entry
         where organisation_id = $1 and deleted_at is null ")
        .bind(organisation_id);
    if let Some(member_id) = wanted.member_id {
        query = query.push(" and member_id = ").push_bind(member_id);
    }
    if let Some(item_id) = wanted.item_id {
        query = query.push(" and item_id = ").push_bind(item_id);
    }
    if let Some(from) = wanted.from {
        query = query.push(" and day >= ").push_bind(from);
    }
    if let Some(until) = wanted.until {
        query = query.push(" and day <= ").push_bind(until);
    }
    if let Some((day, id)) = wanted.after {
        query = query.push(if wanted.descending { " and (day, id) < (" } else { " and (day, id) > (" });
        query = query.push_bind(day).push(", ").push_bind(id).push(")");
    }
    let order = if wanted.descending { " order by day desc, id desc " } else { " order by day, id " };
    // One more tells whether there is another page.
    let mut rows: Vec<Kept> = query.push(order).limit(wanted.limit + 1).all(on).await?;
    let more = wanted.limit < rows.len();
    rows.truncate(wanted.limit);
    let next = rows.last().filter(|_| more).map(|row| (row.entry.day, row.entry.id));
    Ok((rows, next))
}

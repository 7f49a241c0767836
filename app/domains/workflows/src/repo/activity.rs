//! What happened to an item: append-only.

use chrono::{DateTime, Utc};
use db::{On, Result, Writer, sql};
use kernel::{ItemId, MemberId, OrganisationId};
use serde_json::Value;
use uuid::Uuid;

use super::Span;
use crate::model::{Act, Activity, Move};

/// Under which name the data of an entry says which rule did it.
const RULE: &str = "rule";
/// How many entries a page shows.
const LIMIT: i64 = 200;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    actor_id: Option<MemberId>,
    created_at: DateTime<Utc>,
    data: sqlx::types::Json<Value>,
}

impl Row {
    fn entry(self) -> Option<Activity> {
        let rule = self.data.0.get(RULE).and_then(Value::as_str).unwrap_or_default().to_owned();
        let act = serde_json::from_value(self.data.0).ok()?;
        Some(Activity { id: self.id, actor_id: self.actor_id, rule, created_at: self.created_at, act })
    }
}

/// Writes an entry, and gives its id.
pub async fn insert(on: impl Into<Writer<'_>>, cx: &kernel::Cx, item_id: ItemId, act: &Act) -> Result<Uuid> {
    let id: Uuid = cx.new_id();
    let mut data = data(act);
    if let (Some(cause), Value::Object(facts)) = (cx.cause(), &mut data) {
        facts.insert(RULE.to_owned(), cause.rule.clone().into());
    }
    sql("insert into activity (id, organisation_id, item_id, kind, actor_id, data, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)")
    .bind(id)
    .bind(cx.organisation_id())
    .bind(item_id)
    .bind(act.kind())
    .bind(cx.actor_id())
    .bind(data)
    .bind(cx.now())
    .exactly_one(on)
    .await?;
    Ok(id)
}

/// The JSON that stands for an act; an act is always an object.
pub fn data(act: &Act) -> Value {
    serde_json::to_value(act).unwrap_or_else(|_| Value::Object(Default::default()))
}

/// What happened to an item, newest first.
pub async fn list(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    item_id: ItemId,
) -> Result<Vec<Activity>> {
    let rows: Vec<Row> = sql("select id, actor_id, created_at, data
         from activity
         where organisation_id = $1 and item_id = $2
         order by id desc
         limit $3")
    .bind(organisation_id)
    .bind(item_id)
    .bind(LIMIT)
    .all(on)
    .await?;
    Ok(rows.into_iter().filter_map(Row::entry).collect())
}

/// A page of what happened to an item, in order of time, and the entry behind which the next one starts. Entries that only
/// a newer program understands are left out.
pub async fn page(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    item_id: ItemId,
    span: Span,
) -> Result<(Vec<Activity>, Option<Uuid>)> {
    let query = sql("select id, actor_id, created_at, data
         from activity
         where organisation_id = $1 and item_id = $2 ")
    .bind(organisation_id)
    .bind(item_id);
    let rows: Vec<Row> = span.narrow(query).all(on).await?;
    let (rows, next) = span.cut(rows, |row| row.id);
    Ok((rows.into_iter().filter_map(Row::entry).collect(), next))
}

/// How often an item was moved back, without what was taken back.
pub async fn reworks(on: impl Into<On<'_>>, organisation_id: OrganisationId, item_id: ItemId) -> Result<i64> {
    let (mut count, mut last) = (0, false);
    for entry in moves(on, organisation_id, &[item_id]).await?.into_iter().map(|(_, entry)| entry) {
        let Act::Moved(Move { rework, undo, by_itself, .. }) = entry.act else { continue };
        // What follows by itself is no work done again, but a rule may send an item back.
        if by_itself && !rework {
            continue;
        }
        if undo && last {
            count -= 1;
        } else if rework {
            count += 1;
        }
        last = rework && !undo;
    }
    Ok(count)
}

/// An entry with its item.
#[derive(sqlx::FromRow)]
struct Of {
    item_id: ItemId,
    #[sqlx(flatten)]
    row: Row,
}

/// The moves of items, each with its item, in the order of time.
pub async fn moves(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    items: &[ItemId],
) -> Result<Vec<(ItemId, Activity)>> {
    let rows: Vec<Of> = sql("select item_id, id, actor_id, created_at, data
         from activity
         where organisation_id = $1 and kind = 'moved' and item_id in ")
    .bind(organisation_id)
    .push_list(items.iter().copied())
    .push(" order by id")
    .all(on)
    .await?;
    Ok(rows.into_iter().filter_map(|of| Some((of.item_id, of.row.entry()?))).collect())
}

/// The moves of items, and when they were deleted and brought back, each with its item, in the order of time.
pub async fn ways(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    items: &[ItemId],
) -> Result<Vec<(ItemId, Activity)>> {
    let rows: Vec<Of> = sql("select item_id, id, actor_id, created_at, data
         from activity
         where organisation_id = $1 and kind in ('moved', 'deleted', 'restored') and item_id in ")
    .bind(organisation_id)
    .push_list(items.iter().copied())
    .push(" order by id")
    .all(on)
    .await?;
    Ok(rows.into_iter().filter_map(|of| Some((of.item_id, of.row.entry()?))).collect())
}

/// The edits of items that speak of a label, each with its item, in the order of time.
pub async fn edits_of(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    items: &[ItemId],
    label: &str,
) -> Result<Vec<(ItemId, Activity)>> {
    let rows: Vec<Of> = sql("select item_id, id, actor_id, created_at, data
         from activity
         where organisation_id = $1 and kind = 'edited' and cast(data as text) like $2 and item_id in ")
    .bind(organisation_id)
    .bind(format!("%\"{label}\"%"))
    .push_list(items.iter().copied())
    .push(" order by id")
    .all(on)
    .await?;
    Ok(rows.into_iter().filter_map(|of| Some((of.item_id, of.row.entry()?))).collect())
}

/// When those who have to decide of an item were last reminded.
pub async fn last_reminder(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    item_id: ItemId,
) -> Result<Option<DateTime<Utc>>> {
    let row: Option<(DateTime<Utc>,)> = sql("select created_at
         from activity
         where organisation_id = $1 and item_id = $2 and kind = 'reminded'
         order by id desc
         limit 1")
    .bind(organisation_id)
    .bind(item_id)
    .optional(on)
    .await?;
    Ok(row.map(|(at,)| at))
}

//! What the figures of a workflow are made from: its items of some days, and what happened to them.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use db::{Reader, Result, sql};
use kernel::{ItemId, MemberId, OrganisationId, StepId};
use sqlx::types::Json;

use crate::{
    insight::{Handed, History, Move},
    model::{self, Act, Activity, Values},
};

/// Items whose history is read by one statement.
const CHUNK: usize = 2_000;
/// The label of a change of whom an item is given to.
pub const ASSIGNEE: &str = "Assignee";

/// Which items are read.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The steps where work goes on: every item there.
    pub open: &'a [StepId],
    /// The steps where items end: those that came since …
    pub ends: &'a [StepId],
    /// … this instant.
    pub since: DateTime<Utc>,
    /// How many at most: of the open ones those that have been in their step longest, of the others those that came last.
    /// Each sort has half of the room, and what the other leaves.
    pub limit: usize,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: ItemId,
    number: i64,
    title: String,
    step_id: StepId,
    step_since: DateTime<Utc>,
    assignee_id: Option<MemberId>,
    created_at: DateTime<Utc>,
}

/// What happened to the items, those that moved last first, and whether there are more than the limit. Both statements
/// read along the index of the columns of boards.
pub async fn histories(
    on: &Reader,
    organisation_id: OrganisationId,
    wanted: Wanted<'_>,
) -> Result<(Vec<History>, bool)> {
    let (mut rows, mut ended): (Vec<Row>, Vec<Row>) = (Vec::new(), Vec::new());
    if !wanted.open.is_empty() {
        rows = sql("select id, number, title, step_id, step_since, assignee_id, created_at
             from item
             where organisation_id = $1 and deleted_at is null and step_id in ")
        .bind(organisation_id)
        .push_list(wanted.open.iter().copied())
        // What waits longest is what people look for.
        .push(" order by step_since, id")
        .limit(wanted.limit + 1)
        .all(on)
        .await?;
    }
    if !wanted.ends.is_empty() {
        ended = sql("select id, number, title, step_id, step_since, assignee_id, created_at
             from item
             where organisation_id = $1 and deleted_at is null and step_since >= $2 and step_id in ")
        .bind(organisation_id)
        .bind(wanted.since)
        .push_list(wanted.ends.iter().copied())
        .push(" order by step_since desc, id desc")
        .limit(wanted.limit + 1)
        .all(on)
        .await?;
    }
    let cut = wanted.limit < rows.len() + ended.len();
    rows.truncate(wanted.limit - ended.len().min(wanted.limit / 2));
    ended.truncate(wanted.limit - rows.len());
    rows.extend(ended);
    rows.sort_unstable_by_key(|row| std::cmp::Reverse((row.step_since, row.id)));
    let mut histories = Vec::with_capacity(rows.len());
    for rows in rows.chunks(CHUNK) {
        let ids: Vec<ItemId> = rows.iter().map(|row| row.id).collect();
        let mut moves: BTreeMap<ItemId, Vec<Move>> = BTreeMap::new();
        let mut binned: BTreeMap<ItemId, Vec<Binned>> = BTreeMap::new();
        for (id, entry) in super::activity::ways(on, organisation_id, &ids).await? {
            match entry.act {
                Act::Deleted { .. } => {
                    binned.entry(id).or_default().push((entry.created_at, entry.created_at))
                }
                Act::Restored => {
                    if let Some(last) = binned.entry(id).or_default().last_mut() {
                        last.1 = entry.created_at;
                    }
                }
                _ => moves.entry(id).or_default().extend(read_move(&entry)),
            }
        }
        let mut handed: BTreeMap<ItemId, Vec<Handed>> = BTreeMap::new();
        for (id, entry) in super::activity::edits_of(on, organisation_id, &ids, ASSIGNEE).await? {
            handed.entry(id).or_default().extend(read_handed(&entry));
        }
        histories.extend(rows.iter().map(|row| History {
            number: row.number,
            title: row.title.clone(),
            created_at: row.created_at,
            step: row.step_id,
            assigned: row.assignee_id.is_some(),
            moves: moves.remove(&row.id).unwrap_or_default(),
            handed: handed.remove(&row.id).unwrap_or_default(),
            binned: binned.remove(&row.id).unwrap_or_default(),
        }));
    }
    Ok((histories, cut))
}

/// What conditions read of a finished item.
#[derive(Debug, sqlx::FromRow)]
pub struct Ended {
    number: i64,
    /// Its values.
    pub data: Json<Values>,
    /// How pressing it was.
    pub priority: i64,
    /// When it should have been done.
    pub due_on: Option<NaiveDate>,
}

/// What conditions read of the items that ended since then, those that came last first, by their numbers.
pub async fn ended(
    on: &Reader,
    organisation_id: OrganisationId,
    wanted: Wanted<'_>,
) -> Result<BTreeMap<i64, Ended>> {
    if wanted.ends.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<Ended> = sql("select number, data, priority, due_on
         from item
         where organisation_id = $1 and deleted_at is null and step_since >= $2 and step_id in ")
    .bind(organisation_id)
    .bind(wanted.since)
    .push_list(wanted.ends.iter().copied())
    .push(" order by step_since desc, id desc")
    .limit(wanted.limit)
    .all(on)
    .await?;
    Ok(rows.into_iter().map(|row| (row.number, row)).collect())
}

/// From when until when an item was in the bin.
type Binned = (DateTime<Utc>, DateTime<Utc>);

fn read_move(entry: &Activity) -> Option<Move> {
    let Act::Moved(moved) = &entry.act else { return None };
    let model::Move { from, to, rework, undo, by_itself, ended, .. } = *moved;
    Some(Move { at: entry.created_at, from, to, rework, undo, by_itself, ended })
}

fn read_handed(entry: &Activity) -> Option<Handed> {
    let Act::Edited { changes } = &entry.act else { return None };
    let change = changes.iter().find(|change| change.label == ASSIGNEE)?;
    Some(Handed { at: entry.created_at, before: !change.from.is_empty(), after: !change.to.is_empty() })
}

//! Clocks of items in steps, when they stood still, and which rungs they reached.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use db::{On, Result, Writer, sql};
use kernel::{Cx, ItemId, MemberId, OrganisationId, StepId};
use serde_json::json;
use sqlx::types::Json;
use uuid::Uuid;

use crate::sla::{Pause, Sla};

/// The clock of an item in a step.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Clock {
    /// The clock.
    pub id: Uuid,
    /// The item.
    pub item_id: ItemId,
    /// The step.
    pub step_id: StepId,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// The limit.
    pub sla: Json<Sla>,
    /// What was used up to `running_since`, in millionths of a second.
    pub used_micros: i64,
    /// Since when it runs; none while it stands still.
    pub running_since: Option<DateTime<Utc>>,
    /// When the next rung is reached.
    pub wakes_at: Option<DateTime<Utc>>,
    /// Who has the item, by whose hours it counts.
    pub holder_id: Option<MemberId>,
    /// Since when they have it; none where that was so from the beginning.
    pub settled_at: Option<DateTime<Utc>>,
    /// What was used up to then, by the hours of those who had it before, in millionths of a second.
    pub settled_micros: i64,
}

impl Clock {
    /// Since when it counts by the hours by which it does.
    pub fn counts_since(&self) -> DateTime<Utc> {
        self.settled_at.unwrap_or(self.started_at)
    }
}

/// The open clock of an item.
pub async fn open(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    item_id: ItemId,
) -> Result<Option<Clock>> {
    sql("select id, item_id, step_id, started_at, sla, used_micros, running_since, wakes_at,
           holder_id, settled_at, settled_micros
         from sla_clock
         where organisation_id = $1 and item_id = $2 and closed_at is null")
    .bind(organisation_id)
    .bind(item_id)
    .optional(on)
    .await
}

/// The same, which nobody else changes until the transaction ends. The row of the item is held first.
pub async fn hold(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    item_id: ItemId,
) -> Result<Option<Clock>> {
    sql("update sla_clock set wakes_at = wakes_at
         where organisation_id = $1 and item_id = $2 and closed_at is null
         returning id, item_id, step_id, started_at, sla, used_micros, running_since, wakes_at, holder_id,
           settled_at, settled_micros")
    .bind(organisation_id)
    .bind(item_id)
    .optional(on)
    .await
}

/// Begins a clock.
pub async fn insert(on: impl Into<Writer<'_>>, cx: &Cx, clock: &Clock) -> Result<()> {
    sql("insert into sla_clock
           (id, organisation_id, item_id, step_id, started_at, sla, budget_minutes, used_micros, running_since,
            wakes_at, holder_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
    .bind(clock.id)
    .bind(cx.organisation_id())
    .bind(clock.item_id)
    .bind(clock.step_id)
    .bind(clock.started_at)
    .bind(json!(clock.sla.0))
    .bind(i64::from(clock.sla.minutes))
    .bind(clock.used_micros)
    .bind(clock.running_since)
    .bind(clock.wakes_at)
    .bind(clock.holder_id)
    .exactly_one(on)
    .await
}

/// Writes how an open clock stands: its limit, what is used, since when it runs, and when the next rung is reached.
pub async fn update(on: impl Into<Writer<'_>>, organisation_id: OrganisationId, clock: &Clock) -> Result<()> {
    sql("update sla_clock
         set sla = $3, budget_minutes = $4, used_micros = $5, running_since = $6, wakes_at = $7, holder_id = $8,
           settled_at = $9, settled_micros = $10
         where organisation_id = $1 and id = $2 and closed_at is null")
    .bind(organisation_id)
    .bind(clock.id)
    .bind(json!(clock.sla.0))
    .bind(i64::from(clock.sla.minutes))
    .bind(clock.used_micros)
    .bind(clock.running_since)
    .bind(clock.wakes_at)
    .bind(clock.holder_id)
    .bind(clock.settled_at)
    .bind(clock.settled_micros)
    .exactly_one(on)
    .await
}

/// Closes a clock: how much was used, and whether that was in time; none where nobody can tell.
pub async fn close(
    on: impl Into<Writer<'_>>,
    organisation_id: OrganisationId,
    clock: &Clock,
    now: DateTime<Utc>,
    met: Option<bool>,
) -> Result<()> {
    sql("update sla_clock
         set used_micros = $3, running_since = null, wakes_at = null, closed_at = $4, met = $5
         where organisation_id = $1 and id = $2 and closed_at is null")
    .bind(organisation_id)
    .bind(clock.id)
    .bind(clock.used_micros)
    .bind(now)
    .bind(met)
    .exactly_one(on)
    .await
}

/// Closes the clocks of a step that has no limit any more, without a result.
pub async fn withdraw(on: impl Into<Writer<'_>>, cx: &Cx, step_id: StepId) -> Result<()> {
    sql("update sla_clock
         set running_since = null, wakes_at = null, closed_at = $3
         where organisation_id = $1 and step_id = $2 and closed_at is null")
    .bind(cx.organisation_id())
    .bind(step_id)
    .bind(cx.now())
    .execute(on)
    .await?;
    Ok(())
}

/// Opens the clock of an item in a step again that a move closed, which was written down at `moved_at`. Gives it, running
/// since it was closed.
pub async fn reopen(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    item_id: ItemId,
    step_id: StepId,
    moved_at: DateTime<Utc>,
) -> Result<Option<Clock>> {
    // It was closed in the same unit of work, shortly before that was written down.
    let since = moved_at - TimeDelta::seconds(10);
    sql("update sla_clock
         set running_since = closed_at, closed_at = null, met = null
         where organisation_id = $1 and id = (select id from sla_clock
             where organisation_id = $1 and item_id = $2 and step_id = $3 and met is not null
               and closed_at between $4 and $5
             order by closed_at desc, started_at desc
             limit 1)
         returning id, item_id, step_id, started_at, sla, used_micros, running_since, wakes_at, holder_id,
           settled_at, settled_micros")
    .bind(organisation_id)
    .bind(item_id)
    .bind(step_id)
    .bind(since)
    .bind(moved_at)
    .optional(on)
    .await
}

/// How the last clock of an item in a step ended: what was used, in millionths of a second, and whether in time.
pub async fn result(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    item_id: ItemId,
    step_id: StepId,
) -> Result<Option<(i64, Option<bool>)>> {
    sql("select used_micros, met from sla_clock
         where organisation_id = $1 and item_id = $2 and step_id = $3 and closed_at is not null
         order by closed_at desc
         limit 1")
    .bind(organisation_id)
    .bind(item_id)
    .bind(step_id)
    .optional(on)
    .await
}

/// Items with an open clock, in the order of their ids, behind one if it is named.
pub async fn items(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    after: Option<ItemId>,
    limit: usize,
) -> Result<Vec<ItemId>> {
    let mut query = sql("select item_id from sla_clock where organisation_id = $1 and closed_at is null")
        .bind(organisation_id);
    if let Some(after) = after {
        query = query.push(" and item_id > ").push_bind(after);
    }
    let rows: Vec<(ItemId,)> = query.push(" order by item_id").limit(limit).all(on).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Why a clock stands or stood still.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Still {
    /// Since when.
    pub from_at: DateTime<Utc>,
    /// Until when; none while it does.
    pub until_at: Option<DateTime<Utc>>,
    /// Why.
    pub reason: String,
    /// Whether the item was deleted.
    pub by_deletion: bool,
}

impl Still {
    /// When it stood still.
    pub fn span(&self) -> Pause {
        Pause { from: self.from_at, until: self.until_at }
    }
}

/// When a clock stood still, in the order of time.
pub async fn pauses(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    clock_id: Uuid,
) -> Result<Vec<Still>> {
    sql("select from_at, until_at, reason, by_deletion from sla_pause
         where organisation_id = $1 and clock_id = $2
         order by from_at, id")
    .bind(organisation_id)
    .bind(clock_id)
    .all(on)
    .await
}

/// Notes that a clock stands still from now on.
pub async fn pause(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    clock_id: Uuid,
    now: DateTime<Utc>,
    (reason, by_deletion): (&str, bool),
) -> Result<()> {
    sql("insert into sla_pause (id, organisation_id, clock_id, from_at, reason, by_deletion, paused_by)
         values ($1, $2, $3, $4, $5, $6, $7)")
    .bind(cx.new_id::<Uuid>())
    .bind(cx.organisation_id())
    .bind(clock_id)
    .bind(now)
    .bind(reason)
    .bind(by_deletion)
    .bind(cx.actor_id())
    .exactly_one(on)
    .await
}

/// Notes that a clock runs again. Tells whether it stood still.
pub async fn resume(on: impl Into<Writer<'_>>, cx: &Cx, clock_id: Uuid, now: DateTime<Utc>) -> Result<bool> {
    let ended = sql("update sla_pause set until_at = $3, resumed_by = $4
         where organisation_id = $1 and clock_id = $2 and until_at is null")
    .bind(cx.organisation_id())
    .bind(clock_id)
    .bind(now)
    .bind(cx.actor_id())
    .execute(on)
    .await?;
    Ok(ended == 1)
}

/// The rungs that a clock reached, and when.
pub async fn reached(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    clock_id: Uuid,
) -> Result<Vec<(String, DateTime<Utc>)>> {
    sql("select rung, reached_at from sla_rung where organisation_id = $1 and clock_id = $2")
        .bind(organisation_id)
        .bind(clock_id)
        .all(on)
        .await
}

/// Notes that a clock reaches a rung. Tells whether it had not before.
pub async fn reach(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    clock_id: Uuid,
    rung: &str,
    percent: u32,
) -> Result<bool> {
    let noted = sql("insert into sla_rung (organisation_id, clock_id, rung, percent, reached_at)
         values ($1, $2, $3, $4, $5)
         on conflict (organisation_id, clock_id, rung) do nothing")
    .bind(cx.organisation_id())
    .bind(clock_id)
    .bind(rung)
    .bind(i64::from(percent))
    .bind(cx.now())
    .execute(on)
    .await?;
    Ok(noted == 1)
}

/// Forgets rungs that a clock has not reached by what counts now.
pub async fn forget(
    on: impl Into<Writer<'_>>,
    organisation_id: OrganisationId,
    clock_id: Uuid,
    rungs: &BTreeSet<String>,
) -> Result<()> {
    sql("delete from sla_rung where organisation_id = $1 and clock_id = $2 and rung in ")
        .bind(organisation_id)
        .bind(clock_id)
        .push_list(rungs.iter().map(String::as_str))
        .execute(on)
        .await?;
    Ok(())
}

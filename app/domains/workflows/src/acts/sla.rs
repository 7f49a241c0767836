//! The clocks of items in steps that have a time limit.
//!
//! Whoever changes a clock holds the row of its item first, so that a move, a pause and a worker stand in line.

mod ladder;
mod state;

pub use state::{explain, find, of_item};

use chrono::{DateTime, TimeDelta, Utc};
use jobs::NewJob;
use kernel::{Cx, Error, ItemId, MemberId, OrNotFound, Permission, Result, StepId, Tx, WorkflowId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::types::Json;

use self::state::{calendar, calendar_of, ledger, used};
use super::{
    item::{load, words},
    item_event,
};
use crate::{
    hours::Calendar,
    model::{Act, Item, Step, Workflow},
    repo::{self, sla::Clock},
    sla::{Counts, Ledger, REASON_MAX, Rung, Sla},
    timer::{CLOCK, CLOCKS},
};

/// As many items are looked at in one job when what counts changes.
const PAGE: usize = 200;

/// Lets the clock of an item that came to its step run, if the step has a limit and none runs yet.
pub(super) async fn start(tx: &mut Tx, cx: &Cx, workflow: &Workflow, item: &Item) -> Result<()> {
    start_at(tx, cx, workflow, item, cx.now()).await
}

/// The same with a clock that runs since some time ago.
pub(crate) async fn start_at(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    item: &Item,
    since: DateTime<Utc>,
) -> Result<()> {
    let step = workflow.step(item.card.step_id).or_not_found()?;
    let Some(sla) = &step.sla else { return Ok(()) };
    if let Some(clock) = repo::sla::hold(&mut *tx, cx.organisation_id(), item.card.id).await? {
        if clock.step_id == step.id {
            return Ok(());
        }
        abandon(tx, cx, &clock).await?;
    }
    let mut clock = Clock {
        id: cx.new_id(),
        item_id: item.card.id,
        step_id: step.id,
        started_at: since,
        sla: Json(sla.clone()),
        used_micros: 0,
        running_since: Some(since),
        wakes_at: None,
        holder_id: item.card.assignee_id,
        settled_at: None,
        settled_micros: 0,
    };
    let calendar = calendar(&mut *tx, cx, &clock, step.team_id).await?;
    // It has reached no rung yet.
    let next = next_rung(&clock, &calendar, |_| true);
    look_then(tx, &clock, next, cx.now()).await?;
    clock.wakes_at = next;
    repo::sla::insert(&mut *tx, cx, &clock).await?;
    Ok(())
}

/// Lets the clock of an item go on by the hours of who has it now; what was used before that stays as it was counted.
pub(super) async fn given(tx: &mut Tx, cx: &Cx, workflow: &Workflow, item: &Item) -> Result<()> {
    let step = workflow.step(item.card.step_id).or_not_found()?;
    if step.sla.is_none() {
        return Ok(());
    }
    let clock = repo::sla::hold(&mut *tx, cx.organisation_id(), item.card.id).await?;
    let clock = clock.filter(|clock| clock.step_id == step.id && counts_for_another(clock, item));
    let Some(clock) = clock else { return Ok(()) };
    let clock = settle(&mut *tx, cx, step, clock, item.card.assignee_id).await?;
    let calendar = calendar(&mut *tx, cx, &clock, step.team_id).await?;
    plan(tx, cx, clock, &calendar, cx.now()).await
}

/// Whether a clock counts by the hours of somebody who does not have its item any more.
fn counts_for_another(clock: &Clock, item: &Item) -> bool {
    clock.sla.counts == Counts::WorkingHours && clock.holder_id != item.card.assignee_id
}

/// What is used up to now stays as it is counted; from here on it counts by the hours of this holder.
async fn settle(tx: &mut Tx, cx: &Cx, step: &Step, clock: Clock, to: Option<MemberId>) -> Result<Clock> {
    let now = cx.now();
    let theirs = calendar(&mut *tx, cx, &clock, step.team_id).await?;
    let used = micros(used(&clock, &theirs, now));
    Ok(Clock {
        used_micros: used,
        running_since: clock.running_since.map(|_| now),
        holder_id: to,
        settled_at: Some(now),
        settled_micros: used,
        ..clock
    })
}

/// Closes the clock of an item that leaves a step, and keeps how it went.
pub(super) async fn leave(tx: &mut Tx, cx: &Cx, step: &Step, item_id: ItemId) -> Result<()> {
    // Also where the step has no limit as it was read: one may have been published meanwhile.
    let organisation_id = cx.organisation_id();
    let Some(mut clock) = repo::sla::hold(&mut *tx, organisation_id, item_id).await? else { return Ok(()) };
    if clock.step_id != step.id {
        return abandon(tx, cx, &clock).await;
    }
    let now = cx.now();
    let calendar = calendar(&mut *tx, cx, &clock, step.team_id).await?;
    let used = used(&clock, &calendar, now);
    clock.used_micros = micros(used);
    repo::sla::close(tx, organisation_id, &clock, now, Some(used <= budget(&clock.sla))).await?;
    Ok(())
}

/// Closes the clock of a step where its item is not, or that has no limit: how it went there nobody can tell.
async fn abandon(tx: &mut Tx, cx: &Cx, clock: &Clock) -> Result<()> {
    repo::sla::close(tx, cx.organisation_id(), clock, cx.now(), None).await?;
    Ok(())
}

/// Lets the clock go on that a move closed which is taken back, by what counts now. `moved_at` is when it was moved; the time
/// since then was spent elsewhere.
pub(super) async fn reopen(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    item: &Item,
    moved_at: DateTime<Utc>,
) -> Result<()> {
    let step = workflow.step(item.card.step_id).or_not_found()?;
    let Some(sla) = &step.sla else { return Ok(()) };
    let organisation_id = cx.organisation_id();
    let clock = repo::sla::reopen(&mut *tx, organisation_id, item.card.id, step.id, moved_at).await?;
    let Some(clock) = clock else { return Ok(()) };
    let now = cx.now();
    let last = repo::sla::pauses(&mut *tx, organisation_id, clock.id).await?.pop();
    if let Some(closed_at) = clock.running_since
        && last.is_none_or(|last| last.until_at.is_some())
    {
        let why = "It was elsewhere, until that was taken back.";
        repo::sla::pause(&mut *tx, cx, clock.id, closed_at, (why, false)).await?;
        repo::sla::resume(&mut *tx, cx, clock.id, now).await?;
    }
    let calendar = calendar_of(&mut *tx, cx, sla.counts, step.team_id, clock.holder_id).await?;
    let clock = recount(tx, cx, clock, sla, &calendar, now).await?;
    plan(tx, cx, clock, &calendar, now).await?;
    // It may have been given to somebody else where it was meanwhile.
    given(tx, cx, workflow, item).await
}

/// Lets the clock of an item of this version stand still, since somebody else is waited for.
pub async fn pause(cx: &Cx, item_id: ItemId, version: i64, reason: &str) -> Result<()> {
    let cx = cx.clone().require(Permission::ItemEdit)?;
    let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    if reason.is_empty() {
        return Err(Error::invalid("reason", "Say what is waited for."));
    }
    if REASON_MAX < reason.chars().count() {
        return Err(Error::invalid("reason", format!("A reason may have {REASON_MAX} characters.")));
    }
    let mut tx = cx.begin().await?;
    let (workflow, item, mut clock) = held(&mut tx, &cx, item_id, version).await?;
    if clock.running_since.is_none() {
        let key = workflow.head.item_key(item.card.number);
        return Err(Error::Conflict(format!("The clock of {key} stands still already.")));
    }
    let step = workflow.step(item.card.step_id).or_not_found()?;
    let now = cx.now();
    let calendar = calendar(&mut tx, &cx, &clock, step.team_id).await?;
    clock.used_micros = micros(used(&clock, &calendar, now));
    clock.running_since = None;
    clock.wakes_at = None;
    repo::sla::update(&mut tx, cx.organisation_id(), &clock).await?;
    repo::sla::pause(&mut tx, &cx, clock.id, now, (&reason, false)).await?;
    let data = json!({ "step": step.name, "reason": reason });
    repo::activity::insert(&mut tx, &cx, item_id, &Act::Paused { step: step.name.clone(), reason }).await?;
    tx.record(item_event("item.clock_paused", workflow.head.id, item_id, data)).await?;
    tx.commit().await
}

/// Lets the clock of an item of this version run again.
pub async fn resume(cx: &Cx, item_id: ItemId, version: i64) -> Result<()> {
    let cx = cx.clone().require(Permission::ItemEdit)?;
    let mut tx = cx.begin().await?;
    let (workflow, item, clock) = held(&mut tx, &cx, item_id, version).await?;
    let step = workflow.step(item.card.step_id).or_not_found()?;
    let now = cx.now();
    if !repo::sla::resume(&mut tx, &cx, clock.id, now).await? {
        let key = workflow.head.item_key(item.card.number);
        return Err(Error::Conflict(format!("The clock of {key} runs already.")));
    }
    repo::activity::insert(&mut tx, &cx, item_id, &Act::Resumed { step: step.name.clone() }).await?;
    let data = json!({ "step": step.name });
    tx.record(item_event("item.clock_resumed", workflow.head.id, item_id, data)).await?;
    let calendar = calendar(&mut tx, &cx, &clock, step.team_id).await?;
    plan(&mut tx, &cx, Clock { running_since: Some(now), ..clock }, &calendar, now).await?;
    tx.commit().await
}

/// An item of this version with its clock, which nobody else changes meanwhile.
async fn held(tx: &mut Tx, cx: &Cx, item_id: ItemId, version: i64) -> Result<(Workflow, Item, Clock)> {
    let held = repo::decision::hold(&mut *tx, cx.organisation_id(), item_id, version).await?;
    let (workflow, item) = load(tx, cx, item_id).await?;
    if !held {
        return Err(words::changed_meanwhile(tx, cx, &workflow, &item).await?);
    }
    let clock = repo::sla::hold(&mut *tx, cx.organisation_id(), item_id).await?;
    let clock = clock.filter(|clock| clock.step_id == item.card.step_id).ok_or_else(|| {
        Error::Conflict(format!(
            "{} has no time limit where it is.",
            workflow.head.item_key(item.card.number)
        ))
    })?;
    Ok((workflow, item, clock))
}

/// Lets the clock of an item stand still that is deleted, so that it is not late when it is brought back.
pub(super) async fn deleted(tx: &mut Tx, cx: &Cx, item_id: ItemId) -> Result<()> {
    let organisation_id = cx.organisation_id();
    let Some(mut clock) = repo::sla::hold(&mut *tx, organisation_id, item_id).await? else { return Ok(()) };
    if clock.running_since.is_none() {
        return Ok(());
    }
    let now = cx.now();
    let team = repo::workflow::team(&mut *tx, organisation_id, clock.step_id).await?;
    let calendar = calendar(&mut *tx, cx, &clock, team).await?;
    clock.used_micros = micros(used(&clock, &calendar, now));
    clock.running_since = None;
    clock.wakes_at = None;
    repo::sla::update(&mut *tx, organisation_id, &clock).await?;
    repo::sla::pause(tx, cx, clock.id, now, ("It was deleted.", true)).await?;
    Ok(())
}

/// Lets it run again where nothing else keeps it, by what was published and said meanwhile. Where there was no limit when the
/// item was deleted, a clock begins.
pub(super) async fn restored(tx: &mut Tx, cx: &Cx, workflow: &Workflow, item: &Item) -> Result<()> {
    let organisation_id = cx.organisation_id();
    let step = workflow.step(item.card.step_id).or_not_found()?;
    let Some(sla) = &step.sla else { return Ok(()) };
    let clock = repo::sla::hold(&mut *tx, organisation_id, item.card.id).await?;
    let Some(clock) = clock.filter(|clock| clock.step_id == step.id) else {
        return start(tx, cx, workflow, item).await;
    };
    let now = cx.now();
    let last = repo::sla::pauses(&mut *tx, organisation_id, clock.id).await?.pop();
    if last.is_some_and(|last| last.by_deletion && last.until_at.is_none()) {
        repo::sla::resume(&mut *tx, cx, clock.id, now).await?;
    }
    let calendar = calendar_of(&mut *tx, cx, sla.counts, step.team_id, clock.holder_id).await?;
    let clock = recount(tx, cx, clock, sla, &calendar, now).await?;
    plan(tx, cx, clock, &calendar, now).await
}

/// Looks whether the clock of an item has reached rungs, and does what they say: each one once, in the transaction that
/// notes it.
pub async fn wake(cx: &Cx, item_id: ItemId) -> Result<()> {
    let mut tx = cx.begin().await?;
    if look(&mut tx, cx, item_id, false).await? {
        tx.commit().await?;
    }
    Ok(())
}

/// Lets the clock of an item follow its step and the working hours, or only looks what time it is. Tells whether there was
/// anything to look at.
async fn look(tx: &mut Tx, cx: &Cx, item_id: ItemId, anew: bool) -> Result<bool> {
    let organisation_id = cx.organisation_id();
    let Some((workflow_id, item)) = repo::item::find(&mut *tx, organisation_id, item_id).await? else {
        return Ok(false);
    };
    if !repo::decision::hold(&mut *tx, organisation_id, item_id, item.card.version).await? {
        // Who was faster is looked at when the job is done again.
        return Err(Error::Conflict("It was changed at the same moment.".into()));
    }
    // Read after that: what was published while another held the item counts.
    let Some(workflow) = repo::workflow::find(&mut *tx, organisation_id, workflow_id).await? else {
        return Ok(false);
    };
    let step = workflow.step(item.card.step_id).or_not_found()?;
    let clock = repo::sla::hold(&mut *tx, organisation_id, item_id).await?;
    let (mut clock, sla) = match (clock, &step.sla) {
        (Some(clock), Some(sla)) if clock.step_id == step.id => (clock, sla),
        // Those who were here before the limit begin to count with it.
        (clock, Some(_)) if anew || clock.is_some() => {
            start(tx, cx, &workflow, &item).await?;
            return Ok(true);
        }
        (Some(clock), None) => {
            abandon(tx, cx, &clock).await?;
            return Ok(true);
        }
        _ => return Ok(false),
    };
    let now = cx.now();
    // Clocks from before anybody had hours of their own know no holder.
    if counts_for_another(&clock, &item) {
        clock = settle(&mut *tx, cx, step, clock, item.card.assignee_id).await?;
    }
    let calendar = calendar_of(&mut *tx, cx, sla.counts, step.team_id, clock.holder_id).await?;
    if anew {
        clock = recount(tx, cx, clock, sla, &calendar, now).await?;
    }
    if clock.running_since.is_some() {
        let used = used(&clock, &calendar, now);
        let mut item = item;
        for rung in clock.sla.ladder().into_iter().take_while(|rung| threshold(&clock.sla, *rung) <= used) {
            if repo::sla::reach(&mut *tx, cx, clock.id, &rung.key(), rung.percent).await? {
                item = ladder::climb(tx, cx, &workflow, step, item, (&clock.sla, rung)).await?;
            }
        }
    }
    plan(tx, cx, clock, &calendar, now).await?;
    Ok(true)
}

/// Counts an open clock anew by another limit or other hours: from its beginning, or since its item was given to somebody else.
/// Rungs that it has not reached by that are cleared, so that they are told again in their time; but whoever was given the item,
/// or lost it, does not so a second time.
async fn recount(
    tx: &mut Tx,
    cx: &Cx,
    clock: Clock,
    sla: &Sla,
    calendar: &Calendar,
    now: DateTime<Utc>,
) -> Result<Clock> {
    let organisation_id = cx.organisation_id();
    let pauses = repo::sla::pauses(&mut *tx, organisation_id, clock.id).await?;
    let ledger: Ledger = ledger(&clock, &pauses);
    let total = TimeDelta::microseconds(clock.settled_micros) + ledger.used(calendar, now);
    let before = ledger.running_since().map_or(total, |since| total - calendar.elapsed(since, now));
    let reached = repo::sla::reached(&mut *tx, organisation_id, clock.id).await?;
    let kept: Vec<String> =
        sla.rungs.iter().filter(|rung| threshold(sla, **rung) <= total).map(|rung| rung.key()).collect();
    let cleared = reached
        .into_iter()
        .map(|(rung, _)| rung)
        .filter(|rung| !kept.contains(rung) && !Rung::is_for_good(rung));
    let cleared = cleared.collect();
    repo::sla::forget(&mut *tx, organisation_id, clock.id, &cleared).await?;
    let running_since = ledger.running_since();
    Ok(Clock { sla: Json(sla.clone()), used_micros: micros(before), running_since, ..clock })
}

/// Writes how a clock stands, and lets it be looked at when the next rung is reached.
async fn plan(tx: &mut Tx, cx: &Cx, clock: Clock, calendar: &Calendar, now: DateTime<Utc>) -> Result<()> {
    let organisation_id = cx.organisation_id();
    let reached = match clock.running_since {
        None => Vec::new(),
        Some(_) => repo::sla::reached(&mut *tx, organisation_id, clock.id).await?,
    };
    let is_open = |rung: &Rung| reached.iter().all(|(known, _)| *known != rung.key());
    let next = next_rung(&clock, calendar, is_open);
    look_then(tx, &clock, next, now).await?;
    repo::sla::update(&mut *tx, organisation_id, &Clock { wakes_at: next, ..clock }).await?;
    Ok(())
}

/// When a clock reaches the first rung that is open, if it runs.
fn next_rung(clock: &Clock, calendar: &Calendar, is_open: impl Fn(&Rung) -> bool) -> Option<DateTime<Utc>> {
    let since = clock.running_since?;
    let rung = clock.sla.ladder().into_iter().find(is_open)?;
    let left = threshold(&clock.sla, rung) - TimeDelta::microseconds(clock.used_micros);
    calendar.due(since, left)
}

/// Lets a clock be looked at then, unless it is known that it will be.
async fn look_then(
    tx: &mut Tx,
    clock: &Clock,
    next: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<()> {
    if let Some(at) = next.filter(|at| Some(*at) != clock.wakes_at || *at <= now) {
        tx.enqueue(NewJob::new(CLOCK, json!({ "item": clock.item_id })).at(at.max(now))).await?;
    }
    Ok(())
}

fn budget(sla: &Sla) -> TimeDelta {
    TimeDelta::minutes(sla.minutes.into())
}

/// How much is used when a rung is reached.
fn threshold(sla: &Sla, rung: Rung) -> TimeDelta {
    TimeDelta::seconds(i64::from(sla.minutes) * i64::from(rung.percent) * 60 / 100)
}

fn micros(time: TimeDelta) -> i64 {
    time.num_microseconds().unwrap_or(i64::MAX)
}

/// What a job does that lets clocks follow a published design, or other working hours.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Follow {
    /// Only items of this step; none for all whose clocks run.
    step: Option<StepId>,
    /// The last item that was looked at.
    after: Option<ItemId>,
}

/// Lets the items of a workflow follow the limits of a published design: what is not limited any more is closed at once, all
/// else soon.
pub(super) async fn published(tx: &mut Tx, cx: &Cx, before: &Workflow, id: WorkflowId) -> Result<()> {
    let Some(now) = repo::workflow::find(&mut *tx, cx.organisation_id(), id).await? else { return Ok(()) };
    let limited = |step: StepId| now.step(step).is_some_and(|step| step.sla.is_some());
    for old in before.steps.iter().filter(|old| old.sla.is_some() && !limited(old.id)) {
        repo::sla::withdraw(&mut *tx, cx, old.id).await?;
    }
    let dissolved = before.steps.iter().any(|old| now.step(old.id).is_none() && 0 < old.item_count);
    for step in now.steps.iter().filter(|step| step.sla.is_some() && 0 < step.item_count) {
        let same = before.step(step.id).is_some_and(|old| old.sla == step.sla && old.team_id == step.team_id);
        if !same || dissolved {
            follow_on(tx, Follow { step: Some(step.id), after: None }).await?;
        }
    }
    Ok(())
}

/// Lets the clocks of the items of a step follow its limit, soon, where some came to it without being moved.
pub(super) async fn came(tx: &mut Tx, step: &Step) -> Result<()> {
    follow_on(tx, Follow { step: Some(step.id), after: None }).await
}

/// Lets all open clocks follow other working hours, soon.
pub(super) async fn hours_changed(tx: &mut Tx) -> Result<()> {
    follow_on(tx, Follow { step: None, after: None }).await
}

async fn follow_on(tx: &mut Tx, follow: Follow) -> Result<()> {
    tx.enqueue(NewJob::new(CLOCKS, json!(follow))).await?;
    Ok(())
}

/// Looks at some clocks, each in a unit of work of its own, and leaves the others to the next job.
pub async fn follow(cx: &Cx, follow: Follow) -> Result<()> {
    let organisation_id = cx.organisation_id();
    let ids = match follow.step {
        Some(step) => repo::item::ids_in_step(cx.db(), organisation_id, step, follow.after, PAGE).await?,
        None => repo::sla::items(cx.db(), organisation_id, follow.after, PAGE).await?,
    };
    for id in &ids {
        let mut tx = cx.begin().await?;
        if look(&mut tx, cx, *id, true).await? {
            tx.commit().await?;
        }
    }
    if ids.len() < PAGE {
        return Ok(());
    }
    let mut tx = cx.begin().await?;
    follow_on(&mut tx, Follow { after: ids.last().copied(), ..follow }).await?;
    tx.commit().await
}

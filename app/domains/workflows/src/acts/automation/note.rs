//! What happens to items sets rules off: noted in the transaction of the act, carried out by a job after it.

use chrono::{DateTime, Duration, Utc};
use jobs::NewJob;
use kernel::{Cx, ItemId, Result, RuleId, RunId, Tx};
use serde_json::json;

use super::{Happening, KeptRule, Log, State};
use crate::{
    automation::{Chain, Link, Part, Stop, Trigger, UNASKED_MAX, WIDTH_MAX},
    model::{Item, Workflow},
    repo::{
        self,
        automation::{NewRun, insert_run},
    },
    timer::RULE,
};

/// Sets off the rules of a workflow that wait for what happened to an item.
pub(in crate::acts) async fn note(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    item: &Item,
    happened: &[Happening<'_>],
) -> Result<()> {
    if !workflow.automated {
        return Ok(());
    }
    let words: Vec<&'static str> = happened.iter().map(|one| one.key()).collect();
    let id = workflow.head.id;
    let rules = repo::automation::set_off_by(&mut *tx, cx.organisation_id(), id, &words).await?;
    for kept in rules {
        if happened.iter().any(|one| kept.rule.on.is_set_off_by(*one)) {
            let cause = said(cx, tx, workflow, item, &kept.rule.on).await?;
            set_off(tx, cx, workflow, item, &kept, cause, None).await?;
        }
    }
    Ok(())
}

/// Writes down that a rule is set off for an item, with the job that carries it out, unless it would go round. Gives the run; none
/// where it was set off for the same day before.
pub(super) async fn set_off(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    item: &Item,
    kept: &KeptRule,
    cause: String,
    fired_for: Option<String>,
) -> Result<Option<RunId>> {
    let organisation_id = cx.organisation_id();
    let before = match cx.cause() {
        Some(cause) => repo::automation::before(&mut *tx, organisation_id, cause.run).await?,
        None => None,
    };
    let root = before.as_ref().map(|before| before.root_id);
    let by = cx.cause().map_or_else(|| cx.actor_id(), |cause| cause.by);
    let link = |rule: RuleId, name: &str| Link {
        rule,
        name: name.to_owned(),
        item: item.card.id,
        key: workflow.head.item_key(item.card.number),
    };
    let chain = match (before, cx.cause()) {
        // A run that is about no item yet is adding this one, with which its chain begins.
        (Some(before), Some(cause)) if before.chain.is_empty() => {
            Chain::default().and(link(before.rule_id, &cause.rule)).0
        }
        (before, _) => before.map(|before| before.chain.0).unwrap_or_default(),
    };
    let (chain, stop) = chain.and(link(kept.id, &kept.rule.name));
    let stop = match (stop, root) {
        (None, Some(root)) if is_wide(tx, cx, root).await? => Some(Stop::Wide),
        // What the clock sets off once for a day does not go round.
        (None, _)
            if by.is_none() && fired_for.is_none() && is_often(tx, cx, kept.id, item.card.id).await? =>
        {
            Some(Stop::Often)
        }
        (stop, _) => stop,
    };
    let why = stop.map(|stop| chain.explain(stop)).unwrap_or_default();
    let log = Log { cause, why, ..Log::default() };
    let id: RunId = cx.new_id();
    let run = NewRun {
        id,
        rule: kept.id,
        item: Some(item.card.id),
        parent: cx.cause().map(|cause| cause.run),
        root,
        by,
        chain: &chain,
        fired_for,
        event: None,
        state: if stop.is_some() { State::Stopped } else { State::Waiting },
        log: &log,
    };
    if !insert_run(&mut *tx, cx, run).await? {
        return Ok(None);
    }
    if stop.is_none() {
        tx.enqueue(NewJob::new(RULE, json!({ "run": id }))).await?;
    }
    tx.tell_as_one(super::topic(workflow.head.id), "rule.ran", kept.id.uuid());
    Ok(Some(id))
}

/// Whether as many runs as can be have followed from one.
async fn is_wide(tx: &mut Tx, cx: &Cx, root: RunId) -> Result<bool> {
    let count = repo::automation::count_of_root(tx, cx.organisation_id(), root).await?;
    Ok(usize::try_from(count).is_ok_and(|count| WIDTH_MAX <= count))
}

/// Whether a rule was set off for an item as often as can be within a day while nobody did anything.
async fn is_often(tx: &mut Tx, cx: &Cx, rule: RuleId, item: ItemId) -> Result<bool> {
    let since = cx.now() - Duration::days(1);
    let count = repo::automation::count_unasked(tx, cx.organisation_id(), rule, item, since).await?;
    Ok(usize::try_from(count).is_ok_and(|count| UNASKED_MAX <= count))
}

/// Lets runs be that wait because an item came to a step or left one since then: it did not, as its move is taken back.
pub(in crate::acts) async fn call_off(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    item: ItemId,
    since: DateTime<Utc>,
) -> Result<()> {
    let waiting = repo::automation::called_off(&mut *tx, cx.organisation_id(), item, since).await?;
    for (id, log) in waiting {
        let log = Log { why: "The move was taken back.".to_owned(), ..log };
        repo::automation::settle(&mut *tx, cx, id, State::Skipped, &log, 0).await?;
        tx.tell_as_one(super::topic(workflow.head.id), "rule.ran", id.uuid());
    }
    Ok(())
}

/// What set a rule off, as a sentence of then.
async fn said(cx: &Cx, tx: &mut Tx, workflow: &Workflow, item: &Item, on: &Trigger) -> Result<String> {
    let key = workflow.head.item_key(item.card.number);
    let step = |id| workflow.step(id).map_or_else(String::new, |step| step.name.clone());
    let what = match on {
        Trigger::Created => format!("{key} was added"),
        Trigger::Entered { step: id } => format!("{key} came to {}", step(*id)),
        Trigger::Left { step: id } => format!("{key} left {}", step(*id)),
        Trigger::Changed(part) => {
            let part = match part {
                Part::Title => "The title".to_owned(),
                Part::Priority => "The priority".to_owned(),
                Part::Assignee => "The assignee".to_owned(),
                Part::Due => "The due day".to_owned(),
                Part::Field(key) => {
                    let step = item.card.step_id;
                    let fields =
                        repo::workflow::fields_at(&mut *tx, cx.organisation_id(), workflow, step).await?;
                    let found = fields.into_iter().find(|field| field.key == *key);
                    found.map_or_else(|| key.clone(), |field| field.label)
                }
            };
            format!("{part} of {key} changed")
        }
        Trigger::Overdue => format!("The due day of {key} has passed"),
        Trigger::Schedule(_) => "The clock".to_owned(),
        Trigger::Webhook(_) => "An incoming webhook".to_owned(),
    };
    Ok(match cx.cause() {
        Some(cause) => format!("{what}, by the rule {}", cause.rule),
        None => what,
    })
}

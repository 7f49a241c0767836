//! What happens to items sets rules off: noted in the transaction of the act, carried out by a job after it.

use jobs::NewJob;
use kernel::{Cx, Result, RunId, Tx};
use serde_json::json;

use super::{Happening, KeptRule, Log, State};
use crate::{
    automation::{Chain, Link, Part, Trigger},
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
    let before = match cx.cause() {
        Some(cause) => repo::automation::chain(&mut *tx, cx.organisation_id(), cause.run).await?,
        None => Chain::default(),
    };
    let (chain, stop) = before.and(Link {
        rule: kept.id,
        name: kept.rule.name.clone(),
        item: item.card.id,
        key: workflow.head.item_key(item.card.number),
    });
    let why = stop.map(|stop| chain.explain(stop)).unwrap_or_default();
    let log = Log { cause, why, ..Log::default() };
    let id: RunId = cx.new_id();
    let run = NewRun {
        id,
        rule: kept.id,
        item: item.card.id,
        parent: cx.cause().map(|cause| cause.run),
        chain: &chain,
        fired_for,
        state: if stop.is_some() { State::Stopped } else { State::Waiting },
        log: &log,
    };
    if !insert_run(&mut *tx, cx, run).await? {
        return Ok(None);
    }
    if stop.is_none() {
        tx.enqueue(NewJob::new(RULE, json!({ "run": id }))).await?;
    }
    tx.tell(super::topic(workflow.head.id), "rule.ran", kept.id.uuid());
    Ok(Some(id))
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
                    let fields =
                        repo::workflow::fields(&mut *tx, cx.organisation_id(), workflow.head.id).await?;
                    let found = fields.into_iter().find(|field| field.key == *key);
                    found.map_or_else(|| key.clone(), |field| field.label)
                }
            };
            format!("{part} of {key} changed")
        }
        Trigger::Overdue => format!("The due day of {key} has passed"),
        Trigger::Schedule(_) => "The clock".to_owned(),
    };
    Ok(match cx.cause() {
        Some(cause) => format!("{what}, by the rule {}", cause.rule),
        None => what,
    })
}

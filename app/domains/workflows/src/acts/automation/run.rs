//! Carrying out what a rule says: all of it with the row of the run in one transaction, or nothing.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use jobs::MAX_ATTEMPTS;
use kernel::{Cause, Cx, Directory, Error, OrNotFound, Permission, Result, RuleId, RunId, Tx, WorkflowId};

use super::{KeptRule, Log, State, deeds, item_called};
use crate::{
    acts::{gate, item::counted},
    automation::{Action, Chain, Link, Rule},
    guard::Guard,
    model::{Item, Workflow},
    repo::{
        self,
        automation::{NewRun, Taken, insert_run},
    },
};

/// How often a run begins anew at once when others change its item at the same moment.
const TRIES: usize = 5;

/// How an attempt ended.
enum Ended {
    /// With this outcome.
    So(State),
    /// Somebody changed the item at the same moment.
    Busy,
}

/// Carries out a run that waits. What the rule cannot do is written down as failed; an error of the program itself is given
/// back, so that the job tries it again. After the last of its attempts that is written down, too: nothing waits for ever.
pub async fn run(cx: &Cx, id: RunId, number: i64) -> Result<()> {
    let done = again_and_again(cx, id, number).await;
    if let Err(error) = &done
        && MAX_ATTEMPTS <= number
    {
        give_up(cx, id, number, error).await?;
    }
    done
}

async fn again_and_again(cx: &Cx, id: RunId, number: i64) -> Result<()> {
    for _ in 0..TRIES {
        if attempt(cx, id, number).await? {
            return Ok(());
        }
    }
    Err(Error::Conflict("The item was changed again and again.".into()))
}

/// Writes down that a run was given up.
async fn give_up(cx: &Cx, id: RunId, number: i64, error: &Error) -> Result<()> {
    let begun = cx.now();
    let mut tx = cx.begin().await?;
    let Some(taken) = repo::automation::take(&mut tx, cx.organisation_id(), id, number).await? else {
        return Ok(());
    };
    let why = format!("It was tried {number} times, and nothing was done. {error}");
    let log = Log { why, ..taken.log.0 };
    settle(&mut tx, cx, id, State::Failed, &log, begun).await?;
    tx.commit().await
}

/// Tells whether there is nothing left to do.
async fn attempt(cx: &Cx, id: RunId, number: i64) -> Result<bool> {
    let begun = cx.now();
    // Inside a unit of work the directory cannot be used.
    let directory = Directory::load(cx).await?;
    let mut tx = cx.begin().await?;
    let Some(taken) = repo::automation::take(&mut tx, cx.organisation_id(), id, number).await? else {
        return Ok(true);
    };
    let mut log = taken.log.0.clone();
    match judge(&mut tx, cx, id, &taken, &directory, &mut log).await {
        Ok(Ended::Busy) => Ok(false),
        Ok(Ended::So(state)) => {
            settle(&mut tx, cx, id, state, &log, begun).await?;
            tx.commit().await?;
            Ok(true)
        }
        Err(error) if is_reason(&error) => {
            // Nothing of it is kept.
            drop(tx);
            let mut tx = cx.begin().await?;
            if repo::automation::take(&mut tx, cx.organisation_id(), id, number).await?.is_some() {
                settle(&mut tx, cx, id, State::Failed, &failed(log, &error), begun).await?;
                tx.commit().await?;
            }
            Ok(true)
        }
        Err(error) => Err(error),
    }
}

/// Whether an error says why a rule cannot act, and not that the program failed.
fn is_reason(error: &Error) -> bool {
    matches!(error, Error::NotFound | Error::Forbidden(_) | Error::Invalid(_) | Error::Conflict(_))
}

/// What is written down of a run of which nothing was kept.
fn failed(log: Log, error: &Error) -> Log {
    let place = log.done.len() + 1;
    let why = if log.decision.is_empty() {
        error.to_string()
    } else {
        format!("Number {place} could not be done, so nothing was. {error}")
    };
    Log { done: Vec::new(), set_off: Vec::new(), why, ..log }
}

async fn settle(
    tx: &mut Tx,
    cx: &Cx,
    id: RunId,
    state: State,
    log: &Log,
    begun: DateTime<Utc>,
) -> Result<()> {
    let took = (cx.now() - begun).num_milliseconds();
    repo::automation::settle(&mut *tx, cx, id, state, log, took).await?;
    if let Some((rule, workflow)) = repo::automation::rule_of(&mut *tx, cx.organisation_id(), id).await? {
        tx.tell(super::topic(workflow), "rule.ran", rule.uuid());
    }
    Ok(())
}

async fn judge(
    tx: &mut Tx,
    cx: &Cx,
    id: RunId,
    taken: &Taken,
    directory: &Directory,
    log: &mut Log,
) -> Result<Ended> {
    let mut skip = |why: &str| {
        log.why = why.to_owned();
        Ok(Ended::So(State::Skipped))
    };
    let Some((_, kept)) = repo::automation::find(&mut *tx, cx.organisation_id(), taken.rule_id).await? else {
        return skip("The rule was deleted.");
    };
    if !kept.active {
        return skip("The rule was turned off.");
    }
    let Some((workflow_id, item)) = repo::item::find(&mut *tx, cx.organisation_id(), taken.item_id).await?
    else {
        return skip("The item was deleted.");
    };
    let Some(workflow) = repo::workflow::find(&mut *tx, cx.organisation_id(), workflow_id).await? else {
        return skip("The workflow was deleted.");
    };
    hold_where_it_adds(tx, cx, &kept.rule).await?;
    if !repo::decision::hold(&mut *tx, cx.organisation_id(), item.card.id, item.card.version).await? {
        return Ok(Ended::Busy);
    }
    let cause = Cause { run: id, rule: kept.rule.name.clone(), by: taken.actor_id };
    let cx = cx.clone().because_of(cause);
    Ok(Ended::So(perform(tx, &cx, &workflow, item, &kept, directory, log).await?))
}

/// Keeps others from adding items to the workflows to which a rule adds some, before it holds an item: whoever publishes a workflow
/// holds that first, and then its items.
async fn hold_where_it_adds(tx: &mut Tx, cx: &Cx, rule: &Rule) -> Result<()> {
    let to: BTreeSet<WorkflowId> = rule
        .then
        .iter()
        .filter_map(|action| match action {
            Action::Create { workflow, .. } => Some(*workflow),
            _ => None,
        })
        .collect();
    for id in to {
        repo::automation::hold(&mut *tx, cx.organisation_id(), id).await?;
    }
    Ok(())
}

/// Looks at the condition and does what the rule says. `log` says how far it came, also where it fails.
async fn perform(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    item: Item,
    kept: &KeptRule,
    directory: &Directory,
    log: &mut Log,
) -> Result<State> {
    let fields =
        repo::workflow::fields_at(&mut *tx, cx.organisation_id(), workflow, item.card.step_id).await?;
    let condition = kept.rule.when.as_str();
    condition.clone_into(&mut log.condition);
    if condition.is_empty() {
        "There is no condition.".clone_into(&mut log.decision);
    } else {
        let guard = Guard::parse(condition, &fields)
            .map_err(|fault| Error::Conflict(format!("The condition cannot be read. {fault}")))?;
        let builtins = gate::builtins_for(&mut *tx, cx, &item, condition).await?;
        let verdict = guard.evaluate(&counted(&mut *tx, cx, &fields, &item.data).await?, &builtins);
        log.reads = verdict.reads.into_iter().map(|read| (read.label, read.shown)).collect();
        if let Some(fault) = verdict.fault {
            return Err(Error::Conflict(fault));
        }
        if !verdict.holds {
            "The condition does not hold.".clone_into(&mut log.decision);
            return Ok(State::Skipped);
        }
        "The condition holds.".clone_into(&mut log.decision);
    }
    deeds::all(tx, cx, (workflow, &fields), item, kept, directory, log).await?;
    if let Some(cause) = cx.cause() {
        log.set_off = repo::automation::set_off(&mut *tx, cx.organisation_id(), cause.run).await?;
    }
    Ok(State::Done)
}

/// What a rule would do with the item called `key` now. It is done and taken back, so that it is told as it would be.
pub async fn dry_run(cx: &Cx, id: RuleId, key: &str) -> Result<(State, Log)> {
    let asker = cx.clone().require(Permission::WorkflowDesign)?;
    let organisation_id = asker.organisation_id();
    let (workflow_id, kept) =
        repo::automation::find(asker.db(), organisation_id, id).await?.or_not_found()?;
    let (of, item_id) = item_called(&asker, key).await?;
    if of != workflow_id {
        return Err(Error::invalid("item", "It is an item of another workflow."));
    }
    let directory = Directory::load(&asker).await?;
    // A request that held one connection and waited for another could wait for ever.
    asker.visit().rest().await;
    let site = asker.visit().site();
    let cx = site.in_one("rules.dry_run", organisation_id).await?.or_not_found()?;
    let run: RunId = cx.new_id();
    let mut tx = cx.begin().await?;
    hold_where_it_adds(&mut tx, &cx, &kept.rule).await?;
    let (_, item) = repo::item::find(&mut tx, organisation_id, item_id).await?.or_not_found()?;
    let workflow = repo::workflow::find(&mut tx, organisation_id, workflow_id).await?.or_not_found()?;
    let mut log = Log { cause: "A dry run".to_owned(), ..Log::default() };
    let link = Link {
        rule: kept.id,
        name: kept.rule.name.clone(),
        item: item_id,
        key: workflow.head.item_key(item.card.number),
    };
    // What it sets off looks there for the chain.
    let new = NewRun {
        id: run,
        rule: kept.id,
        item: item_id,
        parent: None,
        root: None,
        by: asker.actor_id(),
        chain: &Chain::default().and(link).0,
        fired_for: None,
        state: State::Waiting,
        log: &log,
    };
    insert_run(&mut tx, &cx, new).await?;
    let cx = cx.because_of(Cause { run, rule: kept.rule.name.clone(), by: asker.actor_id() });
    let ended = perform(&mut tx, &cx, &workflow, item, &kept, &directory, &mut log).await;
    drop(tx);
    match ended {
        Ok(state) => Ok((state, log)),
        Err(error) if is_reason(&error) => Ok((State::Failed, failed(log, &error))),
        Err(error) => Err(error),
    }
}

//! Carrying out what a rule says: all of it with the row of the run in one transaction, or nothing.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use jobs::MAX_ATTEMPTS;
use kernel::{
    Cause, Cx, Directory, Error, ItemId, OrNotFound, Permission, Result, RuleId, RunId, Tx, WorkflowId,
};

use super::{KeptRule, Log, State, deeds, hook, item_called};
use crate::{
    acts::{gate, item::counted},
    automation::{Action, Chain, Hooked, Link, Rule, Sent, Stop, TALK_MAX},
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
    /// With nothing to do, so the item that was added for it is not kept.
    ForNothing,
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
    let mut met = None;
    let (state, log) = match judge(&mut tx, cx, id, &taken, &directory, (&mut log, &mut met)).await {
        Ok(Ended::Busy) => return Ok(false),
        Ok(Ended::So(state)) => {
            settle(&mut tx, cx, id, state, &log, begun).await?;
            tx.commit().await?;
            return Ok(true);
        }
        Ok(Ended::ForNothing) => (State::Skipped, log),
        Err(error) if is_reason(&error) => (State::Failed, failed(log, &error)),
        Err(error) => return Err(error),
    };
    // Nothing of it is kept.
    drop(tx);
    let mut tx = cx.begin().await?;
    if repo::automation::take(&mut tx, cx.organisation_id(), id, number).await?.is_some() {
        if let Some((item, chain)) = met {
            repo::automation::meet(&mut tx, cx.organisation_id(), id, item, &chain).await?;
        }
        settle(&mut tx, cx, id, state, &log, begun).await?;
        tx.commit().await?;
    }
    Ok(true)
}

/// Whether an error says why a rule cannot act, and not that the program failed.
pub(super) fn is_reason(error: &Error) -> bool {
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

/// An item that was found for what came, with the chain that begins there.
type Met = Option<(ItemId, Chain)>;

async fn judge(
    tx: &mut Tx,
    cx: &Cx,
    id: RunId,
    taken: &Taken,
    directory: &Directory,
    (log, met): (&mut Log, &mut Met),
) -> Result<Ended> {
    let mut skip = |why: &str| {
        log.why = why.to_owned();
        Ok(Ended::So(State::Skipped))
    };
    let organisation_id = cx.organisation_id();
    let Some((workflow_id, kept)) = repo::automation::find(&mut *tx, organisation_id, taken.rule_id).await?
    else {
        return skip("The rule was deleted.");
    };
    if !kept.active {
        return skip("The rule was turned off.");
    }
    hold_where_it_adds(tx, cx, workflow_id, &kept.rule).await?;
    if kept.rule.then.iter().any(Action::sends) {
        // What it has sent is counted.
        repo::automation::hold_rule(&mut *tx, organisation_id, kept.id).await?;
    }
    let Some(workflow) = repo::workflow::find(&mut *tx, organisation_id, workflow_id).await? else {
        return skip("The workflow was deleted.");
    };
    let cause = Cause { run: id, rule: kept.rule.name.clone(), by: taken.actor_id };
    let acting = cx.clone().because_of(cause);
    let Some(event) = taken.event_id else {
        let found = match taken.item_id {
            Some(item) => repo::item::find(&mut *tx, organisation_id, item).await?,
            None => None,
        };
        let Some((_, item)) = found else { return skip("The item was deleted.") };
        if !hold(tx, cx, &item).await? {
            return Ok(Ended::Busy);
        }
        let matter = Matter { workflow: &workflow, item, sent: None };
        return Ok(Ended::So(perform(tx, &acting, matter, &kept, directory, log).await?));
    };
    let Some(hooked) = kept.rule.on.hooked() else {
        return skip("Something else sets the rule off by now.");
    };
    let came = cx.came(&mut *tx, event).await?;
    let came = came.ok_or_else(|| Error::Conflict("What came is not kept any more.".into()))?;
    if came.hook != hooked.hook {
        return skip("Another webhook sets the rule off by now.");
    }
    let sent = Sent::read(&came.body).map_err(Error::Conflict)?;
    let (item, is_new) = hook::meet(tx, &acting, &workflow, hooked, &sent, directory, log).await?;
    if !is_new && !hold(tx, cx, &item).await? {
        return Ok(Ended::Busy);
    }
    let chain = Chain::default().and(link(&workflow, &kept, &item)).0;
    repo::automation::meet(&mut *tx, organisation_id, id, item.card.id, &chain).await?;
    if is_talk(tx, cx, kept.id, item.card.id).await? {
        log.why = chain.explain(Stop::Talk);
        return Ok(Ended::So(State::Stopped));
    }
    if !is_new {
        *met = Some((item.card.id, chain));
    }
    let added = is_new.then(|| hook::added(&workflow, &item));
    let matter = Matter { workflow: &workflow, item, sent: Some(&sent) };
    let state = perform(tx, &acting, matter, &kept, directory, log).await?;
    if is_new && state == State::Skipped {
        return Ok(Ended::ForNothing);
    }
    log.done.splice(0..0, added);
    Ok(Ended::So(state))
}

/// Whether a rule was set off for an item as often as can be within an hour by what came, before this time.
async fn is_talk(tx: &mut Tx, cx: &Cx, rule: RuleId, item: ItemId) -> Result<bool> {
    let since = cx.now() - TimeDelta::hours(1);
    let count = repo::automation::count_heard(tx, cx.organisation_id(), rule, item, since).await?;
    Ok(usize::try_from(count).is_ok_and(|count| TALK_MAX < count))
}

/// Keeps others from moving or changing an item until the transaction ends. Tells whether nobody was faster.
async fn hold(tx: &mut Tx, cx: &Cx, item: &Item) -> Result<bool> {
    Ok(repo::decision::hold(&mut *tx, cx.organisation_id(), item.card.id, item.card.version).await?)
}

fn link(workflow: &Workflow, kept: &KeptRule, item: &Item) -> Link {
    Link {
        rule: kept.id,
        name: kept.rule.name.clone(),
        item: item.card.id,
        key: workflow.head.item_key(item.card.number),
    }
}

/// Keeps others from adding items to the workflows to which a rule adds some, before it holds an item: whoever publishes a workflow
/// holds that first, and then its items. So nobody else adds an item either that this one looks for in vain.
async fn hold_where_it_adds(tx: &mut Tx, cx: &Cx, own: WorkflowId, rule: &Rule) -> Result<()> {
    let made = rule.then.iter().filter_map(|action| match action {
        Action::Create { workflow, .. } => Some(*workflow),
        _ => None,
    });
    let to: BTreeSet<WorkflowId> = made.chain(rule.on.adds().then_some(own)).collect();
    for id in to {
        repo::automation::hold(&mut *tx, cx.organisation_id(), id).await?;
    }
    Ok(())
}

/// What a rule acts on.
struct Matter<'a> {
    workflow: &'a Workflow,
    item: Item,
    /// What came and set the rule off, if that did.
    sent: Option<&'a Sent>,
}

/// Looks at the condition and does what the rule says. `log` says how far it came, also where it fails.
async fn perform(
    tx: &mut Tx,
    cx: &Cx,
    matter: Matter<'_>,
    kept: &KeptRule,
    directory: &Directory,
    log: &mut Log,
) -> Result<State> {
    let Matter { workflow, item, sent } = matter;
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
    deeds::all(tx, cx, (workflow, &fields, sent), item, kept, directory, log).await?;
    if let Some(cause) = cx.cause() {
        log.set_off = repo::automation::set_off(&mut *tx, cx.organisation_id(), cause.run).await?;
    }
    Ok(State::Done)
}

/// On what a rule is tried.
#[derive(Debug, Clone, Copy)]
pub enum TriedOn<'a> {
    /// On the item called so.
    Item(&'a str),
    /// On what another program might send.
    Sent(&'a [u8]),
}

/// What a rule would do now. It is done and taken back, so that it is told as it would be.
pub async fn dry_run(cx: &Cx, id: RuleId, on: TriedOn<'_>) -> Result<(State, Log)> {
    let asker = cx.clone().require(Permission::WorkflowDesign)?.require(Permission::ItemView)?;
    let organisation_id = asker.organisation_id();
    let (workflow_id, kept) =
        repo::automation::find(asker.db(), organisation_id, id).await?.or_not_found()?;
    let tried = match (on, kept.rule.on.hooked()) {
        (TriedOn::Sent(body), Some(hooked)) => {
            Tried::Sent(hooked, Sent::read(body).map_err(|why| Error::invalid("body", why))?)
        }
        (TriedOn::Item(_), Some(_)) => {
            return Err(Error::invalid("body", "Say what the other program sends."));
        }
        (TriedOn::Item(key), None) => {
            let (of, item) = item_called(&asker, key).await?;
            if of != workflow_id {
                return Err(Error::invalid("item", "It is an item of another workflow."));
            }
            Tried::Item(item)
        }
        (TriedOn::Sent(_), None) => {
            return Err(Error::invalid("item", "Nothing that comes sets the rule off. Name an item."));
        }
    };
    let directory = Directory::load(&asker).await?;
    // A request that held one connection and waited for another could wait for ever.
    asker.visit().rest().await;
    let site = asker.visit().site();
    let cx = site.in_one("rules.dry_run", organisation_id).await?.or_not_found()?;
    let run: RunId = cx.new_id();
    let mut tx = cx.begin().await?;
    hold_where_it_adds(&mut tx, &cx, workflow_id, &kept.rule).await?;
    let workflow = repo::workflow::find(&mut tx, organisation_id, workflow_id).await?.or_not_found()?;
    let mut log = Log { cause: "A dry run".to_owned(), ..Log::default() };
    // What it sets off looks there for the chain.
    let new = NewRun {
        id: run,
        rule: kept.id,
        item: None,
        parent: None,
        root: None,
        by: asker.actor_id(),
        chain: &Chain::default(),
        fired_for: None,
        event: None,
        state: State::Waiting,
        log: &log,
    };
    insert_run(&mut tx, &cx, new).await?;
    let cx = cx.because_of(Cause { run, rule: kept.rule.name.clone(), by: asker.actor_id() });
    let ended = attempt_dry(&mut tx, &cx, &workflow, &kept, tried, &directory, &mut log).await;
    drop(tx);
    match ended {
        Ok(state) => Ok((state, log)),
        Err(error) if is_reason(&error) => Ok((State::Failed, failed(log, &error))),
        Err(error) => Err(error),
    }
}

/// On what a rule is tried, as it was read.
enum Tried<'a> {
    Item(ItemId),
    Sent(&'a Hooked, Sent),
}

async fn attempt_dry(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    kept: &KeptRule,
    tried: Tried<'_>,
    directory: &Directory,
    log: &mut Log,
) -> Result<State> {
    let (item, is_new, sent) = match tried {
        Tried::Item(id) => {
            let (_, item) = repo::item::find(&mut *tx, cx.organisation_id(), id).await?.or_not_found()?;
            (item, false, None)
        }
        Tried::Sent(hooked, sent) => {
            let (item, is_new) = hook::meet(tx, cx, workflow, hooked, &sent, directory, log).await?;
            (item, is_new, Some(sent))
        }
    };
    let chain = Chain::default().and(link(workflow, kept, &item)).0;
    if let Some(cause) = cx.cause() {
        repo::automation::meet(&mut *tx, cx.organisation_id(), cause.run, item.card.id, &chain).await?;
    }
    let added = is_new.then(|| hook::added(workflow, &item));
    let state = perform(tx, cx, Matter { workflow, item, sent: sent.as_ref() }, kept, directory, log).await?;
    if state == State::Done {
        log.done.splice(0..0, added);
    }
    Ok(state)
}

//! Rules of workflows: keeping them, setting them off, carrying them out, and what is written down of that.

mod clock;
mod deeds;
mod hook;
mod note;
mod run;

use std::collections::BTreeMap;

use jobs::NewJob;
use kernel::{
    Cx, Error, Event, HookId, HookName, ItemId, OrNotFound, Permission, Result, RuleId, RunId, StepId, Topic,
    Tx, WorkflowId,
};
use serde_json::json;

pub use self::{
    clock::{JOB, sweep, tick},
    hook::on_event,
    run::{TriedOn, dry_run, run},
};
pub(super) use note::{call_off, note};

use super::{
    item::{self, around},
    workflow::by_key,
};
use crate::{
    api::rules_topic,
    automatic::{Gives, Whom},
    automation::{
        Action, Automation, Happening, KeptRule, Known, Log, RULES_MAX, Rule, Run, Runs, Sent, State, cycles,
        mistake, names_in, places_in,
    },
    booking::JobType,
    definition::{Definition, Finding},
    guard::Guard,
    model::{Field, FieldKind, Values, Workflow},
    repo::{self, automation::Wanted},
    rules,
    timer::RULE,
};

/// As many runs a page shows.
pub const RUNS_PAGE: usize = 30;

/// The rules of the workflow whose items are called `key-…`, with what a page needs to show and change them.
pub async fn page(cx: &Cx, key: &str) -> Result<Automation> {
    let cx = cx.clone().require(Permission::WorkflowDesign)?;
    let organisation_id = cx.organisation_id();
    let workflow = by_key(cx.db(), &cx, key).await?;
    let id = workflow.head.id;
    let fields = repo::workflow::fields(cx.db(), organisation_id, id).await?;
    let rules =
        with_last(&cx, id, repo::automation::of_workflow(cx.db(), organisation_id, id).await?).await?;
    let all = repo::workflow::all(cx.db(), organisation_id).await?;
    let mut others = Vec::new();
    for other in &all {
        let form = repo::workflow::fields(cx.db(), organisation_id, other.head.id).await?;
        others.push((other.head.id, other.head.name.clone(), form));
    }
    let cycles = circles(&cx, &all, id).await?;
    let is_step = |id| workflow.step(id).is_some();
    let hooks = cx.hooks(cx.db()).await?;
    let faults = rules
        .iter()
        .filter_map(|kept: &KeptRule| Some((kept.id, fault(&kept.rule, is_step, &fields, &hooks)?)))
        .collect();
    let hooks = cx.may(Permission::ApiManage).then_some(hooks);
    let job_types = cx.job_types(cx.db().into()).await?.into_iter().map(JobType::from).collect();
    Ok(Automation { workflow, fields, rules, others, job_types, cycles, faults, hooks })
}

/// What keeps a rule from acting in a workflow with these steps and fields, if anything does.
fn fault(
    rule: &Rule,
    is_step: impl Fn(StepId) -> bool,
    fields: &[Field],
    hooks: &[HookName],
) -> Option<String> {
    if let Some(hooked) = rule.on.hooked() {
        match hooks.iter().find(|hook| hook.id == hooked.hook) {
            None => return Some("Its incoming webhook was deleted.".to_owned()),
            Some(hook) if !hook.active => {
                return Some(format!("The incoming webhook {} is off, so nothing comes.", hook.name));
            }
            Some(_) => {}
        }
    }
    let unreadable = || {
        let condition = Some(rule.when.as_str()).filter(|text| !text.is_empty())?;
        Guard::parse(condition, fields).err().map(|fault| format!("Its condition cannot be read. {fault}"))
    };
    mistake(rule, is_step, fields).map(|(_, message)| message).or_else(unreadable)
}

/// The circles of rules in which those of a workflow take part.
async fn circles(cx: &Cx, all: &[Workflow], id: WorkflowId) -> Result<Vec<Vec<(RuleId, String)>>> {
    let active = repo::automation::active(cx.db(), cx.organisation_id()).await?;
    let by_id: BTreeMap<WorkflowId, &Workflow> = all.iter().map(|one| (one.head.id, one)).collect();
    let known: Vec<Known<'_>> = active
        .iter()
        .filter_map(|(workflow, kept)| {
            Some(Known { id: kept.id, workflow: by_id.get(workflow)?, rule: &kept.rule })
        })
        .collect();
    let own: Vec<RuleId> =
        active.iter().filter(|(workflow, _)| *workflow == id).map(|(_, kept)| kept.id).collect();
    let named = |id: RuleId| {
        let name = active.iter().find(|(_, kept)| kept.id == id).map(|(_, kept)| kept.rule.name.clone());
        (id, name.unwrap_or_default())
    };
    let found = cycles(&known).into_iter().filter(|circle| circle.iter().any(|id| own.contains(id)));
    Ok(found.map(|circle| circle.into_iter().map(named).collect()).collect())
}

/// What is doubtful about the rules of a workflow, as its design says it.
pub(super) async fn doubts(cx: &Cx, id: WorkflowId, design: &Definition) -> Result<Vec<Finding>> {
    let active = repo::automation::active(cx.db(), cx.organisation_id()).await?;
    let own: Vec<&KeptRule> =
        active.iter().filter(|(workflow, _)| *workflow == id).map(|(_, kept)| kept).collect();
    if own.is_empty() {
        return Ok(Vec::new());
    }
    let fields = match &design.fields {
        Some(fields) => fields.clone(),
        None => repo::workflow::fields(cx.db(), cx.organisation_id(), id).await?,
    };
    let hooks = cx.hooks(cx.db()).await?;
    let broken = own.into_iter().filter_map(|kept| {
        let fault = fault(&kept.rule, |id| design.step(id).is_some(), &fields, &hooks)?;
        let text = format!("The rule {} of the automation could not act. {fault}", kept.rule.name);
        Some(Finding { blocks: false, step: None, text })
    });
    let mut found: Vec<Finding> = broken.collect();
    let all = repo::workflow::all(cx.db(), cx.organisation_id()).await?;
    let finding = |circle: Vec<(RuleId, String)>| {
        let names: Vec<&str> = circle.iter().chain(circle.first()).map(|(_, name)| name.as_str()).collect();
        let text = format!(
            "Rules of the automation set each other off: {}. They stop at the first repeat.",
            names.join(" \u{2192} ")
        );
        Finding { blocks: false, step: None, text }
    };
    found.extend(circles(cx, &all, id).await?.into_iter().map(finding));
    Ok(found)
}

async fn with_last(cx: &Cx, id: WorkflowId, mut rules: Vec<KeptRule>) -> Result<Vec<KeptRule>> {
    let last = repo::automation::last_runs(cx.db(), cx.organisation_id(), id).await?;
    for kept in &mut rules {
        let of_it = last.iter().rev().find(|(rule, ..)| *rule == kept.id);
        kept.last = of_it.map(|(_, at, state)| (*at, *state));
    }
    Ok(rules)
}

/// The rules of the workflow whose items are called `key-…`, by name.
pub async fn list(cx: &Cx, key: &str) -> Result<Vec<KeptRule>> {
    let cx = cx.clone().require(Permission::WorkflowDesign)?;
    let id = by_key(cx.db(), &cx, key).await?.head.id;
    let rules = repo::automation::of_workflow(cx.db(), cx.organisation_id(), id).await?;
    with_last(&cx, id, rules).await
}

/// One rule, with the workflow that it belongs to.
pub async fn get(cx: &Cx, id: RuleId) -> Result<(WorkflowId, KeptRule)> {
    let cx = cx.clone().require(Permission::WorkflowDesign)?;
    let (workflow, kept) = repo::automation::find(cx.db(), cx.organisation_id(), id).await?.or_not_found()?;
    let mut rules = with_last(&cx, workflow, vec![kept]).await?;
    Ok((workflow, rules.pop().or_not_found()?))
}

/// Whoever changes rules: one that `acts` changes items as soon as it is kept, as a workflow does that is published.
fn designer(cx: &Cx, acts: bool) -> Result<Cx> {
    let cx = cx.clone().require(Permission::WorkflowDesign)?;
    if acts { cx.require(Permission::WorkflowPublish) } else { Ok(cx) }
}

/// Fails for who may not write a rule that reads what comes by incoming webhooks: it shows that to whoever sees the item.
fn may_read_hooks(cx: &Cx, rule: &Rule) -> Result<()> {
    match rule.on.hooked() {
        Some(_) => cx.clone().require(Permission::ApiManage).map(drop),
        None => Ok(()),
    }
}

/// Fails where a workflow that is held has as many rules as it can.
async fn has_room(tx: &mut Tx, cx: &Cx, id: WorkflowId) -> Result<()> {
    let count = repo::automation::count(tx, cx.organisation_id(), id).await?;
    if usize::try_from(count).is_ok_and(|count| RULES_MAX <= count) {
        return Err(Error::Conflict(format!("A workflow has {RULES_MAX} rules at most.")));
    }
    Ok(())
}

/// Adds a rule to the workflow whose items are called `key-…`.
pub async fn create(cx: &Cx, key: &str, rule: Rule, active: bool) -> Result<RuleId> {
    let cx = designer(cx, active)?;
    may_read_hooks(&cx, &rule)?;
    let workflow = by_key(cx.db(), &cx, key).await?;
    let rule = read(&cx, &workflow, rule).await?;
    let id: RuleId = cx.new_id();
    let mut tx = cx.begin().await?;
    repo::automation::hold(&mut tx, cx.organisation_id(), workflow.head.id).await?;
    has_room(&mut tx, &cx, workflow.head.id).await?;
    repo::automation::insert(&mut tx, &cx, id, workflow.head.id, &rule, active).await?;
    repo::automation::note_active(&mut tx, cx.organisation_id(), workflow.head.id).await?;
    tx.record(event("rule.created", workflow.head.id, id)).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes a rule of this version.
pub async fn update(cx: &Cx, id: RuleId, version: i64, rule: Rule, active: bool) -> Result<KeptRule> {
    let cx = cx.clone().require(Permission::WorkflowDesign)?;
    let organisation_id = cx.organisation_id();
    let (workflow_id, old) = repo::automation::find(cx.db(), organisation_id, id).await?.or_not_found()?;
    let cx = designer(&cx, active || old.active)?;
    if old.version != version {
        return Err(changed_meanwhile());
    }
    if rule != old.rule {
        may_read_hooks(&cx, &rule)?;
    }
    let workflow = repo::workflow::find(cx.db(), organisation_id, workflow_id).await?.or_not_found()?;
    // Turning it off has to be possible whatever became of what it names.
    let rule = if rule == old.rule && !active { rule } else { read(&cx, &workflow, rule).await? };
    let mut tx = cx.begin().await?;
    repo::automation::hold(&mut tx, organisation_id, workflow_id).await?;
    if !repo::automation::update(&mut tx, &cx, &old, &rule, active).await? {
        return Err(changed_meanwhile());
    }
    repo::automation::note_active(&mut tx, organisation_id, workflow_id).await?;
    tx.record(event("rule.changed", workflow_id, id)).await?;
    tx.commit().await?;
    Ok(get(&cx, id).await?.1)
}

/// Turns a rule of this version on or off.
pub async fn turn(cx: &Cx, id: RuleId, version: i64, active: bool) -> Result<KeptRule> {
    let (_, kept) = get(cx, id).await?;
    update(cx, id, version, kept.rule, active).await
}

/// Deletes a rule, only that of a version if one is named. [`restore`] brings it back.
pub async fn delete(cx: &Cx, id: RuleId, version: Option<i64>) -> Result<()> {
    let cx = cx.clone().require(Permission::WorkflowDesign)?;
    let organisation_id = cx.organisation_id();
    let (workflow_id, old) = repo::automation::find(cx.db(), organisation_id, id).await?.or_not_found()?;
    let cx = designer(&cx, old.active)?;
    let mut tx = cx.begin().await?;
    repo::automation::hold(&mut tx, organisation_id, workflow_id).await?;
    // Only as it was looked at: somebody may have turned it on meanwhile.
    let is_named = version.is_none_or(|version| version == old.version);
    if !is_named || !repo::automation::delete(&mut tx, &cx, id, old.version).await? {
        return Err(changed_meanwhile());
    }
    repo::automation::note_active(&mut tx, cx.organisation_id(), workflow_id).await?;
    tx.record(event("rule.deleted", workflow_id, id)).await?;
    tx.commit().await
}

/// Brings a deleted rule back.
pub async fn restore(cx: &Cx, id: RuleId) -> Result<()> {
    let cx = cx.clone().require(Permission::WorkflowDesign)?;
    let organisation_id = cx.organisation_id();
    let (workflow_id, old) =
        repo::automation::find_deleted(cx.db(), organisation_id, id).await?.or_not_found()?;
    let cx = designer(&cx, old.active)?;
    let workflow = repo::workflow::find(cx.db(), organisation_id, workflow_id).await?.or_not_found()?;
    if old.active {
        read(&cx, &workflow, old.rule).await?;
    }
    let mut tx = cx.begin().await?;
    repo::automation::hold(&mut tx, organisation_id, workflow_id).await?;
    has_room(&mut tx, &cx, workflow_id).await?;
    repo::automation::restore(&mut tx, &cx, id).await?.then_some(()).or_not_found()?;
    repo::automation::note_active(&mut tx, organisation_id, workflow_id).await?;
    tx.record(event("rule.restored", workflow_id, id)).await?;
    tx.commit().await
}

/// What is wrong about a condition of the workflow whose items are called `key-…`, if anything is.
pub async fn check(cx: &Cx, key: &str, condition: &str) -> Result<Option<String>> {
    let cx = cx.clone().require(Permission::WorkflowDesign)?;
    if condition.trim().is_empty() {
        return Ok(None);
    }
    let workflow = by_key(cx.db(), &cx, key).await?;
    let fields = repo::workflow::fields(cx.db(), cx.organisation_id(), workflow.head.id).await?;
    Ok(Guard::parse(condition, &fields).err().map(|fault| fault.to_string()))
}

/// Values of what came last by an incoming webhook, each with its place, for whoever writes a rule that reads them; with the
/// whole as it was sent. Nothing where nothing came that could be read.
pub async fn came_last(cx: &Cx, hook: HookId) -> Result<Option<(String, Vec<(String, String)>)>> {
    let cx = cx.clone().require(Permission::ApiManage)?;
    cx.hooks(cx.db()).await?.into_iter().find(|one| one.id == hook).or_not_found()?;
    let Some(came) = cx.came_last(hook).await? else { return Ok(None) };
    let (Ok(sent), Ok(text)) = (Sent::read(&came.body), String::from_utf8(came.body)) else {
        return Ok(None);
    };
    Ok(Some((text, sent.places())))
}

/// Which runs of a workflow are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked {
    /// Only of this rule.
    pub rule: Option<RuleId>,
    /// Only those that ended like this.
    pub state: Option<State>,
    /// Behind this one.
    pub after: Option<RunId>,
    /// The oldest first; else the newest.
    pub oldest_first: bool,
}

/// A page of the runs of a workflow's rules.
///
/// It says what items hold.
pub async fn runs(cx: &Cx, key: &str, asked: Asked, limit: usize) -> Result<Runs> {
    let cx = cx.clone().require(Permission::WorkflowDesign)?.require(Permission::ItemView)?;
    let workflow_id = by_key(cx.db(), &cx, key).await?.head.id;
    let wanted = Wanted {
        workflow_id,
        rule: asked.rule,
        state: asked.state,
        after: asked.after,
        newest_first: !asked.oldest_first,
        limit: limit + 1,
    };
    let mut runs = repo::automation::runs(cx.db(), cx.organisation_id(), wanted).await?;
    let more = limit < runs.len();
    runs.truncate(limit);
    let next = runs.last().filter(|_| more).map(|last| last.id);
    Ok(Runs { runs, next })
}

/// One run.
pub async fn get_run(cx: &Cx, id: RunId) -> Result<Run> {
    let cx = cx.clone().require(Permission::WorkflowDesign)?.require(Permission::ItemView)?;
    repo::automation::find_run(cx.db(), cx.organisation_id(), id).await?.or_not_found()
}

/// Lets a run that failed be carried out again, soon.
pub async fn retry(cx: &Cx, id: RunId) -> Result<()> {
    let cx = designer(cx, true)?;
    let mut tx = cx.begin().await?;
    let failed = repo::automation::find_run(&mut tx, cx.organisation_id(), id).await?.or_not_found()?;
    let (workflow_id, _) = repo::automation::find(&mut tx, cx.organisation_id(), failed.rule_id)
        .await?
        .ok_or_else(|| Error::Conflict("The rule was deleted.".into()))?;
    let log = Log { cause: failed.log.cause, ..Log::default() };
    if !repo::automation::again(&mut tx, cx.organisation_id(), id, &log).await? {
        return Err(Error::Conflict("Only what failed can be tried again.".into()));
    }
    tx.enqueue(NewJob::new(RULE, json!({ "run": id }))).await?;
    tx.record(event("rule.retried", workflow_id, failed.rule_id)).await?;
    tx.commit().await
}

/// The item called `key` for whoever may try rules on it.
async fn item_called(cx: &Cx, key: &str) -> Result<(WorkflowId, ItemId)> {
    let found = item::find(cx, key.trim()).await;
    let (workflow, item) = match found {
        Err(Error::NotFound) => {
            return Err(Error::invalid("item", format!("There is no item called {}.", key.trim())));
        }
        found => found?,
    };
    Ok((workflow.head.id, item.card.id))
}

/// A rule as it is kept, or what is wrong about it.
async fn read(cx: &Cx, workflow: &Workflow, rule: Rule) -> Result<Rule> {
    let fields = repo::workflow::fields(cx.db(), cx.organisation_id(), workflow.head.id).await?;
    let rule = Rule { name: rule.name.trim().to_owned(), when: rule.when.trim().to_owned(), ..rule };
    if let Some((field, message)) = mistake(&rule, |id| workflow.runs(id), &fields) {
        return Err(Error::invalid(field, message));
    }
    if let Some(hooked) = rule.on.hooked()
        && !cx.hooks(cx.db()).await?.iter().any(|hook| hook.id == hooked.hook)
    {
        return Err(Error::invalid("hook", "Choose an incoming webhook of the organisation."));
    }
    if !rule.when.is_empty() {
        Guard::parse(&rule.when, &fields).map_err(|fault| Error::invalid("when", fault.to_string()))?;
    }
    let is_hooked = rule.on.hooked().is_some();
    for (place, action) in rule.then.iter().enumerate() {
        let wrong = |message: String| Error::invalid(format!("then[{place}]"), message);
        match action {
            // What comes is known only then.
            Action::Set { value, .. } if is_hooked && places_in(value).next().is_some() => {}
            Action::Set { field, value } => {
                let known = fields.iter().find(|known| known.key == *field).or_not_found()?;
                fits(cx, known, value).map_err(wrong)?;
            }
            Action::Create { workflow: other, fields: values, .. } => {
                let other = repo::workflow::find(cx.db(), cx.organisation_id(), *other).await?;
                let other = other.ok_or_else(|| wrong("Choose the workflow of the new item.".to_owned()))?;
                let form = repo::workflow::fields(cx.db(), cx.organisation_id(), other.head.id).await?;
                if let Some(key) = values.keys().find(|key| form.iter().all(|field| field.key != **key)) {
                    return Err(wrong(format!("{} has no field {key}.", other.head.name)));
                }
                // What stands for something of the item is known only then.
                let plain = |text: &str| names_in(text).is_empty();
                for (key, value) in values.iter().filter(|(_, value)| plain(value)) {
                    if let Some(known) = form.iter().find(|field| field.key == *key) {
                        fits(cx, known, value).map_err(wrong)?;
                    }
                }
            }
            Action::Assign(Gives::Field(key)) => {
                let names = |known: &Field| known.key == *key && known.kind == FieldKind::Person;
                if !fields.iter().any(names) {
                    return Err(wrong("Choose the field that names the member.".to_owned()));
                }
            }
            Action::Assign(Gives::Member(id))
            | Action::Tell { whom: Whom::Member(id), .. }
            | Action::Mail { whom: Whom::Member(id), .. } => {
                let active = repo::decision::active(cx.db(), cx.organisation_id(), &[*id]).await?;
                if active.is_empty() {
                    return Err(wrong("Choose a member of the organisation.".to_owned()));
                }
            }
            Action::Book { job_type, .. } => {
                let known = cx.job_types(cx.db().into()).await?;
                if known.iter().all(|known| known.id != *job_type) {
                    return Err(wrong("Choose a job type that there is.".to_owned()));
                }
            }
            _ => {}
        }
    }
    Ok(rule)
}

/// Whether a value can be filled into a field.
fn fits(cx: &Cx, field: &Field, value: &str) -> std::result::Result<(), String> {
    let read =
        rules::read_values(std::slice::from_ref(field), &Values::new(), |_| Some(value), &around(cx, None));
    read.map(drop).map_err(|error| error.to_string())
}

fn changed_meanwhile() -> Error {
    Error::Conflict("Somebody changed the rule meanwhile. Nothing was overwritten; look at it again.".into())
}

/// What happened to a rule, for the record and for open pages.
fn event(kind: &'static str, workflow_id: WorkflowId, id: RuleId) -> Event {
    let topic = Some(topic(workflow_id));
    Event { kind, subject_kind: "rule", subject_id: id.uuid(), topic, data: json!({}) }
}

/// What the pages of a workflow's rules listen to.
fn topic(workflow_id: WorkflowId) -> Topic {
    Topic::of(Permission::WorkflowDesign, rules_topic(workflow_id))
}

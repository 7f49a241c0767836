//! Making workflows: from a template, by a draft, and publishing it.

mod children;
mod guard;
mod kept;

pub use kept::take_up;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use db::ResultExt;
use kernel::{Cx, Directory, Error, Event, OrNotFound, Permission, Result, StepId, Topic, Tx, WorkflowId};
use serde_json::{Value, json};

use super::{approval, automation, booking, engine, gate, interchange::without_strangers, sla};
use crate::{
    api::{design_topic, topic},
    approval::Approval,
    booking::JobType,
    definition::{Definition, NAME_MAX, NOUN_MAX, Place, StepDefinition, check, leftovers, template},
    diagram,
    model::{Act, Design, Field, KeptDraft, Move, StepKind, Version, Workflow, WorkflowHead},
    repo::{self, design::Draft},
};

/// The longest letters before an item's number.
pub const KEY_MAX: usize = 6;

/// Each workflow has letters of its own.
const KEY_KEY: &str = "workflow_organisation_id_key_key";

/// What a workflow is made from.
#[derive(Debug, Clone)]
pub struct NewWorkflow {
    /// Its name.
    pub name: String,
    /// The letters before an item's number; small ones are taken for capitals.
    pub key: String,
    /// What one item is called.
    pub item_noun: String,
    /// The key of a template.
    pub template: String,
}

/// Makes a workflow from a template. It runs at once.
pub async fn create(cx: &Cx, new: NewWorkflow) -> Result<WorkflowHead> {
    let cx = cx.clone().require(Permission::WorkflowPublish)?;
    let key = read_key(&new.key)?;
    let unknown = || Error::invalid("template", "Choose what to begin with.");
    let made = match new.template.parse() {
        Ok(id) => super::template::fresh(&cx, id).await?.ok_or_else(unknown)?,
        Err(_) => built_in(&cx, template::find(&new.template).ok_or_else(unknown)?),
    };
    let made = Definition { name: new.name, item_noun: new.item_noun, ..made };
    let made = placed(&cx, made.tidied()).await?;
    if made.name.is_empty() || NAME_MAX < made.name.chars().count() {
        return Err(Error::invalid(
            "name",
            format!("Give the workflow a name of up to {NAME_MAX} characters."),
        ));
    }
    if made.item_noun.is_empty() || NOUN_MAX < made.item_noun.chars().count() {
        let message = format!("Say what one item is called, in up to {NOUN_MAX} characters.");
        return Err(Error::invalid("item_noun", message));
    }
    let id: WorkflowId = cx.new_id();
    let mut tx = cx.begin().await?;
    repo::design::insert_workflow(&mut tx, &cx, id, &key, &made).await.on_constraint(KEY_KEY, || {
        Error::invalid("key", format!("The items of another workflow are called {key}- already."))
    })?;
    repo::design::write_steps(&mut tx, &cx, id, None, &made).await?;
    repo::design::write_transitions(&mut tx, &cx, id, None, &made).await?;
    repo::design::write_fields(&mut tx, &cx, id, &[], &made).await?;
    repo::design::insert_version(&mut tx, &cx, id, 1, &made).await?;
    tx.record(event("workflow.created", id, json!({ "name": made.name, "key": key }))).await?;
    tx.commit().await?;
    Ok(WorkflowHead { id, name: made.name, key, item_noun: made.item_noun })
}

/// What a workflow is made of from a template that comes with the program.
fn built_in(cx: &Cx, template: &template::Template) -> Definition {
    let steps: Vec<StepId> = template.steps.iter().map(|_| cx.new_id()).collect();
    let mut made = Definition::default();
    for (id, step) in steps.iter().zip(template.steps) {
        let approval = step.refused.map(|_| Approval::default());
        made.steps.push(StepDefinition {
            ends: step.ends,
            approval,
            automatic: step.automatic.clone(),
            ..StepDefinition::new(*id, step.name)
        });
    }
    for (from, step) in steps.iter().zip(template.steps) {
        for (to, name) in step.ways {
            if let Some(to) = steps.get(*to) {
                made.connect(*from, *to, name);
            }
        }
        let refused = step.refused.unwrap_or_default().iter().filter_map(|to| steps.get(*to));
        for to in refused {
            made.refuse(*from, *to);
        }
    }
    made.fields = Some(template.form(&steps, || cx.new_id()));
    made
}

fn read_key(text: &str) -> Result<String> {
    let key = text.trim().to_ascii_uppercase();
    let is_plain = key.starts_with(|letter: char| letter.is_ascii_uppercase())
        && key.chars().all(|letter| letter.is_ascii_alphanumeric())
        && key.len() <= KEY_MAX;
    if is_plain {
        Ok(key)
    } else {
        let message =
            format!("Up to {KEY_MAX} letters and digits, the first a letter: UC makes UC-1, UC-2 and so on.");
        Err(Error::invalid("key", message))
    }
}

/// The workflow as it runs, and as it is drafted; as it runs while there is no draft.
pub async fn open(cx: &Cx, key: &str) -> Result<Design> {
    let cx = cx.clone().require(Permission::WorkflowDesign)?;
    let organisation_id = cx.organisation_id();
    let live = repo::workflow::find_by_key(cx.db(), organisation_id, key).await?.or_not_found()?;
    let draft = repo::design::draft(cx.db(), organisation_id, live.head.id).await?;
    let number = repo::design::number(cx.db(), organisation_id, live.head.id).await?;
    let published = repo::design::version(cx.db(), organisation_id, live.head.id, number).await?;
    let mut running = Definition { base: number, ..Definition::from(&live) };
    if let Some(published) = published {
        running = running.filled_up_from(&published);
    }
    running.fields = Some(repo::workflow::fields(cx.db(), organisation_id, live.head.id).await?);
    let running = placed(&cx, running).await?;
    let (definition, version, changed) = match draft {
        Some(draft) => {
            let changed = Some((draft.updated_by, draft.updated_at));
            let drafted = with_form(placed(&cx, draft.definition.0).await?, &live, running.form());
            (drafted, draft.version, changed)
        }
        None => (running.clone(), 0, None),
    };
    let mut faults = gate::faults(&definition);
    faults.extend(automation::doubts(&cx, live.head.id, &definition).await?);
    faults.extend(children::faults(cx.db(), &cx, live.head.id, &definition).await?);
    let job_types: Vec<JobType> =
        cx.job_types(cx.db().into()).await?.into_iter().map(JobType::from).collect();
    faults.extend(booking::unknown(&definition, &job_types));
    let others = repo::workflow::list(cx.db(), organisation_id).await?.into_iter();
    let others =
        others.filter(|other| other.id != live.head.id).map(|other| (other.id, other.name)).collect();
    Ok(Design { live, running, definition, version, changed, number, faults, others, job_types })
}

/// The same with a place for every step.
pub(super) async fn placed(cx: &Cx, definition: Definition) -> Result<Definition> {
    if definition.steps.iter().all(|step| step.place.is_some()) {
        return Ok(definition);
    }
    let work = move || {
        let mut definition = definition;
        let loose = definition.steps.iter().filter(|step| step.place.is_none()).map(|step| step.id).collect();
        definition.put(&diagram::arranged(&definition, Some(&loose)));
        definition
    };
    apart(cx, work).await
}

/// Does what may take long apart from what others wait for.
pub(super) async fn apart<T: Send + 'static>(
    cx: &Cx,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|cause| {
        let reference = cx.visit().request_id().to_owned();
        tracing::error!(request.id = %reference, error = %cause, "Work beside the request was interrupted");
        Error::Internal { reference }
    })
}

/// Where the steps of a design stand best, all or only some of them.
pub async fn arrange(
    cx: &Cx,
    definition: Definition,
    only: Option<BTreeSet<StepId>>,
) -> Result<Vec<(StepId, Place)>> {
    let cx = cx.clone().require(Permission::WorkflowDesign)?;
    definition.validate()?;
    let work = move || diagram::arranged(&definition, only.as_ref());
    apart(&cx, work).await
}

/// The versions of a workflow, newest first.
pub async fn versions(cx: &Cx, id: WorkflowId) -> Result<Vec<Version>> {
    let cx = cx.clone().require(Permission::WorkflowDesign)?;
    Ok(repo::design::versions(cx.db(), cx.organisation_id(), id).await?)
}

/// A version as it was published.
pub async fn version(cx: &Cx, id: WorkflowId, number: i64) -> Result<Definition> {
    let cx = cx.clone().require(Permission::WorkflowDesign)?;
    let version = repo::design::version(cx.db(), cx.organisation_id(), id, number).await?.or_not_found()?;
    // What was published before there were drawings stands nowhere.
    placed(&cx, version).await
}

/// Keeps the draft. `version` is the one it was made on, 0 where there was none. Sent again because
/// the answer was lost, it is kept once.
pub async fn save(cx: &Cx, id: WorkflowId, version: i64, definition: Definition) -> Result<KeptDraft> {
    let cx = cx.clone().require(Permission::WorkflowDesign)?;
    definition.validate()?;
    let organisation_id = cx.organisation_id();
    let mut faults = gate::faults(&definition);
    faults.extend(automation::doubts(&cx, id, &definition).await?);
    faults.extend(children::faults(cx.db(), &cx, id, &definition).await?);
    faults.extend(booking::faults(cx.db(), &cx, &definition).await?);
    let mut tx = cx.begin().await?;
    repo::workflow::find(&mut tx, organisation_id, id).await?.or_not_found()?;
    let written = if version != 0 {
        let changed = repo::design::update_draft(&mut tx, &cx, id, version, &definition).await?;
        changed.then_some(version + 1)
    } else if repo::design::number(&mut tx, organisation_id, id).await? == definition.base {
        repo::design::insert_draft(&mut tx, &cx, id, &definition).await?
    } else {
        None
    };
    if let Some(written) = written {
        tell(&mut tx, &cx, id);
        tx.commit().await?;
        return Ok(KeptDraft { version: written, faults });
    }
    let there = repo::design::draft(&mut tx, organisation_id, id).await?;
    drop(tx);
    match there {
        Some(there)
            if there.updated_by == cx.member_id()
                && there.definition.0 == definition
                && (version == 0 || there.version == version + 1) =>
        {
            Ok(KeptDraft { version: there.version, faults })
        }
        there => Err(changed_meanwhile(&cx, there).await?),
    }
}

/// Drops the draft of this version: the design is the running workflow again.
pub async fn discard(cx: &Cx, id: WorkflowId, version: i64) -> Result<()> {
    let cx = cx.clone().require(Permission::WorkflowDesign)?;
    let mut tx = cx.begin().await?;
    take(&mut tx, &cx, id, version).await?;
    tell(&mut tx, &cx, id);
    tx.record(event("workflow.draft_discarded", id, json!({}))).await?;
    tx.commit().await
}

/// Tells open designs who has kept something, or taken it away.
fn tell(tx: &mut Tx, cx: &Cx, id: WorkflowId) {
    tx.tell(Topic::of(Permission::WorkflowDesign, design_topic(id)), "design.kept", cx.member_id().uuid());
}

/// Takes the draft of this version away: whoever does so first goes on with it.
async fn take(tx: &mut Tx, cx: &Cx, id: WorkflowId, version: i64) -> Result<Definition> {
    let organisation_id = cx.organisation_id();
    if let Some(taken) = repo::design::take_draft(&mut *tx, organisation_id, id, version).await? {
        return Ok(taken);
    }
    repo::workflow::find(&mut *tx, organisation_id, id).await?.or_not_found()?;
    let there = repo::design::draft(&mut *tx, organisation_id, id).await?;
    Err(changed_meanwhile(cx, there).await?)
}

/// What becomes of running items when a design is published.
#[derive(Debug, Clone, Default)]
pub struct Onward {
    /// Where the items of steps go that the design has no more.
    pub moves: BTreeMap<StepId, StepId>,
    /// Whether those that are not done stay on the version that they are on instead.
    pub stay: bool,
}

/// Lets the workflow run as the draft of this version says.
pub async fn publish(cx: &Cx, id: WorkflowId, version: i64, onward: &Onward) -> Result<i64> {
    let cx = cx.clone().require(Permission::WorkflowPublish)?;
    let directory = Directory::load(&cx).await?;
    let (organisation_id, at) = (cx.organisation_id(), cx.now());
    let mut tx = cx.begin().await?;
    let mut made = placed(&cx, take(&mut tx, &cx, id, version).await?.tidied()).await?;
    tell(&mut tx, &cx, id);
    repo::design::update_workflow(&mut tx, &cx, id, &made).await?.then_some(()).or_not_found()?;
    // Read after that: nobody else publishes now.
    let live = repo::workflow::find(&mut tx, organisation_id, id).await?.or_not_found()?;
    let fields = repo::workflow::fields(&mut tx, organisation_id, id).await?;
    made = with_form(made, &live, &fields);
    made.validate()?;
    guard::keep_kinds(&fields, &made)?;
    guard::keep_old_kinds(&mut tx, &cx, id, &fields, &made).await?;
    let children = children::faults(&mut tx, &cx, id, &made).await?;
    let found = check(&made).into_iter().chain(gate::faults(&made)).chain(gate::strangers(&made, &directory));
    let bookings = booking::faults(&mut tx, &cx, &made).await?;
    let found = found.chain(children).chain(bookings);
    if let Some(finding) = found.into_iter().find(|finding| finding.blocks) {
        return Err(Error::Conflict(format!("It cannot be published yet. {}", finding.text)));
    }
    // Who is gone meanwhile, or was never there.
    without_strangers(&mut made, &directory);
    let mut number = repo::design::number(&mut tx, organisation_id, id).await?;
    if number != made.base {
        return Err(Error::Conflict(format!(
            "The draft was made from version {}, and version {number} was published meanwhile. Discard the draft, or look \
             at what changed and draft it again.",
            made.base
        )));
    }
    if number == 0 {
        // What ran before there were versions.
        number = 1;
        let ran = Definition { fields: Some(fields.clone()), ..Definition::from(&live) };
        repo::design::insert_version(&mut tx, &cx, id, number, &ran).await?;
    }
    if !onward.stay {
        guard::keep_together(&live, &made)?;
    }
    let stayed = if onward.stay { kept::stay(&mut tx, &cx, &live, &fields, number).await? } else { 0 };
    let (made, moves) = with_own_ids(&cx, &live, &fields, made, &onward.moves);

    repo::design::loosen_steps(&mut tx, organisation_id, id).await?;
    repo::design::write_steps(&mut tx, &cx, id, Some(&live), &made).await?;
    // The ways first: they hold on to the steps that go.
    repo::design::write_transitions(&mut tx, &cx, id, Some(&live), &made).await?;
    let moved = dissolve(&mut tx, &cx, &live, &made, &moves, at).await?;
    // Last: those of steps that went are in others now.
    repo::design::write_fields(&mut tx, &cx, id, &fields, &made).await?;
    approval::published(&mut tx, &cx, &live, id).await?;
    engine::published(&mut tx, &cx, &live, id, at).await?;
    sla::published(&mut tx, &cx, &live, id).await?;
    booking::published(&mut tx, &cx, &live, id).await?;
    repo::kept::sweep(&mut tx, &cx, id).await?;
    number += 1;
    repo::design::insert_version(&mut tx, &cx, id, number, &made).await?;
    let data =
        json!({ "name": made.name, "number": number, "moved_items": moved, "items_that_stay": stayed });
    tx.record(event("workflow.published", id, data)).await?;
    tx.commit().await?;
    Ok(number)
}

/// The same with the form as it is, for a design that was begun before forms were designed. What is filled in in a step that
/// goes is filled in where its items go.
pub(super) fn with_form(mut made: Definition, live: &Workflow, fields: &[Field]) -> Definition {
    if made.fields.is_some() {
        return made;
    }
    let gone: BTreeMap<StepId, Option<StepId>> =
        leftovers(live, &made).into_iter().map(|gone| (gone.step, gone.to)).collect();
    let first = made.steps.first().map(|step| step.id);
    let mut form = fields.to_vec();
    for field in &mut form {
        if let Some(to) = field.step_id.and_then(|id| gone.get(&id)) {
            field.step_id = to.or(first);
        }
        field.terms.access.retain(|rule| made.step(rule.step).is_some());
    }
    made.fields = Some(form);
    made
}

/// Takes away the steps that are no more, and tells how many items went on elsewhere.
async fn dissolve(
    tx: &mut Tx,
    cx: &Cx,
    live: &Workflow,
    made: &Definition,
    moves: &BTreeMap<StepId, StepId>,
    at: DateTime<Utc>,
) -> Result<i64> {
    let mut moved = 0;
    for gone in leftovers(live, made) {
        let chosen = moves.get(&gone.step).copied().filter(|to| made.step(*to).is_some());
        // Nobody has to say where deleted items would come back.
        let fallback = gone.to.or(made.steps.first().map(|step| step.id)).or_not_found()?;
        let to = made.step(chosen.unwrap_or(fallback)).or_not_found()?;
        let old = live.step(gone.step);
        let ended = to.ends && old.is_some_and(|step| step.kind == StepKind::Done);
        let along = Move { ended, ..Move::new((gone.step, &gone.name), (to.id, &to.name)) };
        let act = Act::Moved(along);
        if let Some(step) = old {
            approval::dissolved(&mut *tx, cx, step).await?;
            booking::look_soon(tx, cx, step).await?;
        }
        let items = repo::design::dissolve_step(tx, cx, gone.step, (to.id, at), &act).await?;
        if items != 0 && chosen.is_none() {
            return Err(Error::Conflict(format!(
                "Say where the {items} items of {} go: the step is not there any more.",
                gone.name
            )));
        }
        moved += items;
    }
    Ok(moved)
}

/// The same with ids of the program's own for steps and fields that are new, where items are to go, too.
fn with_own_ids(
    cx: &Cx,
    live: &Workflow,
    fields: &[Field],
    mut made: Definition,
    moves: &BTreeMap<StepId, StepId>,
) -> (Definition, BTreeMap<StepId, StepId>) {
    let new = made.steps.iter().filter(|step| live.step(step.id).is_none());
    let own: BTreeMap<StepId, StepId> = new.map(|step| (step.id, cx.new_id())).collect();
    let owned = |id: StepId| own.get(&id).copied().unwrap_or(id);
    for step in &mut made.steps {
        step.id = owned(step.id);
    }
    for way in &mut made.transitions {
        (way.from, way.to) = (owned(way.from), owned(way.to));
    }
    for field in made.fields.iter_mut().flatten() {
        field.step_id = field.step_id.map(owned);
        for rule in &mut field.terms.access {
            rule.step = owned(rule.step);
        }
        if fields.iter().all(|old| old.id != field.id) {
            field.id = cx.new_id();
        }
    }
    (made, moves.iter().map(|(from, to)| (*from, owned(*to))).collect())
}

/// What is said when somebody else was faster. `there` is the draft now.
async fn changed_meanwhile(cx: &Cx, there: Option<Draft>) -> Result<Error> {
    let Some(there) = there else {
        return Ok(Error::Conflict("The draft was published or discarded meanwhile.".into()));
    };
    let directory = Directory::load(cx).await?;
    let name = directory.person(there.updated_by).map_or("Somebody", |person| person.name.as_str());
    Ok(Error::Conflict(format!("{name} changed the draft meanwhile.")))
}

/// What happened to a workflow, for the record and for open pages.
fn event(kind: &'static str, id: WorkflowId, data: Value) -> Event {
    let topic = Topic::of(Permission::ItemView, topic(id));
    Event { kind, subject_kind: "workflow", subject_id: id.uuid(), topic: Some(topic), data }
}

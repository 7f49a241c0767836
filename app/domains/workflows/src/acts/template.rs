//! Templates of the organisation's own: a design that was saved to begin other workflows with.

use std::collections::BTreeMap;

use db::ResultExt;
use kernel::{Cx, Directory, Error, Event, OrNotFound, Permission, Result, StepId, Tx};
use serde_json::json;
use sqlx::types::Json;
use uuid::Uuid;

use super::{
    booking,
    design::{self, placed},
    gate,
    interchange::without_strangers,
};
use crate::{
    booking::JobType,
    definition::{Definition, NAME_MAX, check},
    interchange::tidy,
    model::OwnTemplate,
    repo::{
        self,
        template::{TEMPLATES_MAX, Template},
    },
};

/// The longest description, in characters.
pub const DESCRIPTION_MAX: usize = 200;
/// As many steps of a template are named.
const STEPS_SHOWN: usize = 12;
/// Each template has a name of its own.
const NAME_KEY: &str = "workflow_template_organisation_id_name_key";

/// All of them, by name.
pub async fn list(cx: &Cx) -> Result<Vec<OwnTemplate>> {
    // Who designs saves them, and who publishes begins with them.
    let may = if cx.may(Permission::WorkflowDesign) {
        Permission::WorkflowDesign
    } else {
        Permission::WorkflowPublish
    };
    let cx = cx.clone().require(may)?;
    let kept = repo::template::list(cx.db(), &cx).await?;
    let directory = Directory::load(&cx).await?;
    let known: Vec<JobType> = cx.job_types(cx.db().into()).await?.into_iter().map(JobType::from).collect();
    let shown = |Template { id, name, description, mut definition, version }| {
        let people = without_strangers(&mut definition.0, &directory);
        let bookings = booking::without_unknown(&mut definition.0, &known);
        let left_out = people.into_iter().chain(bookings).reduce(|all, one| format!("{all} {one}"));
        let Definition { item_noun, steps, fields, .. } = definition.0;
        OwnTemplate {
            id,
            name,
            description,
            item_noun,
            more_steps: steps.len().saturating_sub(STEPS_SHOWN),
            steps: steps.into_iter().take(STEPS_SHOWN).map(|step| step.name).collect(),
            fields: fields.map_or(0, |fields| fields.len()),
            left_out,
            version,
        }
    };
    Ok(kept.into_iter().map(shown).collect())
}

/// Saves the design of a workflow, as it was kept last, as a template. What could not run is refused.
pub async fn save(cx: &Cx, key: &str, name: &str, description: &str) -> Result<Uuid> {
    let design = design::open(cx, key).await?;
    let cx = cx.clone().require(Permission::WorkflowDesign)?;
    let (name, description) = read(name, description)?;
    let made = Definition { base: 0, ..design.definition.tidied() };
    made.validate()?;
    let found = check(&made).into_iter().chain(gate::faults(&made));
    if let Some(finding) = found.into_iter().find(|finding| finding.blocks) {
        return Err(Error::Conflict(format!("It cannot be saved as a template yet. {}", finding.text)));
    }
    let made = placed(&cx, made).await?;
    let mut tx = cx.begin().await?;
    let id: Uuid = cx.new_id();
    let template = Template { id, name, description, definition: Json(made), version: 1 };
    repo::template::insert(&mut tx, &cx, &template).await.on_constraint(NAME_KEY, taken)?;
    tx.record(event("workflow_template.saved", id)).await?;
    check_count(&mut tx, &cx).await?;
    tx.commit().await?;
    Ok(id)
}

/// Whether there are not too many. Counted once it is recorded: who saved another one at the same moment is done by then.
async fn check_count(tx: &mut Tx, cx: &Cx) -> Result<()> {
    let there = repo::template::count(tx, cx).await?;
    if usize::try_from(there).is_ok_and(|there| there <= TEMPLATES_MAX) {
        return Ok(());
    }
    Err(Error::Conflict(format!("There are {TEMPLATES_MAX} templates already. Delete one of them first.")))
}

fn read(name: &str, description: &str) -> Result<(String, String)> {
    let (name, description) = (tidy(name), tidy(description));
    if name.is_empty() || NAME_MAX < name.chars().count() {
        return Err(Error::invalid(
            "name",
            format!("Give the template a name of up to {NAME_MAX} characters."),
        ));
    }
    if DESCRIPTION_MAX < description.chars().count() {
        let message = format!("A description may have {DESCRIPTION_MAX} characters.");
        return Err(Error::invalid("description", message));
    }
    Ok((name, description))
}

fn taken() -> Error {
    Error::invalid("name", "There is a template of this name. Choose another one.")
}

/// Gives a template of this version another name and description.
pub async fn rename(cx: &Cx, id: Uuid, version: i64, name: &str, description: &str) -> Result<()> {
    let cx = cx.clone().require(Permission::WorkflowDesign)?;
    let mut tx = cx.begin().await?;
    repo::template::find(&mut tx, &cx, id).await?.or_not_found()?;
    let (name, description) = read(name, description)?;
    let changed = repo::template::rename(&mut tx, &cx, id, version, &name, &description)
        .await
        .on_constraint(NAME_KEY, taken)?;
    if !changed {
        return Err(Error::Conflict("Somebody changed the template meanwhile. Look at it again.".into()));
    }
    tx.record(event("workflow_template.renamed", id)).await?;
    tx.commit().await
}

/// Deletes a template; workflows that were made from it stay. [`restore`] brings it back.
pub async fn delete(cx: &Cx, id: Uuid) -> Result<()> {
    let cx = cx.clone().require(Permission::WorkflowDesign)?;
    let mut tx = cx.begin().await?;
    repo::template::set_deleted(&mut tx, &cx, id, true).await?.then_some(()).or_not_found()?;
    tx.record(event("workflow_template.deleted", id)).await?;
    tx.commit().await
}

/// Brings a deleted template back.
pub async fn restore(cx: &Cx, id: Uuid) -> Result<()> {
    let cx = cx.clone().require(Permission::WorkflowDesign)?;
    let mut tx = cx.begin().await?;
    let restored =
        repo::template::set_deleted(&mut tx, &cx, id, false).await.on_constraint(NAME_KEY, || {
            Error::Conflict(
                "There is another template of this name by now. Rename or delete that one first.".into(),
            )
        })?;
    restored.then_some(()).or_not_found()?;
    tx.record(event("workflow_template.restored", id)).await?;
    check_count(&mut tx, &cx).await?;
    tx.commit().await
}

/// What a workflow is made of from a template: its design with ids of its own, without teams and people that are not known
/// any more.
pub(super) async fn fresh(cx: &Cx, id: Uuid) -> Result<Option<Definition>> {
    let Some(template) = repo::template::find(cx.db(), cx, id).await? else { return Ok(None) };
    let directory = Directory::load(cx).await?;
    let mut made = template.definition.0;
    without_strangers(&mut made, &directory);
    let known = booking::known_for(cx.db(), cx, &made).await?;
    booking::without_unknown(&mut made, &known);
    Ok(Some(with_new_ids(cx, made)))
}

/// The same with other ids for steps and fields: it stands beside the workflow that it was made of.
fn with_new_ids(cx: &Cx, mut made: Definition) -> Definition {
    let new: BTreeMap<StepId, StepId> = made.steps.iter().map(|step| (step.id, cx.new_id())).collect();
    let other = |id: StepId| new.get(&id).copied().unwrap_or(id);
    for step in &mut made.steps {
        step.id = other(step.id);
    }
    for way in &mut made.transitions {
        (way.from, way.to) = (other(way.from), other(way.to));
    }
    for field in made.fields.iter_mut().flatten() {
        field.id = cx.new_id();
        field.step_id = field.step_id.map(other);
    }
    made
}

fn event(kind: &'static str, id: Uuid) -> Event {
    Event { kind, subject_kind: "workflow_template", subject_id: id, topic: None, data: json!({}) }
}

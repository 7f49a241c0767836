//! Drafts and versions of workflows, and the running one as it is made from them.

use chrono::{DateTime, Utc};
use db::{On, Result, Writer, sql};
use kernel::{Cx, ItemId, MemberId, OrganisationId, StepId, TransitionId, Tx, WorkflowId};
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::types::Json;
use uuid::Uuid;

use super::{activity, workflow::count_step};
use crate::{
    definition::Definition,
    model::{Act, Field, FieldKind, StepKind, Version, Workflow},
};

/// Rows written in one statement: 7 columns each, far below both engines' limits.
const ROWS: usize = 500;

/// A draft.
#[derive(Debug, sqlx::FromRow)]
pub struct Draft {
    /// What is drafted.
    pub definition: Json<Definition>,
    /// Who changed it last.
    pub updated_by: MemberId,
    /// When.
    pub updated_at: DateTime<Utc>,
    /// The version that a change is made on.
    pub version: i64,
}

/// The draft of a workflow, if there is one.
pub async fn draft(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    workflow_id: WorkflowId,
) -> Result<Option<Draft>> {
    sql("select definition, updated_by, updated_at, version from workflow_draft
         where organisation_id = $1 and workflow_id = $2")
    .bind(organisation_id)
    .bind(workflow_id)
    .optional(on)
    .await
}

/// Begins a draft, unless there is one. Its version counts from anywhere, so that no later draft has the same.
pub async fn insert_draft(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    workflow_id: WorkflowId,
    definition: &Definition,
) -> Result<Option<i64>> {
    let (_, random) = cx.new_id::<Uuid>().as_u64_pair();
    // Half of what is left: it is counted on from there.
    let version = i64::try_from(random & (u64::MAX >> 2)).unwrap_or(1);
    let written = sql("insert into workflow_draft
           (workflow_id, organisation_id, definition, created_at, created_by, updated_at, updated_by, version)
         values ($1, $2, $3, $4, $5, $4, $5, $6)
         on conflict (workflow_id) do nothing")
    .bind(workflow_id)
    .bind(cx.organisation_id())
    .bind(json!(definition))
    .bind(cx.now())
    .bind(cx.member_id())
    .bind(version)
    .execute(on)
    .await?;
    Ok((written == 1).then_some(version))
}

/// Changes a draft of this version. Tells whether there was such a one.
pub async fn update_draft(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    workflow_id: WorkflowId,
    version: i64,
    definition: &Definition,
) -> Result<bool> {
    let changed = sql("update workflow_draft
         set definition = $4, updated_at = $5, updated_by = $6, version = version + 1
         where organisation_id = $1 and workflow_id = $2 and version = $3")
    .bind(cx.organisation_id())
    .bind(workflow_id)
    .bind(version)
    .bind(json!(definition))
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(on)
    .await?;
    Ok(changed == 1)
}

/// Takes a draft of this version away, and gives what was drafted.
pub async fn take_draft(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    workflow_id: WorkflowId,
    version: i64,
) -> Result<Option<Definition>> {
    let gone: Option<(Json<Definition>,)> = sql("delete from workflow_draft
         where organisation_id = $1 and workflow_id = $2 and version = $3
         returning definition")
    .bind(organisation_id)
    .bind(workflow_id)
    .bind(version)
    .optional(on)
    .await?;
    Ok(gone.map(|(definition,)| definition.0))
}

/// The number of the version that runs; 0 while none was published from a design.
pub async fn number(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    workflow_id: WorkflowId,
) -> Result<i64> {
    let (number,): (i64,) = sql("select coalesce(max(number), 0) from workflow_version
         where organisation_id = $1 and workflow_id = $2")
    .bind(organisation_id)
    .bind(workflow_id)
    .one(on)
    .await?;
    Ok(number)
}

/// The versions of a workflow, newest first.
pub async fn versions(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    workflow_id: WorkflowId,
) -> Result<Vec<Version>> {
    sql("select v.number, v.published_at, v.published_by,
           cast(coalesce((select sum(s.item_count) from step s
             where s.organisation_id = $1 and s.workflow_id = $2 and s.edition = v.number and s.kind <> 'done'), 0) as bigint)
             as open_count
         from workflow_version v
         where v.organisation_id = $1 and v.workflow_id = $2
         order by v.number desc
         limit 200")
    .bind(organisation_id)
    .bind(workflow_id)
    .all(on)
    .await
}

/// A version as it was published.
pub async fn version(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    workflow_id: WorkflowId,
    number: i64,
) -> Result<Option<Definition>> {
    let found: Option<(Json<Definition>,)> = sql("select definition from workflow_version
         where organisation_id = $1 and workflow_id = $2 and number = $3")
    .bind(organisation_id)
    .bind(workflow_id)
    .bind(number)
    .optional(on)
    .await?;
    Ok(found.map(|(definition,)| definition.0))
}

/// A field as a version had it, as far as what items hold depends on it.
#[derive(Debug, Deserialize)]
pub struct OldField {
    /// The key under which items hold values.
    pub key: String,
    /// Its name.
    pub label: String,
    /// What it held.
    pub kind: FieldKind,
}

/// The forms of some versions, older than the one of this number, newest first; each with its number.
pub async fn old_forms(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    workflow_id: WorkflowId,
    before: i64,
) -> Result<Vec<(i64, Vec<OldField>)>> {
    // Drawing, steps and ways stay in the database.
    let found: Vec<OldForm> = sql("select number, definition -> 'fields' as fields from workflow_version
         where organisation_id = $1 and workflow_id = $2 and number < $3
         order by number desc
         limit 50")
    .bind(organisation_id)
    .bind(workflow_id)
    .bind(before)
    .all(on)
    .await?;
    let fields = |form: OldForm| form.fields.and_then(|fields| fields.0).unwrap_or_default();
    Ok(found.into_iter().map(|form| (form.number, fields(form))).collect())
}

#[derive(Debug, sqlx::FromRow)]
struct OldForm {
    number: i64,
    fields: Option<Json<Option<Vec<OldField>>>>,
}

/// Keeps a version as it is published.
pub async fn insert_version(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    workflow_id: WorkflowId,
    number: i64,
    definition: &Definition,
) -> Result<()> {
    sql("insert into workflow_version
           (id, organisation_id, workflow_id, number, definition, published_at, published_by)
         values ($1, $2, $3, $4, $5, $6, $7)")
    .bind(cx.new_id::<Uuid>())
    .bind(cx.organisation_id())
    .bind(workflow_id)
    .bind(number)
    .bind(json!(definition))
    .bind(cx.now())
    .bind(cx.member_id())
    .exactly_one(on)
    .await
}

/// Writes the head of a new workflow.
pub async fn insert_workflow(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    id: WorkflowId,
    key: &str,
    definition: &Definition,
) -> Result<()> {
    sql("insert into workflow (id, organisation_id, name, key, item_noun, created_at, created_by, updated_at, updated_by)
         values ($1, $2, $3, $4, $5, $6, $7, $6, $7)")
    .bind(id)
    .bind(cx.organisation_id())
    .bind(&definition.name)
    .bind(key)
    .bind(&definition.item_noun)
    .bind(cx.now())
    .bind(cx.member_id())
    .exactly_one(on)
    .await
}

/// Writes the head of a workflow anew, which keeps others from publishing it meanwhile.
pub async fn update_workflow(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    id: WorkflowId,
    definition: &Definition,
) -> Result<bool> {
    let changed = sql("update workflow
         set name = $3, item_noun = $4, updated_at = $5, updated_by = $6, version = version + 1
         where organisation_id = $1 and id = $2 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(&definition.name)
    .bind(&definition.item_noun)
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(on)
    .await?;
    Ok(changed == 1)
}

/// Makes room for steps in another order: what is there stands behind everything until it gets its place.
pub async fn loosen_steps(
    on: impl Into<Writer<'_>>,
    organisation_id: OrganisationId,
    workflow_id: WorkflowId,
) -> Result<()> {
    sql("update step set position = -1 - position
         where organisation_id = $1 and workflow_id = $2 and edition = 0")
    .bind(organisation_id)
    .bind(workflow_id)
    .execute(on)
    .await?;
    Ok(())
}

/// Writes the steps of a definition in their order: those of `live` anew, the others as new ones.
pub async fn write_steps(
    tx: &mut Tx,
    cx: &Cx,
    workflow_id: WorkflowId,
    live: Option<&Workflow>,
    definition: &Definition,
) -> Result<()> {
    for (place, step) in definition.steps.iter().enumerate() {
        let query = if live.is_some_and(|live| live.step(step.id).is_some()) {
            sql("update step
                 set position = $4, name = $5, kind = $6, team_id = $7, wip_limit = $8, approval = $9, booking = $15,
                   automatic = $10, gives = $11, updated_at = $12, sla = $13, instructions = $14, version = version + 1
                 where organisation_id = $1 and workflow_id = $2 and id = $3")
        } else {
            sql("insert into step
                   (organisation_id, workflow_id, id, position, name, kind, team_id, wip_limit, approval, automatic,
                    gives, created_at, updated_at, sla, instructions, booking)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13, $14, $15)")
        };
        query
            .bind(cx.organisation_id())
            .bind(workflow_id)
            .bind(step.id)
            .bind(i64::try_from(place + 1).unwrap_or(i64::MAX))
            .bind(&step.name)
            .bind(match definition.kind(place) {
                StepKind::Start => "start",
                StepKind::Work => "work",
                StepKind::Done => "done",
            })
            .bind(step.team_id)
            .bind(step.wip_limit)
            .bind(step.approval.as_ref().map(|approval| json!(approval)))
            .bind(step.automatic.as_ref().map(|automatic| json!(automatic)))
            .bind(step.gives.as_ref().map(|gives| json!(gives)))
            .bind(cx.now())
            .bind(step.sla.as_ref().map(|sla| json!(sla)))
            .bind(&step.instructions)
            .bind(step.booking.as_ref().map(|booking| json!(booking)))
            .exactly_one(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Replaces the transitions of a workflow. One that leads where another did keeps its id.
pub async fn write_transitions(
    tx: &mut Tx,
    cx: &Cx,
    workflow_id: WorkflowId,
    live: Option<&Workflow>,
    definition: &Definition,
) -> Result<()> {
    sql("delete from transition
         where organisation_id = $1 and workflow_id = $2
           and from_step_id in (select id from step where workflow_id = $2 and edition = 0)")
    .bind(cx.organisation_id())
    .bind(workflow_id)
    .execute(&mut *tx)
    .await?;
    for (position, way) in (0_i64..).zip(&definition.transitions) {
        let mut before = live.into_iter().flat_map(|live| &live.transitions);
        let same = before.find(|old| old.from_step_id == way.from && old.to_step_id == way.to);
        sql("insert into transition
               (id, organisation_id, workflow_id, from_step_id, to_step_id, name, rework, refuses, guard, position)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
        .bind(same.map_or_else(|| cx.new_id::<TransitionId>(), |old| old.id))
        .bind(cx.organisation_id())
        .bind(workflow_id)
        .bind(way.from)
        .bind(way.to)
        .bind(&way.name)
        .bind(way.rework)
        .bind(way.refuses)
        .bind(&way.guard)
        .bind(position)
        .exactly_one(&mut *tx)
        .await?;
    }
    Ok(())
}

/// Writes the fields of a definition in their order: those of `before` anew, the others as new ones. What a field held that
/// goes stays with the items.
pub async fn write_fields(
    tx: &mut Tx,
    cx: &Cx,
    workflow_id: WorkflowId,
    before: &[Field],
    definition: &Definition,
) -> Result<()> {
    let gone = before.iter().filter(|old| definition.field(old.id).is_none());
    for field in gone {
        sql("delete from field where organisation_id = $1 and workflow_id = $2 and id = $3")
            .bind(cx.organisation_id())
            .bind(workflow_id)
            .bind(field.id)
            .exactly_one(&mut *tx)
            .await?;
    }
    for (position, field) in (1_i64..).zip(definition.form()) {
        let query = if before.iter().any(|old| old.id == field.id) {
            sql("update field
                 set step_id = $4, position = $5, key = $6, label = $7, kind = $8, unit = $9, required = $10, choices = $11,
                   terms = $12
                 where organisation_id = $1 and workflow_id = $2 and id = $3")
        } else {
            sql("insert into field
                   (organisation_id, workflow_id, id, step_id, position, key, label, kind, unit, required, choices, terms)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)")
        };
        query
            .bind(cx.organisation_id())
            .bind(workflow_id)
            .bind(field.id)
            .bind(field.step_id)
            .bind(position)
            .bind(&field.key)
            .bind(&field.label)
            .bind(field.kind.as_str())
            .bind(&field.unit)
            .bind(field.required)
            .bind(json!(field.choices))
            .bind(json!(field.terms))
            .exactly_one(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Takes a step away. Its items, deleted ones too, go on in `to` from `at` on, where its fields are filled in from now on; the history
/// of each says so in `act`.
pub async fn dissolve_step(
    tx: &mut Tx,
    cx: &Cx,
    step: StepId,
    (to, at): (StepId, DateTime<Utc>),
    act: &Act,
) -> Result<i64> {
    let organisation_id = cx.organisation_id();
    let alive = empty_step(&mut *tx, cx, step, (to, at), act).await?;
    sql("update field set step_id = $3 where organisation_id = $1 and step_id = $2")
        .bind(organisation_id)
        .bind(step)
        .bind(to)
        .execute(&mut *tx)
        .await?;
    sql("delete from step where organisation_id = $1 and id = $2")
        .bind(organisation_id)
        .bind(step)
        .exactly_one(&mut *tx)
        .await?;
    Ok(alive)
}

/// Lets the items of a step, deleted ones too, go on in `to` from `at` on, which the history of each says in `act`. Who moves an item
/// there meanwhile is waited for. Tells how many there are that are not deleted.
pub async fn empty_step(
    tx: &mut Tx,
    cx: &Cx,
    step: StepId,
    (to, at): (StepId, DateTime<Utc>),
    act: &Act,
) -> Result<i64> {
    let organisation_id = cx.organisation_id();
    sql("update step set item_count = 0 where organisation_id = $1 and id = $2")
        .bind(organisation_id)
        .bind(step)
        .exactly_one(&mut *tx)
        .await?;
    let moved: Vec<(ItemId, bool)> = sql("update item
         set step_id = $3, step_since = $4, updated_at = $4, updated_by = $5, returns_to_step_id = null,
           wakes_at = null, version = version + 1
         where organisation_id = $1 and step_id = $2
         returning id, deleted_at is null")
    .bind(organisation_id)
    .bind(step)
    .bind(to)
    .bind(at)
    .bind(cx.member_id())
    .all(&mut *tx)
    .await?;
    note_moves(tx, cx, &moved, act).await?;
    let alive = moved.iter().filter(|(_, alive)| *alive).count();
    let alive = i64::try_from(alive).unwrap_or(i64::MAX);
    count_step(&mut *tx, organisation_id, to, alive).await?;
    Ok(alive)
}

async fn note_moves(tx: &mut Tx, cx: &Cx, moved: &[(ItemId, bool)], act: &Act) -> Result<()> {
    let data: Value = activity::data(act);
    for chunk in moved.chunks(ROWS) {
        let mut query = sql(
            "insert into activity (id, organisation_id, item_id, kind, actor_id, data, created_at) values ",
        );
        for (index, (item, _)) in chunk.iter().enumerate() {
            query = query
                .push(if index == 0 { "(" } else { ", (" })
                .push_bind(cx.new_id::<Uuid>())
                .push(", ")
                .push_bind(cx.organisation_id())
                .push(", ")
                .push_bind(*item)
                .push(", ")
                .push_bind(act.kind())
                .push(", ")
                .push_bind(cx.member_id())
                .push(", ")
                .push_bind(data.clone())
                .push(", ")
                .push_bind(cx.now())
                .push(")");
        }
        query.execute(&mut *tx).await?;
    }
    Ok(())
}

//! Workflows, steps, transitions and fields.

use db::{On, Result, Writer, sql};
use kernel::{FieldId, OrganisationId, StepId, WorkflowId};
use sqlx::types::Json;

use crate::model::{Field, FieldKind, Step, Transition, Workflow, WorkflowHead, WorkflowSummary};

/// Every workflow with the number of items that are not done.
pub async fn list(on: impl Into<On<'_>>, organisation_id: OrganisationId) -> Result<Vec<WorkflowSummary>> {
    sql("select w.id, w.name, w.key,
           cast(coalesce(sum(case when s.kind = 'done' then 0 else s.item_count end), 0) as bigint) as open_count
         from workflow w
         left join step s on s.workflow_id = w.id
         where w.organisation_id = $1 and w.deleted_at is null
         group by w.id, w.name, w.key
         order by w.name, w.id")
    .bind(organisation_id)
    .all(on)
    .await
}

/// The workflow whose items are called `key-…`.
pub async fn find_by_key(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    key: &str,
) -> Result<Option<WorkflowHead>> {
    sql("select id, name, key, item_noun
         from workflow
         where organisation_id = $1 and key = $2 and deleted_at is null")
    .bind(organisation_id)
    .bind(key)
    .optional(on)
    .await
}

/// The workflow with this id.
pub async fn find(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    id: WorkflowId,
) -> Result<Option<WorkflowHead>> {
    sql("select id, name, key, item_noun
         from workflow
         where organisation_id = $1 and id = $2 and deleted_at is null")
    .bind(organisation_id)
    .bind(id)
    .optional(on)
    .await
}

/// Adds steps and transitions to the head of a workflow.
pub async fn complete(cx: &kernel::Cx, head: WorkflowHead) -> Result<Workflow> {
    let steps = steps(cx.db(), cx.organisation_id(), head.id).await?;
    let transitions = transitions(cx.db(), cx.organisation_id(), head.id).await?;
    Ok(Workflow { head, steps, transitions })
}

/// The same inside a unit of work.
pub async fn complete_in(tx: &mut kernel::Tx, cx: &kernel::Cx, head: WorkflowHead) -> Result<Workflow> {
    let steps = steps(&mut *tx, cx.organisation_id(), head.id).await?;
    let transitions = transitions(&mut *tx, cx.organisation_id(), head.id).await?;
    Ok(Workflow { head, steps, transitions })
}

async fn steps(on: impl Into<On<'_>>, organisation_id: OrganisationId, id: WorkflowId) -> Result<Vec<Step>> {
    sql("select id, name, kind, team_id, wip_limit, item_count
         from step
         where organisation_id = $1 and workflow_id = $2
         order by position")
    .bind(organisation_id)
    .bind(id)
    .all(on)
    .await
}

async fn transitions(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    id: WorkflowId,
) -> Result<Vec<Transition>> {
    sql("select id, from_step_id, to_step_id, name, rework
         from transition
         where organisation_id = $1 and workflow_id = $2
         order by position, id")
    .bind(organisation_id)
    .bind(id)
    .all(on)
    .await
}

#[derive(sqlx::FromRow)]
struct FieldRow {
    id: FieldId,
    step_id: Option<StepId>,
    key: String,
    label: String,
    kind: FieldKind,
    unit: String,
    required: bool,
    choices: Json<Vec<String>>,
}

/// The fields of a workflow's form, in order.
pub async fn fields(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    id: WorkflowId,
) -> Result<Vec<Field>> {
    let rows: Vec<FieldRow> = sql("select id, step_id, key, label, kind, unit, required, choices
         from field
         where organisation_id = $1 and workflow_id = $2
         order by position")
    .bind(organisation_id)
    .bind(id)
    .all(on)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Field {
            id: row.id,
            step_id: row.step_id,
            key: row.key,
            label: row.label,
            kind: row.kind,
            unit: row.unit,
            required: row.required,
            choices: row.choices.0,
        })
        .collect())
}

/// Changes the number of items in a step by `by`.
pub async fn count_step(
    on: impl Into<Writer<'_>>,
    organisation_id: OrganisationId,
    id: StepId,
    by: i64,
) -> Result<()> {
    sql("update step set item_count = item_count + $3 where organisation_id = $1 and id = $2")
        .bind(organisation_id)
        .bind(id)
        .bind(by)
        .exactly_one(on)
        .await
}

/// How many items each step of a workflow has.
pub async fn counts(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    id: WorkflowId,
) -> Result<Vec<(StepId, i64)>> {
    sql("select id, item_count from step where organisation_id = $1 and workflow_id = $2 order by position")
        .bind(organisation_id)
        .bind(id)
        .all(on)
        .await
}

/// Takes the next item number of a workflow.
pub async fn take_number(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    id: WorkflowId,
) -> Result<Option<i64>> {
    let number: Option<(i64,)> = sql("update workflow
         set next_number = next_number + 1
         where organisation_id = $1 and id = $2 and deleted_at is null
         returning next_number - 1")
    .bind(organisation_id)
    .bind(id)
    .optional(on)
    .await?;
    Ok(number.map(|(number,)| number))
}

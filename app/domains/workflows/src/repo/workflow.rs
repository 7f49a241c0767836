//! Workflows, steps, transitions and fields.

use std::collections::{BTreeMap, BTreeSet};

use db::{On, Query, Result, Writer, sql};
use kernel::{Cx, FieldId, OrganisationId, StepId, Tally, TeamId, TransitionId, Tx, WorkflowId};
use sqlx::types::Json;

use crate::{
    approval::Approval,
    automatic::{Automatic, Gives},
    booking::BookingNeed,
    form::Terms,
    model::{
        Field, FieldKind, KeptVersion, Step, StepKind, Transition, Workflow, WorkflowHead, WorkflowSummary,
    },
    sla::Sla,
};

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

/// The workflow whose items are called `key-…`, with steps and transitions.
pub async fn find_by_key(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    key: &str,
) -> Result<Option<Workflow>> {
    let query = sql(WHOLE).bind(organisation_id).push(" and w.key = ").push_bind(key);
    Ok(whole(on, query).await?.into_iter().next())
}

/// The workflow with this id, with steps and transitions.
pub async fn find(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    id: WorkflowId,
) -> Result<Option<Workflow>> {
    let query = sql(WHOLE).bind(organisation_id).push(" and w.id = ").push_bind(id);
    Ok(whole(on, query).await?.into_iter().next())
}

/// Every workflow, with steps and transitions.
pub async fn all(on: impl Into<On<'_>>, organisation_id: OrganisationId) -> Result<Vec<Workflow>> {
    whole(on, sql(WHOLE).bind(organisation_id)).await
}

/// What is to be done in those of the steps where something is said of it.
pub async fn instructions(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    steps: &[StepId],
) -> Result<BTreeMap<StepId, String>> {
    if steps.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(StepId, String)> =
        sql("select id, instructions from step where organisation_id = $1 and instructions <> '' and id in ")
            .bind(organisation_id)
            .push_list(steps.iter().copied())
            .all(on)
            .await?;
    Ok(rows.into_iter().collect())
}

/// A row for each transition, and one for each step that nothing leads out of: every page of a workflow needs all three
/// tables, and one trip is quicker than three.
const WHOLE: &str = "select w.id as workflow_id, w.name as workflow_name, w.key, w.item_noun, w.automated,
       s.id as step_id, s.edition, s.origin_id, s.name as step_name, s.kind, s.team_id, s.wip_limit, s.item_count, s.version as step_version, s.approval, s.automatic, s.gives, s.sla, s.booking,
       t.id as transition_id, t.to_step_id, t.name as transition_name, t.rework, t.refuses, t.guard, t.position as transition_position
     from workflow w
     left join step s on s.organisation_id = w.organisation_id and s.workflow_id = w.id
     left join transition t on t.organisation_id = s.organisation_id and t.from_step_id = s.id
     where w.organisation_id = $1 and w.deleted_at is null";

#[derive(sqlx::FromRow)]
struct WholeRow {
    workflow_id: WorkflowId,
    workflow_name: String,
    key: String,
    item_noun: String,
    automated: bool,
    step_id: Option<StepId>,
    edition: Option<i64>,
    origin_id: Option<StepId>,
    step_name: Option<String>,
    kind: Option<StepKind>,
    team_id: Option<TeamId>,
    wip_limit: Option<i64>,
    item_count: Option<i64>,
    step_version: Option<i64>,
    approval: Option<Json<Approval>>,
    automatic: Option<Json<Automatic>>,
    gives: Option<Json<Gives>>,
    sla: Option<Json<Sla>>,
    booking: Option<Json<BookingNeed>>,
    transition_id: Option<TransitionId>,
    to_step_id: Option<StepId>,
    transition_name: Option<String>,
    rework: Option<bool>,
    refuses: Option<bool>,
    guard: Option<String>,
    transition_position: Option<i64>,
}

impl WholeRow {
    fn head(&self) -> WorkflowHead {
        WorkflowHead {
            id: self.workflow_id,
            name: self.workflow_name.clone(),
            key: self.key.clone(),
            item_noun: self.item_noun.clone(),
        }
    }

    fn step(&mut self) -> Option<Step> {
        let automatic = self.automatic.take().map(|automatic| automatic.0);
        Some(Step {
            id: self.step_id?,
            origin_id: self.origin_id,
            name: self.step_name.take()?,
            kind: self.kind?,
            team_id: self.team_id,
            wip_limit: self.wip_limit,
            item_count: self.item_count?,
            version: self.step_version?,
            approval: self.approval.take().map(|approval| approval.0),
            does: automatic.as_ref().map(Automatic::shown),
            automatic,
            gives: self.gives.take().map(|gives| gives.0),
            sla: self.sla.take().map(|sla| sla.0),
            booking: self.booking.take().map(|booking| booking.0),
        })
    }

    fn transition(&mut self) -> Option<Transition> {
        Some(Transition {
            id: self.transition_id?,
            from_step_id: self.step_id?,
            to_step_id: self.to_step_id?,
            name: self.transition_name.take()?,
            rework: self.rework?,
            refuses: self.refuses?,
            guard: self.guard.take()?,
        })
    }
}

async fn whole(on: impl Into<On<'_>>, query: Query) -> Result<Vec<Workflow>> {
    let mut rows: Vec<WholeRow> = query.push(" order by w.id, s.edition, s.position, s.id").all(on).await?;
    let one = |rows: &mut [WholeRow]| rows.first().map(WholeRow::head).map(|head| of_rows(head, rows));
    Ok(rows.chunk_by_mut(|one, next| one.workflow_id == next.workflow_id).filter_map(one).collect())
}

fn of_rows(head: WorkflowHead, rows: &mut [WholeRow]) -> Workflow {
    let automated = rows.first().is_some_and(|row| row.automated);
    let (mut steps, mut transitions, mut kept) = (Vec::new(), Vec::new(), Vec::new());
    // What runs comes first: it is edition 0.
    for rows in rows.chunk_by_mut(|one, next| one.edition == next.edition) {
        match rows.first().and_then(|row| row.edition).unwrap_or_default() {
            0 => (steps, transitions) = graph(rows),
            number => {
                let (steps, transitions) = graph(rows);
                kept.insert(0, KeptVersion { number, steps, transitions });
            }
        }
    }
    Workflow { head, steps, transitions, kept, automated }
}

fn graph(rows: &mut [WholeRow]) -> (Vec<Step>, Vec<Transition>) {
    let mut steps: Vec<Step> = Vec::new();
    let mut transitions = Vec::new();
    for row in rows {
        transitions.extend(row.transition().map(|it| (row.transition_position, it)));
        if steps.last().is_none_or(|last| Some(last.id) != row.step_id) {
            steps.extend(row.step());
        }
    }
    transitions.sort_by_key(|(position, it)| (*position, it.id));
    (steps, transitions.into_iter().map(|(_, it)| it).collect())
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
    terms: Json<Terms>,
}

impl From<FieldRow> for Field {
    fn from(row: FieldRow) -> Self {
        Field {
            id: row.id,
            step_id: row.step_id,
            key: row.key,
            label: row.label,
            kind: row.kind,
            unit: row.unit,
            required: row.required,
            choices: row.choices.0,
            terms: row.terms.0,
        }
    }
}

/// The fields of the form of a workflow as it runs, in order.
pub async fn fields(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    id: WorkflowId,
) -> Result<Vec<Field>> {
    fields_of(on, organisation_id, id, 0).await
}

/// The fields that an item in this step has, by the version that it is on.
pub async fn fields_at(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    workflow: &Workflow,
    step: StepId,
) -> Result<Vec<Field>> {
    let edition = workflow.kept_version(step).map_or(0, |version| version.number);
    fields_of(on, organisation_id, workflow.head.id, edition).await
}

/// The fields of a version that items stay on, or of the one that runs, which is 0.
pub async fn fields_of(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    id: WorkflowId,
    edition: i64,
) -> Result<Vec<Field>> {
    let rows: Vec<FieldRow> = sql("select id, step_id, key, label, kind, unit, required, choices, terms
         from field
         where organisation_id = $1 and workflow_id = $2 and edition = $3
         order by position")
    .bind(organisation_id)
    .bind(id)
    .bind(edition)
    .all(on)
    .await?;
    Ok(rows.into_iter().map(Field::from).collect())
}

/// The fields of those of these workflows whose forms work something out or hold files, by workflow and edition.
pub async fn forms_that_work_out(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    workflows: &BTreeSet<WorkflowId>,
) -> Result<BTreeMap<WorkflowId, BTreeMap<i64, Vec<Field>>>> {
    if workflows.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<FormRow> = sql("select f.workflow_id, f.edition, f.id, f.step_id, f.key, f.label, f.kind, f.unit, f.required,
           f.choices, f.terms
         from field f
         where f.organisation_id = $1
           and exists (select 1 from field w
             where w.organisation_id = $1 and w.workflow_id = f.workflow_id and w.kind in ('computed', 'file'))
           and f.workflow_id in ")
    .bind(organisation_id)
    .push_list(workflows.iter().copied())
    .push(" order by f.workflow_id, f.edition, f.position")
    .all(on)
    .await?;
    let mut forms: BTreeMap<WorkflowId, BTreeMap<i64, Vec<Field>>> = BTreeMap::new();
    for FormRow { workflow_id, edition, field } in rows {
        forms.entry(workflow_id).or_default().entry(edition).or_default().push(field.into());
    }
    Ok(forms)
}

#[derive(sqlx::FromRow)]
struct FormRow {
    workflow_id: WorkflowId,
    edition: i64,
    #[sqlx(flatten)]
    field: FieldRow,
}

/// Keeps others from publishing a workflow until the transaction ends; who does so at the moment is waited for.
pub async fn hold(tx: &mut Tx, cx: &Cx, id: WorkflowId) -> Result<()> {
    hold_rows(tx, cx, "select id from workflow where organisation_id = $1 and id = $2", id).await
}

/// Keeps others from counting items of a workflow's steps until the transaction ends: after the items and before anything is
/// recorded, in the order in which whoever moves items counts them ([`kernel::Tally`]).
pub async fn hold_steps(tx: &mut Tx, cx: &Cx, id: WorkflowId) -> Result<()> {
    let steps = "select id from step where organisation_id = $1 and workflow_id = $2 order by id";
    hold_rows(tx, cx, steps, id).await
}

/// SQLite has nothing to hold: its writers stand in line already.
async fn hold_rows(tx: &mut Tx, cx: &Cx, rows: &'static str, id: WorkflowId) -> Result<()> {
    let lock = db::dialect::for_no_key_update(cx.db().engine());
    if !lock.is_empty() {
        let _: Vec<(uuid::Uuid,)> = sql(rows).bind(cx.organisation_id()).bind(id).push(lock).all(tx).await?;
    }
    Ok(())
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

/// What is counted at the end of a unit of work.
const COUNT: Tally = Tally {
    table: "step",
    count: "item_count",
    by: 0,
    version: None,
    refusal: "The workflow was published at the same moment. Try again.",
};

/// Counts an item that comes to a step, at the end of the unit of work: the step has to be as it was read then.
pub fn count_in(tx: &mut Tx, step: &Step) {
    tx.tally(step.id.uuid(), Tally { by: 1, version: Some(step.version), ..COUNT });
}

/// Counts an item that leaves a step, at the end of the unit of work.
pub fn count_out(tx: &mut Tx, id: StepId) {
    tx.tally(id.uuid(), Tally { by: -1, ..COUNT });
}

/// The team of a step.
pub async fn team(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    id: StepId,
) -> Result<Option<TeamId>> {
    let row: Option<(Option<TeamId>,)> =
        sql("select team_id from step where organisation_id = $1 and id = $2")
            .bind(organisation_id)
            .bind(id)
            .optional(on)
            .await?;
    Ok(row.and_then(|(team,)| team))
}

/// What histories call a step that asks for a booking; none where it asks for none.
pub async fn booked_as(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    id: StepId,
) -> Result<Option<StepId>> {
    let row: Option<(StepId,)> = sql("select coalesce(origin_id, id) from step
         where organisation_id = $1 and id = $2 and booking is not null")
    .bind(organisation_id)
    .bind(id)
    .optional(on)
    .await?;
    Ok(row.map(|(root,)| root))
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

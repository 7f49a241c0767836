//! Rules of workflows and their runs.

mod run;

pub use run::{
    Before, NewRun, Taken, Wanted, again, before, called_off, count_heard, count_of_root, count_unasked,
    find_run, insert_run, last_runs, meet, note_sent, rule_of, runs, sent_since, set_off, settle, sweep,
    take,
};

use chrono::{DateTime, NaiveDate, Utc};
use db::{On, Result, Writer, sql};
use kernel::{Cx, ItemId, MemberId, OrganisationId, RuleId, StepId, WorkflowId};
use serde_json::json;
use sqlx::types::Json;

use crate::automation::{KeptRule, Rule};

#[derive(sqlx::FromRow)]
struct RuleRow {
    id: RuleId,
    workflow_id: WorkflowId,
    definition: Json<Rule>,
    active: bool,
    updated_at: DateTime<Utc>,
    updated_by: MemberId,
    version: i64,
}

impl RuleRow {
    fn kept(self) -> (WorkflowId, KeptRule) {
        let rule = KeptRule {
            id: self.id,
            version: self.version,
            active: self.active,
            rule: self.definition.0,
            updated_at: self.updated_at,
            updated_by: self.updated_by,
            last: None,
        };
        (self.workflow_id, rule)
    }
}

/// The rules of a workflow, by name.
pub async fn of_workflow(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    workflow_id: WorkflowId,
) -> Result<Vec<KeptRule>> {
    let rows: Vec<RuleRow> =
        sql("select id, workflow_id, definition, active, updated_at, updated_by, version
         from automation_rule
         where organisation_id = $1 and workflow_id = $2 and deleted_at is null
         order by lower(name), id")
        .bind(organisation_id)
        .bind(workflow_id)
        .all(on)
        .await?;
    Ok(rows.into_iter().map(|row| row.kept().1).collect())
}

/// Every rule that is on, each with its workflow.
pub async fn active(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
) -> Result<Vec<(WorkflowId, KeptRule)>> {
    let rows: Vec<RuleRow> =
        sql("select r.id, r.workflow_id, r.definition, r.active, r.updated_at, r.updated_by, r.version
         from automation_rule r
         join workflow w on w.organisation_id = r.organisation_id and w.id = r.workflow_id
         where r.organisation_id = $1 and r.active and r.deleted_at is null and w.deleted_at is null
         order by r.id")
        .bind(organisation_id)
        .all(on)
        .await?;
    Ok(rows.into_iter().map(RuleRow::kept).collect())
}

/// One rule and its workflow.
pub async fn find(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    id: RuleId,
) -> Result<Option<(WorkflowId, KeptRule)>> {
    let row: Option<RuleRow> =
        sql("select id, workflow_id, definition, active, updated_at, updated_by, version
         from automation_rule
         where organisation_id = $1 and id = $2 and deleted_at is null")
        .bind(organisation_id)
        .bind(id)
        .optional(on)
        .await?;
    Ok(row.map(RuleRow::kept))
}

/// One rule that was deleted, and its workflow.
pub async fn find_deleted(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    id: RuleId,
) -> Result<Option<(WorkflowId, KeptRule)>> {
    let row: Option<RuleRow> =
        sql("select id, workflow_id, definition, active, updated_at, updated_by, version
         from automation_rule
         where organisation_id = $1 and id = $2 and deleted_at is not null")
        .bind(organisation_id)
        .bind(id)
        .optional(on)
        .await?;
    Ok(row.map(RuleRow::kept))
}

/// The rules of a workflow that are on and may be set off by what these words say.
pub async fn set_off_by(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    workflow_id: WorkflowId,
    words: &[&'static str],
) -> Result<Vec<KeptRule>> {
    let rows: Vec<RuleRow> =
        sql("select id, workflow_id, definition, active, updated_at, updated_by, version
         from automation_rule
         where organisation_id = $1 and workflow_id = $2 and active and deleted_at is null and fires_on in ")
        .bind(organisation_id)
        .bind(workflow_id)
        .push_list(words.iter().map(|word| (*word).to_owned()))
        .push(" order by id")
        .all(on)
        .await?;
    Ok(rows.into_iter().map(|row| row.kept().1).collect())
}

/// The rules that are on and that something sets off which comes by an incoming webhook, each with its workflow.
pub async fn hooked(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
) -> Result<Vec<(WorkflowId, KeptRule)>> {
    let rows: Vec<RuleRow> =
        sql("select r.id, r.workflow_id, r.definition, r.active, r.updated_at, r.updated_by, r.version
         from automation_rule r
         join workflow w on w.organisation_id = r.organisation_id and w.id = r.workflow_id
         where r.organisation_id = $1 and r.active and r.deleted_at is null and r.fires_on = 'webhook'
           and w.deleted_at is null
         order by r.id")
        .bind(organisation_id)
        .all(on)
        .await?;
    Ok(rows.into_iter().map(RuleRow::kept).collect())
}

/// Adds a rule.
pub async fn insert(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    id: RuleId,
    workflow_id: WorkflowId,
    rule: &Rule,
    active: bool,
) -> Result<()> {
    sql("insert into automation_rule (id, organisation_id, workflow_id, name, fires_on, definition, active, active_since,
           created_at, created_by, updated_at, updated_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $8, $9)")
    .bind(id)
    .bind(cx.organisation_id())
    .bind(workflow_id)
    .bind(&rule.name)
    .bind(rule.on.key())
    .bind(json!(rule))
    .bind(active)
    .bind(cx.now())
    .bind(cx.member_id())
    .exactly_one(on)
    .await
}

/// Changes a rule of this version. Tells whether it was one. The clock may set it off anew where it `begins` anew.
pub async fn update(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    old: &KeptRule,
    rule: &Rule,
    active: bool,
) -> Result<bool> {
    let begins = active && (!old.active || old.rule.on != rule.on);
    let changed = sql("update automation_rule
         set name = $4, fires_on = $5, definition = $6, active = $7, updated_at = $8, updated_by = $9,
           active_since = case when $10 then $8 else active_since end,
           fired_on = case when $10 then null else fired_on end, version = version + 1
         where organisation_id = $1 and id = $2 and version = $3 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(old.id)
    .bind(old.version)
    .bind(&rule.name)
    .bind(rule.on.key())
    .bind(json!(rule))
    .bind(active)
    .bind(cx.now())
    .bind(cx.member_id())
    .bind(begins)
    .execute(on)
    .await?;
    Ok(changed == 1)
}

/// Deletes a rule of this version softly. Tells whether it was one.
pub async fn delete(on: impl Into<Writer<'_>>, cx: &Cx, id: RuleId, version: i64) -> Result<bool> {
    let gone = sql("update automation_rule
         set deleted_at = $3, updated_at = $3, updated_by = $4, version = version + 1
         where organisation_id = $1 and id = $2 and version = $5 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.now())
    .bind(cx.member_id())
    .bind(version)
    .execute(on)
    .await?;
    Ok(gone == 1)
}

/// Brings a deleted rule back as it was. Tells whether there was one.
pub async fn restore(on: impl Into<Writer<'_>>, cx: &Cx, id: RuleId) -> Result<bool> {
    let back = sql("update automation_rule
         set deleted_at = null, updated_at = $3, updated_by = $4, version = version + 1
         where organisation_id = $1 and id = $2 and deleted_at is not null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(on)
    .await?;
    Ok(back == 1)
}

/// Keeps others from changing the rules of a workflow, from publishing it and from adding items to it until the transaction ends.
pub async fn hold(on: impl Into<Writer<'_>>, organisation_id: OrganisationId, id: WorkflowId) -> Result<()> {
    sql("update workflow set automated = automated where organisation_id = $1 and id = $2")
        .bind(organisation_id)
        .bind(id)
        .execute(on)
        .await?;
    Ok(())
}

/// Keeps other runs of a rule from sending anything until the transaction ends.
pub async fn hold_rule(on: impl Into<Writer<'_>>, organisation_id: OrganisationId, id: RuleId) -> Result<()> {
    sql("update automation_rule set version = version where organisation_id = $1 and id = $2")
        .bind(organisation_id)
        .bind(id)
        .execute(on)
        .await?;
    Ok(())
}

/// How many rules a workflow has.
pub async fn count(on: impl Into<On<'_>>, organisation_id: OrganisationId, id: WorkflowId) -> Result<i64> {
    let (count,): (i64,) = sql("select count(*) from automation_rule
         where organisation_id = $1 and workflow_id = $2 and deleted_at is null")
    .bind(organisation_id)
    .bind(id)
    .one(on)
    .await?;
    Ok(count)
}

/// Notes whether a workflow has rules that are on.
pub async fn note_active(
    on: impl Into<Writer<'_>>,
    organisation_id: OrganisationId,
    id: WorkflowId,
) -> Result<()> {
    sql("update workflow
         set automated = exists (select 1 from automation_rule r
           where r.organisation_id = $1 and r.workflow_id = $2 and r.active and r.deleted_at is null)
         where organisation_id = $1 and id = $2")
    .bind(organisation_id)
    .bind(id)
    .execute(on)
    .await?;
    Ok(())
}

/// A rule that the clock sets off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clocked {
    /// Its workflow.
    pub workflow_id: WorkflowId,
    /// The rule.
    pub rule: KeptRule,
    /// Since when it is on as it is.
    pub active_since: DateTime<Utc>,
    /// The last day on which it was set off.
    pub fired_on: Option<NaiveDate>,
}

#[derive(sqlx::FromRow)]
struct ClockedRow {
    #[sqlx(flatten)]
    rule: RuleRow,
    active_since: DateTime<Utc>,
    fired_on: Option<NaiveDate>,
}

/// The rules that are on and that the clock has not set off on this day.
pub async fn clocked(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    today: NaiveDate,
) -> Result<Vec<Clocked>> {
    let rows: Vec<ClockedRow> = sql(
        "select r.id, r.workflow_id, r.definition, r.active, r.updated_at, r.updated_by, r.version, r.active_since,
           r.fired_on
         from automation_rule r
         join workflow w on w.organisation_id = r.organisation_id and w.id = r.workflow_id
         where r.organisation_id = $1 and r.active and r.deleted_at is null and w.deleted_at is null
           and (r.fires_on = 'overdue' or r.fires_on = 'schedule' and (r.fired_on is null or r.fired_on < $2))
         order by r.id",
    )
    .bind(organisation_id)
    .bind(today)
    .all(on)
    .await?;
    let clocked = |row: ClockedRow| {
        let (workflow_id, rule) = row.rule.kept();
        Clocked { workflow_id, rule, active_since: row.active_since, fired_on: row.fired_on }
    };
    Ok(rows.into_iter().map(clocked).collect())
}

/// Notes that the clock has set off a rule of this version on a day.
pub async fn fire(
    on: impl Into<Writer<'_>>,
    organisation_id: OrganisationId,
    id: RuleId,
    version: i64,
    day: NaiveDate,
) -> Result<()> {
    sql("update automation_rule set fired_on = $4
         where organisation_id = $1 and id = $2 and version = $3 and (fired_on is null or fired_on < $4)
           and active and deleted_at is null")
    .bind(organisation_id)
    .bind(id)
    .bind(version)
    .bind(day)
    .execute(on)
    .await?;
    Ok(())
}

/// The open items of a workflow, all or in a step, behind this one.
pub async fn open_items(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    workflow_id: WorkflowId,
    step: Option<StepId>,
    after: Option<ItemId>,
    limit: usize,
) -> Result<Vec<ItemId>> {
    let mut query = sql("select i.id
         from item i
         join step s on s.organisation_id = i.organisation_id and s.id = i.step_id
         where i.organisation_id = $1 and i.workflow_id = $2 and i.deleted_at is null")
    .bind(organisation_id)
    .bind(workflow_id);
    query = match step {
        Some(step) => query.push(" and coalesce(s.origin_id, s.id) = ").push_bind(step),
        None => query.push(" and s.kind <> 'done'"),
    };
    if let Some(after) = after {
        query = query.push(" and i.id > ").push_bind(after);
    }
    let rows: Vec<(ItemId,)> = query.push(" order by i.id").limit(limit).all(on).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The open items of a workflow whose field has a value, the newest first. Parts of an item are left out, which have its values.
pub async fn open_with(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    workflow_id: WorkflowId,
    field: &str,
    value: &str,
    limit: usize,
) -> Result<Vec<ItemId>> {
    let rows: Vec<(ItemId,)> = sql("select i.id
         from item i
         join step s on s.organisation_id = i.organisation_id and s.id = i.step_id
         where i.organisation_id = $1 and i.workflow_id = $2 and i.deleted_at is null and s.kind <> 'done'
           and cast(i.data ->> cast($3 as text) as text) = $4
           and not exists (
             select 1 from item_part p
             join item w on w.organisation_id = p.organisation_id and w.id = p.whole_id
             where p.organisation_id = $1 and p.item_id = i.id and w.workflow_id = i.workflow_id)
         order by i.number desc")
    .bind(organisation_id)
    .bind(workflow_id)
    .bind(field)
    .bind(value)
    .limit(limit)
    .all(on)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The open items of a workflow whose due day is one of these and has not set the rule off, each with the day.
pub async fn overdue(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    workflow_id: WorkflowId,
    rule: RuleId,
    (first, last): (NaiveDate, NaiveDate),
    limit: usize,
) -> Result<Vec<(ItemId, NaiveDate)>> {
    sql("select i.id, i.due_on
         from item i
         join step s on s.organisation_id = i.organisation_id and s.id = i.step_id
         where i.organisation_id = $1 and i.workflow_id = $2 and i.deleted_at is null and s.kind <> 'done'
           and $4 <= i.due_on and i.due_on <= $5
           and not exists (select 1 from automation_run r
             where r.organisation_id = $1 and r.rule_id = $3 and r.item_id = i.id
               and r.fired_for = cast(i.due_on as text))
         order by i.due_on, i.id")
    .bind(organisation_id)
    .bind(workflow_id)
    .bind(rule)
    .bind(first)
    .bind(last)
    .limit(limit)
    .all(on)
    .await
}

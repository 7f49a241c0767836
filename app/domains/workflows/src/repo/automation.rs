//! Rules of workflows and their runs.

use chrono::{DateTime, NaiveDate, Utc};
use db::{On, Result, Writer, sql};
use kernel::{Cx, ItemId, MemberId, OrganisationId, RuleId, RunId, StepId, WorkflowId};
use serde_json::{Value, json};
use sqlx::types::Json;

use crate::automation::{Chain, KeptRule, Log, Rule, Run, State};

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

/// Deletes a rule softly, only that of a version if one is named. Gives its workflow.
pub async fn delete(
    on: impl Into<On<'_>>,
    cx: &Cx,
    id: RuleId,
    version: Option<i64>,
) -> Result<Option<WorkflowId>> {
    let gone: Option<(WorkflowId,)> = sql("update automation_rule
         set deleted_at = $3, updated_at = $3, updated_by = $4, version = version + 1
         where organisation_id = $1 and id = $2 and deleted_at is null and ($5 is null or version = $5)
         returning workflow_id")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.now())
    .bind(cx.member_id())
    .bind(version)
    .optional(on)
    .await?;
    Ok(gone.map(|(id,)| id))
}

/// Brings a deleted rule back. Gives its workflow.
pub async fn restore(on: impl Into<On<'_>>, cx: &Cx, id: RuleId) -> Result<Option<WorkflowId>> {
    let back: Option<(WorkflowId,)> = sql("update automation_rule
         set deleted_at = null, active_since = $3, updated_at = $3, updated_by = $4, version = version + 1
         where organisation_id = $1 and id = $2 and deleted_at is not null
         returning workflow_id")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.now())
    .bind(cx.member_id())
    .optional(on)
    .await?;
    Ok(back.map(|(id,)| id))
}

/// Keeps others from adding rules to a workflow until the transaction ends, and tells how many it has.
pub async fn hold(tx: &mut kernel::Tx, organisation_id: OrganisationId, id: WorkflowId) -> Result<i64> {
    sql("update workflow set automated = automated where organisation_id = $1 and id = $2")
        .bind(organisation_id)
        .bind(id)
        .execute(&mut *tx)
        .await?;
    let (count,): (i64,) = sql("select count(*) from automation_rule
         where organisation_id = $1 and workflow_id = $2 and deleted_at is null")
    .bind(organisation_id)
    .bind(id)
    .one(tx)
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
}

#[derive(sqlx::FromRow)]
struct ClockedRow {
    #[sqlx(flatten)]
    rule: RuleRow,
    active_since: DateTime<Utc>,
}

/// The rules that are on and that the clock has not set off on this day.
pub async fn clocked(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    today: NaiveDate,
) -> Result<Vec<Clocked>> {
    let rows: Vec<ClockedRow> = sql(
        "select r.id, r.workflow_id, r.definition, r.active, r.updated_at, r.updated_by, r.version, r.active_since
         from automation_rule r
         join workflow w on w.organisation_id = r.organisation_id and w.id = r.workflow_id
         where r.organisation_id = $1 and r.active and r.deleted_at is null and w.deleted_at is null
           and (r.fires_on = 'overdue' or r.fires_on = 'schedule' and r.fired_on is distinct from $2)
         order by r.id",
    )
    .bind(organisation_id)
    .bind(today)
    .all(on)
    .await?;
    let clocked = |row: ClockedRow| {
        let (workflow_id, rule) = row.rule.kept();
        Clocked { workflow_id, rule, active_since: row.active_since }
    };
    Ok(rows.into_iter().map(clocked).collect())
}

/// Notes that the clock sets a rule off on a day. Tells whether it had not.
pub async fn fire(
    on: impl Into<Writer<'_>>,
    organisation_id: OrganisationId,
    id: RuleId,
    version: i64,
    today: NaiveDate,
) -> Result<bool> {
    let fired = sql("update automation_rule set fired_on = $4
         where organisation_id = $1 and id = $2 and version = $3 and fired_on is distinct from $4
           and active and deleted_at is null")
    .bind(organisation_id)
    .bind(id)
    .bind(version)
    .bind(today)
    .execute(on)
    .await?;
    Ok(fired == 1)
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
        Some(step) => query.push(" and i.step_id = ").push_bind(step),
        None => query.push(" and s.kind <> 'done'"),
    };
    if let Some(after) = after {
        query = query.push(" and i.id > ").push_bind(after);
    }
    let rows: Vec<(ItemId,)> = query.push(" order by i.id").limit(limit).all(on).await?;
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

/// A run to be written down.
pub struct NewRun<'a> {
    /// The run.
    pub id: RunId,
    /// The rule.
    pub rule: RuleId,
    /// The item.
    pub item: ItemId,
    /// The run whose act set it off, if one did.
    pub parent: Option<RunId>,
    /// The rules up to this one.
    pub chain: &'a Chain,
    /// What may set it off once only.
    pub fired_for: Option<String>,
    /// Waiting, or stopped.
    pub state: State,
    /// What set it off.
    pub log: &'a Log,
}

/// Writes down that a rule was set off. Tells whether it is the first time for what may set it off once only.
pub async fn insert_run(on: impl Into<Writer<'_>>, cx: &Cx, run: NewRun<'_>) -> Result<bool> {
    let ended = (run.state != State::Waiting).then(|| cx.now());
    let written = sql(
        "insert into automation_run (id, organisation_id, rule_id, item_id, chain, fired_for, state, log,
           created_at, ended_at, parent_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (organisation_id, rule_id, item_id, fired_for) do nothing",
    )
    .bind(run.id)
    .bind(cx.organisation_id())
    .bind(run.rule)
    .bind(run.item)
    .bind(json!(run.chain))
    .bind(run.fired_for)
    .bind(run.state.key())
    .bind(json!(run.log))
    .bind(cx.now())
    .bind(ended)
    .bind(run.parent)
    .execute(on)
    .await?;
    Ok(written == 1)
}

/// A run that is to be carried out.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Taken {
    /// The rule.
    pub rule_id: RuleId,
    /// The item.
    pub item_id: ItemId,
    /// What is written down so far.
    pub log: Json<Log>,
}

/// Takes a run that waits; whoever else takes it meanwhile waits and finds none.
pub async fn take(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    id: RunId,
) -> Result<Option<Taken>> {
    sql("update automation_run set attempts = attempts + 1
         where organisation_id = $1 and id = $2 and state = 'waiting'
         returning rule_id, item_id, log")
    .bind(organisation_id)
    .bind(id)
    .optional(on)
    .await
}

/// Writes down what came of a run.
pub async fn settle(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    id: RunId,
    state: State,
    log: &Log,
    duration_ms: i64,
) -> Result<()> {
    sql("update automation_run set state = $3, log = $4, ended_at = $5, duration_ms = $6
         where organisation_id = $1 and id = $2")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(state.key())
    .bind(json!(log))
    .bind(cx.now())
    .bind(duration_ms)
    .exactly_one(on)
    .await
}

/// Lets a run that failed wait again. Tells whether it had.
pub async fn again(
    on: impl Into<Writer<'_>>,
    organisation_id: OrganisationId,
    id: RunId,
    log: &Log,
) -> Result<bool> {
    let set =
        sql("update automation_run set state = 'waiting', log = $3, ended_at = null, duration_ms = null
         where organisation_id = $1 and id = $2 and state = 'failed'")
        .bind(organisation_id)
        .bind(id)
        .bind(json!(log))
        .execute(on)
        .await?;
    Ok(set == 1)
}

/// The rules up to a run.
pub async fn chain(on: impl Into<On<'_>>, organisation_id: OrganisationId, id: RunId) -> Result<Chain> {
    let row: Option<(Json<Chain>,)> =
        sql("select chain from automation_run where organisation_id = $1 and id = $2")
            .bind(organisation_id)
            .bind(id)
            .optional(on)
            .await?;
    Ok(row.map(|(chain,)| chain.0).unwrap_or_default())
}

#[derive(sqlx::FromRow)]
struct RunRow {
    id: RunId,
    rule_id: RuleId,
    rule_name: String,
    item_id: ItemId,
    key: String,
    number: i64,
    item_title: String,
    state: State,
    log: Json<Value>,
    chain: Json<Chain>,
    attempts: i64,
    created_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    duration_ms: Option<i64>,
}

impl RunRow {
    fn run(self) -> Run {
        Run {
            id: self.id,
            rule_id: self.rule_id,
            rule_name: self.rule_name,
            item_id: self.item_id,
            item_key: format!("{}-{}", self.key, self.number),
            item_title: self.item_title,
            state: self.state,
            log: serde_json::from_value(self.log.0).unwrap_or_default(),
            chain: self.chain.0,
            attempts: self.attempts,
            created_at: self.created_at,
            ended_at: self.ended_at,
            duration_ms: self.duration_ms,
        }
    }
}

/// Which runs to read.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// Of rules of this workflow.
    pub workflow_id: WorkflowId,
    /// Only of this rule.
    pub rule: Option<RuleId>,
    /// Only those that ended like this.
    pub state: Option<State>,
    /// Beyond this one, in the order of the list.
    pub after: Option<RunId>,
    /// The newest first; else the oldest.
    pub newest_first: bool,
    /// How many at most.
    pub limit: usize,
}

/// Runs of rules, also of those that were deleted since.
pub async fn runs(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    wanted: Wanted,
) -> Result<Vec<Run>> {
    let mut query = sql("select u.id, u.rule_id, r.name as rule_name, u.item_id, w.key, i.number, i.title as item_title, u.state,
           u.log, u.chain, u.attempts, u.created_at, u.ended_at, u.duration_ms
         from automation_run u
         join automation_rule r on r.organisation_id = u.organisation_id and r.id = u.rule_id
         join item i on i.organisation_id = u.organisation_id and i.id = u.item_id
         join workflow w on w.organisation_id = i.organisation_id and w.id = i.workflow_id
         where u.organisation_id = $1 and r.workflow_id = $2")
    .bind(organisation_id)
    .bind(wanted.workflow_id);
    if let Some(rule) = wanted.rule {
        query = query.push(" and u.rule_id = ").push_bind(rule);
    }
    if let Some(state) = wanted.state {
        query = query.push(" and u.state = ").push_bind(state.key());
    }
    if let Some(after) = wanted.after {
        query =
            query.push(if wanted.newest_first { " and u.id < " } else { " and u.id > " }).push_bind(after);
    }
    let order = if wanted.newest_first { " order by u.id desc" } else { " order by u.id" };
    let rows: Vec<RunRow> = query.push(order).limit(wanted.limit).all(on).await?;
    Ok(rows.into_iter().map(RunRow::run).collect())
}

/// One run and the workflow of its rule.
pub async fn find_run(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    id: RunId,
) -> Result<Option<Run>> {
    let row: Option<RunRow> = sql("select u.id, u.rule_id, r.name as rule_name, u.item_id, w.key, i.number, i.title as item_title, u.state,
           u.log, u.chain, u.attempts, u.created_at, u.ended_at, u.duration_ms
         from automation_run u
         join automation_rule r on r.organisation_id = u.organisation_id and r.id = u.rule_id
         join item i on i.organisation_id = u.organisation_id and i.id = u.item_id
         join workflow w on w.organisation_id = i.organisation_id and w.id = i.workflow_id
         where u.organisation_id = $1 and u.id = $2")
    .bind(organisation_id)
    .bind(id)
    .optional(on)
    .await?;
    Ok(row.map(RunRow::run))
}

/// The names of the rules that a run has set off.
pub async fn set_off(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    id: RunId,
) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sql("select r.name
         from automation_run u
         join automation_rule r on r.organisation_id = u.organisation_id and r.id = u.rule_id
         where u.organisation_id = $1 and u.parent_id = $2
         order by u.id")
    .bind(organisation_id)
    .bind(id)
    .all(on)
    .await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// The newest run of each rule of a workflow that did not end for want of its condition.
pub async fn last_runs(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    workflow_id: WorkflowId,
) -> Result<Vec<(RuleId, DateTime<Utc>, State)>> {
    sql("select u.rule_id, u.created_at, u.state
         from automation_run u
         join (select x.rule_id, max(x.created_at) as newest
           from automation_run x
           join automation_rule r on r.organisation_id = x.organisation_id and r.id = x.rule_id
           where x.organisation_id = $1 and r.workflow_id = $2 and x.state <> 'skipped'
           group by x.rule_id) n on n.rule_id = u.rule_id and n.newest = u.created_at
         where u.organisation_id = $1 and u.state <> 'skipped'
         order by u.id")
    .bind(organisation_id)
    .bind(workflow_id)
    .all(on)
    .await
}

/// Forgets runs that were set off before then.
pub async fn sweep(
    on: impl Into<Writer<'_>>,
    organisation_id: OrganisationId,
    before: DateTime<Utc>,
) -> Result<()> {
    sql("delete from automation_run where organisation_id = $1 and created_at < $2 and state <> 'waiting'")
        .bind(organisation_id)
        .bind(before)
        .execute(on)
        .await?;
    Ok(())
}

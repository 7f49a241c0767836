//! What rules did, and what they are to do.

use chrono::{DateTime, Utc};
use db::{On, Result, Writer, sql};
use kernel::{Cx, ItemId, MemberId, OrganisationId, RuleId, RunId, WorkflowId};
use serde_json::{Value, json};
use sqlx::types::Json;
use uuid::Uuid;

use crate::automation::{Chain, Log, Run, State};

/// A run to be written down.
pub struct NewRun<'a> {
    /// The run.
    pub id: RunId,
    /// The rule.
    pub rule: RuleId,
    /// The item; none where it is not known yet.
    pub item: Option<ItemId>,
    /// The run whose act set it off, if one did.
    pub parent: Option<RunId>,
    /// The run that the acts of rules up to this one began with; none where it is this one.
    pub root: Option<RunId>,
    /// The member whose act set it off in the end, if one's did.
    pub by: Option<MemberId>,
    /// The rules up to this one.
    pub chain: &'a Chain,
    /// What may set it off once only.
    pub fired_for: Option<String>,
    /// What came from another program and sets it off, once for each rule.
    pub event: Option<Uuid>,
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
           created_at, ended_at, parent_id, root_id, actor_id, event_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         on conflict do nothing",
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
    .bind(run.root)
    .bind(run.by)
    .bind(run.event)
    .execute(on)
    .await?;
    Ok(written == 1)
}

/// A run that is to be carried out.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Taken {
    /// The rule.
    pub rule_id: RuleId,
    /// The item; none where it is not known yet.
    pub item_id: Option<ItemId>,
    /// What came from another program and set it off, if that did.
    pub event_id: Option<Uuid>,
    /// The member whose act set it off in the end, if one's did.
    pub actor_id: Option<MemberId>,
    /// What is written down so far.
    pub log: Json<Log>,
}

/// Takes a run that waits, at this attempt of its job; whoever else takes it meanwhile waits and finds none.
pub async fn take(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    id: RunId,
    attempt: i64,
) -> Result<Option<Taken>> {
    sql("update automation_run set attempts = attempts + $3
         where organisation_id = $1 and id = $2 and state = 'waiting'
         returning rule_id, item_id, event_id, actor_id, log")
    .bind(organisation_id)
    .bind(id)
    .bind(attempt)
    .optional(on)
    .await
}

/// Writes down which item a run is about that waits, and that its chain begins there.
pub async fn meet(
    on: impl Into<Writer<'_>>,
    organisation_id: OrganisationId,
    id: RunId,
    item: ItemId,
    chain: &Chain,
) -> Result<()> {
    sql("update automation_run set item_id = $3, chain = $4
         where organisation_id = $1 and id = $2 and state = 'waiting'")
    .bind(organisation_id)
    .bind(id)
    .bind(item)
    .bind(json!(chain))
    .execute(on)
    .await?;
    Ok(())
}

/// Writes down what came of a run that waits.
pub async fn settle(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    id: RunId,
    state: State,
    log: &Log,
    duration_ms: i64,
) -> Result<()> {
    sql("update automation_run set state = $3, log = $4, ended_at = $5, duration_ms = $6
         where organisation_id = $1 and id = $2 and state = 'waiting'")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(state.key())
    .bind(json!(log))
    .bind(cx.now())
    .bind(duration_ms)
    .execute(on)
    .await?;
    Ok(())
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

/// What led up to a run.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Before {
    /// Its rule.
    pub rule_id: RuleId,
    /// The rules up to it, which is the last; empty while it is not known which item it is about.
    pub chain: Json<Chain>,
    /// The run with which it began.
    pub root_id: RunId,
}

/// What led up to a run.
pub async fn before(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    id: RunId,
) -> Result<Option<Before>> {
    sql("select rule_id, chain, coalesce(root_id, id) as root_id
         from automation_run
         where organisation_id = $1 and id = $2")
    .bind(organisation_id)
    .bind(id)
    .optional(on)
    .await
}

/// How many runs began with this one.
pub async fn count_of_root(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    root: RunId,
) -> Result<i64> {
    let (count,): (i64,) =
        sql("select count(*) from automation_run where organisation_id = $1 and root_id = $2")
            .bind(organisation_id)
            .bind(root)
            .one(on)
            .await?;
    Ok(count)
}

/// How often a rule was set off for an item since then without anybody doing anything.
pub async fn count_unasked(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    rule: RuleId,
    item: ItemId,
    since: DateTime<Utc>,
) -> Result<i64> {
    let (count,): (i64,) = sql("select count(*) from automation_run
         where organisation_id = $1 and rule_id = $2 and item_id = $3 and actor_id is null and $4 < created_at")
    .bind(organisation_id)
    .bind(rule)
    .bind(item)
    .bind(since)
    .one(on)
    .await?;
    Ok(count)
}

/// How often a rule was set off for an item since then by what other programs sent.
pub async fn count_heard(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    rule: RuleId,
    item: ItemId,
    since: DateTime<Utc>,
) -> Result<i64> {
    let (count,): (i64,) = sql("select count(*) from automation_run
         where organisation_id = $1 and rule_id = $2 and item_id = $3 and event_id is not null
           and $4 < created_at")
    .bind(organisation_id)
    .bind(rule)
    .bind(item)
    .bind(since)
    .one(on)
    .await?;
    Ok(count)
}

/// How many mails and how many notices a rule has sent since then.
pub async fn sent_since(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    rule: RuleId,
    since: DateTime<Utc>,
) -> Result<(i64, i64)> {
    sql("select cast(coalesce(sum(mails), 0) as bigint), cast(coalesce(sum(notices), 0) as bigint)
         from automation_run
         where organisation_id = $1 and rule_id = $2 and $3 < ended_at and (mails > 0 or notices > 0)")
    .bind(organisation_id)
    .bind(rule)
    .bind(since)
    .one(on)
    .await
}

/// Writes down how many mails and how many notices a run has sent.
pub async fn note_sent(
    on: impl Into<Writer<'_>>,
    organisation_id: OrganisationId,
    id: RunId,
    (mails, notices): (i64, i64),
) -> Result<()> {
    sql("update automation_run set mails = $3, notices = $4 where organisation_id = $1 and id = $2")
        .bind(organisation_id)
        .bind(id)
        .bind(mails)
        .bind(notices)
        .execute(on)
        .await?;
    Ok(())
}

/// The runs that wait since then because an item came to a step or left one, with what is written down of them.
pub async fn called_off(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    item: ItemId,
    since: DateTime<Utc>,
) -> Result<Vec<(RunId, Log)>> {
    let rows: Vec<(RunId, Json<Log>)> = sql("select u.id, u.log
         from automation_run u
         join automation_rule r on r.organisation_id = u.organisation_id and r.id = u.rule_id
         where u.organisation_id = $1 and u.item_id = $2 and u.state = 'waiting' and $3 <= u.created_at
           and r.fires_on in ('entered', 'left')
         order by u.id")
    .bind(organisation_id)
    .bind(item)
    .bind(since)
    .all(on)
    .await?;
    Ok(rows.into_iter().map(|(id, log)| (id, log.0)).collect())
}

/// The rule of a run, and its workflow.
pub async fn rule_of(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    id: RunId,
) -> Result<Option<(RuleId, WorkflowId)>> {
    sql("select r.id, r.workflow_id
         from automation_run u
         join automation_rule r on r.organisation_id = u.organisation_id and r.id = u.rule_id
         where u.organisation_id = $1 and u.id = $2")
    .bind(organisation_id)
    .bind(id)
    .optional(on)
    .await
}

#[derive(sqlx::FromRow)]
struct RunRow {
    id: RunId,
    rule_id: RuleId,
    rule_name: String,
    item_id: Option<ItemId>,
    key: String,
    number: Option<i64>,
    item_title: Option<String>,
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
            item_key: self.number.map(|number| format!("{}-{number}", self.key)).unwrap_or_default(),
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
    let mut query = sql("select u.id, u.rule_id, r.name as rule_name, u.item_id, w.key, i.number,
           case when i.deleted_at is null then i.title end as item_title, u.state,
           u.log, u.chain, u.attempts, u.created_at, u.ended_at, u.duration_ms
         from automation_run u
         join automation_rule r on r.organisation_id = u.organisation_id and r.id = u.rule_id
         join workflow w on w.organisation_id = r.organisation_id and w.id = r.workflow_id
         left join item i on i.organisation_id = u.organisation_id and i.id = u.item_id
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
    let row: Option<RunRow> = sql("select u.id, u.rule_id, r.name as rule_name, u.item_id, w.key, i.number,
           case when i.deleted_at is null then i.title end as item_title, u.state,
           u.log, u.chain, u.attempts, u.created_at, u.ended_at, u.duration_ms
         from automation_run u
         join automation_rule r on r.organisation_id = u.organisation_id and r.id = u.rule_id
         join workflow w on w.organisation_id = r.organisation_id and w.id = r.workflow_id
         left join item i on i.organisation_id = u.organisation_id and i.id = u.item_id
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
    sql("select r.id, u.created_at, u.state
         from automation_rule r
         join automation_run u on u.organisation_id = r.organisation_id and u.id = (
           select x.id from automation_run x
           where x.organisation_id = r.organisation_id and x.rule_id = r.id and x.state <> 'skipped'
           order by x.id desc
           limit 1)
         where r.organisation_id = $1 and r.workflow_id = $2 and r.deleted_at is null
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

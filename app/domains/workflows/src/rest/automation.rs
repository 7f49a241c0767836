//! Rules of workflows and their runs for other programs.

use chrono::{DateTime, Utc};
use kernel::{
    Error, MemberId,
    Permission::{WorkflowDesign, WorkflowPublish},
    RuleId, RunId,
};
use rest::{
    Answer, Call, Created, Filter, Json, Key, List, Listed, Needs::May, Page, Problem, Record, Routes,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::{
    acts::automation::{self as acts, Asked},
    automation::{Action, KeptRule, Link, Log, Rule, Run, State, Trigger},
};

/// What is published of rules.
pub fn routes() -> Routes {
    let design = May(WorkflowDesign);
    Routes::new("Automation rules", "What a workflow does by itself when something happens to an item. Whoever turns rules on, or changes one that is on, has to be allowed to publish workflows.")
        .list("/workflows/{workflow}/rules", "List the rules of a workflow", design, design, list)
        .post("/workflows/{workflow}/rules", "Add a rule to a workflow", design, create)
        .read("/rules/{rule}", "Read a rule", design, read)
        .update("/rules/{rule}", "Change a rule", design, update)
        .delete("/rules/{rule}", "Delete a rule", design, delete)
        .post("/rules/{rule}/restore", "Bring a rule back", design, restore)
        .post("/rules/{rule}/try", "Try a rule on an item", design, attempt)
        .list("/workflows/{workflow}/runs", "List what rules did", design, design, runs)
        .read("/runs/{run}", "Read what a rule did", design, run)
        .post("/runs/{run}/retry", "Carry out again what failed", May(WorkflowPublish), retry)
}

/// A rule of a workflow.
#[derive(Debug, Serialize, ToSchema)]
struct AutomationRule {
    id: RuleId,
    #[schema(example = "Tell Elsa of large purchases")]
    name: String,
    /// Whether it acts.
    active: bool,
    /// What sets it off.
    on: Trigger,
    /// The condition under which it acts; empty for always.
    #[schema(example = "amount > 5000")]
    when: String,
    /// What it does, in this order, all of it or nothing.
    then: Vec<Action>,
    updated_at: DateTime<Utc>,
    updated_by: MemberId,
    /// When it was set off last, without what did not meet its condition.
    last_run_at: Option<DateTime<Utc>>,
    /// What came of that.
    #[schema(inline)]
    last_state: Option<State>,
    /// The version, which is also its `ETag`.
    version: i64,
}

impl Record for AutomationRule {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
}

impl From<KeptRule> for AutomationRule {
    fn from(kept: KeptRule) -> Self {
        let Rule { name, on, when, then } = kept.rule;
        AutomationRule {
            id: kept.id,
            name,
            active: kept.active,
            on,
            when,
            then,
            updated_at: kept.updated_at,
            updated_by: kept.updated_by,
            last_run_at: kept.last.map(|(at, _)| at),
            last_state: kept.last.map(|(_, state)| state),
            version: kept.version,
        }
    }
}

impl Listed for AutomationRule {
    fn id(&self) -> String {
        self.id.to_string()
    }

    fn key(&self, _: &str) -> Key {
        Key::Text(self.name.to_lowercase())
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct RuleFilter {
    /// Only rules that act, or only others.
    active: Option<bool>,
}

impl Filter for RuleFilter {
    const SORTS: &'static [&'static str] = &["name"];
}

/// A rule to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRule {
    #[schema(example = "Tell Elsa of large purchases", min_length = 1, max_length = 80)]
    name: String,
    /// Whether it acts from now on.
    #[serde(default)]
    active: bool,
    /// What sets it off.
    on: Trigger,
    /// The condition under which it acts; empty for always.
    #[serde(default)]
    #[schema(example = "amount > 5000", max_length = 500)]
    when: String,
    /// What it does, in this order, all of it or nothing. It may be empty where what sets it off adds an item.
    #[schema(max_items = 10)]
    then: Vec<Action>,
}

/// What changes of a rule. What is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RuleChange {
    #[schema(example = "Tell Elsa of large purchases", min_length = 1, max_length = 80)]
    name: Option<String>,
    /// Whether it acts.
    active: Option<bool>,
    /// What sets it off.
    on: Option<Trigger>,
    /// The condition under which it acts; empty for always.
    #[schema(example = "amount > 5000", max_length = 500)]
    when: Option<String>,
    /// What it does, in this order, all of it or nothing. It may be empty where what sets it off adds an item.
    #[schema(max_items = 10)]
    then: Option<Vec<Action>>,
}

/// On what a rule is tried: an item, or what another program might send where an incoming webhook sets the rule off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TriedOn {
    /// What people call the item.
    #[schema(example = "UC-414", min_length = 1)]
    item: Option<String>,
    /// What the other program sends.
    sent: Option<Value>,
}

/// What a rule would do.
#[derive(Debug, Serialize, ToSchema)]
struct Attempt {
    /// What would come of it.
    #[schema(inline)]
    state: State,
    /// What it would read, decide and do. Nothing was done.
    log: Log,
}

impl Record for Attempt {}

/// A rule in a chain.
#[derive(Debug, Serialize, ToSchema)]
struct ChainLink {
    rule: RuleId,
    /// The name that the rule had then.
    name: String,
    /// The key of the item.
    #[schema(example = "UC-414")]
    item: String,
}

impl From<&Link> for ChainLink {
    fn from(link: &Link) -> Self {
        ChainLink { rule: link.rule, name: link.name.clone(), item: link.key.clone() }
    }
}

/// One time that a rule was set off. It is kept for ninety days.
#[derive(Debug, Serialize, ToSchema)]
struct RuleRun {
    id: RunId,
    rule: RuleId,
    /// The key of the item; none where none was found.
    #[schema(example = "UC-414")]
    item: Option<String>,
    /// What came of it.
    #[schema(inline)]
    state: State,
    /// What was read, decided and done.
    log: Log,
    /// The rules that set each other off up to this one, which is the last.
    chain: Vec<ChainLink>,
    /// How often it was tried.
    attempts: i64,
    created_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    /// How long the last attempt took.
    duration_ms: Option<i64>,
}

impl Record for RuleRun {}

impl From<Run> for RuleRun {
    fn from(run: Run) -> Self {
        RuleRun {
            id: run.id,
            rule: run.rule_id,
            item: Some(run.item_key).filter(|key| !key.is_empty()),
            state: run.state,
            log: run.log,
            chain: run.chain.links().iter().map(ChainLink::from).collect(),
            attempts: run.attempts,
            created_at: run.created_at,
            ended_at: run.ended_at,
            duration_ms: run.duration_ms,
        }
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct RunFilter {
    /// Only runs of this rule.
    rule: Option<RuleId>,
    /// Only runs that ended so.
    #[param(inline)]
    state: Option<State>,
}

impl Filter for RunFilter {
    const SORTS: &'static [&'static str] = &["created_at"];
}

async fn list(call: Call<String, List<RuleFilter>>) -> Answer<Page<AutomationRule>> {
    let active = call.input.filter.active;
    let rules = acts::list(&call.cx, &call.path).await?.into_iter().map(AutomationRule::from);
    call.input.page(rules.filter(|rule| active.is_none_or(|active| rule.active == active)).collect())
}

async fn read(call: Call<RuleId>) -> Answer<AutomationRule> {
    Ok(acts::get(&call.cx, call.path).await?.1.into())
}

async fn create(call: Call<String, Json<NewRule>>) -> Answer<Created<AutomationRule>> {
    let NewRule { name, active, on, when, then } = call.input.0;
    let id = acts::create(&call.cx, &call.path, Rule { name, on, when, then }, active).await?;
    let record = acts::get(&call.cx, id).await?.1.into();
    Ok(Created { at: format!("/rules/{id}"), record })
}

async fn update(call: Call<RuleId, Json<RuleChange>>) -> Answer<AutomationRule> {
    let (_, before) = acts::get(&call.cx, call.path).await?;
    call.made_on(before.version)?;
    let RuleChange { name, active, on, when, then } = call.input.0;
    let rule = Rule {
        name: name.unwrap_or(before.rule.name),
        on: on.unwrap_or(before.rule.on),
        when: when.unwrap_or(before.rule.when),
        then: then.unwrap_or(before.rule.then),
    };
    let active = active.unwrap_or(before.active);
    Ok(acts::update(&call.cx, call.path, before.version, rule, active).await?.into())
}

async fn delete(call: Call<RuleId>) -> Answer<()> {
    let (_, before) = acts::get(&call.cx, call.path).await?;
    call.made_on(before.version)?;
    Ok(acts::delete(&call.cx, call.path, Some(before.version)).await?)
}

async fn restore(call: Call<RuleId>) -> Answer<AutomationRule> {
    acts::restore(&call.cx, call.path).await?;
    Ok(acts::get(&call.cx, call.path).await?.1.into())
}

async fn attempt(call: Call<RuleId, Json<TriedOn>>) -> Answer<Attempt> {
    let TriedOn { item, sent } = call.input.0;
    let body = sent.map(|sent| sent.to_string());
    let on = match (&item, &body) {
        (Some(item), None) => acts::TriedOn::Item(item),
        (None, Some(body)) => acts::TriedOn::Sent(body.as_bytes()),
        _ => return Err(Error::invalid("item", "Send either an item or what comes.").into()),
    };
    let (state, log) = acts::dry_run(&call.cx, call.path, on).await?;
    Ok(Attempt { state, log })
}

async fn runs(call: Call<String, List<RunFilter>>) -> Answer<Page<RuleRun>> {
    let list = &call.input;
    let after = list.after.as_deref().map(str::parse::<RunId>).transpose().map_err(|_| {
        Problem::parameter("after", "Send what the page before said as next, and the same sort.")
    })?;
    let RunFilter { rule, state } = list.filter.clone();
    let asked = Asked { rule, state, after, oldest_first: !list.descending };
    let found = acts::runs(&call.cx, &call.path, asked, list.limit).await?;
    let next = found.next.map(|next| next.to_string());
    Ok(Page { data: found.runs.into_iter().map(RuleRun::from).collect(), next })
}

async fn run(call: Call<RunId>) -> Answer<RuleRun> {
    Ok(acts::get_run(&call.cx, call.path).await?.into())
}

async fn retry(call: Call<RunId>) -> Answer<RuleRun> {
    acts::retry(&call.cx, call.path).await?;
    Ok(acts::get_run(&call.cx, call.path).await?.into())
}

//! Rules of workflows.

use kernel::{HookId, Result, RuleId, RunId};
use leptos::prelude::*;

use crate::automation::{Automation, KeptRule, Log, Rule, Run, Runs, State};

#[cfg(feature = "ssr")]
use {
    crate::acts::automation::{self as acts, Asked, RUNS_PAGE, TriedOn},
    kernel::Cx,
};

/// The rules of the workflow whose items are called `key-…`, with what a page needs to show and change them.
#[server]
pub async fn load_automation(key: String) -> Result<Automation> {
    acts::page(&Cx::current().await?, &key).await
}

/// Adds a rule to the workflow whose items are called `key-…`.
#[server(input = server_fn::codec::Json)]
pub async fn create_rule(key: String, rule: Rule, active: bool) -> Result<RuleId> {
    acts::create(&Cx::current().await?, &key, rule, active).await
}

/// Changes a rule of this version.
#[server(input = server_fn::codec::Json)]
pub async fn update_rule(id: RuleId, version: i64, rule: Rule, active: bool) -> Result<KeptRule> {
    acts::update(&Cx::current().await?, id, version, rule, active).await
}

/// Turns a rule of this version on or off.
#[server]
pub async fn turn_rule(id: RuleId, version: i64, #[server(default)] active: bool) -> Result<KeptRule> {
    acts::turn(&Cx::current().await?, id, version, active).await
}

/// Deletes a rule of this version. It can be brought back.
#[server]
pub async fn delete_rule(id: RuleId, version: i64) -> Result<()> {
    acts::delete(&Cx::current().await?, id, Some(version)).await
}

/// Brings a deleted rule back.
#[server]
pub async fn restore_rule(id: RuleId) -> Result<()> {
    acts::restore(&Cx::current().await?, id).await
}

/// What is wrong about a condition, if anything is.
#[server]
pub async fn check_condition(key: String, condition: Option<String>) -> Result<Option<String>> {
    acts::check(&Cx::current().await?, &key, &condition.unwrap_or_default()).await
}

/// Runs of the rules of a workflow, the newest first: perhaps only of one rule, only those that ended so, or those behind one.
#[server]
pub async fn list_runs(
    key: String,
    rule: Option<RuleId>,
    state: Option<State>,
    after: Option<RunId>,
) -> Result<Runs> {
    let asked = Asked { rule, state, after, oldest_first: false };
    acts::runs(&Cx::current().await?, &key, asked, RUNS_PAGE).await
}

/// One run.
#[server]
pub async fn load_run(id: RunId) -> Result<Run> {
    acts::get_run(&Cx::current().await?, id).await
}

/// Lets a run that failed be carried out again.
#[server]
pub async fn retry_run(id: RunId) -> Result<()> {
    acts::retry(&Cx::current().await?, id).await
}

/// Values of what came last by an incoming webhook, each with its place, and the whole as it was sent.
#[server]
pub async fn load_last_sent(hook: HookId) -> Result<Option<(String, Vec<(String, String)>)>> {
    acts::came_last(&Cx::current().await?, hook).await
}

/// What a rule would do now with the item called `item`, or with what another program sends. Nothing is done.
#[server]
pub async fn try_rule(id: RuleId, item: String, body: Option<String>) -> Result<(State, Log)> {
    let on = match &body {
        Some(body) => TriedOn::Sent(body.as_bytes()),
        None => TriedOn::Item(&item),
    };
    acts::dry_run(&Cx::current().await?, id, on).await
}

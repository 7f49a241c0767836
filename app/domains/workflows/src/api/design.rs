//! Making workflows and designing them.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Result, StepId, WorkflowId};
use leptos::prelude::*;

use crate::{
    definition::{Definition, Place},
    model::{Design, KeptDraft, Version},
    replay::Replay,
};

#[cfg(feature = "ssr")]
use {
    crate::acts::{
        design::{self as acts, NewWorkflow, Onward},
        replay,
    },
    kernel::Cx,
};

/// Makes a workflow from a template and opens its design.
#[server]
pub async fn create_workflow(
    name: String,
    key: String,
    item_noun: String,
    template: String,
) -> Result<String> {
    let new = NewWorkflow { name, key, item_noun, template };
    let head = acts::create(&Cx::current().await?, new).await?;
    leptos_axum::redirect(&format!("/workflows/{}/design", head.key));
    Ok(head.key)
}

/// The workflow whose items are called `key-…` as it runs and as it is drafted.
#[server]
pub async fn load_design(key: String) -> Result<Design> {
    acts::open(&Cx::current().await?, &key).await
}

/// The versions of a workflow, newest first.
#[server]
pub async fn list_versions(workflow_id: WorkflowId) -> Result<Vec<Version>> {
    acts::versions(&Cx::current().await?, workflow_id).await
}

/// A version of a workflow as it was published.
#[server]
pub async fn load_version(workflow_id: WorkflowId, number: i64) -> Result<Definition> {
    acts::version(&Cx::current().await?, workflow_id, number).await
}

/// Keeps the draft of a workflow. `version` is the one it was made on, 0 where there was none.
#[server(input = server_fn::codec::Json)]
pub async fn save_draft(workflow_id: WorkflowId, version: i64, definition: Definition) -> Result<KeptDraft> {
    acts::save(&Cx::current().await?, workflow_id, version, definition).await
}

/// Drops the draft of a workflow.
#[server]
pub async fn discard_draft(workflow_id: WorkflowId, version: i64) -> Result<()> {
    acts::discard(&Cx::current().await?, workflow_id, version).await
}

/// Lets a workflow run as its draft says; items stay on the version that they are on, or those of a step that is no more go
/// where `moves` says. Gives the number of the version that runs now.
#[server(input = server_fn::codec::Json)]
pub async fn publish_draft(
    workflow_id: WorkflowId,
    version: i64,
    moves: BTreeMap<StepId, StepId>,
    #[server(default)] stay: bool,
) -> Result<i64> {
    acts::publish(&Cx::current().await?, workflow_id, version, &Onward { moves, stay }).await
}

/// What the draft of a workflow would have made of the items that were finished in so many days up to today.
#[server]
pub async fn replay_draft(workflow_id: WorkflowId, days: i64) -> Result<Replay> {
    replay::draft(&Cx::current().await?, workflow_id, days).await
}

/// Lets the items that stay on an earlier version go on with the one that runs, where `moves` says or else where they would go
/// best. Gives how many there were.
#[server(input = server_fn::codec::Json)]
pub async fn take_up_items(
    workflow_id: WorkflowId,
    number: i64,
    moves: BTreeMap<StepId, StepId>,
) -> Result<i64> {
    acts::take_up(&Cx::current().await?, workflow_id, number, &moves).await
}

/// Where the steps of a design stand best, all of them or only some.
#[server(input = server_fn::codec::Json)]
pub async fn arrange_steps(
    definition: Definition,
    only: Option<BTreeSet<StepId>>,
) -> Result<Vec<(StepId, Place)>> {
    acts::arrange(&Cx::current().await?, definition, only).await
}

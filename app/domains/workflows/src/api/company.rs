//! Who is at an item, and at the design of a workflow.

use kernel::{Doing, ItemId, MemberId, Result, WorkflowId};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::{design_topic, item_topic},
    crate::repo,
    kernel::{Cx, OrNotFound, Permission, Topic},
};

/// Says that the viewer is at an item and what they do there. Gives everybody who is, and what they do.
#[server]
pub async fn be_at_item(item_id: ItemId, doing: Doing) -> Result<Vec<(MemberId, Doing)>> {
    let cx = Cx::current().await?.require(Permission::ItemView)?;
    let (organisation_id, db) = (cx.organisation_id(), cx.db());
    if repo::item::find(db, organisation_id, item_id).await?.is_none() {
        repo::part::workflow_of_joined(db, organisation_id, item_id).await?.or_not_found()?;
    }
    cx.appear(Topic::of(Permission::ItemView, item_topic(item_id)), doing).await
}

/// Says that the viewer is at the design of a workflow and what they do there. Gives everybody who is, and what they do.
#[server]
pub async fn be_at_design(workflow_id: WorkflowId, doing: Doing) -> Result<Vec<(MemberId, Doing)>> {
    let cx = Cx::current().await?.require(Permission::WorkflowDesign)?;
    repo::workflow::find(cx.db(), cx.organisation_id(), workflow_id).await?.or_not_found()?;
    cx.appear(Topic::of(Permission::WorkflowDesign, design_topic(workflow_id)), doing).await
}

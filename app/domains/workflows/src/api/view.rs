//! Saved views.

use kernel::{Result, ViewId, WorkflowId};
use leptos::prelude::*;

use crate::model::SavedView;

#[cfg(feature = "ssr")]
use {crate::acts::view as acts, kernel::Cx};

/// How many views a page offers.
#[cfg(feature = "ssr")]
const SHOWN: usize = 100;

/// The views of a workflow that the viewer may use.
#[server]
pub async fn list_views(workflow_id: WorkflowId) -> Result<Vec<SavedView>> {
    acts::list(&Cx::current().await?, workflow_id, SHOWN).await
}

/// Saves the filters and the order of a page under a name.
#[server]
pub async fn save_view(
    workflow_id: WorkflowId,
    name: String,
    layout: String,
    query: Option<String>,
    #[server(default)] shared: bool,
) -> Result<SavedView> {
    let query = query.unwrap_or_default();
    acts::save(&Cx::current().await?, workflow_id, &name, layout, &query, shared).await
}

/// Deletes one's own view. It can be brought back.
#[server]
pub async fn delete_view(view_id: ViewId) -> Result<()> {
    acts::delete(&Cx::current().await?, view_id).await
}

/// Brings one's own deleted view back.
#[server]
pub async fn restore_view(view_id: ViewId) -> Result<()> {
    acts::restore(&Cx::current().await?, view_id).await
}

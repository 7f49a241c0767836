//! Saved views.

use kernel::{Result, ViewId, WorkflowId};
use leptos::prelude::*;

use crate::model::SavedView;

#[cfg(feature = "ssr")]
use {
    crate::repo,
    db::ResultExt,
    kernel::{Cx, Error, OrNotFound, Permission},
};

/// The views of a workflow that the viewer may use.
#[server]
pub async fn list_views(workflow_id: WorkflowId) -> Result<Vec<SavedView>> {
    let cx = Cx::current().await?.require(Permission::ItemView)?;
    Ok(repo::view::list(cx.db(), &cx, workflow_id).await?)
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
    let permission = if shared { Permission::ViewShare } else { Permission::ViewSave };
    let cx = Cx::current().await?.require(permission)?;
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || 60 < name.chars().count() {
        return Err(Error::invalid("name", "Give the view a name of up to 60 characters."));
    }
    if layout != "board" && layout != "list" {
        return Err(Error::invalid("layout", "A view is a board or a list."));
    }
    let query: String = query.unwrap_or_default().chars().take(2000).collect();
    let mut tx = cx.begin().await?;
    repo::workflow::find(&mut tx, cx.organisation_id(), workflow_id).await?.or_not_found()?;
    let view = SavedView { id: cx.new_id(), name, shared, mine: true, layout, query };
    repo::view::insert(&mut tx, &cx, workflow_id, &view)
        .await
        .on_constraint("saved_view_member_id_workflow_id_name_key", || {
            Error::invalid("name", "You have a view of this name. Choose another one.")
        })?;
    tx.commit().await?;
    Ok(view)
}

/// Deletes one's own view. It can be brought back.
#[server]
pub async fn delete_view(view_id: ViewId) -> Result<()> {
    let cx = Cx::current().await?.require(Permission::ViewSave)?;
    let mut tx = cx.begin().await?;
    repo::view::delete(&mut tx, &cx, view_id).await?.then_some(()).or_not_found()?;
    tx.commit().await
}

/// Brings one's own deleted view back.
#[server]
pub async fn restore_view(view_id: ViewId) -> Result<()> {
    let cx = Cx::current().await?.require(Permission::ViewSave)?;
    let mut tx = cx.begin().await?;
    repo::view::restore(&mut tx, &cx, view_id).await?.then_some(()).or_not_found()?;
    tx.commit().await
}

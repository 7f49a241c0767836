//! Saved views.

use db::ResultExt;
use kernel::{Cx, Error, OrNotFound, Permission, Result, ViewId, WorkflowId};

use crate::{model::SavedView, repo};

/// The longest name of a view, in characters.
pub const NAME_MAX: usize = 60;
/// A member's views of a workflow have names of their own.
const NAME_KEY: &str = "saved_view_member_id_workflow_id_name_key";
/// The longest query of a view, in characters.
pub const QUERY_MAX: usize = 2000;

/// The views of a workflow that the member may use, at most so many.
pub async fn list(cx: &Cx, workflow_id: WorkflowId, limit: usize) -> Result<Vec<SavedView>> {
    let cx = cx.clone().require(Permission::ItemView)?;
    Ok(repo::view::list(cx.db(), &cx, workflow_id, limit).await?)
}

/// One of them.
pub async fn get(cx: &Cx, id: ViewId) -> Result<SavedView> {
    let cx = cx.clone().require(Permission::ItemView)?;
    repo::view::find(cx.db(), &cx, id).await?.or_not_found()
}

/// One of one's own views.
pub async fn own(cx: &Cx, id: ViewId) -> Result<SavedView> {
    let cx = cx.clone().require(Permission::ViewSave)?;
    repo::view::find(cx.db(), &cx, id).await?.filter(|view| view.mine).or_not_found()
}

/// Saves the filters and the order of a page under a name.
pub async fn save(
    cx: &Cx,
    workflow_id: WorkflowId,
    name: &str,
    layout: String,
    query: &str,
    shared: bool,
) -> Result<SavedView> {
    let permission = if shared { Permission::ViewShare } else { Permission::ViewSave };
    let cx = cx.clone().require(permission)?;
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || NAME_MAX < name.chars().count() {
        return Err(Error::invalid("name", format!("Give the view a name of up to {NAME_MAX} characters.")));
    }
    if !SavedView::LAYOUTS.contains(&layout.as_str()) {
        return Err(Error::invalid(
            "layout",
            "A view is a board, with or without lanes, a list or a calendar.",
        ));
    }
    let query: String = query.chars().take(QUERY_MAX).collect();
    let mut tx = cx.begin().await?;
    repo::workflow::find(&mut tx, cx.organisation_id(), workflow_id).await?.or_not_found()?;
    let view = SavedView { id: cx.new_id(), name, shared, mine: true, layout, query };
    repo::view::insert(&mut tx, &cx, workflow_id, &view).await.on_constraint(NAME_KEY, || {
        Error::invalid("name", "You have a view of this name. Choose another one.")
    })?;
    tx.commit().await?;
    Ok(view)
}

/// Deletes one's own view. [`restore`] brings it back.
pub async fn delete(cx: &Cx, view_id: ViewId) -> Result<()> {
    let cx = cx.clone().require(Permission::ViewSave)?;
    let mut tx = cx.begin().await?;
    repo::view::delete(&mut tx, &cx, view_id).await?.then_some(()).or_not_found()?;
    tx.commit().await
}

/// Brings one's own deleted view back.
pub async fn restore(cx: &Cx, view_id: ViewId) -> Result<()> {
    let cx = cx.clone().require(Permission::ViewSave)?;
    let mut tx = cx.begin().await?;
    let restored = repo::view::restore(&mut tx, &cx, view_id).await.on_constraint(NAME_KEY, || {
        Error::Conflict("You have another view of this name by now. Delete that one first.".into())
    })?;
    restored.then_some(()).or_not_found()?;
    tx.commit().await
}

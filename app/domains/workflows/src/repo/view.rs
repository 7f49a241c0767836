//! Saved views.

use db::{On, Result, Writer, sql};
use kernel::{ViewId, WorkflowId};

use crate::model::SavedView;

/// The member's own views of a workflow and the shared ones, at most so many.
pub async fn list(
    on: impl Into<On<'_>>,
    cx: &kernel::Cx,
    workflow_id: WorkflowId,
    limit: usize,
) -> Result<Vec<SavedView>> {
    sql("select id, name, shared, member_id = $3 as mine, layout, query
         from saved_view
         where organisation_id = $1 and workflow_id = $2 and deleted_at is null and (shared or member_id = $3)
         order by lower(name), id")
    .bind(cx.organisation_id())
    .bind(workflow_id)
    .bind(cx.member_id())
    .limit(limit)
    .all(on)
    .await
}

/// One of the member's own views, or a shared one.
pub async fn find(on: impl Into<On<'_>>, cx: &kernel::Cx, id: ViewId) -> Result<Option<SavedView>> {
    sql("select v.id, v.name, v.shared, v.member_id = $3 as mine, v.layout, v.query
         from saved_view v
         join workflow w on w.organisation_id = v.organisation_id and w.id = v.workflow_id
         where v.organisation_id = $1 and v.id = $2 and (v.shared or v.member_id = $3)
           and v.deleted_at is null and w.deleted_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.member_id())
    .optional(on)
    .await
}

/// Saves a view.
pub async fn insert(
    on: impl Into<Writer<'_>>,
    cx: &kernel::Cx,
    workflow_id: WorkflowId,
    view: &SavedView,
) -> Result<()> {
    sql("insert into saved_view (id, organisation_id, workflow_id, member_id, name, shared, layout, query, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)")
    .bind(view.id)
    .bind(cx.organisation_id())
    .bind(workflow_id)
    .bind(cx.member_id())
    .bind(&view.name)
    .bind(view.shared)
    .bind(&view.layout)
    .bind(&view.query)
    .bind(cx.now())
    .exactly_one(on)
    .await
}

/// Deletes one's own view softly. Tells whether there was one.
pub async fn delete(on: impl Into<Writer<'_>>, cx: &kernel::Cx, id: ViewId) -> Result<bool> {
    let changed = sql("update saved_view
         set deleted_at = $4, updated_at = $4, version = version + 1
         where organisation_id = $1 and id = $2 and member_id = $3 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.member_id())
    .bind(cx.now())
    .execute(on)
    .await?;
    Ok(changed == 1)
}

/// Brings one's own deleted view back. Tells whether there was one.
pub async fn restore(on: impl Into<Writer<'_>>, cx: &kernel::Cx, id: ViewId) -> Result<bool> {
    let changed = sql("update saved_view
         set deleted_at = null, updated_at = $4, version = version + 1
         where organisation_id = $1 and id = $2 and member_id = $3 and deleted_at is not null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.member_id())
    .bind(cx.now())
    .execute(on)
    .await?;
    Ok(changed == 1)
}

//! Saved views.

use db::{On, Result, Writer, sql};
use kernel::{ViewId, WorkflowId};

use crate::model::SavedView;

/// The table knows boards and lists. A view of another page is kept as one of those, which a program of before would open,
/// and the name of the page is written before its query.
const KINDRED: [(&str, &str); 2] = [("lanes", "board"), ("calendar", "list")];

/// Layout and query as the table has them.
fn kept(view: &SavedView) -> (&str, String) {
    let kindred = KINDRED.into_iter().find(|(page, _)| *page == view.layout);
    match kindred {
        Some((page, layout)) => (layout, format!("page={page}&{}", view.query)),
        None => (&view.layout, view.query.clone()),
    }
}

/// The view that is kept like this.
fn read(mut view: SavedView) -> SavedView {
    for (page, layout) in KINDRED {
        if view.layout == layout
            && let Some(query) = view.query.strip_prefix("page=").and_then(|rest| rest.strip_prefix(page))
            && let Some(query) = query.strip_prefix('&')
        {
            (view.layout, view.query) = (page.to_owned(), query.to_owned());
            break;
        }
    }
    view
}

/// The member's own views of a workflow and the shared ones, at most so many.
pub async fn list(
    on: impl Into<On<'_>>,
    cx: &kernel::Cx,
    workflow_id: WorkflowId,
    limit: usize,
) -> Result<Vec<SavedView>> {
    let views: Vec<SavedView> = sql("select id, name, shared, member_id = $3 as mine, layout, query
         from saved_view
         where organisation_id = $1 and workflow_id = $2 and deleted_at is null and (shared or member_id = $3)
         order by lower(name), id")
    .bind(cx.organisation_id())
    .bind(workflow_id)
    .bind(cx.member_id())
    .limit(limit)
    .all(on)
    .await?;
    Ok(views.into_iter().map(read).collect())
}

/// One of the member's own views, or a shared one.
pub async fn find(on: impl Into<On<'_>>, cx: &kernel::Cx, id: ViewId) -> Result<Option<SavedView>> {
    let view: Option<SavedView> =
        sql("select v.id, v.name, v.shared, v.member_id = $3 as mine, v.layout, v.query
         from saved_view v
         join workflow w on w.organisation_id = v.organisation_id and w.id = v.workflow_id
         where v.organisation_id = $1 and v.id = $2 and (v.shared or v.member_id = $3)
           and v.deleted_at is null and w.deleted_at is null")
        .bind(cx.organisation_id())
        .bind(id)
        .bind(cx.member_id())
        .optional(on)
        .await?;
    Ok(view.map(read))
}

/// Saves a view.
pub async fn insert(
    on: impl Into<Writer<'_>>,
    cx: &kernel::Cx,
    workflow_id: WorkflowId,
    view: &SavedView,
) -> Result<()> {
    let (layout, query) = kept(view);
    sql("insert into saved_view (id, organisation_id, workflow_id, member_id, name, shared, layout, query, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)")
    .bind(view.id)
    .bind(cx.organisation_id())
    .bind(workflow_id)
    .bind(cx.member_id())
    .bind(&view.name)
    .bind(view.shared)
    .bind(layout)
    .bind(query)
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

//! Comments on items.

use kernel::{CommentId, ItemId, Result};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::item_event,
    crate::{repo, rules},
    kernel::{Cx, OrNotFound, Permission, Tx},
    serde_json::json,
};

/// Writes a comment.
#[server]
pub async fn add_comment(item_id: ItemId, body: String) -> Result<CommentId> {
    let cx = Cx::current().await?.require(Permission::CommentWrite)?;
    let body = rules::read_comment(&body)?;
    let mut tx = cx.begin().await?;
    repo::item::find(&mut tx, cx.organisation_id(), item_id).await?.or_not_found()?;
    let id = repo::comment::insert(&mut tx, &cx, item_id, &body).await?;
    note(&mut tx, &cx, item_id, 1, "item.commented").await?;
    tx.commit().await?;
    Ok(id)
}

/// Deletes one's own comment. It can be brought back.
#[server]
pub async fn delete_comment(comment_id: CommentId) -> Result<()> {
    let cx = Cx::current().await?.require(Permission::CommentWrite)?;
    let mut tx = cx.begin().await?;
    let item_id = repo::comment::delete(&mut tx, &cx, comment_id).await?.or_not_found()?;
    note(&mut tx, &cx, item_id, -1, "item.comment_deleted").await?;
    tx.commit().await
}

/// Brings one's own deleted comment back.
#[server]
pub async fn restore_comment(comment_id: CommentId) -> Result<()> {
    let cx = Cx::current().await?.require(Permission::CommentWrite)?;
    let mut tx = cx.begin().await?;
    let item_id = repo::comment::restore(&mut tx, &cx, comment_id).await?.or_not_found()?;
    note(&mut tx, &cx, item_id, 1, "item.comment_restored").await?;
    tx.commit().await
}

#[cfg(feature = "ssr")]
async fn note(tx: &mut Tx, cx: &Cx, item_id: ItemId, by: i64, kind: &'static str) -> Result<()> {
    repo::item::count_comment(&mut *tx, cx.organisation_id(), item_id, by).await?;
    let (workflow_id, _) = repo::item::find(&mut *tx, cx.organisation_id(), item_id).await?.or_not_found()?;
    tx.record(item_event(kind, workflow_id, item_id, json!({}))).await
}

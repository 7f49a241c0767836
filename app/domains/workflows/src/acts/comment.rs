//! Comments on items.

use kernel::{
    CommentId, Cx, ItemId, MemberId, NoticeKind, OrNotFound, Permission, Reason, Result, Tx, mention,
    read_comment,
};
use serde_json::json;
use uuid::Uuid;

use super::{Source, item, item_event, tell};
use crate::{
    model::{Comment, Item},
    repo::{self, Span},
};

/// A page of the comments on the item called `item`, and the one behind which the next page starts.
pub async fn list(cx: &Cx, item: &str, span: Span) -> Result<(Vec<Comment>, Option<Uuid>)> {
    let (_, item) = item::find(cx, item).await?;
    Ok(repo::comment::page(cx.db(), cx.organisation_id(), item.card.id, span).await?)
}

/// One comment.
pub async fn get(cx: &Cx, id: CommentId) -> Result<Comment> {
    let cx = cx.clone().require(Permission::ItemView)?;
    repo::comment::find(cx.db(), cx.organisation_id(), id).await?.or_not_found()
}

/// Whether one may delete what rules wrote: nobody else can.
fn clears_up(cx: &Cx) -> bool {
    cx.may(Permission::ItemDelete) || cx.may(Permission::WorkflowPublish)
}

/// One of one's own comments, or of those of rules where one may delete them.
pub async fn own(cx: &Cx, id: CommentId) -> Result<Comment> {
    let cx = cx.clone().require(Permission::CommentWrite)?;
    let comment = repo::comment::find(cx.db(), cx.organisation_id(), id).await?;
    let is_own = |comment: &Comment| {
        comment.created_by == Some(cx.member_id()) || !comment.rule.is_empty() && clears_up(&cx)
    };
    comment.filter(is_own).or_not_found()
}

/// Writes a comment. Done again with the same `key`, it is written once.
pub async fn add(cx: &Cx, item_id: ItemId, body: &str, key: Option<Uuid>) -> Result<CommentId> {
    let cx = cx.clone().require(Permission::CommentWrite)?;
    let body = read_comment(body)?;
    let named = mention::members(&cx, &body).await?;
    let id: CommentId = cx.new_id();
    let mut tx = cx.begin().await?;
    if let Some(written) = tx.once(key, id.uuid()).await? {
        return Ok(written.into());
    }
    write(&mut tx, &cx, id, item_id, &body, &named).await?;
    tx.commit().await?;
    Ok(id)
}

/// Writes a comment down, and tells who has to do with it. `named` are those in it.
pub(super) async fn write(
    tx: &mut Tx,
    cx: &Cx,
    id: CommentId,
    item_id: ItemId,
    body: &str,
    named: &[MemberId],
) -> Result<()> {
    let (workflow, item) = item::load(tx, cx, item_id).await?;
    let authors = repo::comment::authors(&mut *tx, cx.organisation_id(), item_id).await?;
    let rule = cx.cause().map_or("", |cause| cause.rule.as_str());
    repo::comment::insert(&mut *tx, cx, id, item_id, body, rule).await?;
    let comment = Source { kind: NoticeKind::Mentioned, source_id: id.uuid(), text: body };
    let to = named.iter().map(|id| (*id, Reason::Named)).collect();
    tell(&mut *tx, cx, &workflow.head, &item.card, comment, to).await?;
    let to = concerned(&item, &authors).filter(|(id, _)| !named.contains(id)).collect();
    tell(&mut *tx, cx, &workflow.head, &item.card, Source { kind: NoticeKind::Commented, ..comment }, to)
        .await?;
    note(tx, cx, item_id, 1, "item.commented").await
}

/// Writes down what nobody of the organisation says; `by` says where it comes from. Nobody is told: it comes with its item.
pub(super) async fn note_of(
    tx: &mut Tx,
    cx: &Cx,
    id: CommentId,
    item_id: ItemId,
    body: &str,
    by: &str,
) -> Result<()> {
    repo::comment::insert(&mut *tx, cx, id, item_id, body, by).await?;
    note(tx, cx, item_id, 1, "item.commented").await
}

/// Deletes one's own comment, or one of a rule where one may. [`restore`] brings it back.
pub async fn delete(cx: &Cx, comment_id: CommentId) -> Result<()> {
    let cx = cx.clone().require(Permission::CommentWrite)?;
    let mut tx = cx.begin().await?;
    let item_id = repo::comment::delete(&mut tx, &cx, comment_id, clears_up(&cx)).await?.or_not_found()?;
    tx.take_back(comment_id.uuid()).await?;
    note(&mut tx, &cx, item_id, -1, "item.comment_deleted").await?;
    tx.commit().await
}

/// Brings back a comment that one may delete.
pub async fn restore(cx: &Cx, comment_id: CommentId) -> Result<()> {
    let cx = cx.clone().require(Permission::CommentWrite)?;
    let mut tx = cx.begin().await?;
    let item_id = repo::comment::restore(&mut tx, &cx, comment_id, clears_up(&cx)).await?.or_not_found()?;
    note(&mut tx, &cx, item_id, 1, "item.comment_restored").await?;
    tx.commit().await
}

/// Who has to do with an item, and why.
pub(super) fn concerned(item: &Item, authors: &[MemberId]) -> impl Iterator<Item = (MemberId, Reason)> {
    let assignee = item.card.assignee_id.map(|id| (id, Reason::Assignee));
    let author = item.created_by.map(|id| (id, Reason::Author));
    assignee.into_iter().chain(author).chain(authors.iter().map(|id| (*id, Reason::TookPart)))
}

async fn note(tx: &mut Tx, cx: &Cx, item_id: ItemId, by: i64, kind: &'static str) -> Result<()> {
    repo::item::count_comment(&mut *tx, cx.organisation_id(), item_id, by).await?;
    let (workflow_id, _) = repo::item::find(&mut *tx, cx.organisation_id(), item_id).await?.or_not_found()?;
    tx.record(item_event(kind, workflow_id, item_id, json!({}))).await
}

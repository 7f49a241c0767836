//! Comments on items.

use db::{On, Result, Writer, sql};
use kernel::{CommentId, ItemId, MemberId, OrganisationId};
use uuid::Uuid;

use super::Span;
use crate::model::Comment;

/// The comments of an item, oldest first.
pub async fn list(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    item_id: ItemId,
) -> Result<Vec<Comment>> {
    sql("select id, body, created_at, created_by, rule
         from comment
         where organisation_id = $1 and item_id = $2 and deleted_at is null
         order by id
         limit 500")
    .bind(organisation_id)
    .bind(item_id)
    .all(on)
    .await
}

/// A page of the comments of an item, in order of time, and the one behind which the next page starts.
pub async fn page(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    item_id: ItemId,
    span: Span,
) -> Result<(Vec<Comment>, Option<Uuid>)> {
    let query = sql("select id, body, created_at, created_by, rule
         from comment
         where organisation_id = $1 and item_id = $2 and deleted_at is null ")
    .bind(organisation_id)
    .bind(item_id);
    let rows: Vec<Comment> = span.narrow(query).all(on).await?;
    Ok(span.cut(rows, |comment| comment.id.uuid()))
}

/// One comment on an item that is there.
pub async fn find(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    id: CommentId,
) -> Result<Option<Comment>> {
    sql("select c.id, c.body, c.created_at, c.created_by, c.rule
         from comment c
         join item i on i.organisation_id = c.organisation_id and i.id = c.item_id
         where c.organisation_id = $1 and c.id = $2 and c.deleted_at is null and i.deleted_at is null")
    .bind(organisation_id)
    .bind(id)
    .optional(on)
    .await
}

/// Writes a comment. `rule` is the name of the rule that does, or what else stands in for an author; else empty.
pub async fn insert(
    on: impl Into<Writer<'_>>,
    cx: &kernel::Cx,
    id: CommentId,
    item_id: ItemId,
    body: &str,
    rule: &str,
) -> Result<()> {
    sql("insert into comment (id, organisation_id, item_id, body, created_at, created_by, updated_at, rule)
         values ($1, $2, $3, $4, $5, $6, $5, $7)")
    .bind(id)
    .bind(cx.organisation_id())
    .bind(item_id)
    .bind(body)
    .bind(cx.now())
    .bind(cx.actor_id())
    .bind(rule)
    .exactly_one(on)
    .await
}

/// Who has commented on an item.
pub async fn authors(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    item_id: ItemId,
) -> Result<Vec<MemberId>> {
    let rows: Vec<(MemberId,)> = sql("select distinct created_by
         from comment
         where organisation_id = $1 and item_id = $2 and deleted_at is null and created_by is not null
         limit 100")
    .bind(organisation_id)
    .bind(item_id)
    .all(on)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Deletes one's own comment softly, or one of a rule. Gives the item it was on.
pub async fn delete(
    on: impl Into<On<'_>>,
    cx: &kernel::Cx,
    id: CommentId,
    of_rules: bool,
) -> Result<Option<ItemId>> {
    let item: Option<(ItemId,)> = sql("update comment
         set deleted_at = $4, updated_at = $4, version = version + 1
         where organisation_id = $1 and id = $2 and (created_by = $3 or $5 and rule <> '') and deleted_at is null
         returning item_id")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.member_id())
    .bind(cx.now())
    .bind(of_rules)
    .optional(on)
    .await?;
    Ok(item.map(|(id,)| id))
}

/// Brings one's own deleted comment back, or one of a rule. Gives the item it is on.
pub async fn restore(
    on: impl Into<On<'_>>,
    cx: &kernel::Cx,
    id: CommentId,
    of_rules: bool,
) -> Result<Option<ItemId>> {
    let item: Option<(ItemId,)> = sql("update comment
         set deleted_at = null, updated_at = $4, version = version + 1
         where organisation_id = $1 and id = $2 and (created_by = $3 or $5 and rule <> '') and deleted_at is not null
         returning item_id")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.member_id())
    .bind(cx.now())
    .bind(of_rules)
    .optional(on)
    .await?;
    Ok(item.map(|(id,)| id))
}

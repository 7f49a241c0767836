//! Comments in the database.

use db::{On, Result, Writer, sql};
use kernel::{CommentId, Cx, MemberId, OrganisationId};
use uuid::Uuid;

use crate::model::Comment;

/// As many of those who took part are told of what is said next.
const MOST_TOLD: usize = 100;

/// Which comments on a record are read.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// The one behind which they begin.
    pub after: Option<CommentId>,
    /// Whether the newest come first.
    pub newest_first: bool,
    /// How many at most.
    pub limit: usize,
}

/// A part of the comments on a record, in the order of time or the other way round.
pub async fn part(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    record_id: Uuid,
    part: &Part,
) -> Result<Vec<Comment>> {
    let mut query = sql("select id, body, created_at, created_by
         from record_comment
         where organisation_id = $1 and record_id = $2 and deleted_at is null ")
    .bind(organisation_id)
    .bind(record_id);
    if let Some(after) = part.after {
        query = query.push(if part.newest_first { "and id < " } else { "and id > " }).push_bind(after);
    }
    let order = if part.newest_first { " order by id desc" } else { " order by id" };
    query.push(order).limit(part.limit).all(on).await
}

/// One comment on a record.
pub async fn find(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    record_id: Uuid,
    id: CommentId,
) -> Result<Option<Comment>> {
    sql("select id, body, created_at, created_by
         from record_comment
         where organisation_id = $1 and record_id = $2 and id = $3 and deleted_at is null")
    .bind(organisation_id)
    .bind(record_id)
    .bind(id)
    .optional(on)
    .await
}

/// The kind and the id of the record that one's own comment is on, deleted or not.
pub async fn record_of(on: impl Into<On<'_>>, cx: &Cx, id: CommentId) -> Result<Option<(String, Uuid)>> {
    sql("select record_kind, record_id from record_comment
         where organisation_id = $1 and id = $2 and created_by = $3")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.member_id())
    .optional(on)
    .await
}

/// Who has said something of a record.
pub async fn authors(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    record_id: Uuid,
) -> Result<Vec<MemberId>> {
    let rows: Vec<(MemberId,)> = sql("select distinct created_by from record_comment
         where organisation_id = $1 and record_id = $2 and deleted_at is null ")
    .bind(organisation_id)
    .bind(record_id)
    .limit(MOST_TOLD)
    .all(on)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Writes a comment.
pub async fn insert(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    id: CommentId,
    (record_kind, record_id): (&str, Uuid),
    body: &str,
) -> Result<()> {
    sql("insert into record_comment
           (id, organisation_id, record_kind, record_id, body, created_at, created_by, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $6)")
    .bind(id)
    .bind(cx.organisation_id())
    .bind(record_kind)
    .bind(record_id)
    .bind(body)
    .bind(cx.now())
    .bind(cx.member_id())
    .exactly_one(on)
    .await
}

/// Deletes one's own comment softly. Tells whether it was there.
pub async fn delete(on: impl Into<Writer<'_>>, cx: &Cx, id: CommentId) -> Result<bool> {
    let changed = sql("update record_comment set deleted_at = $4, updated_at = $4
         where organisation_id = $1 and id = $2 and created_by = $3 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.member_id())
    .bind(cx.now())
    .execute(on)
    .await?;
    Ok(changed == 1)
}

/// Brings one's own deleted comment back. Tells whether it was deleted.
pub async fn restore(on: impl Into<Writer<'_>>, cx: &Cx, id: CommentId) -> Result<bool> {
    let changed = sql("update record_comment set deleted_at = null, updated_at = $4
         where organisation_id = $1 and id = $2 and created_by = $3 and deleted_at is not null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.member_id())
    .bind(cx.now())
    .execute(on)
    .await?;
    Ok(changed == 1)
}

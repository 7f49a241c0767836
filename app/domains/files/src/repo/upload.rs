//! Uploads under way and their chunks.

use chrono::{DateTime, Utc};
use db::{On, Result, Writer, sql};
use kernel::{Cx, FileId, OrganisationId, Tx};
use uuid::Uuid;

use crate::model::Upload;

/// What is to be uploaded.
#[derive(Debug, Clone)]
pub struct New<'a> {
    /// The kind of the record that the file belongs to.
    pub record_kind: &'a str,
    /// The record.
    pub record_id: Uuid,
    /// The name of the file.
    pub name: &'a str,
    /// In bytes.
    pub size: i64,
    /// When it was changed last, in milliseconds, as its sender says.
    pub modified: i64,
    /// Whether it is to be enclosed in something.
    pub held: bool,
}

/// An upload under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Open {
    /// The whole, in bytes.
    pub size: i64,
    /// How much of it is here.
    pub received: i64,
}

/// A chunk in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Part {
    /// Where it begins.
    pub position: i64,
    /// In bytes.
    pub size: i64,
    /// What it is stored under.
    pub id: Uuid,
}

/// Begins an upload.
pub async fn begin(tx: &mut Tx, cx: &Cx, new: &New<'_>, expires_at: DateTime<Utc>) -> Result<FileId> {
    let id: FileId = cx.new_id();
    sql("insert into file
           (organisation_id, id, record_kind, record_id, name, size, held, state, created_at, created_by, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, 'uploading', $8, $9, $8)")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(new.record_kind)
    .bind(new.record_id)
    .bind(new.name)
    .bind(new.size)
    .bind(new.held)
    .bind(cx.now())
    .bind(cx.member_id())
    .exactly_one(&mut *tx)
    .await?;
    sql("insert into upload (organisation_id, file_id, modified, expires_at) values ($1, $2, $3, $4)")
        .bind(cx.organisation_id())
        .bind(id)
        .bind(new.modified)
        .bind(expires_at)
        .exactly_one(&mut *tx)
        .await?;
    Ok(id)
}

/// The member's own upload of the same file to the same record that was broken off, the furthest first.
pub async fn find_broken_off(on: impl Into<On<'_>>, cx: &Cx, new: &New<'_>) -> Result<Option<Upload>> {
    let row: Option<(FileId, i64)> = sql("select f.id, u.received
         from file f
         join upload u on u.organisation_id = f.organisation_id and u.file_id = f.id
         where f.organisation_id = $1 and f.record_kind = $2 and f.record_id = $3 and f.name = $4 and f.size = $5
           and u.modified = $6 and f.created_by = $7 and f.held = $8 and f.state = 'uploading'
         order by u.received desc, f.id
         limit 1")
    .bind(cx.organisation_id())
    .bind(new.record_kind)
    .bind(new.record_id)
    .bind(new.name)
    .bind(new.size)
    .bind(new.modified)
    .bind(cx.member_id())
    .bind(new.held)
    .optional(on)
    .await?;
    Ok(row.map(|(id, received)| Upload { id, received }))
}

/// A member's own upload.
pub async fn find_own(on: impl Into<On<'_>>, cx: &Cx, id: FileId) -> Result<Option<Open>> {
    sql("select f.size, u.received
         from file f
         join upload u on u.organisation_id = f.organisation_id and u.file_id = f.id
         where f.organisation_id = $1 and f.id = $2 and f.created_by = $3 and f.state = 'uploading'")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.member_id())
    .optional(on)
    .await
}

/// Adds a chunk at the end of what is here. `false`: something else came first.
pub async fn add_part(
    tx: &mut Tx,
    cx: &Cx,
    id: FileId,
    part: Part,
    expires_at: DateTime<Utc>,
) -> Result<bool> {
    let changed = sql("update upload
         set received = received + $4, expires_at = $5
         where organisation_id = $1 and file_id = $2 and received = $3")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(part.position)
    .bind(part.size)
    .bind(expires_at)
    .execute(&mut *tx)
    .await?;
    if changed != 1 {
        return Ok(false);
    }
    sql("insert into upload_part (organisation_id, file_id, position, size, id) values ($1, $2, $3, $4, $5)")
        .bind(cx.organisation_id())
        .bind(id)
        .bind(part.position)
        .bind(part.size)
        .bind(part.id)
        .exactly_one(&mut *tx)
        .await?;
    Ok(true)
}

/// All chunks are here: the file is looked at. `false`: they are not.
pub async fn complete(tx: &mut Tx, cx: &Cx, id: FileId, sha256: &str) -> Result<bool> {
    let changed = sql("update file
         set state = 'scanning', sha256 = $3, updated_at = $4, version = version + 1
         where organisation_id = $1 and id = $2 and created_by = $5 and state = 'uploading'
           and size = (select u.received from upload u where u.organisation_id = $1 and u.file_id = $2)")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(sha256)
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// The chunks of an upload in their order.
pub async fn parts(on: impl Into<On<'_>>, organisation: OrganisationId, id: FileId) -> Result<Vec<Part>> {
    sql("select position, size, id
         from upload_part
         where organisation_id = $1 and file_id = $2
         order by position")
    .bind(organisation)
    .bind(id)
    .all(on)
    .await
}

/// Which of these chunks belong to an upload.
pub async fn living(on: impl Into<On<'_>>, organisation: OrganisationId, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> = sql("select id from upload_part where organisation_id = $1 and id in ")
        .bind(organisation)
        .push_list(ids.iter().copied())
        .all(on)
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Uploads that nothing came for until then.
pub async fn expired(
    on: impl Into<On<'_>>,
    organisation: OrganisationId,
    now: DateTime<Utc>,
) -> Result<Vec<FileId>> {
    let rows: Vec<(FileId,)> = sql("select u.file_id
         from upload u
         join file f on f.organisation_id = u.organisation_id and f.id = u.file_id
         where u.organisation_id = $1 and u.expires_at < $2 and f.state = 'uploading'
         order by u.file_id
         limit 1000")
    .bind(organisation)
    .bind(now)
    .all(on)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Forgets the upload behind a file; its chunks are in the store until they are swept.
pub async fn forget<W>(tx: &mut W, organisation: OrganisationId, id: FileId) -> Result<()>
where
    for<'c> &'c mut W: Into<Writer<'c>>,
{
    sql("delete from upload_part where organisation_id = $1 and file_id = $2")
        .bind(organisation)
        .bind(id)
        .execute(&mut *tx)
        .await?;
    sql("delete from upload where organisation_id = $1 and file_id = $2")
        .bind(organisation)
        .bind(id)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

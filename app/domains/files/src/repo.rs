//! The table of files. Uploads have [`upload`].

pub mod enclosed;
pub mod upload;

use chrono::{DateTime, Utc};
use db::{On, Result, Writer, sql};
use kernel::{Cx, FileId, MemberId, OrganisationId};
use uuid::Uuid;

use crate::model::{File, State};

/// A file with what only the server needs.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Kept {
    /// The file.
    pub id: FileId,
    /// The kind of the record that it belongs to.
    pub record_kind: String,
    /// The record.
    pub record_id: Uuid,
    /// As its person called it.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// In bytes.
    pub size: i64,
    /// In hexadecimal.
    pub sha256: String,
    /// Where it is on its way.
    pub state: State,
    /// Whether there is a small picture.
    pub has_preview: bool,
    /// Who brought it.
    pub created_by: MemberId,
    /// Whether it waits to be enclosed in something, and only who brought it sees it.
    pub held: bool,
    /// When it was deleted, if it was.
    pub deleted_at: Option<DateTime<Utc>>,
}

/// The files of a record, and what one member alone sees of it: uploads, and files that are held. The oldest first.
pub async fn list(on: impl Into<On<'_>>, cx: &Cx, record_kind: &str, record_id: Uuid) -> Result<Vec<File>> {
    sql("select f.id, f.name, f.media_type, f.size, f.state, f.reason, f.preview = 'made' as has_preview,
           coalesce(u.received, 0) as received, f.created_at, f.created_by, f.held, f.version
         from file f
         left join upload u on u.organisation_id = f.organisation_id and u.file_id = f.id
         where f.organisation_id = $1 and f.record_kind = $2 and f.record_id = $3 and f.deleted_at is null
           and ((f.state <> 'uploading' and not f.held) or f.created_by = $4)
         order by f.created_at, f.id")
    .bind(cx.organisation_id())
    .bind(record_kind)
    .bind(record_id)
    .bind(cx.member_id())
    .all(on)
    .await
}

/// A file in whatever state, deleted ones too.
pub async fn find(on: impl Into<On<'_>>, organisation: OrganisationId, id: FileId) -> Result<Option<Kept>> {
    sql("select id, record_kind, record_id, name, media_type, size, sha256, state, preview = 'made' as has_preview,
           created_by, held, deleted_at
         from file
         where organisation_id = $1 and id = $2")
    .bind(organisation)
    .bind(id)
    .optional(on)
    .await
}

/// Notes what keeps a file from going on, or nothing any more.
pub async fn note(
    on: impl Into<Writer<'_>>,
    organisation: OrganisationId,
    id: FileId,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    sql("update file set reason = $3, updated_at = $4 where organisation_id = $1 and id = $2 and state = 'scanning'")
        .bind(organisation)
        .bind(id)
        .bind(reason)
        .bind(now)
        .execute(on)
        .await?;
    Ok(())
}

/// What was found out about a file that was put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// What it is.
    pub media_type: String,
    /// In bytes.
    pub size: i64,
    /// In hexadecimal.
    pub sha256: String,
    /// Why it is not taken, if it is not.
    pub refusal: Option<String>,
}

/// Ends the scanning of a file. `false`: somebody else did, or it is gone.
pub async fn settle(
    on: impl Into<Writer<'_>>,
    organisation: OrganisationId,
    id: FileId,
    looked: &Looked,
    now: DateTime<Utc>,
) -> Result<bool> {
    let (state, reason) = match &looked.refusal {
        None => ("ready", ""),
        Some(reason) => ("refused", reason.as_str()),
    };
    let changed = sql("update file
         set state = $3, reason = $4, media_type = $5, size = $6, sha256 = $7, updated_at = $8, version = version + 1
         where organisation_id = $1 and id = $2 and state = 'scanning'")
    .bind(organisation)
    .bind(id)
    .bind(state)
    .bind(reason)
    .bind(&looked.media_type)
    .bind(looked.size)
    .bind(&looked.sha256)
    .bind(now)
    .execute(on)
    .await?;
    Ok(changed == 1)
}

/// Notes whether there is a small picture, and why not.
pub async fn set_preview(
    on: impl Into<Writer<'_>>,
    organisation: OrganisationId,
    id: FileId,
    failure: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    sql("update file
         set preview = $3, reason = $4, updated_at = $5, version = version + 1
         where organisation_id = $1 and id = $2 and state = 'ready'")
    .bind(organisation)
    .bind(id)
    .bind(if failure.is_some() { "failed" } else { "made" })
    .bind(failure.unwrap_or_default())
    .bind(now)
    .execute(on)
    .await?;
    Ok(())
}

/// Deletes a file softly, if it still has this version. `false`: it is deleted already, or has another one.
pub async fn delete(on: impl Into<Writer<'_>>, cx: &Cx, id: FileId, version: Option<i64>) -> Result<bool> {
    let mut query = sql("update file
         set deleted_at = $3, updated_at = $3, version = version + 1
         where organisation_id = $1 and id = $2 and deleted_at is null and state <> 'uploading'")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.now());
    if let Some(version) = version {
        query = query.push(" and version = ").push_bind(version);
    }
    Ok(query.execute(on).await? == 1)
}

/// Brings a deleted file back. `false`: it is not deleted.
pub async fn restore(on: impl Into<Writer<'_>>, cx: &Cx, id: FileId) -> Result<bool> {
    let changed = sql("update file
         set deleted_at = null, updated_at = $3, version = version + 1
         where organisation_id = $1 and id = $2 and deleted_at is not null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.now())
    .execute(on)
    .await?;
    Ok(changed == 1)
}

/// Files that were deleted or refused before then, for good this time.
pub async fn outdated(
    on: impl Into<On<'_>>,
    organisation: OrganisationId,
    before: DateTime<Utc>,
) -> Result<Vec<FileId>> {
    let rows: Vec<(FileId,)> = sql("select id
         from file
         where organisation_id = $1
           and (deleted_at < $2 or (state = 'refused' and updated_at < $2))
         order by id
         limit 1000")
    .bind(organisation)
    .bind(before)
    .all(on)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Files that are being looked at since before then: their job was given up.
pub async fn stuck(
    on: impl Into<On<'_>>,
    organisation: OrganisationId,
    before: DateTime<Utc>,
) -> Result<Vec<FileId>> {
    let rows: Vec<(FileId,)> = sql("select id
         from file
         where organisation_id = $1 and state = 'scanning' and deleted_at is null and updated_at < $2
         order by id
         limit 1000")
    .bind(organisation)
    .bind(before)
    .all(on)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Removes the row of a file that is in the store no more.
pub async fn remove(on: impl Into<Writer<'_>>, organisation: OrganisationId, id: FileId) -> Result<()> {
    sql("delete from file where organisation_id = $1 and id = $2")
        .bind(organisation)
        .bind(id)
        .execute(on)
        .await?;
    Ok(())
}

/// Which of these files have a row that needs their bytes.
pub async fn living(
    on: impl Into<On<'_>>,
    organisation: OrganisationId,
    ids: &[FileId],
) -> Result<Vec<FileId>> {
    let rows: Vec<(FileId,)> =
        sql("select id from file where state <> 'refused' and organisation_id = $1 and id in ")
            .bind(organisation)
            .push_list(ids.iter().copied())
            .all(on)
            .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

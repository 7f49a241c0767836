//! What is done with files, whoever asks for it: server functions, the server's own routes, tests.

mod chunk;
mod download;

use chrono::Duration;
use kernel::{Cx, Error, Event, FileId, OrNotFound, Record, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use crate::{
    jobs,
    model::{File, Files, State, Upload},
    repo::{self, Kept, upload::New},
    rules::{self, Limits},
};

pub use chunk::{Chunk, Refusal, put_chunk};
pub use download::{Download, Link, download, preview, share, shared};

/// How long an upload waits for its next chunk.
pub(crate) const PATIENCE: Duration = Duration::days(2);

const NO_CHANGE: &str = "You may see this, but not change it, so you cannot change its files either.";

/// What the server takes of files.
pub fn limits(cx: &Cx) -> Limits {
    Limits { max_bytes: cx.visit().site().max_file_bytes() }
}

/// The files of a record, and one's own uploads to it.
pub async fn list(cx: &Cx, limits: Limits, kind: &str, key: &str) -> Result<Files> {
    let (record, files) = of_record(cx, kind, key).await?;
    let max_bytes = limits.within(cx.max_file_bytes(kind)).max_bytes;
    Ok(Files { files, may_change: record.may_change, max_bytes })
}

/// A record that the asker may see, and its files.
pub async fn of_record(cx: &Cx, kind: &str, key: &str) -> Result<(Record, Vec<File>)> {
    let record = cx.record(kind, key).await?;
    let files = repo::list(cx.db(), cx, kind, record.id).await?;
    Ok((record, files))
}

/// Goes on if the file, deleted or not, belongs to this record, and the asker may see that.
pub async fn require_of(cx: &Cx, kind: &str, key: &str, id: FileId) -> Result<()> {
    let record = cx.record(kind, key).await?;
    let kept = find_kept(cx, id).await?;
    let fits = kept.record_kind == kind && kept.record_id == record.id;
    if fits { Ok(()) } else { Err(Error::NotFound) }
}

/// One file, and the kind and the id of the record that it belongs to. To whoever may not see that, there is no file.
pub async fn get(cx: &Cx, id: FileId) -> Result<(String, Uuid, File)> {
    let kept = find_kept(cx, id).await?;
    let hidden = |error| if matches!(error, Error::Forbidden(_)) { Error::NotFound } else { error };
    cx.record_by_id(&kept.record_kind, kept.record_id).await.map_err(hidden)?;
    let files = repo::list(cx.db(), cx, &kept.record_kind, kept.record_id).await?;
    let file = files.into_iter().find(|file| file.id == id).or_not_found()?;
    Ok((kept.record_kind, kept.record_id, file))
}

/// What a sender says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// What it is called.
    pub name: String,
    /// In bytes.
    pub size: i64,
    /// When it was changed last, in milliseconds.
    pub modified: i64,
    /// Whether it is to be enclosed in something: nobody else sees it until it is.
    pub held: bool,
}

/// Begins an upload, or finds the one of the same file that was broken off.
pub async fn begin(cx: &Cx, limits: Limits, kind: &str, key: &str, declared: &Declared) -> Result<Upload> {
    let record = cx.record(kind, key).await?.require_change(NO_CHANGE)?;
    let name = rules::read_name(&declared.name)?;
    let &Declared { size, modified, held, .. } = declared;
    limits.within(cx.max_file_bytes(kind)).check(size)?;
    let new = New { record_kind: kind, record_id: record.id, name: &name, size, modified, held };
    let mut tx = cx.begin().await?;
    if let Some(upload) = repo::upload::find_broken_off(&mut tx, cx, &new).await? {
        return Ok(upload);
    }
    let id = repo::upload::begin(&mut tx, cx, &new, cx.now() + PATIENCE).await?;
    tx.commit().await?;
    Ok(Upload { id, received: 0 })
}

/// How far one's own upload is.
pub async fn find(cx: &Cx, id: FileId) -> Result<Upload> {
    let open = repo::upload::find_own(cx.db(), cx, id).await?.or_not_found()?;
    Ok(Upload { id, received: open.received })
}

/// Has a file that is here put together and looked at.
pub async fn complete(cx: &Cx, id: FileId, sha256: &str) -> Result<()> {
    let kept = repo::find(cx.db(), cx.organisation_id(), id).await?.or_not_found()?;
    if kept.created_by != cx.member_id() {
        return Err(Error::NotFound);
    }
    // An answer that got lost: it was done the first time.
    if kept.state != State::Uploading {
        return Ok(());
    }
    cx.record_by_id(&kept.record_kind, kept.record_id).await?.require_change(NO_CHANGE)?;
    let mut tx = cx.begin().await?;
    if !repo::upload::complete(&mut tx, cx, id, &sha256.to_ascii_lowercase()).await? {
        return Err(Error::Conflict("Some of the file is missing. Send the rest first.".into()));
    }
    jobs::enqueue(&mut tx, jobs::FINISH, id).await?;
    tx.commit().await
}

/// Gives one's own upload up. Its chunks are deleted by a job.
pub async fn cancel(cx: &Cx, id: FileId) -> Result<()> {
    let mut tx = cx.begin().await?;
    repo::upload::find_own(&mut tx, cx, id).await?.or_not_found()?;
    // With the chunks that it has: without their rows nobody would know them before they are swept.
    let parts = repo::upload::parts(&mut tx, cx.organisation_id(), id).await?;
    repo::upload::forget(&mut tx, cx.organisation_id(), id).await?;
    repo::remove(&mut tx, cx.organisation_id(), id).await?;
    jobs::enqueue_discard(&mut tx, id, &parts).await?;
    tx.commit().await
}

/// Deletes a file softly; only if it still is as it was in the version, where one is named.
pub async fn delete(cx: &Cx, id: FileId, version: Option<i64>) -> Result<()> {
    let (kept, record) = changeable(cx, id).await?;
    let mut tx = cx.begin().await?;
    if repo::delete(&mut tx, cx, id, version).await? {
        tx.record(event(Act::Deleted, &kept, Some(&record))).await?;
    } else if version.is_some() {
        return Err(Error::Conflict("The file has just changed. Look at it first.".into()));
    }
    tx.commit().await
}

/// Brings a deleted file back.
pub async fn restore(cx: &Cx, id: FileId) -> Result<()> {
    let (kept, record) = changeable(cx, id).await?;
    let mut tx = cx.begin().await?;
    if repo::restore(&mut tx, cx, id).await? {
        tx.record(event(Act::Restored, &kept, Some(&record))).await?;
    }
    tx.commit().await
}

/// A file, deleted or not. One that somebody else holds is not there.
async fn find_kept(cx: &Cx, id: FileId) -> Result<Kept> {
    let kept = repo::find(cx.db(), cx.organisation_id(), id).await?;
    kept.filter(|kept| !kept.held || kept.created_by == cx.member_id()).or_not_found()
}

/// A file, deleted or not, of a record that the member may change.
async fn changeable(cx: &Cx, id: FileId) -> Result<(Kept, Record)> {
    let kept = find_kept(cx, id).await?;
    let record = cx.record_by_id(&kept.record_kind, kept.record_id).await?.require_change(NO_CHANGE)?;
    Ok((kept, record))
}

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    Added,
    Refused,
    Deleted,
    Restored,
    Shared,
}

impl Act {
    /// Its name in the log. It is about the record: pages that show that one listen for it.
    fn kind(self, record_kind: &str) -> &'static str {
        match (record_kind, self) {
            ("item", Act::Added) => "item.file_added",
            ("item", Act::Refused) => "item.file_refused",
            ("item", Act::Deleted) => "item.file_deleted",
            ("item", Act::Restored) => "item.file_restored",
            ("item", Act::Shared) => "item.file_shared",
            (_, Act::Added) => "file.added",
            (_, Act::Refused) => "file.refused",
            (_, Act::Deleted) => "file.deleted",
            (_, Act::Restored) => "file.restored",
            (_, Act::Shared) => "file.shared",
        }
    }
}

pub(crate) fn event(act: Act, kept: &Kept, record: Option<&Record>) -> Event {
    Event {
        kind: act.kind(&kept.record_kind),
        subject_kind: match kept.record_kind.as_str() {
            "item" => "item",
            _ => "file",
        },
        subject_id: if kept.record_kind == "item" { kept.record_id } else { kept.id.uuid() },
        topic: record.map(|record| record.topic.clone()),
        data: json!({ "file": kept.id, "size": kept.size }),
    }
}

/// The organisation as ids of the store have it.
pub(crate) fn organisation(cx: &Cx) -> Uuid {
    cx.organisation_id().uuid()
}

/// Tells the log that a link was made.
async fn record_share(cx: &Cx, kept: &Kept, record: &Record) -> Result<()> {
    let mut tx: Tx = cx.begin().await?;
    tx.record(event(Act::Shared, kept, Some(record))).await?;
    tx.commit().await
}

/// What the store did not do, in words, and as a line of the log.
pub(crate) fn store_error(cx_id: &str, cause: &store::Error) -> Error {
    tracing::error!(request.id = %cx_id, error = %cause, "The store of files failed");
    match cause {
        store::Error::Full(_) => Error::Unavailable(
            "The server has no room for more files. What was sent so far is kept; an admin has to make room."
                .into(),
        ),
        store::Error::Missing | store::Error::Unavailable(_) => Error::Unavailable(
            "The store of files does not answer. What was sent so far is kept; try again shortly.".into(),
        ),
    }
}

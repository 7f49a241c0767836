//! What can be enclosed in records of other domains.

use db::{On, Result, sql};
use kernel::{Cx, FileId, FileStanding, KnownFile};
use uuid::Uuid;

use crate::model::State;

/// Takes those of the files that the member who acts has brought to a record, all of it; none that is deleted or was
/// refused. They are held no more, and until the end of the unit of work nobody deletes them.
pub async fn take(
    tx: &mut kernel::Tx,
    cx: &Cx,
    (record_kind, record_id): (&str, Uuid),
    files: &[FileId],
) -> Result<Vec<FileId>> {
    let rows: Vec<(FileId,)> = sql("update file set held = false
         where organisation_id = $1 and record_kind = $2 and record_id = $3 and created_by = $4
           and deleted_at is null and state in ('scanning', 'ready') and id in ")
    .bind(cx.organisation_id())
    .bind(record_kind)
    .bind(record_id)
    .bind(cx.member_id())
    .push_list(files.iter().copied())
    .push(" returning id")
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Which of the files are there, not deleted.
pub async fn there(on: impl Into<On<'_>>, cx: &Cx, files: &[FileId]) -> Result<Vec<FileId>> {
    let rows: Vec<(FileId,)> =
        sql("select id from file where deleted_at is null and organisation_id = $1 and id in ")
            .bind(cx.organisation_id())
            .push_list(files.iter().copied())
            .all(on)
            .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// What is known of the files, deleted ones too; nothing of those that somebody else holds.
pub async fn known(on: impl Into<On<'_>>, cx: &Cx, files: &[FileId]) -> Result<Vec<KnownFile>> {
    let rows: Vec<Row> =
        sql("select id, name, record_kind, record_id, state, held, deleted_at is not null as is_deleted
         from file
         where organisation_id = $1 and (not held or created_by = $2) and id in ")
        .bind(cx.organisation_id())
        .bind(cx.member_id())
        .push_list(files.iter().copied())
        .all(on)
        .await?;
    Ok(rows.into_iter().map(KnownFile::from).collect())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: FileId,
    name: String,
    record_kind: String,
    record_id: Uuid,
    state: State,
    held: bool,
    is_deleted: bool,
}

impl From<Row> for KnownFile {
    fn from(row: Row) -> Self {
        let standing = match row.state {
            _ if row.is_deleted => FileStanding::Deleted,
            State::Uploading => FileStanding::Coming,
            State::Scanning | State::Ready => FileStanding::There,
            State::Refused => FileStanding::Refused,
        };
        KnownFile {
            id: row.id,
            name: row.name,
            record_kind: row.record_kind,
            record_id: row.record_id,
            standing,
            held: row.held,
        }
    }
}

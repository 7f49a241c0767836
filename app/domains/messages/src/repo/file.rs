//! Which files were sent with which messages.

use db::{On, Result, sql};
use kernel::{Cx, FileId, MessageId};

/// The files of these messages, in their order, each with its message; those that were deleted since too.
pub async fn of(on: impl Into<On<'_>>, cx: &Cx, messages: &[MessageId]) -> Result<Vec<(MessageId, FileId)>> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    sql("select message_id, file_id from message_file where organisation_id = $1 and message_id in ")
        .bind(cx.organisation_id())
        .push_list(messages.iter().copied())
        .push(" order by message_id, place ")
        .all(on)
        .await
}

/// Whether one of these files was sent with a message already.
pub async fn any_sent(on: impl Into<On<'_>>, cx: &Cx, files: &[FileId]) -> Result<bool> {
    let sent: Vec<(FileId,)> =
        sql("select file_id from message_file where organisation_id = $1 and file_id in ")
            .bind(cx.organisation_id())
            .push_list(files.iter().copied())
            .all(on)
            .await?;
    Ok(!sent.is_empty())
}

/// Sends the files with a message.
pub async fn insert(tx: &mut kernel::Tx, cx: &Cx, message: MessageId, files: &[FileId]) -> Result<()> {
    for (place, file) in (0_i64..).zip(files) {
        sql("insert into message_file (organisation_id, message_id, file_id, place) values ($1, $2, $3, $4)")
            .bind(cx.organisation_id())
            .bind(message)
            .bind(*file)
            .bind(place)
            .exactly_one(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Forgets with which message files were sent, so that they can be sent with another one.
pub async fn remove(tx: &mut kernel::Tx, cx: &Cx, message: MessageId) -> Result<()> {
    sql("delete from message_file where organisation_id = $1 and message_id = $2")
        .bind(cx.organisation_id())
        .bind(message)
        .execute(tx)
        .await?;
    Ok(())
}

//! Files that are sent with messages. They hang on the conversation; here it is only known with which message they came.

use kernel::{ConversationId, Cx, Error, FileId, MessageId, Result, Tx};

use crate::{model::Message, records::CONVERSATION, repo};

/// What is said of a file that cannot be sent, whatever the reason: nobody learns of files of others by it.
const NOT_YOURS: &str =
    "Send files that you have added to this conversation, and that are in no other message.";

/// Takes these files if each can be sent with a message: the member who sends has brought it to this conversation, and it
/// is in no message yet. The conversation must be held.
pub(super) async fn take(tx: &mut Tx, cx: &Cx, conversation: ConversationId, files: &[FileId]) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let taken = cx.take_files(tx, (CONVERSATION.kind, conversation.uuid()), files).await?;
    let free = files.iter().all(|file| taken.contains(file)) && !repo::file::any_sent(tx, cx, files).await?;
    if free { Ok(()) } else { Err(Error::invalid("files", NOT_YOURS)) }
}

/// The files of one message that are there, in their order.
pub(super) async fn of(tx: &mut Tx, cx: &Cx, message: MessageId) -> Result<Vec<FileId>> {
    let sent = repo::file::of(&mut *tx, cx, &[message]).await?;
    let files: Vec<FileId> = sent.into_iter().map(|(_, file)| file).collect();
    let there = cx.files_there(tx.into(), &files).await?;
    Ok(files.into_iter().filter(|file| there.contains(file)).collect())
}

/// The files of these messages that are there, each with its message and in their order.
pub(super) async fn of_all(cx: &Cx, messages: Vec<MessageId>) -> Result<Vec<(MessageId, FileId)>> {
    let mut sent = repo::file::of(cx.db(), cx, &messages).await?;
    let files: Vec<FileId> = sent.iter().map(|(_, file)| *file).collect();
    let there = cx.files_there(cx.db().into(), &files).await?;
    sent.retain(|(_, file)| there.contains(file));
    Ok(sent)
}

/// Those of one message.
pub(super) fn of_one(all: &[(MessageId, FileId)], message: MessageId) -> Vec<FileId> {
    all.iter().filter(|(id, _)| *id == message).map(|(_, file)| *file).collect()
}

/// The messages with their files.
pub(super) async fn with_files(cx: &Cx, mut messages: Vec<Message>) -> Result<Vec<Message>> {
    let all = of_all(cx, messages.iter().map(|message| message.id).collect()).await?;
    for message in &mut messages {
        message.files = of_one(&all, message.id);
    }
    Ok(messages)
}

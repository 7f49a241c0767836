//! Messages: reading, writing, changing, finding them.

use kernel::{ConversationId, FileId, MessageId, Result};
use leptos::prelude::*;
use uuid::Uuid;

use crate::model::{Hit, Message};

#[cfg(feature = "ssr")]
use {crate::acts::message as acts, kernel::Cx};

/// The messages before a place, oldest first.
#[server]
pub async fn load_older(conversation_id: ConversationId, before: i64) -> Result<Vec<Message>> {
    acts::older(&Cx::current().await?, conversation_id, before).await
}

/// Sends a message with files that its sender has brought to the conversation. `key` is the sender's own: the same one
/// twice is one message, so whoever did not hear the answer sends it again.
#[server]
pub async fn send_message(
    conversation_id: ConversationId,
    key: Uuid,
    body: String,
    #[server(default)] files: Vec<FileId>,
) -> Result<Message> {
    acts::send(&Cx::current().await?, conversation_id, key, &body, &files).await
}

/// Changes one's own message.
#[server]
pub async fn edit_message(message_id: MessageId, body: String) -> Result<()> {
    acts::edit(&Cx::current().await?, message_id, None, &body).await
}

/// Deletes one's own message. Its text is gone for good, and so are its files.
#[server]
pub async fn delete_message(message_id: MessageId) -> Result<()> {
    acts::delete(&Cx::current().await?, message_id, None).await
}

/// Messages that have the words in them, of conversations that the viewer is in, the newest first.
#[server]
pub async fn search_messages(words: String) -> Result<Vec<Hit>> {
    acts::search(&Cx::current().await?, &words).await
}

//! Conversations: finding, beginning and leaving them, and who is in them.

use kernel::{ConversationId, MemberId, Result};
use leptos::prelude::*;

use crate::model::{Conversations, Talk};

#[cfg(feature = "ssr")]
use {crate::acts::conversation as acts, kernel::Cx};

/// The conversations that the viewer is in, the newest first.
#[server]
pub async fn list_conversations() -> Result<Conversations> {
    acts::list(&Cx::current().await?).await
}

/// How many messages the viewer has not seen.
#[server]
pub async fn count_unread() -> Result<i64> {
    acts::count_unread(&Cx::current().await?).await
}

/// A conversation with its newest messages, or with those around a place.
#[server]
pub async fn load_conversation(conversation_id: ConversationId, at: Option<i64>) -> Result<Talk> {
    acts::load(&Cx::current().await?, conversation_id, at).await
}

/// A conversation with its messages from a place on.
#[server]
pub async fn load_since(conversation_id: ConversationId, since: i64) -> Result<Talk> {
    acts::load_since(&Cx::current().await?, conversation_id, since).await
}

/// The conversation of the viewer and somebody else, begun if there is none.
#[server]
pub async fn open_direct(member_id: MemberId) -> Result<ConversationId> {
    acts::open_direct(&Cx::current().await?, member_id).await
}

/// Starts a group.
#[server]
pub async fn start_group(title: String, members: Vec<MemberId>) -> Result<ConversationId> {
    acts::start(&Cx::current().await?, &title, members).await
}

/// Gives a group another title.
#[server]
pub async fn rename_group(conversation_id: ConversationId, version: i64, title: String) -> Result<()> {
    acts::rename(&Cx::current().await?, conversation_id, version, &title).await
}

/// Takes further members into a group. They see what was written before, too.
#[server]
pub async fn add_to_group(conversation_id: ConversationId, members: Vec<MemberId>) -> Result<()> {
    acts::add(&Cx::current().await?, conversation_id, members).await
}

/// Takes somebody out of a group: who started it may, and who manages members.
#[server]
pub async fn remove_from_group(conversation_id: ConversationId, member_id: MemberId) -> Result<()> {
    acts::remove(&Cx::current().await?, conversation_id, member_id).await
}

/// Leaves a group.
#[server]
pub async fn leave_group(conversation_id: ConversationId) -> Result<()> {
    acts::leave(&Cx::current().await?, conversation_id).await
}

/// Notes whether the viewer wants to be told of what is written in a conversation.
#[server]
pub async fn mute_conversation(conversation_id: ConversationId, muted: bool) -> Result<()> {
    acts::mute(&Cx::current().await?, conversation_id, muted).await
}

/// Notes that the viewer has seen everything up to a place.
#[server]
pub async fn mark_read(conversation_id: ConversationId, number: i64) -> Result<()> {
    acts::mark_read(&Cx::current().await?, conversation_id, number).await
}

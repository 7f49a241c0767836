//! Who is at a conversation.

use kernel::{ConversationId, Doing, MemberId, Result};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::topic,
    crate::repo,
    kernel::{Cx, OrNotFound, Topic},
};

/// Says that the viewer is at a conversation and what they do there. Gives everybody who is, and what they do.
#[server]
pub async fn be_at_conversation(
    conversation_id: ConversationId,
    doing: Doing,
) -> Result<Vec<(MemberId, Doing)>> {
    let cx = Cx::current().await?;
    repo::conversation::find(cx.db(), &cx, conversation_id).await?.or_not_found()?;
    let members = repo::member::list(cx.db(), cx.organisation_id(), conversation_id).await?;
    let members = members.into_iter().map(|(member, _)| member);
    cx.appear(Topic::members(topic(conversation_id), members), doing).await
}

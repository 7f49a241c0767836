//! What is done with conversations, whoever asks for it: server functions, other programs. Is the member in it, validate,
//! change, tell. Every member may write to the others whom they may know.

pub mod conversation;
mod files;
pub mod message;

use kernel::{ConversationId, Cx, Result, Topic, Tx};

use crate::{api::topic, repo};

/// The members of a conversation, as news is told to them.
async fn hearers(tx: &mut Tx, cx: &Cx, id: ConversationId) -> Result<Topic> {
    let members = repo::member::list(tx, cx.organisation_id(), id).await?;
    Ok(Topic::members(topic(id), members.into_iter().map(|(member, _)| member)))
}

/// Tells the members of a conversation of something.
async fn tell(tx: &mut Tx, cx: &Cx, id: ConversationId, kind: &'static str) -> Result<()> {
    let hearers = hearers(tx, cx, id).await?;
    tx.tell(hearers, kind, id.uuid());
    Ok(())
}

/// Tells the other windows of the member who acts.
fn tell_oneself(tx: &mut Tx, cx: &Cx, id: ConversationId, kind: &'static str) {
    tx.tell(Topic::members(topic(id), [cx.member_id()]), kind, id.uuid());
}

//! Server functions: is the member in it, validate, change, tell. Every member may write to the others whom they may know.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

mod company;
mod conversation;
mod message;

pub use company::*;
pub use conversation::*;
pub use message::*;

/// What pages of a conversation listen to; its members are told, and nobody else.
pub fn topic(id: kernel::ConversationId) -> String {
    format!("conversation/{id}")
}

/// The members of a conversation, as news is told to them.
#[cfg(feature = "ssr")]
async fn hearers(
    tx: &mut kernel::Tx,
    cx: &kernel::Cx,
    id: kernel::ConversationId,
) -> kernel::Result<kernel::Topic> {
    let members = crate::repo::member::list(tx, cx.organisation_id(), id).await?;
    Ok(kernel::Topic::members(topic(id), members.into_iter().map(|(member, _)| member)))
}

/// Tells the members of a conversation of something.
#[cfg(feature = "ssr")]
async fn tell(
    tx: &mut kernel::Tx,
    cx: &kernel::Cx,
    id: kernel::ConversationId,
    kind: &'static str,
) -> kernel::Result<()> {
    let hearers = hearers(tx, cx, id).await?;
    tx.tell(hearers, kind, id.uuid());
    Ok(())
}

/// Tells the other windows of the member who acts.
#[cfg(feature = "ssr")]
fn tell_oneself(tx: &mut kernel::Tx, cx: &kernel::Cx, id: kernel::ConversationId, kind: &'static str) {
    tx.tell(kernel::Topic::members(topic(id), [cx.member_id()]), kind, id.uuid());
}

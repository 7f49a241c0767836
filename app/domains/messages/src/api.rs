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

//! Messages: members of an organisation write to each other, two alone or in a group.
//!
//! A *conversation* is *direct*, between two members, which exists once; or a *group*, which has a title and whose members
//! come and go. A *message* has a place (its *number*) in its conversation; what a member has *read* is such a place. Who
//! joins a group sees its whole history, and who leaves it or is taken out sees nothing of it any more.
//!
//! Invariants: the numbers of a conversation are 1, 2, 3, … without a gap, in the order of the commits; a message that is
//! sent twice with the same key is there once; for who is not in a conversation it does not exist; the text of a deleted
//! message is gone, its place stays; a file is in one message at most, and one of the conversation that its sender brought.

pub mod model;
pub mod rules;

pub mod api;
mod pages;
mod parts;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
pub mod demo;
#[cfg(feature = "ssr")]
pub mod privacy;
#[cfg(feature = "ssr")]
pub mod records;
#[cfg(feature = "ssr")]
pub mod repo;
#[cfg(feature = "ssr")]
pub mod rest;

#[cfg(test)]
mod tests;

pub use api::count_unread;
pub use pages::{ConversationPage, pages};

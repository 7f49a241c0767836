//! SQL. Whoever is not in a conversation finds nothing of it: each statement about one goes by the member who asks.

pub mod card;
pub mod conversation;
pub mod file;
pub mod member;
pub mod message;
pub mod written;

//! Programs that ask people for leave to act as them, by OAuth 2.1: an *app* is what the organisation has registered; a
//! *connection* is one member's leave for it, with the short-lived *tokens* that each refresh changes for new ones.
//!
//! Invariants: an app never may do more than it is registered for, the member agreed to, and the member may themselves at
//! that moment; a refresh token is changed once, and one that is shown again ends its whole connection.

pub mod api;
pub mod model;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
mod mails;
#[cfg(feature = "ssr")]
mod repo;
#[cfg(feature = "ssr")]
pub mod rules;
#[cfg(feature = "ssr")]
mod token;

#[cfg(feature = "ssr")]
pub(crate) use repo::sweep;

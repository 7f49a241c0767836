//! Notifications: what a member is told of, in an inbox that is right in every window.
//!
//! Other domains tell (`kernel::Notice`, in the transaction of the act); this one shows. A *notification* is one notice to
//! one member, with the *reason* why it is this member. Notifications about the same record stand together as a *thread*.
//! The *settings* say what a member does not want to be told of; while they are *muted*, nothing asks for their attention.
//!
//! Invariants: a notification is told once, and goes with what it came from; what somebody may not see any more is neither
//! listed nor counted.

pub mod model;
pub mod rules;

pub mod api;
mod pages;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
pub mod delivery;
#[cfg(feature = "ssr")]
mod letters;
#[cfg(feature = "ssr")]
pub mod privacy;
#[cfg(feature = "ssr")]
pub mod repo;
#[cfg(feature = "ssr")]
pub mod rest;

#[cfg(test)]
mod tests;

pub use api::{saw, unread};
pub use model::Place;
pub use pages::{Places, SettingsPage, pages, turn_off};

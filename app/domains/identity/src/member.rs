//! A person's place in one organisation: role, state, invitation.

pub mod api;
pub mod model;
pub mod rules;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
pub(crate) mod mails;
#[cfg(feature = "ssr")]
pub mod reach;
#[cfg(feature = "ssr")]
pub mod repo;
#[cfg(feature = "ssr")]
pub mod rest;

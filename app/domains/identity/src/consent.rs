//! What people agreed to: the words they saw, when, from where, and when they took it back.

pub mod api;
pub mod model;

#[cfg(feature = "ssr")]
pub(crate) mod repo;

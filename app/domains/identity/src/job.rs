//! Background work of an organisation as its admins see it: what waits, runs and has failed, and what to do about that.
//!
//! Jobs are written and run elsewhere (the crate `jobs`). What one was to do is never shown: it may hold secrets.

pub mod api;
pub mod model;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
pub mod rest;

//! The audit log of an organisation, as those who answer for it read it: what was done, by whom, when.
//!
//! Entries are written by [`kernel::Tx::record`]; here they are only read.

pub mod api;
pub mod model;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
pub mod repo;
#[cfg(feature = "ssr")]
pub mod rest;

//! The outbox of an organisation, as those who answer for it see it: which mails went out, which did not and why.
//!
//! Mails are written and sent by [`kernel::mail`]; here they are read, and sent once more when somebody decides to.

pub mod api;
pub mod model;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
pub mod repo;
#[cfg(feature = "ssr")]
pub mod rest;

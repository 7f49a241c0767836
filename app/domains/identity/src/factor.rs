//! The second factor: an authenticator app, and recovery codes for the day the phone is gone.
//!
//! Whether a person has one is decided by the view `second_factor` in the database and nowhere else.

pub mod api;
pub mod model;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
mod codes;
#[cfg(feature = "ssr")]
pub(crate) mod mails;
#[cfg(feature = "ssr")]
mod qr;
#[cfg(feature = "ssr")]
pub mod repo;
#[cfg(feature = "ssr")]
pub mod totp;

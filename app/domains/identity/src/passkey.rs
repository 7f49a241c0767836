//! Passkeys: the devices by which a person gets in without a password. Each stands for the person by itself.

pub mod api;
pub(crate) mod browser;
pub mod model;
mod text;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
mod challenge;
#[cfg(feature = "ssr")]
pub(crate) mod mails;
#[cfg(feature = "ssr")]
pub(crate) mod repo;

#[cfg(feature = "ssr")]
pub(crate) use challenge::sweep;

//! A tenant: its name, its logo, and how it writes dates, times and money.

pub mod api;
pub mod model;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
pub mod ending;
#[cfg(feature = "ssr")]
mod lists;
#[cfg(feature = "ssr")]
pub mod logo;
#[cfg(feature = "ssr")]
mod mails;
#[cfg(feature = "ssr")]
pub mod registry;
#[cfg(feature = "ssr")]
pub mod repo;
#[cfg(feature = "ssr")]
pub mod rest;

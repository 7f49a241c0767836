//! Keys with which programs ask: a person's own, or the organisation's, which a robot acts by.

pub mod api;
pub mod model;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
pub mod repo;
#[cfg(feature = "ssr")]
pub mod rest;
#[cfg(feature = "ssr")]
mod token;

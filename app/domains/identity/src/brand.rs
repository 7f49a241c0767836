//! A business unit of an organisation: its name, and the colour and logo that theme the pages of who works in it.

pub mod api;
pub mod colour;
pub mod model;
pub mod tones;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
pub mod files;
#[cfg(feature = "ssr")]
pub mod letterhead;
#[cfg(feature = "ssr")]
pub mod repo;
#[cfg(feature = "ssr")]
pub mod rest;

//! A named group of members, with a colour, and the hours that it can be booked for.

pub mod api;
pub mod model;
pub mod rules;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
pub mod capacity;
#[cfg(feature = "ssr")]
pub mod repo;
#[cfg(feature = "ssr")]
pub mod rest;

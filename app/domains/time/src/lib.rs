//! Time that members spend on items.
//!
//! An *entry* says that a *member* spent some *minutes* of a *day* on an *item*, and perhaps a *note* at what. A *timer*
//! runs for a member on one item; stopping it makes an entry of it, rounded up to whole minutes. Everybody writes their own
//! time; who manages projects may change that of others.
//!
//! Invariants: the entries of a member on a day are 24 hours at most; a member has one timer at most; an entry that is sent
//! twice with the same key is there once; on an item that somebody may not see they log nothing.

pub mod model;
pub mod rules;

pub mod api;
mod pages;
mod parts;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
pub mod demo;
#[cfg(feature = "ssr")]
pub mod privacy;
#[cfg(feature = "ssr")]
pub mod repo;
#[cfg(feature = "ssr")]
pub mod rest;

#[cfg(test)]
mod tests;

pub use pages::MyTimePage;
pub use parts::{item_time, waiting::send as send_waiting};

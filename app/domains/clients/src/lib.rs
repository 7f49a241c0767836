//! Clients: companies that the organisation works for, and the projects that it does for them.
//!
//! Who has a permission for one *client* sees that client and its *projects*, who has it for one project only that
//! project; everything else does not exist for them. The tax number and the hourly rate are *finance facts*: they are read
//! with `finance.view` and changed with `finance.edit`, whichever way somebody asks.
//!
//! Invariants: a row leaves the repository only through `seen_by`, which leaves out what the asker may not read; names are
//! unique among the living clients, and among the living projects of a client; what belongs to a deleted client is not
//! there.

pub mod model;
pub mod rules;

pub mod api;
mod pages;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
pub mod demo;
#[cfg(feature = "ssr")]
pub mod places;
#[cfg(feature = "ssr")]
pub mod records;
#[cfg(feature = "ssr")]
pub mod repo;
#[cfg(feature = "ssr")]
pub mod rest;

#[cfg(test)]
mod tests;

pub use api::find_clients;
pub use model::ClientRow;
pub use pages::{ClientDetailsPage, pages};

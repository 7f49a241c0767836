//! SQL.

pub mod delivery;
pub mod incoming;
pub mod webhook;

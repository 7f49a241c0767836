//! What a person may ask for: their data to take away, and to be forgotten.
//!
//! Both follow the rules that each domain publishes ([`kernel::privacy`]). An erased member stays as a member without a
//! name, so that what they did for the organisation can still be read: their row points to an account that says nothing.
//! Their own account is deleted, unless another organisation has them too, or they have not joined this one; then it
//! stays as it is, and only this organisation forgets.
//!
//! Each erasure leaves a tombstone. A restored backup knows the person again until the tombstones are replayed.

pub mod api;
pub mod model;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
pub mod repo;
#[cfg(feature = "ssr")]
mod rows;
#[cfg(feature = "ssr")]
pub mod tombstone;

#[cfg(feature = "ssr")]
pub use rows::ROWS;

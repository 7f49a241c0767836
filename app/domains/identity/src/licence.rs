//! What was bought for this installation, as those read it who answer for an organisation.
//!
//! The file itself is read and checked by the crate `licence`. It is advice for people: nothing asks it before it works.

pub mod api;
pub mod model;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
pub mod repo;

//! Further roles: those that an organisation makes itself, and who holds which role where.
//!
//! What somebody may do everywhere is their base role and every further role given for the whole organisation; a role
//! given for one team, brand, client or project counts there only. Nobody gives, takes or changes more than they have
//! themselves.

pub mod api;
pub mod model;
pub mod rules;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
pub mod document;
#[cfg(feature = "ssr")]
pub mod repo;
#[cfg(feature = "ssr")]
pub mod rest;

//! What members say of records of other domains.
//!
//! A *comment* belongs to a *record*, whose domain says who may see it and who may say something of it ([`kernel::Record`]);
//! so any kind of records can be talked about, with no more than [`discussion`] on its page. Items keep their own comments:
//! rules write some of them, and cards count them. Who is named with an `@`, and who took part, is told of it.
//!
//! Invariants: a comment is seen by who sees its record, and nobody is told of one who does not; everybody deletes only their
//! own; a comment that is sent twice with the same key is there once.

pub mod model;

pub mod api;
mod parts;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
pub mod privacy;
#[cfg(feature = "ssr")]
pub mod repo;
#[cfg(feature = "ssr")]
pub mod rest;

#[cfg(test)]
mod tests;

pub use parts::discussion;

//! Files that people attach to records.
//!
//! A *file* belongs to a *record* of another domain, which says who may see it ([`kernel::Record`]). It arrives as an
//! *upload*: chunks, one after the other, each of which is there for good once it was answered, so that an upload goes
//! on after a break, a reload, or on another server. When all chunks are here the file is *scanning*: a job puts it
//! together, counts and hashes it, looks at what it is, and has it scanned. Then it is *ready*, or *refused* and says
//! why. Small pictures are drawn by a second job.
//!
//! Invariants: `upload.received` is the sum of its parts, which have no gap; the bytes of a file that is ready are in the
//! store under its id and have the size and the hash of its row; nothing that is not ready is ever sent to anybody.

pub mod model;
pub mod rules;

pub mod api;
mod parts;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
mod enclosed;
#[cfg(feature = "ssr")]
pub mod jobs;
#[cfg(feature = "ssr")]
pub mod privacy;
#[cfg(feature = "ssr")]
pub mod repo;
#[cfg(feature = "ssr")]
pub mod rest;
#[cfg(feature = "ssr")]
pub mod sweep;

#[cfg(test)]
mod tests;

#[cfg(feature = "ssr")]
pub use enclosed::ENCLOSURES;
pub use parts::{enclosures, filing};

//! Clients and projects in the database. What is read is cut to what the asker reaches, and leaves by `seen_by` only.

pub mod client;
pub mod project;

//! SQL. Every function takes where it runs first.

pub mod booking;
pub mod event;
pub mod job_type;

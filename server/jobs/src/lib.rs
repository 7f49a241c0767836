//! Durable background work: a job is a row, written in the transaction that causes it.
//!
//! A [`Worker`] claims a due job with one statement, holds it by a lease that it renews, and removes it when
//! its handler succeeds. A job whose worker died is claimed again when the lease has run out, so every
//! handler must bear running twice. A failure is tried again later and later; after [`MAX_ATTEMPTS`] the row
//! stays as `failed` with its last error.

mod backoff;
mod queue;
#[cfg(test)]
mod tests;
mod worker;

pub use queue::{Counts, Job, MAX_ATTEMPTS, NewJob, Queue};
pub use worker::{Failure, Handlers, Now, Pulse, Worker};

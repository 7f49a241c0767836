//! Mail as domains see it: a message enqueued in the transaction that causes it.

use serde::{Deserialize, Serialize};

/// A message to one person. The worker sends it after the transaction has committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// Address of the receiver.
    pub to: String,
    /// Subject line.
    pub subject: String,
    /// Plain text. Links stand on a line of their own.
    pub text: String,
}

impl Mail {
    /// The kind of job that carries a message.
    pub const JOB: &'static str = "mail.send";
}

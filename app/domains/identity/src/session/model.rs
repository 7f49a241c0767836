//! What pages ask about a log-in that is under way.

use serde::{Deserialize, Serialize};

/// What a person can show to prove that it is them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ask {
    /// Their password.
    Password,
    /// A code: they have no password.
    Code,
    /// Nothing here; logging in again is the only way.
    LogIn,
}

/// Whether a link can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkState {
    /// Here and now.
    Works,
    /// In the browser that asked for it.
    OtherBrowser,
    /// Nowhere: used, expired, or never sent.
    Dead,
}

/// What a log-in waits for besides a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Awaited {
    /// Whether a passkey of the person would do.
    pub passkey: bool,
}

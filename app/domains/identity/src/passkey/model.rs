//! Passkeys as pages show them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The most letters in a passkey's name.
pub const MAX_NAME: usize = 60;

/// A question to the browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Names the question when its answer comes.
    pub id: Uuid,
    /// What the browser is given, as JSON.
    pub options: String,
}

/// A person's passkeys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkeys {
    /// The oldest first.
    pub list: Vec<Listed>,
    /// Why there can be none at this address, if so.
    pub unfit: Option<String>,
}

/// A passkey in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Listed {
    /// The passkey.
    pub id: Uuid,
    /// What the person calls it.
    pub name: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last logged in.
    pub last_used_at: Option<DateTime<Utc>>,
}

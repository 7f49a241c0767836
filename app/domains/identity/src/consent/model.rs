//! A consent as its giver sees it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Something a person agreed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// The words they saw.
    pub text: String,
    /// When they agreed.
    #[serde(with = "chrono::serde::ts_microseconds")]
    pub given_at: DateTime<Utc>,
    /// When they took it back.
    #[serde(with = "chrono::serde::ts_microseconds_option")]
    pub withdrawn_at: Option<DateTime<Utc>>,
}

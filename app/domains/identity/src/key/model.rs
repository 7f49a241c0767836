//! What a list of keys shows.

use chrono::{DateTime, Utc};
use kernel::{ApiKeyId, Error, MemberId, PermissionSet, Result};
use serde::{Deserialize, Serialize};

use crate::text;

/// For how many days a key may be made at most.
pub const LONGEST_DAYS: i64 = 366;

/// For how many days pages offer a key.
pub const OFFERED_DAYS: [i64; 4] = [7, 30, 90, 365];

/// A key's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyName(String);

impl KeyName {
    /// Reads what somebody typed into the field `name`.
    pub fn parse(text: &str) -> Result<Self> {
        text::line("name", text, 60, "Write what the key is for.").map(KeyName)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// For how many days a key lasts.
pub fn parse_days(days: i64) -> Result<i64> {
    if (1..=LONGEST_DAYS).contains(&days) {
        Ok(days)
    } else {
        Err(Error::invalid("days", format!("A key lasts 1 to {LONGEST_DAYS} days.")))
    }
}

/// A key, without what opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyCard {
    /// The key.
    pub id: ApiKeyId,
    /// What it is for.
    pub name: String,
    /// Whether it is a person's own; else it belongs to the organisation.
    pub personal: bool,
    /// Whom it acts as: the person, or a robot.
    pub member_id: MemberId,
    /// What it may be used for, as far as whom it acts as may do it.
    pub permissions: PermissionSet,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Who made it.
    pub created_by: MemberId,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to within some minutes.
    pub used_at: Option<DateTime<Utc>>,
    /// When it was withdrawn.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl KeyCard {
    /// Whether it opens anything at this time.
    pub fn counts(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

/// A key that was just made, with what opens: it is shown this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewKey {
    /// The key.
    pub id: ApiKeyId,
    /// What goes behind `Bearer `.
    pub token: String,
}

/// The keys that somebody sees.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keys {
    /// Their own, newest first.
    pub own: Vec<KeyCard>,
    /// All others of the organisation, for who manages them.
    pub others: Vec<KeyCard>,
}

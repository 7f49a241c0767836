//! Leave for support, and what people agree to when they give it.

use chrono::{DateTime, Utc};
use kernel::{MemberId, SupportAccessId};
use serde::{Deserialize, Serialize};

/// For how many hours leave can be given, the usual first.
pub const HOURS: [i64; 4] = [1, 4, 24, 72];

/// A number of hours in words.
pub fn hours_in_words(hours: i64) -> String {
    match hours {
        1 => "1 hour".to_owned(),
        hours if hours % 24 == 0 && 24 < hours => format!("{} days", hours / 24),
        hours => format!("{hours} hours"),
    }
}

/// What is read and agreed to. It is kept with the consent, word by word.
pub fn terms(name: &str, organisation: &str) -> String {
    format!(
        "Somebody of Mediap support may act as {name} in {organisation} for the time chosen here: see what {name} sees and \
         do what {name} may do, but not what asks for a password, and nothing to the account itself. Everything they do \
         stands in the audit log with both names. The leave can be withdrawn at any time and ends at once."
    )
}

/// A leave that has been given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leave {
    /// The leave.
    pub id: SupportAccessId,
    /// As whom support may act.
    pub member_id: MemberId,
    /// Who gave it.
    pub allowed_by: MemberId,
    /// What is to be looked at.
    pub reason: String,
    /// When it ends by itself.
    #[serde(with = "chrono::serde::ts_microseconds")]
    pub ends_at: DateTime<Utc>,
    /// The page that support opens.
    pub link: String,
}

/// The leaves about a member that count now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaves {
    /// As whom support may act.
    pub member_id: MemberId,
    /// Their name.
    pub name: String,
    /// What is agreed to by giving leave.
    pub terms: String,
    /// The leaves, the newest first.
    pub leaves: Vec<Leave>,
}

/// A leave as support sees it before it acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Name of the member.
    pub member: String,
    /// Name of the organisation.
    pub organisation: String,
    /// Name of who gave leave.
    pub allowed_by: String,
    /// What is to be looked at.
    pub reason: String,
    /// When it ends by itself.
    #[serde(with = "chrono::serde::ts_microseconds")]
    pub ends_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_said_in_words() {
        let words: Vec<String> = HOURS.into_iter().map(hours_in_words).collect();
        assert_eq!(words, ["1 hour", "4 hours", "24 hours", "3 days"]);
    }
}

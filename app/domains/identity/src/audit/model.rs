//! An entry of the log, and which entries are asked for.

use chrono::{DateTime, Utc};
use kernel::MemberId;
use serde::{Deserialize, Serialize};

/// The areas that entries are filtered by: the part of the kind before the dot, and its name.
pub const AREAS: [(&str, &str); 21] = [
    ("app", "Apps"),
    ("brand", "Brands"),
    ("client", "Clients"),
    ("comment", "Comments on clients"),
    ("conversation", "Conversations"),
    ("file", "Files elsewhere"),
    ("hook", "Incoming hooks"),
    ("item", "Items"),
    ("job", "Background jobs"),
    ("key", "API keys"),
    ("mail", "Mail"),
    ("member", "Members"),
    ("organisation", "Organisation"),
    ("person", "Personal data"),
    ("project", "Projects"),
    ("role", "Roles"),
    ("rule", "Automation rules"),
    ("support", "Support"),
    ("team", "Teams"),
    ("webhook", "Webhooks"),
    ("workflow", "Workflows"),
];

/// Which entries are asked for, as the address of the page says it. What is empty or cannot be read filters nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuditFilter {
    /// The member who acted.
    pub actor: String,
    /// One of [`AREAS`].
    pub area: String,
    /// The first day, as `2025-11-21`, in the organisation's time zone.
    pub from: String,
    /// The last day.
    pub until: String,
    /// Only what is older than this entry.
    pub before: Option<i64>,
}

impl AuditFilter {
    /// The query of an address that asks for the same entries, older than `before` if given.
    pub fn query(&self, before: Option<i64>) -> String {
        let before = before.map(|number| number.to_string()).unwrap_or_default();
        [
            ("actor", &self.actor),
            ("area", &self.area),
            ("from", &self.from),
            ("until", &self.until),
            ("before", &before),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", leptos_router::location::Url::escape(value)))
        .collect::<Vec<_>>()
        .join("&")
    }

    /// Whether anything is filtered.
    pub fn is_empty(&self) -> bool {
        self.query(None).is_empty()
    }
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its place in the log, from 1.
    pub number: i64,
    /// When it was done.
    #[serde(with = "chrono::serde::ts_microseconds")]
    pub at: DateTime<Utc>,
    /// Who did it; none for the program itself.
    pub actor: Option<String>,
    /// Who of support did it in their name.
    pub supporter: Option<String>,
    /// What was done, as `team.created`.
    pub kind: String,
    /// Name of the member or team it was done to, where it has one.
    pub subject: Option<String>,
    /// Further facts, as JSON; empty if there are none.
    pub facts: String,
}

/// Some entries, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    /// The entries.
    pub entries: Vec<AuditEntry>,
    /// Whether there are older ones.
    pub older: bool,
    /// Who may have acted: everybody who ever was a member, by name.
    pub actors: Vec<(MemberId, String)>,
}

/// What reading the whole log has shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditProof {
    /// Entries that were read.
    pub entries: i64,
    /// The hash of the last one.
    pub head: String,
    /// What is wrong, if anything is.
    pub fault: Option<String>,
}

/// Says what was done in words: `team.member_added` is "Team: member added".
pub fn words(kind: &str) -> String {
    let (area, act) = kind.split_once('.').unwrap_or(("", kind));
    let act = act.replace('_', " ");
    let mut letters = area.chars();
    match letters.next() {
        Some(first) => format!("{}{}: {act}", first.to_uppercase(), letters.as_str().replace('_', " ")),
        None => act,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_said_in_words() {
        assert_eq!(words("team.member_added"), "Team: member added");
        assert_eq!(words("organisation.created"), "Organisation: created");
        assert_eq!(words("strange"), "strange");
    }

    #[test]
    fn a_filter_is_an_address() {
        let filter = AuditFilter { area: "team".into(), from: "2025-11-21".into(), ..AuditFilter::default() };
        assert_eq!(filter.query(Some(7)), "area=team&from=2025%2D11%2D21&before=7");
        assert!(AuditFilter::default().is_empty());
        assert!(!filter.is_empty());
    }
}

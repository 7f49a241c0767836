//! Items that are on their way as parts of others.

use kernel::MemberId;
use serde::{Deserialize, Serialize};

/// What became of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(sqlx::Type), sqlx(rename_all = "snake_case", type_name = "text"))]
pub enum Outcome {
    /// It came together with the others.
    Joined,
    /// It ended elsewhere.
    Ended,
    /// It was called off.
    Withdrawn,
}

impl Outcome {
    /// How it is kept.
    pub fn key(self) -> &'static str {
        match self {
            Outcome::Joined => "joined",
            Outcome::Ended => "ended",
            Outcome::Withdrawn => "withdrawn",
        }
    }
}

/// A part, as the page of the whole lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct PartRow {
    /// The key of its workflow.
    pub workflow_key: String,
    /// Its number there.
    pub number: i64,
    /// Its title.
    pub title: String,
    /// The step where it began, or the row that it was begun for.
    pub name: String,
    /// The step where it is.
    pub step_name: String,
    /// Who works on it.
    pub assignee_id: Option<MemberId>,
    /// What became of it; none while it is on its way.
    pub outcome: Option<Outcome>,
    /// Whether the whole waits for it where it is now.
    pub is_current: bool,
}

/// What an item is a part of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct WholeRow {
    /// The key of its workflow.
    pub workflow_key: String,
    /// Its number there.
    pub number: i64,
    /// Its title.
    pub title: String,
    /// The step where it is.
    pub step_name: String,
    /// What became of the part; none while it is on its way.
    pub outcome: Option<Outcome>,
}

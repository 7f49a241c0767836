//! What an erasure would do, and what it did.

use kernel::MemberId;
use serde::{Deserialize, Serialize};

/// What becomes of some rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// They are gone.
    Deleted,
    /// They stay and say nothing about the person.
    Cleared,
    /// They stay and name nobody.
    Nameless,
    /// They stay as they are.
    Kept,
}

impl Fate {
    /// In a word or two.
    pub fn label(self) -> &'static str {
        match self {
            Fate::Deleted => "Deleted",
            Fate::Cleared => "Emptied",
            Fate::Nameless => "Kept without the name",
            Fate::Kept => "Kept",
        }
    }
}

/// What becomes of one kind of row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureLine {
    /// What the rows are.
    pub what: String,
    /// How many there are.
    pub rows: i64,
    /// What becomes of them.
    pub fate: Fate,
    /// Why they stay, if they do.
    pub why: String,
}

/// What an erasure would do. Nothing has been done yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasurePlan {
    /// The member.
    pub id: MemberId,
    /// Full name; the address of who has not joined.
    pub name: String,
    /// Address.
    pub email: String,
    /// Why it cannot be done, if it cannot.
    pub obstacle: Option<String>,
    /// Whether the account goes too. It stays while another organisation has the person, or they have not joined this one.
    pub whole: bool,
    /// What there is, without kinds of which there is nothing.
    pub lines: Vec<ErasureLine>,
}

/// What an erasure did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    /// The member, who has no name any more.
    pub id: MemberId,
    /// What was done.
    pub lines: Vec<ErasureLine>,
}

impl Erased {
    /// In a sentence.
    pub fn summary(&self) -> String {
        let rows = |gone: bool| -> i64 {
            let is_gone = |line: &&ErasureLine| matches!(line.fate, Fate::Deleted | Fate::Cleared) == gone;
            self.lines.iter().filter(is_gone).map(|line| line.rows).sum()
        };
        format!("Erased. {} rows deleted or emptied; {} rows stay and name nobody", rows(true), rows(false))
    }
}

//! Doing the same with many items at once: what would happen, what happened, and taking it back as one.

use chrono::NaiveDate;
use kernel::{ItemId, MemberId, Permission, StepId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// As many items are changed at once.
pub const BULK_MAX: usize = 1_000;

/// What is done with each of the items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum BulkAct {
    /// It is moved.
    Move {
        /// Where to.
        to: StepId,
    },
    /// It is given to somebody.
    Assign {
        /// To whom; none takes it away from whoever has it.
        to: Option<MemberId>,
    },
    /// It gets a due day.
    Due {
        /// Which; none takes it away.
        on: Option<NaiveDate>,
    },
    /// It is deleted.
    Delete,
}

impl BulkAct {
    /// What one must be allowed to do, as for one item.
    pub fn permission(self) -> Permission {
        match self {
            BulkAct::Move { .. } => Permission::ItemMove,
            BulkAct::Assign { .. } | BulkAct::Due { .. } => Permission::ItemEdit,
            BulkAct::Delete => Permission::ItemDelete,
        }
    }

    /// What was done, as in `997 moved`.
    pub fn done(self) -> &'static str {
        match self {
            BulkAct::Move { .. } => "moved",
            BulkAct::Assign { to: Some(_) } => "assigned",
            BulkAct::Assign { to: None } => "assigned to nobody",
            BulkAct::Due { on: Some(_) } => "given the due day",
            BulkAct::Due { on: None } => "without a due day",
            BulkAct::Delete => "deleted",
        }
    }
}

/// An item that stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    /// The item.
    pub id: ItemId,
    /// What people call it; empty where no item of the workflow has this id.
    pub key: String,
    /// Why, in a few words that are the same for all that stay for this reason.
    pub reason: String,
    /// Why, as a sentence about this item.
    pub why: String,
}

/// What would happen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outlook {
    /// The items with which it would be done, each with the version that was looked at.
    pub go: Vec<(ItemId, i64)>,
    /// Their keys, for programs; pages count them only.
    #[serde(skip)]
    pub keys: Vec<String>,
    /// The items that would stay as they are.
    pub stay: Vec<Stay>,
    /// What is worth knowing before it is done, a sentence each.
    pub notes: Vec<String>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// By which it can be taken back.
    pub id: Uuid,
    /// What was done.
    pub act: BulkAct,
    /// The keys of the items with which it was done.
    pub keys: Vec<String>,
    /// The items that stayed as they were.
    pub stay: Vec<Stay>,
}

/// What was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undone {
    /// The keys of the items that are as they were.
    pub keys: Vec<String>,
    /// The items that stay as they are now.
    pub stay: Vec<Stay>,
}

impl Done {
    /// What happened, for a toast.
    pub fn sentence(&self) -> String {
        told(self.keys.len(), self.act.done(), self.stay.len(), "stayed")
    }
}

impl Undone {
    /// How many keys a sentence names.
    const NAMED: usize = 5;

    /// What was taken back, for a toast. What was not is named, with the reason of the first.
    pub fn sentence(&self) -> String {
        let said = told(self.keys.len(), "taken back", self.stay.len(), "could not be taken back");
        match self.stay.as_slice() {
            [] => said,
            [one] => format!("{said}. {}", one.why),
            [first, ..] => {
                let named: Vec<&str> =
                    self.stay.iter().take(Undone::NAMED).map(|one| one.key.as_str()).collect();
                let more = if Undone::NAMED < self.stay.len() { " …" } else { "" };
                format!("{said}: {}{more}. {}", named.join(", "), first.why)
            }
        }
    }
}

fn told(done: usize, what: &str, stayed: usize, how: &str) -> String {
    match stayed {
        0 => format!("{} {what}", ui::number::grouped(as_number(done))),
        _ => format!(
            "{} {what}, {} {how}",
            ui::number::grouped(as_number(done)),
            ui::number::grouped(as_number(stayed))
        ),
    }
}

/// A count as numbers are written.
pub fn as_number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The items that stay, by reason: the most frequent first.
pub fn by_reason(stay: &[Stay]) -> Vec<(&str, Vec<&Stay>)> {
    let mut groups: Vec<(&str, Vec<&Stay>)> = Vec::new();
    for one in stay {
        match groups.iter_mut().find(|(reason, _)| *reason == one.reason) {
            Some((_, group)) => group.push(one),
            None => groups.push((&one.reason, vec![one])),
        }
    }
    groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.len()));
    groups
}

//! The nouns.

use chrono::NaiveDate;
use kernel::{ItemId, MemberId, TimeEntryId};
use serde::{Deserialize, Serialize};

/// How many entries the page of an item shows; the sum counts all.
pub const SHOWN: usize = 100;

/// Time that a member spent on an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct TimeEntry {
    /// The entry.
    pub id: TimeEntryId,
    /// Whose time it is.
    pub member_id: MemberId,
    /// On what.
    pub item_id: ItemId,
    /// When.
    pub day: NaiveDate,
    /// How long: 1 to 1440.
    pub minutes: i64,
    /// At what; may be empty.
    pub note: String,
    /// Grows with every change.
    pub version: i64,
}

/// An item as lists name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemName {
    /// The item.
    pub id: ItemId,
    /// What people call it: `UC-12`.
    pub key: String,
    /// Its title.
    pub title: String,
}

/// A timer that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// On what.
    pub item_id: ItemId,
    /// What people call that; empty when it is not there any more.
    pub key: String,
    /// For how long, when this was answered.
    pub seconds: i64,
}

/// The time on an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemTime {
    /// The item.
    pub item_id: ItemId,
    /// What people call it.
    pub key: String,
    /// The newest entries, by day.
    pub entries: Vec<TimeEntry>,
    /// Minutes of all entries.
    pub sum: i64,
    /// The viewer's timer, on whichever item it runs.
    pub timer: Option<Running>,
}

/// A member's week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Week {
    /// Its first day.
    pub first: NaiveDate,
    /// What the member logged, by day.
    pub entries: Vec<TimeEntry>,
    /// The items of the entries, as far as they are still there.
    pub items: Vec<ItemName>,
    /// Their timer.
    pub timer: Option<Running>,
}

impl Week {
    /// Its days with what was logged on each.
    pub fn days(&self) -> Vec<(NaiveDate, Vec<&TimeEntry>)> {
        let on = |day| self.entries.iter().filter(move |entry| entry.day == day).collect();
        self.first.iter_days().take(7).map(|day| (day, on(day))).collect()
    }

    /// What an item is called.
    pub fn item(&self, id: ItemId) -> Option<&ItemName> {
        self.items.iter().find(|item| item.id == id)
    }

    /// The items with the minutes on each, the most first.
    pub fn by_item(&self) -> Vec<(ItemId, i64)> {
        let mut sums: Vec<(ItemId, i64)> = Vec::new();
        for entry in &self.entries {
            match sums.iter_mut().find(|(id, _)| *id == entry.item_id) {
                Some((_, sum)) => *sum += entry.minutes,
                None => sums.push((entry.item_id, entry.minutes)),
            }
        }
        sums.sort_by_key(|(_, sum)| std::cmp::Reverse(*sum));
        sums
    }
}

/// What came of stopping a timer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {
    /// What it became.
    pub entry: TimeEntry,
    /// Whether it ran longer than its day had room for: then the entry has what there was.
    pub cut: bool,
}

//! The items that somebody looked at last, kept by the browser: without a network they are what can still be read, and
//! what is shared with the program may go to one of them.
//!
//! They are kept in `localStorage` as JSON, a list of [`Recent`], and go when the log-in is asked for. The page that
//! stands in for all others without a network reads it too (`server/src/offline/offline.js`).

use serde::{Deserialize, Serialize};
use ui::js;

const PLACE: &str = "mediap-recent";
const MOST: usize = 20;

/// An item as it was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recent {
    /// What people call it: `UC-12`.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Where it was.
    pub step: String,
    /// Whose it was.
    pub assignee: String,
    /// When it was due, as a day.
    pub due: String,
    /// What its form said: the labels and the values as people write them.
    pub facts: Vec<(String, String)>,
}

/// Keeps an item as the newest.
pub(crate) fn note(item: Recent) {
    let mut all = list();
    all.retain(|other| other.key != item.key);
    all.insert(0, item);
    all.truncate(MOST);
    if let Ok(text) = serde_json::to_string(&all) {
        // Where there is no room, there is nothing to read without a network.
        js::keep(PLACE, Some(&text));
    }
}

/// The items, the newest first.
pub fn list() -> Vec<Recent> {
    js::read_kept(PLACE).and_then(|text| serde_json::from_slice(text.as_bytes()).ok()).unwrap_or_default()
}

/// Forgets them: somebody else may sit down here.
pub fn forget() {
    js::keep(PLACE, None);
}

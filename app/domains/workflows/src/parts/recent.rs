//! The items that somebody looked at last, kept by the browser: without a network they are what can still be read, and
//! what is shared with the program may go to one of them.
//!
//! They are kept in `localStorage` for the member who saw them, as JSON, a list of [`Recent`], and go when the log-in is
//! asked for. The page that stands in for all others without a network reads those of the member who was here last
//! (`server/src/offline/offline.js`).

use kernel::MemberId;
use serde::{Deserialize, Serialize};
use ui::{js, waiting};

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

fn place() -> Option<String> {
    waiting::who_was_here().map(|member| format!("mediap-recent-{member}"))
}

/// Keeps an item as the newest that the member has looked at.
pub(crate) fn note(member: MemberId, item: Recent) {
    waiting::is_here(member);
    let mut all = list();
    all.retain(|other| other.key != item.key);
    all.insert(0, item);
    all.truncate(MOST);
    if let (Some(place), Ok(text)) = (place(), serde_json::to_string(&all)) {
        // Where there is no room, there is nothing to read without a network.
        js::keep(&place, Some(&text));
    }
}

/// The items, the newest first.
pub fn list() -> Vec<Recent> {
    let text = place().and_then(|place| js::read_kept(&place));
    text.and_then(|text| serde_json::from_slice(text.as_bytes()).ok()).unwrap_or_default()
}

/// Forgets them: somebody else may sit down here.
pub fn forget() {
    if let Some(place) = place() {
        js::keep(&place, None);
        waiting::forget_who_was_here();
    }
}

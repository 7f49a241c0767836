//! Time that was logged without a network (see [`ui::waiting`]).

use serde::{Deserialize, Serialize};
use ui::waiting::{Sending, Waiting};

use crate::api;

/// What can wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Act {
    /// Time on an item, as it was typed.
    Time {
        /// The item's id or key.
        item: String,
        /// How long.
        duration: String,
        /// When.
        day: String,
        /// At what.
        note: String,
    },
}

/// The act as it is kept until it is known to be done.
pub(super) fn kept(key: String, act: &Act) -> Waiting {
    let Act::Time { item, duration, day, note } = act;
    let words = format!("{duration}, {day} {note}");
    Waiting::new(key, format!("Your time on {item}"), act).with_words(words.trim().to_owned())
}

/// Sends time that waited, if it is that.
pub fn send(waiting: &Waiting) -> Option<Sending> {
    let key = Some(waiting.key.clone());
    let Act::Time { item, duration, day, note } = waiting.read()?;
    Some(Box::pin(async move { api::log_time(item, duration, day, note, key).await.map(drop) }))
}

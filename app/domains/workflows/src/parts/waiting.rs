//! The acts of this domain that can wait for the network (see [`ui::waiting`]).

use kernel::{CommentId, ItemId, MemberId, StepId};
use serde::{Deserialize, Serialize};
use ui::waiting::{Sending, Waiting};

use crate::api;

/// What can wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Act {
    /// A comment.
    Comment {
        /// On what.
        item_id: ItemId,
        /// What it says.
        body: String,
    },
    /// A move of an item that had this version.
    Move {
        /// The item.
        item_id: ItemId,
        /// Where to.
        to: StepId,
        /// As it was seen.
        version: i64,
    },
    /// A move of an item that had this version, which gives it to somebody, too.
    Carry {
        /// The item.
        item_id: ItemId,
        /// Where to.
        to: StepId,
        /// Whom to.
        assignee: Option<MemberId>,
        /// As it was seen.
        version: i64,
    },
}

/// The act as it is kept until it is known to be done.
pub fn waiting(key: String, what: String, act: &Act) -> Waiting {
    let words = match act {
        Act::Comment { body, .. } => body.clone(),
        Act::Move { .. } | Act::Carry { .. } => String::new(),
    };
    Waiting::new(key, what, act).with_words(words)
}

/// Sends an act that waited, if it is one of this domain.
pub fn send(waiting: &Waiting) -> Option<Sending> {
    let key = Some(waiting.key.clone());
    let act = waiting.read()?;
    Some(Box::pin(async move {
        match act {
            Act::Comment { item_id, body } => {
                let written: kernel::Result<CommentId> = api::add_comment(item_id, body, key).await;
                written.map(drop)
            }
            Act::Move { item_id, to, version } => api::move_item(item_id, to, version, key).await.map(drop),
            Act::Carry { item_id, to, assignee, version } => {
                let assignee = assignee.map(|id| id.to_string());
                api::carry_item(item_id, to, assignee, version, key).await.map(drop)
            }
        }
    }))
}

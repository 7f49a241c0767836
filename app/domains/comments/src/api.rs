//! Server functions about comments.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

use kernel::{CommentId, Result};
use leptos::prelude::*;

use crate::model::Discussion;

#[cfg(feature = "ssr")]
use {crate::acts, kernel::Cx};

/// What is said of the record of this kind that has `record` in the address of its page.
#[server]
pub async fn load_discussion(kind: String, record: String) -> Result<Discussion> {
    acts::discussion(&Cx::current().await?, &kind, &record).await
}

/// Says something of a record. Sent again with the same `key`, it is said once.
#[server]
pub async fn say(kind: String, record: String, body: String, key: Option<String>) -> Result<CommentId> {
    let key = key.and_then(|key| key.parse().ok());
    acts::say(&Cx::current().await?, &kind, &record, &body, key).await
}

/// Deletes one's own comment. It can be brought back.
#[server]
pub async fn unsay(comment_id: CommentId) -> Result<()> {
    acts::unsay(&Cx::current().await?, comment_id).await
}

/// Brings one's own deleted comment back.
#[server]
pub async fn say_again(comment_id: CommentId) -> Result<()> {
    acts::say_again(&Cx::current().await?, comment_id).await
}

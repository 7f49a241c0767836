//! Comments on items.

use kernel::{CommentId, ItemId, Result};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {super::read_key, crate::acts::comment as acts, kernel::Cx};

/// Writes a comment. Sent again with the same `key`, it is written once.
#[server]
pub async fn add_comment(item_id: ItemId, body: String, key: Option<String>) -> Result<CommentId> {
    acts::add(&Cx::current().await?, item_id, &body, read_key(key)).await
}

/// Deletes one's own comment. It can be brought back.
#[server]
pub async fn delete_comment(comment_id: CommentId) -> Result<()> {
    acts::delete(&Cx::current().await?, comment_id).await
}

/// Brings one's own deleted comment back.
#[server]
pub async fn restore_comment(comment_id: CommentId) -> Result<()> {
    acts::restore(&Cx::current().await?, comment_id).await
}

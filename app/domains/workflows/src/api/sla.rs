//! The clocks of items in steps that have a time limit.

use kernel::{ItemId, Result};
use leptos::prelude::*;

use crate::sla::Explanation;

#[cfg(feature = "ssr")]
use {crate::acts::sla as acts, kernel::Cx};

/// Lets the clock of an item of this version stand still, since somebody else is waited for.
#[server]
pub async fn pause_clock(item_id: ItemId, version: i64, #[server(default)] reason: String) -> Result<()> {
    acts::pause(&Cx::current().await?, item_id, version, &reason).await
}

/// Lets the clock of an item of this version run again.
#[server]
pub async fn resume_clock(item_id: ItemId, version: i64) -> Result<()> {
    acts::resume(&Cx::current().await?, item_id, version).await
}

/// Why the item called `key` is due when it is.
#[server]
pub async fn explain_clock(key: String) -> Result<Explanation> {
    acts::explain(&Cx::current().await?, &key).await
}

//! Who is at an item.

use kernel::{Doing, ItemId, MemberId, Result};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::item_topic,
    crate::repo,
    kernel::{Cx, OrNotFound, Permission, Topic},
};

/// Says that the viewer is at an item and what they do there. Gives everybody who is, and whether they are writing.
#[server]
pub async fn be_at_item(item_id: ItemId, doing: Doing) -> Result<Vec<(MemberId, bool)>> {
    let cx = Cx::current().await?.require(Permission::ItemView)?;
    repo::item::find(cx.db(), cx.organisation_id(), item_id).await?.or_not_found()?;
    cx.appear(Topic::of(Permission::ItemView, item_topic(item_id)), doing).await
}

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
    let (organisation_id, db) = (cx.organisation_id(), cx.db());
    if repo::item::find(db, organisation_id, item_id).await?.is_none() {
        repo::part::workflow_of_joined(db, organisation_id, item_id).await?.or_not_found()?;
    }
    cx.appear(Topic::of(Permission::ItemView, item_topic(item_id)), doing).await
}

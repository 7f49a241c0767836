//! Deleting items and bringing them back.

use kernel::{Cx, ItemId, OrNotFound, Permission, Result, Tx};
use serde_json::json;

use super::{item_event, load, words};
use crate::{
    acts::{approval, booking, engine, sla},
    model::Act,
    repo,
};

/// Deletes an item, only that of a version if one is named. [`restore`] brings it back.
pub async fn delete(cx: &Cx, item_id: ItemId, version: Option<i64>) -> Result<()> {
    let cx = cx.clone().require(Permission::ItemDelete)?;
    let mut tx = cx.begin().await?;
    if !remove(&mut tx, &cx, item_id, version).await? {
        let (workflow, item) = load(&mut tx, &cx, item_id).await?;
        return Err(words::changed_meanwhile(&mut tx, &cx, &workflow, &item).await?);
    }
    tx.commit().await
}

/// The same in a unit of work. Tells whether there was such an item.
pub(in crate::acts) async fn remove(
    tx: &mut Tx,
    cx: &Cx,
    item_id: ItemId,
    version: Option<i64>,
) -> Result<bool> {
    if !take_out(tx, cx, item_id, version, String::new()).await? {
        return Ok(false);
    }
    engine::part::deleted(tx, cx, item_id).await?;
    Ok(true)
}

/// The same, with nothing said to the item that it is a part of; or since it goes `into` that.
pub(in crate::acts) async fn take_out(
    tx: &mut Tx,
    cx: &Cx,
    item_id: ItemId,
    version: Option<i64>,
    into: String,
) -> Result<bool> {
    let Some((step_id, workflow_id)) = repo::item::delete(&mut *tx, cx, item_id, version).await? else {
        return Ok(false);
    };
    repo::workflow::count_out(tx, step_id);
    approval::let_go_of(tx, item_id, step_id).await?;
    sla::deleted(tx, cx, item_id).await?;
    booking::deleted(tx, cx, item_id, step_id).await?;
    let facts = if into.is_empty() { json!({}) } else { json!({ "into": into }) };
    repo::activity::insert(&mut *tx, cx, item_id, &Act::Deleted { into }).await?;
    tx.record(item_event("item.deleted", workflow_id, item_id, facts)).await?;
    Ok(true)
}

/// Brings a deleted item back.
pub async fn restore(cx: &Cx, item_id: ItemId) -> Result<()> {
    let cx = cx.clone().require(Permission::ItemDelete)?;
    let mut tx = cx.begin().await?;
    bring_back(&mut tx, &cx, item_id).await?;
    tx.commit().await
}

/// The same in a unit of work.
pub(in crate::acts) async fn bring_back(tx: &mut Tx, cx: &Cx, item_id: ItemId) -> Result<()> {
    engine::part::may_come_back(tx, cx, item_id).await?;
    let with_it = repo::part::withdrawn_with(&mut *tx, cx.organisation_id(), item_id).await?;
    let (step_id, workflow_id) = repo::item::restore(&mut *tx, cx, item_id).await?.or_not_found()?;
    repo::activity::insert(&mut *tx, cx, item_id, &Act::Restored).await?;
    tx.record(item_event("item.restored", workflow_id, item_id, json!({}))).await?;
    let (workflow, item) = load(tx, cx, item_id).await?;
    let step = workflow.step(step_id).or_not_found()?;
    repo::workflow::count_in(tx, step);
    sla::restored(tx, cx, &workflow, &item).await?;
    booking::want_again(tx, cx, step, item_id).await?;
    for part in with_it {
        let is_gone = repo::item::find(&mut *tx, cx.organisation_id(), part).await?.is_none();
        if is_gone {
            Box::pin(bring_back(tx, cx, part)).await?;
        } else {
            repo::part::reopen(&mut *tx, cx.organisation_id(), part).await?;
        }
    }
    engine::restored(tx, cx, &workflow, item).await
}

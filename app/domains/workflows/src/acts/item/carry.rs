//! Moving an item and giving it to somebody as one act.

use kernel::{Cx, ItemId, MemberId, OrNotFound, Permission, Result, StepId, Tx};
use uuid::Uuid;

use super::{edit, go, load, the_assignee, words};
use crate::{
    model::{Card, Item, Workflow},
    repo,
};

/// Gives an item to a member, or to nobody, and moves it if the step is another one: both or nothing. `version` is the one
/// that was seen. Done again with the same `key`, it is done once.
pub async fn carry(
    cx: &Cx,
    item_id: ItemId,
    (to, assignee): (StepId, Option<MemberId>),
    version: i64,
    key: Option<Uuid>,
) -> Result<Card> {
    let cx = cx.clone().require(Permission::ItemEdit)?;
    let mut tx = cx.begin().await?;
    let done = tx.once(key, item_id.uuid()).await?;
    let (workflow, item) = load(&mut tx, &cx, item_id).await?;
    if done.is_some() {
        return Ok(item.card);
    }
    workflow.step(to).or_not_found()?;
    if item.card.version != version {
        return Err(words::changed_meanwhile(&mut tx, &cx, &workflow, &item).await?);
    }
    let from = item.card.step_id;
    let assignee = the_assignee(&mut tx, &cx, assignee).await?;
    // First: conditions of the way see who has it. Where that alone sends it on, it goes on from there.
    let mut item = give(&mut tx, &cx, &workflow, item, assignee).await?;
    if to != from && item.card.step_id != to {
        let cx = cx.clone().require(Permission::ItemMove)?;
        item = go(&mut tx, &cx, &workflow, item, to).await?;
        // The step may give what comes to somebody else, but here a person has chosen.
        item = give(&mut tx, &cx, &workflow, item, assignee).await?;
    }
    tx.commit().await?;
    Ok(item.card)
}

async fn give(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    item: Item,
    assignee: Option<MemberId>,
) -> Result<Item> {
    if item.card.assignee_id == assignee {
        return Ok(item);
    }
    let fields =
        repo::workflow::fields_at(&mut *tx, cx.organisation_id(), workflow, item.card.step_id).await?;
    let mut given = item.clone();
    given.card.assignee_id = assignee;
    edit(tx, cx, workflow, &fields, &item, given).await
}

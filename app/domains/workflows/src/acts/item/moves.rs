//! Moving items along.

use chrono::Duration;
use kernel::{Cx, Error, ItemId, NoticeKind, OrNotFound, Permission, Result, StepId, Tx};
use uuid::Uuid;

use super::{Source, concerned, item_event, load, tell, words};
use crate::{
    model::{Act, Activity, Card, StepKind, Workflow},
    repo, rules,
};

/// How long one's own last move can be taken back.
const UNDO_SECS: i64 = 120;

/// Moves an item along a transition. `version` is the one the mover saw. Done again with the same `key`, it is moved once.
pub async fn move_to(cx: &Cx, item_id: ItemId, to: StepId, version: i64, key: Option<Uuid>) -> Result<Card> {
    let cx = cx.clone().require(Permission::ItemMove)?;
    let mut tx = cx.begin().await?;
    let done = tx.once(key, item_id.uuid()).await?;
    let (workflow, item) = load(&mut tx, &cx, item_id).await?;
    if done.is_some() {
        return Ok(item.card);
    }
    let key = workflow.head.item_key(item.card.number);
    let from = workflow.step(item.card.step_id).or_not_found()?;
    let to = workflow.step(to).or_not_found()?;
    if item.card.version != version {
        return Err(words::changed_meanwhile(&mut tx, &cx, &workflow, &item).await?);
    }
    let refused = |refusal: rules::Refusal| Error::Conflict(refusal.sentence(&key, &from.name));
    let way = rules::way(&workflow, from.id, to.id).map_err(refused)?;
    let fields = repo::workflow::fields(&mut tx, cx.organisation_id(), workflow.head.id).await?;
    rules::may_take(way, &fields, &item.data).map_err(refused)?;

    let act = Act::Moved {
        from: from.id,
        from_name: from.name.clone(),
        to: to.id,
        to_name: to.name.clone(),
        rework: way.rework,
        undo: false,
    };
    let concerned = concerned(&mut tx, &cx, &item).await?;
    let (card, entry) = put(&mut tx, &cx, &workflow, item.card, to.id, act).await?;
    let verb = if to.kind == StepKind::Done { "Finished" } else { "Moved" };
    let text = format!("{verb}: {} → {}", from.name, to.name);
    let moved = Source { kind: NoticeKind::Changed, source_id: entry, text: &text };
    tell(&mut tx, &cx, workflow.head.id, &card, moved, concerned).await?;
    tx.commit().await?;
    Ok(card)
}

/// Takes back one's own last move of an item, for a short while after it.
pub async fn undo_move(cx: &Cx, item_id: ItemId, version: i64) -> Result<Card> {
    let cx = cx.clone().require(Permission::ItemMove)?;
    let mut tx = cx.begin().await?;
    let (workflow, item) = load(&mut tx, &cx, item_id).await?;
    let key = workflow.head.item_key(item.card.number);
    let here = workflow.step(item.card.step_id).or_not_found()?;
    if item.card.version != version {
        return Err(words::changed_meanwhile(&mut tx, &cx, &workflow, &item).await?);
    }
    let last = repo::activity::last_move(&mut tx, cx.organisation_id(), item_id).await?;
    let Some(Activity {
        id: entry,
        act: Act::Moved { from, from_name, to, to_name, undo: false, .. },
        actor_id,
        created_at,
        ..
    }) = last
    else {
        return Err(Error::Conflict(format!("{key} has no move to take back.")));
    };
    let fresh = cx.now() - created_at <= Duration::seconds(UNDO_SECS);
    let is_there = workflow.step(from).is_some();
    if actor_id != Some(cx.member_id()) || to != here.id || !fresh || !is_there {
        return Err(Error::Conflict(format!(
            "The move of {key} can no longer be taken back. Move it by hand."
        )));
    }
    let act =
        Act::Moved { from: to, from_name: to_name, to: from, to_name: from_name, rework: false, undo: true };
    let (card, _) = put(&mut tx, &cx, &workflow, item.card, from, act).await?;
    // Who was told of the move has nothing to look at.
    tx.take_back(entry).await?;
    tx.commit().await?;
    Ok(card)
}

/// Puts an item into a step and writes down how it got there; gives the entry of that too.
async fn put(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    card: Card,
    to: StepId,
    act: Act,
) -> Result<(Card, Uuid)> {
    if !repo::item::set_step(&mut *tx, cx, card.id, card.version, to).await? {
        return Err(Error::Conflict("Somebody moved it at the same moment.".into()));
    }
    repo::workflow::count_step(&mut *tx, cx.organisation_id(), card.step_id, -1).await?;
    repo::workflow::count_step(&mut *tx, cx.organisation_id(), to, 1).await?;
    let entry = repo::activity::insert(&mut *tx, cx, card.id, &act).await?;
    tx.record(item_event("item.moved", workflow.head.id, card.id, repo::activity::data(&act))).await?;
    Ok((Card { step_id: to, step_since: cx.now(), version: card.version + 1, ..card }, entry))
}

//! Moving items along.

use chrono::Duration;
use kernel::{Cx, Error, ItemId, NoticeKind, OrNotFound, Permission, Result, StepId, Tx};
use uuid::Uuid;

use super::{Source, concerned, item_event, load, tell, words};
use crate::{
    acts::{approval, automation, engine, gate, sla},
    automation::Happening,
    model::{Act, Activity, Card, Item, Move, StepKind, Workflow},
    repo::{self, decision::Carry},
    rules,
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
    workflow.step(to).or_not_found()?;
    if item.card.version != version {
        return Err(words::changed_meanwhile(&mut tx, &cx, &workflow, &item).await?);
    }
    let card = go(&mut tx, &cx, &workflow, item, to).await?.card;
    tx.commit().await?;
    Ok(card)
}

/// Lets an item take the way to a step, if that is open to it, and tells who has to do with it.
pub(in crate::acts) async fn go(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    item: Item,
    to: StepId,
) -> Result<Item> {
    let key = workflow.head.item_key(item.card.number);
    let from = workflow.step(item.card.step_id).or_not_found()?;
    let to = workflow.step(to).or_not_found()?;
    let refused = |refusal: rules::Refusal| Error::Conflict(refusal.sentence(&key, &from.name));
    let fields = repo::workflow::fields(&mut *tx, cx.organisation_id(), workflow.head.id).await?;
    let role = cx.actor_id().map(|_| cx.membership().role);
    let (rework, because) = if rules::returning(workflow, &item) == Some(to.id) {
        rules::may_leave(from.id, role, &fields, &item.data).map_err(refused)?;
        (false, String::new())
    } else {
        let decided = approval::outcome(tx, cx, workflow, &item).await?;
        let way = rules::way(workflow, from.id, to.id, decided).map_err(refused)?;
        rules::may_take(way, role, &fields, &item.data).map_err(refused)?;
        let builtins = gate::builtins(&mut *tx, cx, workflow, &item).await?;
        (way.rework, gate::may_pass(way, &fields, &item, &builtins).map_err(refused)?)
    };

    let along = Move {
        rework,
        by_itself: cx.actor_id().is_none(),
        because,
        returns_to: item.returns_to,
        ..Move::new((from.id, &from.name), (to.id, &to.name))
    };
    approval::let_go(tx, &item).await?;
    let carry = (item.returns_to == Some(to.id)).then_some(Carry::Approvals);
    let mut concerned = concerned(tx, cx, &item).await?;
    let (item, entry) = put(tx, cx, workflow, item, None, along).await?;
    let (item, asked) = engine::arrive(tx, cx, workflow, item, carry).await?;
    // Who has to decide is told that, and not that it moved as well.
    concerned.retain(|(member, _)| !asked.contains(member));
    // It may have gone on by itself.
    let to = workflow.step(item.card.step_id).or_not_found()?;
    let verb = if to.kind == StepKind::Done { "Finished" } else { "Moved" };
    let text = format!("{verb}: {} → {}", from.name, to.name);
    let moved = Source { kind: NoticeKind::Changed, source_id: entry, text: &text };
    tell(tx, cx, workflow.head.id, &item.card, moved, concerned).await?;
    Ok(item)
}

/// Takes back one's own last move of an item: for a short while after it, and for as long as nobody has decided anything
/// where somebody has to.
pub async fn undo_move(cx: &Cx, item_id: ItemId, version: i64) -> Result<Card> {
    let cx = cx.clone().require(Permission::ItemMove)?;
    let mut tx = cx.begin().await?;
    let (workflow, item) = load(&mut tx, &cx, item_id).await?;
    let key = workflow.head.item_key(item.card.number);
    let here = workflow.step(item.card.step_id).or_not_found()?;
    if item.card.version != version {
        return Err(words::changed_meanwhile(&mut tx, &cx, &workflow, &item).await?);
    }
    // What it went on by itself since then goes with it.
    let moves = repo::activity::moves(&mut tx, cx.organisation_id(), &[item_id]).await?;
    let mut moves = moves.into_iter().rev().map(|(_, entry)| entry);
    let last = moves.find(|entry| !matches!(&entry.act, Act::Moved(Move { by_itself: true, .. })));
    let Some(Activity {
        id: entry,
        act: Act::Moved(Move { from, from_name, undo: false, returns_to, .. }),
        actor_id,
        created_at,
        ..
    }) = last
    else {
        return Err(Error::Conflict(format!("{key} has no move to take back.")));
    };
    let fresh = cx.now() - created_at <= Duration::seconds(UNDO_SECS);
    let since = item.card.step_since;
    let open = match here.approval {
        None => fresh,
        Some(_) => {
            repo::decision::hold(&mut tx, cx.organisation_id(), item_id, version).await?
                && repo::decision::list(&mut tx, cx.organisation_id(), item_id, since)
                    .await?
                    .iter()
                    .all(|one| one.decided_at < since)
        }
    };
    let is_there = workflow.step(from).is_some();
    if actor_id != Some(cx.member_id()) || !open || !is_there {
        return Err(Error::Conflict(format!(
            "The move of {key} can no longer be taken back. Move it by hand."
        )));
    }
    let back = Move { undo: true, ..Move::new((here.id, &here.name), (from, &from_name)) };
    approval::let_go(&mut tx, &item).await?;
    let (item, _) = put(&mut tx, &cx, &workflow, item, returns_to, back).await?;
    sla::reopen(&mut tx, &cx, &workflow, &item, created_at).await?;
    let carry = Some(Carry::AllBut(cx.member_id()));
    let (item, _) = engine::arrive(&mut tx, &cx, &workflow, item, carry).await?;
    // Who was told of the move has nothing to look at.
    tx.take_back(entry).await?;
    tx.commit().await?;
    Ok(item.card)
}

/// Moves an item, from where it may return straight away to the step that sent it back, and writes down how it got there;
/// gives the entry of that too.
pub(in crate::acts) async fn put(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    item: Item,
    returns_to: Option<StepId>,
    along: Move,
) -> Result<(Item, Uuid)> {
    let before = item.card;
    let card =
        Card { step_id: along.to, step_since: cx.now(), version: before.version + 1, ..before.clone() };
    if !repo::item::set_step(&mut *tx, cx, before.version, &card, returns_to).await? {
        return Err(Error::Conflict("Somebody moved it at the same moment.".into()));
    }
    repo::workflow::count_step(&mut *tx, cx.organisation_id(), before.step_id, -1).await?;
    if let Some(from) = workflow.step(before.step_id) {
        sla::leave(&mut *tx, cx, from, card.id).await?;
    }
    let to = workflow.step(card.step_id).or_not_found()?;
    if !repo::workflow::enter_step(&mut *tx, cx.organisation_id(), to).await? {
        return Err(Error::Conflict("The workflow was published at the same moment. Try again.".into()));
    }
    let act = Act::Moved(along);
    let entry = repo::activity::insert(&mut *tx, cx, card.id, &act).await?;
    tx.record(item_event("item.moved", workflow.head.id, card.id, repo::activity::data(&act))).await?;
    let item = Item { card, returns_to, wakes_at: None, ..item };
    // What is taken back did not happen, and sets off nothing.
    if !matches!(act, Act::Moved(Move { undo: true, .. })) {
        let happened = [Happening::Left(before.step_id), Happening::Entered(item.card.step_id)];
        automation::note(tx, cx, workflow, &item, &happened).await?;
    }
    Ok((item, entry))
}

//! Moving items along.

use chrono::Duration;
use kernel::{Cx, Error, ItemId, NoticeKind, OrNotFound, Permission, Result, StepId, Tx};
use uuid::Uuid;

use super::{Source, concerned, counted, counting, item_event, load, tell, words};
use crate::{
    acts::{approval, automation, booking, engine, gate, sla},
    automatic::Automatic,
    automation::Happening,
    model::{Act, Activity, Card, Field, Item, Move, Step, StepKind, Workflow, parse_item_key},
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
    let to = workflow.beside(item.card.step_id, to).or_not_found()?.id;
    if item.card.version != version {
        return Err(words::changed_meanwhile(&mut tx, &cx, &workflow, &item).await?);
    }
    let card = go(&mut tx, &cx, &workflow, item, to).await?.card;
    tx.commit().await?;
    Ok(card)
}

/// Moves the item called `key` to the step that `choose` names, which refuses what its caller did not mean: all in one unit of work.
/// Gives it with its workflow, and with what its form works out.
pub async fn move_called<E: From<Error>>(
    cx: &Cx,
    key: &str,
    choose: impl FnOnce(&Workflow, &Card) -> std::result::Result<StepId, E>,
) -> std::result::Result<(Workflow, Item), E> {
    let cx = cx.clone().require(Permission::ItemView)?.require(Permission::ItemMove)?;
    let mut tx = cx.begin().await?;
    let (workflow, item) = load_called(&mut tx, &cx, key).await?;
    let to = choose(&workflow, &item.card)?;
    let to = workflow.beside(item.card.step_id, to).or_not_found()?.id;
    let (item, fields) = go_by(&mut tx, &cx, &workflow, item, to).await?;
    let item = counting(&mut tx, &cx, &fields, item).await?;
    tx.commit().await?;
    Ok((workflow, item))
}

/// The item called `key` with its workflow.
async fn load_called(tx: &mut Tx, cx: &Cx, key: &str) -> Result<(Workflow, Item)> {
    let (workflow_key, number) = parse_item_key(key).or_not_found()?;
    let organisation_id = cx.organisation_id();
    let workflow =
        repo::workflow::find_by_key(&mut *tx, organisation_id, workflow_key).await?.or_not_found()?;
    let item = repo::item::find_by_number(tx, organisation_id, workflow.head.id, number).await?;
    Ok((workflow, item.or_not_found()?))
}

/// Lets an item go to a step, if it may.
pub(in crate::acts) async fn go(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    item: Item,
    to: StepId,
) -> Result<Item> {
    Ok(go_by(tx, cx, workflow, item, to).await?.0)
}

/// The same, with the fields that it has.
async fn go_by(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    item: Item,
    to: StepId,
) -> Result<(Item, Vec<Field>)> {
    let key = workflow.head.item_key(item.card.number);
    let from = workflow.step(item.card.step_id).or_not_found()?;
    let to = workflow.step(to).or_not_found()?;
    let fields =
        repo::workflow::fields_at(&mut *tx, cx.organisation_id(), workflow, item.card.step_id).await?;
    let passage = may_move(Some(&mut *tx), cx, workflow, &fields, &item, to.id)
        .await?
        .map_err(|refusal| Error::Conflict(refusal.sentence(&key, &from.name)))?;
    Ok((carry_out(tx, cx, workflow, item, to, passage).await?, fields))
}

/// How an item may go to a step.
#[derive(Debug, Clone, Default)]
pub(in crate::acts) struct Passage {
    /// Whether it is a way back.
    rework: bool,
    /// What the condition of the way read.
    because: String,
    /// Whether nobody moves it: it goes since something else happened.
    by_itself: bool,
}

impl Passage {
    /// That of an item that nobody moves, with what let it go.
    pub(in crate::acts) fn by_itself(because: String) -> Self {
        Passage { rework: false, because, by_itself: true }
    }
}

/// Whether an item may go to a step, and how, or why it may not. Read in a unit of work, if there is one.
pub(in crate::acts) async fn may_move(
    mut tx: Option<&mut Tx>,
    cx: &Cx,
    workflow: &Workflow,
    fields: &[Field],
    item: &Item,
    to: StepId,
) -> Result<Result<Passage, rules::Refusal>> {
    let from = item.card.step_id;
    let here = workflow.step(from).or_not_found()?;
    let data = counted(approval::place(&mut tx, cx), cx, fields, &item.data).await?;
    let item = &Item { data, ..item.clone() };
    let role = cx.actor_id().map(|_| cx.membership().role);
    if rules::returning(workflow, item) == Some(to) {
        if let Err(refusal) = rules::may_leave(from, role, fields, &item.data) {
            return Ok(Err(refusal));
        }
        let unbooked = booking::refusal(tx, cx, here, item.card.id).await?;
        return Ok(unbooked.map_or_else(|| Ok(Passage::default()), Err));
    }
    let decided = approval::outcome(tx.as_deref_mut(), cx, workflow, item).await?;
    let way = match rules::way(workflow, from, to, decided) {
        Ok(way) => way,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if let Err(refusal) = rules::may_take(way, role, fields, &item.data) {
        return Ok(Err(refusal));
    }
    if !way.rework
        && let Some(refusal) = booking::refusal(tx.as_deref_mut(), cx, here, item.card.id).await?
    {
        return Ok(Err(refusal));
    }
    let builtins = gate::builtins(approval::place(&mut tx, cx), cx, workflow, item).await?;
    let passed = gate::may_pass(way, fields, item, &builtins);
    Ok(passed.map(|because| Passage { rework: way.rework, because, by_itself: false }))
}

/// Lets an item go to a step as it may, as far as it goes by itself, and tells who has to do with it.
pub(in crate::acts) async fn carry_out(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    item: Item,
    to: &Step,
    passage: Passage,
) -> Result<Item> {
    let from = workflow.step(item.card.step_id).or_not_found()?;
    let Passage { rework, because, by_itself } = passage;
    let along = Move {
        rework,
        by_itself: by_itself || cx.actor_id().is_none(),
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
    if matches!(to.automatic, Some(Automatic::Join(_))) {
        // It is gone into what it is a part of.
        return Ok(item);
    }
    let verb = if to.kind == StepKind::Done { "Finished" } else { "Moved" };
    let text = format!("{verb}: {} → {}", from.name, to.name);
    let moved = Source { kind: NoticeKind::Changed, source_id: entry, text: &text };
    tell(tx, cx, &workflow.head, &item.card, moved, concerned).await?;
    Ok(item)
}

/// Takes back one's own last move of an item: for a short while after it, and for as long as nobody has decided anything
/// where somebody has to.
pub async fn undo_move(cx: &Cx, item_id: ItemId, version: i64) -> Result<Card> {
    let cx = cx.clone().require(Permission::ItemMove)?;
    let mut tx = cx.begin().await?;
    let (workflow, item) = load(&mut tx, &cx, item_id).await?;
    if item.card.version != version {
        return Err(words::changed_meanwhile(&mut tx, &cx, &workflow, &item).await?);
    }
    let item = take_back(&mut tx, &cx, &workflow, item, Duration::seconds(UNDO_SECS))
        .await?
        .map_err(Error::Conflict)?;
    tx.commit().await?;
    Ok(item.card)
}

/// Takes back one's own last move of an item, if it is not older than `within` or waits to be decided, or says why it stays.
pub(in crate::acts) async fn take_back(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    item: Item,
    within: Duration,
) -> Result<Result<Item, String>> {
    let (item_id, version) = (item.card.id, item.card.version);
    let key = workflow.head.item_key(item.card.number);
    let here = workflow.step(item.card.step_id).or_not_found()?;
    // What it went on by itself since then goes with it.
    let moves = repo::activity::moves(&mut *tx, cx.organisation_id(), &[item_id]).await?;
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
        return Ok(Err(format!("{key} has no move to take back.")));
    };
    let fresh = cx.now() - created_at <= within;
    let since = item.card.step_since;
    let open = match here.approval {
        None => fresh,
        Some(_) => {
            repo::decision::hold(&mut *tx, cx.organisation_id(), item_id, version).await?
                && repo::decision::list(&mut *tx, cx.organisation_id(), item_id, since)
                    .await?
                    .iter()
                    .all(|one| one.decided_at < since)
        }
    };
    let from = workflow.beside(here.id, from).filter(|_| actor_id == Some(cx.member_id()) && open);
    let Some(from) = from.map(|step| step.id) else {
        return Ok(Err(format!("The move of {key} can no longer be taken back. Move it by hand.")));
    };
    let returns_to = returns_to.and_then(|id| workflow.beside(here.id, id)).map(|step| step.id);
    automation::call_off(tx, cx, workflow, item_id, created_at).await?;
    let back = Move { undo: true, ..Move::new((here.id, &here.name), (from, &from_name)) };
    approval::let_go(tx, &item).await?;
    let (item, _) = put(tx, cx, workflow, item, returns_to, back).await?;
    sla::reopen(tx, cx, workflow, &item, created_at).await?;
    let carry = Some(Carry::AllBut(cx.member_id()));
    let (item, _) = engine::arrive(tx, cx, workflow, item, carry).await?;
    // Who was told of the move has nothing to look at.
    tx.take_back(entry).await?;
    Ok(Ok(item))
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
    repo::workflow::count_out(tx, before.step_id);
    if let Some(from) = workflow.step(before.step_id) {
        sla::leave(&mut *tx, cx, from, card.id).await?;
        engine::part::left(&mut *tx, cx, from, card.id).await?;
        booking::let_go(tx, cx, from, card.id).await?;
    }
    let to = workflow.step(card.step_id).or_not_found()?;
    if along.undo {
        booking::want_again(tx, cx, to, card.id).await?;
    } else {
        booking::want(tx, cx, to, card.id).await?;
    }
    repo::workflow::count_in(tx, to);
    // The history goes on when the item goes to another version.
    let along = Move {
        from: workflow.root(along.from),
        to: workflow.root(along.to),
        returns_to: along.returns_to.map(|id| workflow.root(id)),
        ..along
    };
    let act = Act::Moved(along);
    let entry = repo::activity::insert(&mut *tx, cx, card.id, &act).await?;
    tx.record(item_event("item.moved", workflow.head.id, card.id, repo::activity::data(&act))).await?;
    let item = Item { card, returns_to, wakes_at: None, updated_at: cx.now(), ..item };
    // What is taken back did not happen, and sets off nothing.
    if !matches!(act, Act::Moved(Move { undo: true, .. })) {
        let (from, to) = (workflow.root(before.step_id), workflow.root(item.card.step_id));
        let happened = [Happening::Left(from), Happening::Entered(to)];
        automation::note(tx, cx, workflow, &item, &happened).await?;
    }
    Ok((item, entry))
}

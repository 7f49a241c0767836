//! Deciding whether items go on.

mod delegate;
mod state;

pub use delegate::{delegate, take_back};
pub use state::{find, of_item, waiting};
pub(super) use state::{outcome, place};

use chrono::Duration;
use kernel::{
    Cx, Error, ItemId, MemberId, NoticeKind, OrNotFound, Permission, Reason, Result, StepId, Tx, WorkflowId,
};
use serde_json::json;
use uuid::Uuid;

use self::state::{barred, state};
use super::{
    Source, engine, gate,
    item::{concerned, load, put, words},
    item_event, tell,
};
use crate::{
    approval::{REASON_MAX, Standing, Verdict},
    model::{Act, Activity, Card, Item, ItemApproval, Move, Step, Transition, Workflow},
    repo::{self, decision::Carry},
};

/// So long nobody is reminded again.
const REMIND_AGAIN: Duration = Duration::hours(1);
/// As many items of a step are looked at when its rule changes.
const ITEMS_MAX: usize = 1_000;

/// What somebody decides of an item.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The version of the item that they saw.
    pub version: i64,
    /// What.
    pub verdict: Verdict,
    /// Why; who refuses has to say it.
    pub reason: String,
    /// Where it goes when it is refused; not needed where only one way leads there.
    pub to: Option<StepId>,
}

/// Decides of an item. As soon as the outcome is fixed, it goes on or back. Done again with the same `key`, it counts once.
pub async fn decide(cx: &Cx, item_id: ItemId, answer: Answer, key: Option<Uuid>) -> Result<Card> {
    let cx = cx.clone().require(Permission::ItemView)?;
    let reason = read_reason(&answer)?;
    let mut tx = cx.begin().await?;
    let done = tx.once(key, item_id.uuid()).await?;
    let held = repo::decision::hold(&mut tx, cx.organisation_id(), item_id, answer.version).await?;
    let (workflow, item) = load(&mut tx, &cx, item_id).await?;
    if done.is_some() {
        return Ok(item.card);
    }
    if !held {
        return Err(words::changed_meanwhile(&mut tx, &cx, &workflow, &item).await?);
    }
    let step = workflow.step(item.card.step_id).or_not_found()?;
    let before = state(&cx, Some(&mut tx), &workflow, &item).await?.ok_or_else(|| {
        Error::Conflict(format!("{} has nothing to be approved.", workflow.head.item_key(item.card.number)))
    })?;
    may_decide(&before, &cx)?;
    let whose = before.for_whom.unwrap_or(cx.member_id());
    repo::decision::insert(&mut tx, &cx, &item.card, whose, answer.verdict, &reason).await?;
    let act = Act::Decided {
        step: step.name.clone(),
        verdict: Some(answer.verdict),
        reason: reason.clone(),
        instead_of: match before.for_whom {
            Some(id) => words::name_of(&mut tx, &cx, id).await?,
            None => String::new(),
        },
    };
    repo::activity::insert(&mut tx, &cx, item_id, &act).await?;
    let data = json!({ "step": step.name, "verdict": answer.verdict, "reason": reason });
    tx.record(item_event("item.decided", workflow.head.id, item_id, data)).await?;
    let after = state(&cx, Some(&mut tx), &workflow, &item).await?.or_not_found()?;
    let card = match after.standing.outcome {
        None => {
            let before = asked(&mut tx, &cx, &before).await?;
            let mut newly = asked(&mut tx, &cx, &after).await?;
            newly.retain(|id| !before.contains(id));
            ask(&mut tx, &cx, &workflow, &item.card, step, newly).await?;
            item.card
        }
        Some(outcome) => {
            let (way, because) = way_on(&mut tx, &cx, &workflow, &item, outcome, answer.to).await?;
            go_on(&mut tx, &cx, &workflow, item, Taken { way, because, outcome, reason: &reason }).await?
        }
    };
    tx.commit().await?;
    Ok(card)
}

fn read_reason(answer: &Answer) -> Result<String> {
    let reason = answer.reason.trim();
    if answer.verdict == Verdict::Refused && reason.is_empty() {
        return Err(Error::invalid("reason", "Say why, for whoever works on it next."));
    }
    if REASON_MAX < reason.chars().count() {
        return Err(Error::invalid("reason", format!("A reason may have {REASON_MAX} characters.")));
    }
    Ok(reason.to_owned())
}

fn may_decide(approval: &ItemApproval, cx: &Cx) -> Result<()> {
    let me = cx.member_id();
    if approval.mine {
        return Ok(());
    }
    Err(if approval.decisions.iter().any(|one| one.member_id == me) {
        Error::Conflict("You have decided already. Take that back first.".into())
    } else if approval.handed.contains(&me) {
        Error::Conflict("You handed it on. Take that back first.".into())
    } else if approval.kept_out.contains(&me) {
        Error::Forbidden(
            "Two pairs of eyes are asked for: whoever added it or brought it here does not decide.".into(),
        )
    } else if approval.approvers.contains(&me) {
        Error::Conflict("It is not your turn yet: others decide before you.".into())
    } else {
        Error::Forbidden("Others decide here.".into())
    })
}

/// The way that an item takes once it is decided: the first one that is open for what is approved, or the chosen one for
/// what is refused.
async fn way_on<'a>(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &'a Workflow,
    item: &Item,
    outcome: Verdict,
    to: Option<StepId>,
) -> Result<(&'a Transition, String)> {
    if outcome == Verdict::Approved {
        return gate::way_on(tx, cx, workflow, item, Some(cx.membership().role))
            .await?
            .map_err(Error::Conflict);
    }
    let from = item.card.step_id;
    let all: Vec<&Transition> = workflow.ways_out(from).filter(|way| way.is_for_refused()).collect();
    let chosen = to.and_then(|to| all.iter().find(|way| way.to_step_id == to));
    match (chosen, to, all.as_slice()) {
        (Some(way), ..) | (None, None, [way]) => Ok((way, String::new())),
        (.., []) => Err(Error::Conflict(
            "No way leads out of here for what is refused. The workflow has to be changed first.".into(),
        )),
        _ => {
            let names =
                all.iter().filter_map(|way| workflow.step(way.to_step_id)).map(|step| step.name.as_str());
            let names: Vec<&str> = names.collect();
            Err(Error::invalid("to", format!("Say where it goes: {}.", names.join(", "))))
        }
    }
}

/// The way that a decided item takes.
struct Taken<'a> {
    way: &'a Transition,
    /// What its condition read.
    because: String,
    outcome: Verdict,
    reason: &'a str,
}

/// Lets a decided item take its way, and tells who has to do with it.
async fn go_on(tx: &mut Tx, cx: &Cx, workflow: &Workflow, item: Item, taken: Taken<'_>) -> Result<Card> {
    let Taken { way, because, outcome, reason } = taken;
    let (from, to) =
        (workflow.step(way.from_step_id).or_not_found()?, workflow.step(way.to_step_id).or_not_found()?);
    let_go(tx, &item).await?;
    let along = Move {
        rework: way.rework,
        because,
        returns_to: item.returns_to,
        ..Move::new((from.id, &from.name), (to.id, &to.name))
    };
    let returns_to = (outcome == Verdict::Refused && way.rework).then_some(from.id);
    let mut concerned = concerned(tx, cx, &item).await?;
    let carry = (item.returns_to == Some(to.id)).then_some(Carry::Approvals);
    let (item, entry) = put(tx, cx, workflow, item, returns_to, along).await?;
    // One approval may follow another.
    let (item, asked) = engine::arrive(tx, cx, workflow, item, carry).await?;
    concerned.retain(|(member, _)| !asked.contains(member));
    let card = item.card;
    let to = workflow.step(card.step_id).or_not_found()?;
    let text = match outcome {
        Verdict::Approved => format!("Approved: {} \u{2192} {}", from.name, to.name),
        Verdict::Refused => format!("Refused: {} \u{2192} {}. {reason}", from.name, to.name),
    };
    let source = Source { kind: NoticeKind::Changed, source_id: entry, text: &text };
    tell(tx, cx, &workflow.head, &card, source, concerned).await?;
    Ok(card)
}

/// Takes back what the member decided, while the outcome is open.
pub async fn withdraw(cx: &Cx, item_id: ItemId) -> Result<()> {
    let cx = cx.clone().require(Permission::ItemView)?;
    let mut tx = cx.begin().await?;
    let (workflow, item) = load(&mut tx, &cx, item_id).await?;
    let step = workflow.step(item.card.step_id).or_not_found()?;
    let held = repo::decision::hold(&mut tx, cx.organisation_id(), item_id, item.card.version).await?;
    let open =
        state(&cx, Some(&mut tx), &workflow, &item).await?.is_some_and(|it| it.standing.outcome.is_none());
    if !held || !open || !repo::decision::delete(&mut tx, &cx, &item.card).await? {
        return Err(Error::Conflict("There is nothing of yours to take back any more.".into()));
    }
    let act = Act::Decided {
        step: step.name.clone(),
        verdict: None,
        reason: String::new(),
        instead_of: String::new(),
    };
    repo::activity::insert(&mut tx, &cx, item_id, &act).await?;
    tx.record(item_event("item.decision_withdrawn", workflow.head.id, item_id, json!({ "step": step.name })))
        .await?;
    // Who came after them is not asked any more.
    let_go(&mut tx, &item).await?;
    arrive(&mut tx, &cx, &workflow, &item, None).await?;
    tx.commit().await
}

/// Reminds those who have to decide now, at most once an hour.
pub async fn remind(cx: &Cx, item_id: ItemId) -> Result<()> {
    let cx = cx.clone().require(Permission::ItemMove)?;
    let mut tx = cx.begin().await?;
    let (workflow, item) = load(&mut tx, &cx, item_id).await?;
    let step = workflow.step(item.card.step_id).or_not_found()?;
    let key = workflow.head.item_key(item.card.number);
    let waiting = match state(&cx, Some(&mut tx), &workflow, &item).await? {
        Some(approval) => asked(&mut tx, &cx, &approval).await?,
        None => Vec::new(),
    };
    if waiting.iter().all(|id| *id == cx.member_id()) {
        return Err(Error::Conflict(format!("{key} waits for nobody else's decision.")));
    }
    let last = repo::activity::last_reminder(&mut tx, cx.organisation_id(), item_id).await?;
    if last.is_some_and(|at| item.card.step_since <= at && cx.now() - at < REMIND_AGAIN) {
        return Err(Error::Conflict("They were reminded less than an hour ago.".into()));
    }
    repo::activity::insert(&mut tx, &cx, item_id, &Act::Reminded { step: step.name.clone() }).await?;
    tx.record(item_event("item.reminded", workflow.head.id, item_id, json!({ "step": step.name }))).await?;
    ask(&mut tx, &cx, &workflow, &item.card, step, waiting).await?;
    tx.commit().await
}

/// What happens when an item comes to a step in which somebody decides: what counts of an earlier stay is carried over, and
/// those who have to decide now are told. Gives them.
pub(super) async fn arrive(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    item: &Item,
    carry: Option<Carry>,
) -> Result<Vec<MemberId>> {
    let Some(step) = workflow.step(item.card.step_id) else { return Ok(Vec::new()) };
    let Some(rule) = &step.approval else { return Ok(Vec::new()) };
    if let Some(carry) = carry {
        let moves = repo::activity::moves(&mut *tx, cx.organisation_id(), &[item.card.id]).await?;
        let moves: Vec<Activity> = moves.into_iter().map(|(_, entry)| entry).collect();
        let barred = barred(rule, item.created_by, &moves, step.root());
        repo::decision::carry(tx, cx, &item.card, carry, &barred).await?;
    }
    let Some(approval) = state(cx, Some(&mut *tx), workflow, item).await? else { return Ok(Vec::new()) };
    let waiting = asked(tx, cx, &approval).await?;
    ask(tx, cx, workflow, &item.card, step, waiting.clone()).await?;
    Ok(waiting)
}

/// Lets nothing count any more that was approved of an item before it was changed, and asks anew.
pub(super) async fn ask_anew(tx: &mut Tx, cx: &Cx, workflow: &Workflow, item: &Item) -> Result<()> {
    if repo::decision::void(&mut *tx, cx.organisation_id(), &item.card).await? {
        let_go(tx, item).await?;
        arrive(tx, cx, workflow, item, None).await?;
    }
    Ok(())
}

/// Tells nobody any more that an item waits for them.
pub(super) async fn let_go(tx: &mut Tx, item: &Item) -> Result<()> {
    let_go_of(tx, item.card.id, item.card.step_id).await
}

/// The same for an item in a step.
pub(super) async fn let_go_of(tx: &mut Tx, item: ItemId, step: StepId) -> Result<()> {
    tx.take_back(source(item, step)).await
}

/// What the notices come from that ask for decisions of an item in a step: they go together.
fn source(item: ItemId, step: StepId) -> Uuid {
    Uuid::from_u128(item.uuid().as_u128() ^ step.uuid().as_u128())
}

/// Who has to decide now; where too few can, those who help out.
async fn asked(tx: &mut Tx, cx: &Cx, approval: &ItemApproval) -> Result<Vec<MemberId>> {
    let Standing { waiting, short, .. } = &approval.standing;
    let deputy =
        |id: &MemberId| approval.stand_ins.iter().find(|(of, _)| of == id).map_or(*id, |(_, it)| *it);
    let mut all: Vec<MemberId> = waiting.iter().map(deputy).collect();
    if *short {
        let helpers = repo::decision::helpers(tx, cx.organisation_id()).await?;
        let has_decided = |id: &MemberId| approval.decisions.iter().any(|one| one.member_id == *id);
        let is_free =
            |id: &MemberId| !approval.kept_out.contains(id) && !has_decided(id) && !waiting.contains(id);
        all.extend(helpers.into_iter().filter(is_free));
    }
    Ok(all)
}

/// Who has to decide of an item now.
pub(super) async fn who_decides(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    item: &Item,
) -> Result<Vec<MemberId>> {
    match state(cx, Some(&mut *tx), workflow, item).await? {
        Some(approval) => asked(tx, cx, &approval).await,
        None => Ok(Vec::new()),
    }
}

/// Tells members that an item waits for them.
async fn ask(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    card: &Card,
    step: &Step,
    members: Vec<MemberId>,
) -> Result<()> {
    let text = format!("{} waits for your decision", step.name);
    let source = Source { kind: NoticeKind::Approval, source_id: source(card.id, step.id), text: &text };
    let to = members.into_iter().map(|id| (id, Reason::Approver)).collect();
    tell(tx, cx, &workflow.head, card, source, to).await
}

/// Asks anew where a published design decides otherwise than what ran before: whoever is not asked any more has nothing to
/// look at. Items that came from a step that is gone are asked about where they are now.
pub(super) async fn published(tx: &mut Tx, cx: &Cx, before: &Workflow, id: WorkflowId) -> Result<()> {
    let Some(now) = repo::workflow::find(&mut *tx, cx.organisation_id(), id).await? else { return Ok(()) };
    let dissolved = before.steps.iter().any(|old| now.step(old.id).is_none() && 0 < old.item_count);
    for step in &now.steps {
        let old = before.step(step.id).and_then(|old| old.approval.as_ref());
        let receives = dissolved && step.approval.is_some();
        if old == step.approval.as_ref() && !receives {
            continue;
        }
        ask_all(tx, cx, &now, step).await?;
    }
    Ok(())
}

/// Asks anew who decides of the items of a step, where that may be others now, or nobody.
pub(super) async fn ask_all(tx: &mut Tx, cx: &Cx, workflow: &Workflow, step: &Step) -> Result<()> {
    for item in repo::item::in_step(&mut *tx, cx.organisation_id(), step.id, ITEMS_MAX).await? {
        let_go(tx, &item).await?;
        arrive(tx, cx, workflow, &item, None).await?;
    }
    Ok(())
}

/// Lets what asks for decisions of the items that were in a step, and are in `to` now, go on asking.
pub(super) async fn change_step(tx: &mut Tx, cx: &Cx, from: &Step, to: StepId) -> Result<()> {
    if from.approval.is_none() {
        return Ok(());
    }
    for id in repo::item::ids_in_step(&mut *tx, cx.organisation_id(), to, None, ITEMS_MAX).await? {
        tx.hand_over(source(id, from.id), source(id, to)).await?;
    }
    Ok(())
}

/// The same for the items of a step that goes: nobody has to decide of them there any more.
pub(super) async fn dissolved(tx: &mut Tx, cx: &Cx, step: &Step) -> Result<()> {
    if step.approval.is_none() {
        return Ok(());
    }
    for item in repo::item::in_step(&mut *tx, cx.organisation_id(), step.id, ITEMS_MAX).await? {
        let_go(tx, &item).await?;
    }
    Ok(())
}

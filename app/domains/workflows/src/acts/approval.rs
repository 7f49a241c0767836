//! Deciding whether items go on.

use std::collections::{BTreeMap, btree_map::Entry};

use chrono::{DateTime, Duration, Utc};
use db::On;
use kernel::{
    Cx, Error, ItemId, MemberId, NoticeKind, OrNotFound, Permission, Reason, Result, StepId, TeamId, Tx,
};
use serde_json::json;
use uuid::Uuid;

use super::{
    Source, gate, item,
    item::{concerned, load, put, words},
    item_event, tell,
};
use crate::{
    approval::{Approval, Decision, REASON_MAX, Verdict, standing},
    model::{Act, Activity, Card, Item, ItemApproval, MY_ITEMS, MyItem, Step, Transition, Workflow},
    repo::{
        self,
        decision::{Asked, Carry},
    },
    rules,
};

/// So long nobody is reminded again.
const REMIND_AGAIN: Duration = Duration::hours(1);

/// What somebody decides of an item.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Since when the item is in the step, as they saw it: each stay is decided anew.
    pub since: DateTime<Utc>,
    /// What.
    pub verdict: Verdict,
    /// Why; who refuses has to say it.
    pub reason: String,
    /// Where it goes when it is refused; not needed where only one way leads there.
    pub to: Option<StepId>,
}

/// What is decided of an item where it is, if somebody has to.
pub async fn of_item(cx: &Cx, workflow: &Workflow, item: &Item) -> Result<Option<ItemApproval>> {
    state(cx, None, workflow, item).await
}

/// The same for the item called `key`.
pub async fn find(cx: &Cx, key: &str) -> Result<ItemApproval> {
    let (workflow, item) = item::find(cx, key).await?;
    of_item(cx, &workflow, &item).await?.or_not_found()
}

/// Where it is read: in a transaction, if there is one.
fn place<'a>(tx: &'a mut Option<&mut Tx>, cx: &'a Cx) -> On<'a> {
    match tx {
        Some(tx) => On::from(&mut **tx),
        None => On::from(cx.db()),
    }
}

async fn state(
    cx: &Cx,
    mut tx: Option<&mut Tx>,
    workflow: &Workflow,
    item: &Item,
) -> Result<Option<ItemApproval>> {
    let Some(step) = workflow.step(item.card.step_id) else { return Ok(None) };
    let Some(rule) = step.approval.clone() else { return Ok(None) };
    let (organisation_id, card) = (cx.organisation_id(), &item.card);
    let last = repo::activity::last_move(place(&mut tx, cx), organisation_id, card.id).await?;
    let brought = brought_by(last.as_ref(), card);
    let people = deciders(place(&mut tx, cx), cx, &rule, step.team_id).await?;
    let decisions =
        repo::decision::list(place(&mut tx, cx), organisation_id, card.id, card.step_since).await?;
    let barred: Vec<MemberId> =
        if rule.four_eyes { item.created_by.into_iter().chain(brought).collect() } else { Vec::new() };
    let approvers = rule.deciding(&people, &barred);
    let standing = standing(rule.need, &approvers, &decisions);
    let me = cx.member_id();
    let helps = standing.short
        && cx.may(Permission::WorkflowPublish)
        && !barred.contains(&me)
        && decisions.iter().all(|one| one.member_id != me);
    let may = cx.may(Permission::ItemMove);
    let came_from_a_step = last.as_ref().is_some_and(|entry| match &entry.act {
        Act::Moved { from, to, undo: false, .. } => *to == step.id && workflow.step(*from).is_some(),
        _ => false,
    });
    Ok(Some(ItemApproval {
        mine: may && (standing.waiting.contains(&me) || helps),
        recallable: may && brought == Some(me) && decisions.is_empty() && came_from_a_step,
        barred: people.into_iter().filter(|id| barred.contains(id)).collect(),
        approvers,
        decisions,
        standing,
        rule,
    }))
}

/// Who decides in a step, before anybody is left out.
async fn deciders(on: On<'_>, cx: &Cx, rule: &Approval, team_id: Option<TeamId>) -> Result<Vec<MemberId>> {
    Ok(if rule.approvers.is_empty() {
        repo::decision::of_team(on, cx.organisation_id(), team_id).await?
    } else {
        repo::decision::active(on, cx.organisation_id(), &rule.approvers).await?
    })
}

/// Who brought an item to the step where it is.
fn brought_by(last: Option<&Activity>, card: &Card) -> Option<MemberId> {
    let last = last?;
    match &last.act {
        Act::Moved { to, .. } if *to == card.step_id => last.actor_id,
        _ => None,
    }
}

/// Decides of an item. As soon as the outcome is fixed, it goes on or back. Done again with the same `key`, it counts once.
pub async fn decide(cx: &Cx, item_id: ItemId, answer: Answer, key: Option<Uuid>) -> Result<Card> {
    let cx = cx.clone().require(Permission::ItemMove)?;
    let reason = read_reason(&answer)?;
    let mut tx = cx.begin().await?;
    let done = tx.once(key, item_id.uuid()).await?;
    let held = repo::decision::hold(&mut tx, cx.organisation_id(), item_id, answer.since).await?;
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
    repo::decision::insert(&mut tx, &cx, &item.card, answer.verdict, &reason).await?;
    let act = Act::Decided { step: step.name.clone(), verdict: Some(answer.verdict), reason: reason.clone() };
    repo::activity::insert(&mut tx, &cx, item_id, &act).await?;
    let data = json!({ "step": step.name, "verdict": answer.verdict, "reason": reason });
    tx.record(item_event("item.decided", workflow.head.id, item_id, data)).await?;
    let after = state(&cx, Some(&mut tx), &workflow, &item).await?.or_not_found()?;
    let card = match after.standing.outcome {
        None => {
            let newly: Vec<MemberId> = (after.standing.waiting.iter().copied())
                .filter(|id| !before.standing.waiting.contains(id))
                .collect();
            ask(&mut tx, &cx, &workflow, &item.card, step, newly).await?;
            item.card
        }
        Some(outcome) => {
            let way = way_on(&mut tx, &cx, &workflow, &item, outcome, answer.to).await?;
            go_on(&mut tx, &cx, &workflow, item, way, outcome, &reason).await?
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
    } else if approval.barred.contains(&me) {
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
) -> Result<&'a Transition> {
    let from = item.card.step_id;
    if outcome == Verdict::Approved {
        let fields = repo::workflow::fields(&mut *tx, cx.organisation_id(), workflow.head.id).await?;
        let step = workflow.step(from).or_not_found()?;
        let key = workflow.head.item_key(item.card.number);
        rules::may_leave(from, &fields, &item.data)
            .map_err(|refusal| Error::Conflict(refusal.sentence(&key, &step.name)))?;
        let builtins = gate::builtins(&mut *tx, cx, workflow, item).await?;
        let mut why = Vec::new();
        for way in workflow.ways_on(from) {
            match gate::may_pass(way, &fields, item, &builtins) {
                Ok(()) => return Ok(way),
                Err(refusal) => why.push(refusal.sentence(&key, &step.name)),
            }
        }
        return Err(Error::Conflict(match why.as_slice() {
            [] => format!("No way leads on from {}. The workflow has to be changed first.", step.name),
            why => format!("No way on from {} is open to {key}. {}", step.name, why.join(" ")),
        }));
    }
    let all: Vec<&Transition> = workflow.ways_out(from).filter(|way| way.is_for_refused()).collect();
    match (to, all.as_slice()) {
        (None, [only]) => Ok(only),
        (Some(to), _) if all.iter().any(|way| way.to_step_id == to) => {
            all.into_iter().find(|way| way.to_step_id == to).or_not_found()
        }
        (_, []) => Err(Error::Conflict(
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

/// Lets a decided item take its way, and tells who has to do with it.
async fn go_on(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    item: Item,
    way: &Transition,
    outcome: Verdict,
    reason: &str,
) -> Result<Card> {
    let (from, to) =
        (workflow.step(way.from_step_id).or_not_found()?, workflow.step(way.to_step_id).or_not_found()?);
    if let Some(entry) = repo::activity::arrival(&mut *tx, cx.organisation_id(), item.card.id).await? {
        // Nobody has to decide any more.
        tx.take_back(entry).await?;
    }
    let act = Act::Moved {
        from: from.id,
        from_name: from.name.clone(),
        to: to.id,
        to_name: to.name.clone(),
        rework: way.rework,
        undo: false,
    };
    let returns_to = (outcome == Verdict::Refused && way.rework).then_some(from.id);
    let mut concerned = concerned(tx, cx, &item).await?;
    let (item, entry) = put(tx, cx, workflow, item, to.id, returns_to, act).await?;
    // One approval may follow another.
    let asked = arrive(tx, cx, workflow, &item, Carry::Approvals).await?;
    concerned.retain(|(member, _)| !asked.contains(member));
    let card = item.card;
    let text = match outcome {
        Verdict::Approved => format!("Approved: {} \u{2192} {}", from.name, to.name),
        Verdict::Refused => format!("Refused: {} \u{2192} {}. {reason}", from.name, to.name),
    };
    let source = Source { kind: NoticeKind::Changed, source_id: entry, text: &text };
    tell(tx, cx, workflow.head.id, &card, source, concerned).await?;
    Ok(card)
}

/// Takes back what the member decided, while the outcome is open.
pub async fn withdraw(cx: &Cx, item_id: ItemId) -> Result<()> {
    let cx = cx.clone().require(Permission::ItemMove)?;
    let mut tx = cx.begin().await?;
    let (workflow, item) = load(&mut tx, &cx, item_id).await?;
    let step = workflow.step(item.card.step_id).or_not_found()?;
    let held = repo::decision::hold(&mut tx, cx.organisation_id(), item_id, item.card.step_since).await?;
    if !held || !repo::decision::delete(&mut tx, &cx, &item.card).await? {
        return Err(Error::Conflict("There is nothing of yours to take back any more.".into()));
    }
    let act = Act::Decided { step: step.name.clone(), verdict: None, reason: String::new() };
    repo::activity::insert(&mut tx, &cx, item_id, &act).await?;
    tx.record(item_event("item.decision_withdrawn", workflow.head.id, item_id, json!({ "step": step.name })))
        .await?;
    tx.commit().await
}

/// Reminds those who have to decide now, at most once an hour.
pub async fn remind(cx: &Cx, item_id: ItemId) -> Result<()> {
    let cx = cx.clone().require(Permission::ItemMove)?;
    let mut tx = cx.begin().await?;
    let (workflow, item) = load(&mut tx, &cx, item_id).await?;
    let step = workflow.step(item.card.step_id).or_not_found()?;
    let key = workflow.head.item_key(item.card.number);
    let waiting = state(&cx, Some(&mut tx), &workflow, &item).await?.map(|it| it.standing.waiting);
    let waiting = waiting.filter(|waiting| !waiting.is_empty());
    let waiting = waiting.ok_or_else(|| Error::Conflict(format!("{key} waits for nobody's decision.")))?;
    let last = repo::activity::last_reminder(&mut tx, cx.organisation_id(), item_id).await?;
    if last.is_some_and(|at| item.card.step_since <= at && cx.now() - at < REMIND_AGAIN) {
        return Err(Error::Conflict("They were reminded less than an hour ago.".into()));
    }
    let entry =
        repo::activity::insert(&mut tx, &cx, item_id, &Act::Reminded { step: step.name.clone() }).await?;
    tx.record(item_event("item.reminded", workflow.head.id, item_id, json!({ "step": step.name }))).await?;
    let text = format!("{} waits for your decision", step.name);
    let source = Source { kind: NoticeKind::Approval, source_id: entry, text: &text };
    let to = waiting.into_iter().map(|id| (id, Reason::Approver)).collect();
    tell(&mut tx, &cx, workflow.head.id, &item.card, source, to).await?;
    tx.commit().await
}

/// What happens when an item comes to a step in which somebody decides: what counts of the stay before is carried over,
/// and those who have to decide now are told. Gives them.
pub(super) async fn arrive(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    item: &Item,
    carry: Carry,
) -> Result<Vec<MemberId>> {
    let Some(step) = workflow.step(item.card.step_id).filter(|step| step.approval.is_some()) else {
        return Ok(Vec::new());
    };
    repo::decision::carry(tx, cx, &item.card, carry).await?;
    let waiting = state(cx, Some(&mut *tx), workflow, item).await?.map(|it| it.standing.waiting);
    let waiting = waiting.unwrap_or_default();
    ask(tx, cx, workflow, &item.card, step, waiting.clone()).await?;
    Ok(waiting)
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
    let Some(source_id) = repo::activity::arrival(&mut *tx, cx.organisation_id(), card.id).await? else {
        return Ok(());
    };
    let text = format!("{} waits for your decision", step.name);
    let source = Source { kind: NoticeKind::Approval, source_id, text: &text };
    let to = members.into_iter().map(|id| (id, Reason::Approver)).collect();
    tell(tx, cx, workflow.head.id, card, source, to).await
}

/// The items that wait for the member's decision, the longest waiting first.
pub async fn waiting(cx: &Cx) -> Result<Vec<MyItem>> {
    let cx = cx.clone().require(Permission::ItemView)?;
    if !cx.may(Permission::ItemMove) {
        return Ok(Vec::new());
    }
    let (organisation_id, me) = (cx.organisation_id(), cx.member_id());
    let steps = repo::decision::steps_of(cx.db(), organisation_id, me).await?;
    if steps.is_empty() {
        return Ok(Vec::new());
    }
    let asked = repo::decision::undecided(cx.db(), organisation_id, me, &steps, MY_ITEMS).await?;
    let items: Vec<ItemId> = asked.iter().map(|one| one.item.card.id).collect();
    let decisions = repo::decision::of_items(cx.db(), organisation_id, &items).await?;
    let mut people: BTreeMap<StepId, Vec<MemberId>> = BTreeMap::new();
    let mut mine = Vec::new();
    for Asked { item, rule, team_id, barred } in asked {
        if let Entry::Vacant(unknown) = people.entry(item.card.step_id) {
            unknown.insert(deciders(cx.db().into(), &cx, &rule, team_id).await?);
        }
        let all = people.get(&item.card.step_id).map_or(&[][..], Vec::as_slice);
        let said = decisions.iter().filter(|(id, _)| *id == item.card.id).map(|(_, one)| one.clone());
        let said: Vec<Decision> = said.collect();
        // Others may come before them, or they may have brought it here themselves.
        if standing(rule.need, &rule.deciding(all, &barred), &said).waiting.contains(&me) {
            mine.push(item);
        }
    }
    Ok(mine)
}

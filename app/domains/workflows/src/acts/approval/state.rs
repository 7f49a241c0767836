//! How the approval of items stands: made out of the rule of the step, the people of now and what was decided.

use std::collections::{BTreeMap, btree_map::Entry};

use db::On;
use kernel::{Cx, ItemId, MemberId, OrNotFound, Permission, Result, StepId, TeamId, Tx};

use crate::{
    acts::item,
    approval::{Approval, Decision, StandIns, Verdict, acting, standing},
    model::{Act, Activity, Item, ItemApproval, MY_ITEMS, Move, MyItem, Workflow},
    repo::{self, decision::Asked},
};

/// As many items that wait for anybody are looked through for those that wait for one member.
const IN_STEPS: usize = 1_000;

/// What is decided of an item where it is, if somebody has to.
pub async fn of_item(cx: &Cx, workflow: &Workflow, item: &Item) -> Result<Option<ItemApproval>> {
    state(cx, None, workflow, item).await
}

/// The same for the item called `key`.
pub async fn find(cx: &Cx, key: &str) -> Result<ItemApproval> {
    let (workflow, item) = item::find(cx, key).await?;
    of_item(cx, &workflow, &item).await?.or_not_found()
}

/// What is fixed about an item where it is, if anything is.
pub(in crate::acts) async fn outcome(
    tx: Option<&mut Tx>,
    cx: &Cx,
    workflow: &Workflow,
    item: &Item,
) -> Result<Option<Verdict>> {
    Ok(state(cx, tx, workflow, item).await?.and_then(|approval| approval.standing.outcome))
}

/// Where it is read: in a transaction, if there is one.
pub(in crate::acts) fn place<'a>(tx: &'a mut Option<&mut Tx>, cx: &'a Cx) -> On<'a> {
    match tx {
        Some(tx) => On::from(&mut **tx),
        None => On::from(cx.db()),
    }
}

pub(super) async fn state(
    cx: &Cx,
    mut tx: Option<&mut Tx>,
    workflow: &Workflow,
    item: &Item,
) -> Result<Option<ItemApproval>> {
    let Some(step) = workflow.step(item.card.step_id) else { return Ok(None) };
    let Some(rule) = step.approval.clone() else { return Ok(None) };
    let (organisation_id, card, me) = (cx.organisation_id(), &item.card, cx.member_id());
    let moves = repo::activity::moves(place(&mut tx, cx), organisation_id, &[card.id]).await?;
    let moves: Vec<Activity> = moves.into_iter().map(|(_, entry)| entry).collect();
    let people = deciders(place(&mut tx, cx), cx, &rule, step.team_id).await?;
    let decisions =
        repo::decision::list(place(&mut tx, cx), organisation_id, card.id, card.step_since).await?;
    let mut stand_ins =
        repo::stand_in::on_day(place(&mut tx, cx), organisation_id, cx.today().date()).await?;
    let handed = repo::delegation::of_item(place(&mut tx, cx), organisation_id, card.id).await?;
    stand_ins.extend(&handed);
    let barred = barred(&rule, item.created_by, &moves, step.root());
    let approvers = rule.deciding(&people, &barred);
    let standing = standing(rule.need, &approvers, &decisions);
    let stand_ins = standing_in(&standing.waiting, &stand_ins, &barred);
    let handed = handed_on(&handed, &stand_ins);
    let whose = whose_word(&standing.waiting, &stand_ins, &handed, me);
    let helps = standing.short
        && cx.may(Permission::WorkflowPublish)
        && !barred.contains(&me)
        && decisions.iter().all(|one| one.member_id != me);
    let brought_by_me = moves.last().is_some_and(|last| match &last.act {
        Act::Moved(Move { from, to, undo: false, .. }) => {
            last.actor_id == Some(me) && *to == step.root() && workflow.beside(step.id, *from).is_some()
        }
        _ => false,
    });
    let is_untouched = decisions.iter().all(|one| one.decided_at < card.step_since);
    Ok(Some(ItemApproval {
        mine: whose.is_some() || helps,
        for_whom: whose.filter(|id| *id != me),
        whose,
        handed,
        stand_ins,
        recallable: cx.may(Permission::ItemMove) && brought_by_me && is_untouched,
        barred: people.into_iter().filter(|id| barred.contains(id)).collect(),
        kept_out: barred,
        approvers,
        decisions,
        standing,
        rule,
    }))
}

/// Who stands in for those who are asked and away; nobody who does not decide themselves.
pub(super) fn standing_in(
    waiting: &[MemberId],
    stand_ins: &StandIns,
    barred: &[MemberId],
) -> Vec<(MemberId, MemberId)> {
    let acts = |id: &MemberId| Some((*id, acting(*id, stand_ins))).filter(|(id, deputy)| id != deputy);
    waiting.iter().filter_map(acts).filter(|(_, deputy)| !barred.contains(deputy)).collect()
}

/// Those who are asked and have handed it on to somebody who decides now.
fn handed_on(handed: &StandIns, stand_ins: &[(MemberId, MemberId)]) -> Vec<MemberId> {
    stand_ins.iter().map(|(id, _)| *id).filter(|id| handed.contains_key(id)).collect()
}

/// Whose decision a member gives now: their own first, unless they handed it on, then that of somebody they stand in for.
fn whose_word(
    waiting: &[MemberId],
    stand_ins: &[(MemberId, MemberId)],
    handed: &[MemberId],
    me: MemberId,
) -> Option<MemberId> {
    let own = (waiting.contains(&me) && !handed.contains(&me)).then_some(me);
    own.or_else(|| stand_ins.iter().find(|(_, deputy)| *deputy == me).map(|(id, _)| *id))
}

/// Who does not decide where two pairs of eyes are asked for: who added the item, and who brought it to the step, as histories
/// call it, which taking back a decision is not.
pub(super) fn barred(
    rule: &Approval,
    created_by: Option<MemberId>,
    moves: &[Activity],
    step: StepId,
) -> Vec<MemberId> {
    if !rule.four_eyes {
        return Vec::new();
    }
    let brings =
        |entry: &&Activity| matches!(&entry.act, Act::Moved(Move { to, undo: false, .. }) if *to == step);
    let at = moves.iter().rposition(|entry| brings(&entry));
    let until = at.and_then(|at| moves.get(..=at)).unwrap_or_default();
    let brought = until.last().and_then(|entry| entry.actor_id);
    // Where it came by itself, whoever sent it on its way brought it, too.
    let by_hand = |entry: &&Activity| !matches!(&entry.act, Act::Moved(Move { by_itself: true, .. }));
    let sent = until.iter().rev().find(by_hand).and_then(|entry| entry.actor_id);
    created_by.into_iter().chain(brought).chain(sent).collect()
}

/// Who decides in a step, before anybody is left out.
async fn deciders(on: On<'_>, cx: &Cx, rule: &Approval, team_id: Option<TeamId>) -> Result<Vec<MemberId>> {
    Ok(if rule.approvers.is_empty() {
        repo::decision::of_team(on, cx.organisation_id(), team_id).await?
    } else {
        repo::decision::active(on, cx.organisation_id(), &rule.approvers).await?
    })
}

/// The items that wait for the member's decision, the longest waiting first; also those where too few can decide, for who
/// may help out.
pub async fn waiting(cx: &Cx) -> Result<Vec<MyItem>> {
    let cx = cx.clone().require(Permission::ItemView)?;
    let (organisation_id, me) = (cx.organisation_id(), cx.member_id());
    let may_help = cx.may(Permission::WorkflowPublish);
    let away = repo::stand_in::on_day(cx.db(), organisation_id, cx.today().date()).await?;
    let handed = repo::delegation::open(cx.db(), organisation_id).await?;
    let stands_in_for = away.keys().copied().filter(|id| acting(*id, &away) == me);
    let hand_on = handed.iter().map(|one| one.member_id);
    let represented: Vec<MemberId> = std::iter::once(me).chain(stands_in_for).chain(hand_on).collect();
    let steps = repo::decision::steps_of(cx.db(), organisation_id, &represented, may_help).await?;
    if steps.is_empty() {
        return Ok(Vec::new());
    }
    let asked = repo::decision::in_steps(cx.db(), organisation_id, &steps, IN_STEPS).await?;
    let items: Vec<ItemId> = asked.iter().map(|one| one.item.card.id).collect();
    let decisions = repo::decision::of_items(cx.db(), organisation_id, &items).await?;
    let moves = match asked.iter().any(|one| one.rule.four_eyes) {
        true => repo::activity::moves(cx.db(), organisation_id, &items).await?,
        false => Vec::new(),
    };
    let mut people: BTreeMap<StepId, Vec<MemberId>> = BTreeMap::new();
    let mut mine = Vec::new();
    for Asked { item, root, rule, team_id, created_by } in asked {
        let (id, step) = (item.card.id, item.card.step_id);
        if let Entry::Vacant(unknown) = people.entry(step) {
            unknown.insert(deciders(cx.db().into(), &cx, &rule, team_id).await?);
        }
        let all = people.get(&step).map_or(&[][..], Vec::as_slice);
        let of_it = decisions.iter().filter(|(of, _)| *of == id).map(|(_, one)| one.clone());
        let said: Vec<Decision> = of_it.collect();
        let of_it = moves.iter().filter(|(of, _)| *of == id).map(|(_, entry)| entry.clone());
        let barred = barred(&rule, created_by, &of_it.collect::<Vec<_>>(), root);
        let standing = standing(rule.need, &rule.deciding(all, &barred), &said);
        let has_helped = said.iter().any(|one| one.member_id == me);
        let helps = standing.short && may_help && !barred.contains(&me) && !has_helped;
        let mut instead = away.clone();
        let of_it = handed.iter().filter(|one| one.item_id == id);
        let handed: StandIns = of_it.map(|one| (one.member_id, one.deputy_id)).collect();
        instead.extend(&handed);
        let stand_ins = standing_in(&standing.waiting, &instead, &barred);
        let handed = handed_on(&handed, &stand_ins);
        if whose_word(&standing.waiting, &stand_ins, &handed, me).is_some() || helps {
            mine.push(item);
        }
    }
    mine.truncate(MY_ITEMS);
    Ok(mine)
}

//! Doing the same with many items: looking what would happen, doing it in one unit of work, and taking it back as one.
//!
//! Each item is judged as it would be alone. One that may not go stays and says why; the others go. Histories, notices and
//! webhooks are written item by item, as single acts write them; open pages are told once.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;
use kernel::{Cx, Error, ItemId, OrNotFound, Permission, Result, Topic, Tx, WorkflowId};
use uuid::Uuid;

use super::item::{self, Passage, carry_out, may_move, take_back};
use crate::{
    api::topic,
    bulk::{BULK_MAX, BulkAct, Done, Outlook, Stay, Undone, as_number},
    filter::{Filter, Sort},
    model::{Field, Item, Step, Workflow},
    repo::{self, bulk::Touched, list::Wanted},
};

/// How long it can be taken back.
const UNDO_FOR: Duration = Duration::hours(1);
/// How long it is kept, so that what is sent again by then is not done again.
const KEPT: Duration = Duration::days(7);

/// What pages hear once many items of a workflow changed.
const CHANGED: &str = "items.changed";

/// The items of a workflow that fit, in the order of the list, as many as can be changed at once.
pub async fn find(cx: &Cx, key: &str, filter: &Filter, sort: Sort) -> Result<Vec<ItemId>> {
    let cx = cx.clone().require(Permission::ItemView)?;
    let workflow = super::workflow::by_key(cx.db(), &cx, key).await?;
    let wanted = Wanted {
        workflows: std::slice::from_ref(&workflow),
        filter,
        updated_since: None,
        sort,
        after: None,
        limit: BULK_MAX,
    };
    let (cards, _) = repo::list::page(&cx, &wanted).await?;
    Ok(cards.into_iter().map(|card| card.id).collect())
}

/// The items of a workflow with these keys, each with its version, and the keys of which there is no item.
pub async fn find_by_keys(cx: &Cx, keys: &[String]) -> Result<(Workflow, Vec<(ItemId, i64)>, Vec<String>)> {
    let cx = cx.clone().require(Permission::ItemView)?;
    check_count(keys.len())?;
    let mut numbers: BTreeMap<i64, &String> = BTreeMap::new();
    let mut letters = None;
    for text in keys {
        let read = crate::model::parse_item_key(text);
        let (of, number) = read.ok_or_else(|| {
            Error::invalid("items", format!("{text:?} is no key of an item, such as UC-414."))
        })?;
        if *letters.get_or_insert(of) != of {
            return Err(Error::invalid("items", "Send items of one workflow at a time."));
        }
        numbers.insert(number, text);
    }
    let workflow = super::workflow::by_key(cx.db(), &cx, letters.unwrap_or_default()).await.map_err(
        |error| match error {
            Error::NotFound => Error::invalid("items", "There is no workflow with this key."),
            error => error,
        },
    )?;
    let wanted: Vec<i64> = numbers.keys().copied().collect();
    let found = repo::item::of_numbers(cx.db(), cx.organisation_id(), workflow.head.id, &wanted).await?;
    for (number, ..) in &found {
        numbers.remove(number);
    }
    let picks = found.into_iter().map(|(_, id, version)| (id, version)).collect();
    Ok((workflow, picks, numbers.into_values().cloned().collect()))
}

fn check_count(count: usize) -> Result<()> {
    match count {
        0 => Err(Error::invalid("items", "Choose at least one item.")),
        1..=BULK_MAX => Ok(()),
        _ => Err(Error::invalid("items", format!("At most {BULK_MAX} items are changed at once."))),
    }
}

/// What an act is about, read once for all of its items.
struct Case {
    workflow: Workflow,
    fields: Vec<Field>,
    act: BulkAct,
    /// The items that are there, in the order of their ids.
    items: Vec<Item>,
    /// What stays before anything is judged: items that are not there.
    stay: Vec<Stay>,
}

impl Case {
    /// Reads it, in a unit of work if there is one: then nobody changes the items until that is over.
    async fn read(
        mut tx: Option<&mut Tx>,
        cx: &Cx,
        workflow_id: WorkflowId,
        act: BulkAct,
        ids: &[ItemId],
    ) -> Result<Case> {
        let organisation_id = cx.organisation_id();
        let held = tx.is_some();
        let on = super::approval::place(&mut tx, cx);
        let items = repo::item::find_many(on, cx, workflow_id, ids, held).await?;
        // After the items are held, so that it is not published between the two.
        let on = super::approval::place(&mut tx, cx);
        let workflow = repo::workflow::find(on, organisation_id, workflow_id).await?.or_not_found()?;
        let on = super::approval::place(&mut tx, cx);
        let fields = repo::workflow::fields(on, organisation_id, workflow_id).await?;
        let there: BTreeSet<ItemId> = items.iter().map(|item| item.card.id).collect();
        let missing: Vec<ItemId> = ids.iter().copied().filter(|id| !there.contains(id)).collect();
        let mut case = Case { workflow, fields, act, items, stay: Vec::new() };
        if !missing.is_empty() {
            let on = super::approval::place(&mut tx, cx);
            let traces = repo::item::traces(on, organisation_id, workflow_id, &missing).await?;
            for id in missing {
                let key = traces.iter().find(|(of, ..)| *of == id).map(|(_, number, ..)| case.key(*number));
                case.stay.push(gone(id, key.unwrap_or_default()));
            }
        }
        Ok(case)
    }

    fn key(&self, number: i64) -> String {
        self.workflow.head.item_key(number)
    }

    fn target(&self) -> Result<Option<&Step>> {
        let BulkAct::Move { to } = self.act else { return Ok(None) };
        let unknown = || Error::invalid("to", "This step is not there any more. Choose another.");
        self.workflow.step(to).map(Some).ok_or_else(unknown)
    }

    /// Whether it can be done with an item, and how it goes if it is moved; or why it stays.
    async fn judge(&self, tx: Option<&mut Tx>, cx: &Cx, item: &Item) -> Result<Result<Passage, Stay>> {
        let card = &item.card;
        let stays =
            |reason: String, why: String| Err(Stay { id: card.id, key: self.key(card.number), reason, why });
        Ok(match self.act {
            BulkAct::Move { to } => {
                let judged = may_move(tx, cx, &self.workflow, &self.fields, item, to).await?;
                judged.or_else(|refusal| {
                    let from = self.workflow.step(card.step_id).map_or("", |step| step.name.as_str());
                    stays(refusal.reason(from), refusal.sentence(&self.key(card.number), from))
                })
            }
            BulkAct::Assign { to } if to == card.assignee_id => {
                let reason = if to.is_some() { "Theirs already" } else { "Nobody's already" };
                stays(reason.into(), format!("{} is so already.", self.key(card.number)))
            }
            BulkAct::Due { on } if on == card.due_on => {
                let reason =
                    if on.is_some() { "Due on that day already" } else { "Without a due day already" };
                stays(reason.into(), format!("The due day of {} is that already.", self.key(card.number)))
            }
            BulkAct::Assign { .. } | BulkAct::Due { .. } | BulkAct::Delete => Ok(Passage::default()),
        })
    }

    /// What is worth knowing before `count` items go.
    fn notes(&self, count: usize) -> Result<Vec<String>> {
        let (Some(to), true) = (self.target()?, 0 < count) else { return Ok(Vec::new()) };
        let mut notes = Vec::new();
        let then = to.item_count + as_number(count);
        if let Some(limit) = to.wip_limit.filter(|limit| *limit < then) {
            notes.push(format!("{} will hold {then} items. Its limit is {limit}.", to.name));
        }
        if to.approval.is_some() {
            notes.push(format!("In {} they wait to be approved. Who decides is asked.", to.name));
        }
        if to.automatic.is_some() {
            notes.push(format!("{} does something by itself: they may go on from there.", to.name));
        }
        Ok(notes)
    }
}

fn gone(id: ItemId, key: String) -> Stay {
    let why = if key.is_empty() { "It is not there.".to_owned() } else { format!("{key} was deleted.") };
    Stay { id, key, reason: "Deleted meanwhile".to_owned(), why }
}

fn changed(item: &Item, key: String) -> Stay {
    let why = format!("{key} was changed meanwhile. Look at it again.");
    Stay { id: item.card.id, key, reason: "Changed meanwhile".to_owned(), why }
}

/// What would happen if it were done with these items now.
pub async fn look(cx: &Cx, workflow_id: WorkflowId, act: BulkAct, ids: &[ItemId]) -> Result<Outlook> {
    let cx = cx.clone().require(act.permission())?;
    check_count(ids.len())?;
    let case = Case::read(None, &cx, workflow_id, act, ids).await?;
    case.target()?;
    let mut outlook = Outlook { stay: case.stay.clone(), ..Outlook::default() };
    for item in &case.items {
        match case.judge(None, &cx, item).await? {
            Ok(_) => {
                outlook.go.push((item.card.id, item.card.version));
                outlook.keys.push(case.key(item.card.number));
            }
            Err(stay) => outlook.stay.push(stay),
        }
    }
    outlook.notes = case.notes(outlook.go.len())?;
    Ok(outlook)
}

/// Does it with the items that are as they were seen, each with its version, and may go. Done again with the same `key`, it is
/// done once, and the answer is the same.
pub async fn run(
    cx: &Cx,
    workflow_id: WorkflowId,
    act: BulkAct,
    picks: &[(ItemId, i64)],
    key: Option<Uuid>,
) -> Result<Done> {
    let cx = cx.clone().require(act.permission())?;
    check_count(picks.len())?;
    let id: Uuid = cx.new_id();
    let mut tx = cx.begin().await?;
    if let Some(earlier) = tx.once(key, id).await? {
        let kept = repo::bulk::find(&mut tx, &cx, earlier).await?.or_not_found()?;
        let keys = kept.items.0.into_iter().map(|one| one.key).collect();
        return Ok(Done { id: earlier, act: kept.act.0, keys, stay: kept.stays.0 });
    }
    let seen: BTreeMap<ItemId, i64> = picks.iter().copied().collect();
    let ids: Vec<ItemId> = seen.keys().copied().collect();
    let mut case = Case::read(Some(&mut tx), &cx, workflow_id, act, &ids).await?;
    case.target()?;
    if let BulkAct::Assign { to } = act {
        item::the_assignee(&mut tx, &cx, to).await?;
    }
    let mut stay = std::mem::take(&mut case.stay);
    let mut touched = Vec::new();
    for item in std::mem::take(&mut case.items) {
        if seen.get(&item.card.id) != Some(&item.card.version) {
            stay.push(changed(&item, case.key(item.card.number)));
            continue;
        }
        match case.judge(Some(&mut tx), &cx, &item).await? {
            Ok(passage) => touched.push(one(&mut tx, &cx, &case, item, passage).await?),
            Err(why) => stay.push(why),
        }
    }
    repo::bulk::forget(&mut tx, &cx, cx.now() - KEPT).await?;
    repo::bulk::insert(&mut tx, &cx, id, workflow_id, act, &touched, &stay).await?;
    tell_pages(&mut tx, workflow_id);
    tx.commit().await?;
    Ok(Done { id, act, keys: touched.into_iter().map(|one| one.key).collect(), stay })
}

/// Does it with one item.
async fn one(tx: &mut Tx, cx: &Cx, case: &Case, item: Item, passage: Passage) -> Result<Touched> {
    let before = item.card.clone();
    let version = match case.act {
        BulkAct::Move { .. } => {
            let to = case.target()?.or_not_found()?;
            carry_out(tx, cx, &case.workflow, item, to, passage).await?.card.version
        }
        BulkAct::Assign { to } => {
            let mut edited = item.clone();
            edited.card.assignee_id = to;
            item::edit(tx, cx, &case.workflow, &case.fields, &item, edited).await?.card.version
        }
        BulkAct::Due { on } => {
            let mut edited = item.clone();
            edited.card.due_on = on;
            item::edit(tx, cx, &case.workflow, &case.fields, &item, edited).await?.card.version
        }
        BulkAct::Delete => {
            item::remove(tx, cx, before.id, Some(before.version)).await?.then_some(()).or_not_found()?;
            before.version + 1
        }
    };
    let key = case.key(before.number);
    Ok(Touched { id: before.id, key, version, assignee_id: before.assignee_id, due_on: before.due_on })
}

fn tell_pages(tx: &mut Tx, workflow_id: WorkflowId) {
    let topic = Topic::of(Permission::ItemView, topic(workflow_id));
    tx.tell_as_one(topic, CHANGED, workflow_id.uuid());
}

/// Takes back what one did with many items, as one. Items that were changed since stay as they are, and are named.
pub async fn undo(cx: &Cx, id: Uuid) -> Result<Undone> {
    let cx = cx.clone().require(Permission::ItemView)?;
    let mut tx = cx.begin().await?;
    let first = repo::bulk::set_undone(&mut tx, &cx, id).await?;
    let kept = repo::bulk::find(&mut tx, &cx, id).await?.or_not_found()?;
    let act = kept.act.0;
    let cx = cx.require(act.permission())?;
    if !first {
        return Err(Error::Conflict("It was taken back already.".into()));
    }
    if UNDO_FOR < cx.now() - kept.created_at {
        return Err(Error::Conflict(
            "It was done more than an hour ago and cannot be taken back as one any more.".into(),
        ));
    }
    let mut touched: BTreeMap<ItemId, Touched> = kept.items.0.into_iter().map(|one| (one.id, one)).collect();
    let mut undone = Undone { keys: Vec::new(), stay: Vec::new() };
    let ids: Vec<ItemId> = touched.keys().copied().collect();
    if act == BulkAct::Delete {
        let traces = repo::item::traces(&mut tx, cx.organisation_id(), kept.workflow_id, &ids).await?;
        for (item_id, _, version, deleted) in traces {
            let Some(Touched { key, version: left, .. }) = touched.remove(&item_id) else { continue };
            if deleted && version == left {
                item::bring_back(&mut tx, &cx, item_id).await?;
                undone.keys.push(key);
            } else {
                let why = format!("{key} was brought back already.");
                undone.stay.push(Stay { id: item_id, key, reason: "Brought back already".into(), why });
            }
        }
    } else {
        let mut case = Case::read(Some(&mut tx), &cx, kept.workflow_id, act, &ids).await?;
        undone.stay = std::mem::take(&mut case.stay);
        for item in std::mem::take(&mut case.items) {
            let Some(before) = touched.remove(&item.card.id) else { continue };
            let item_id = item.card.id;
            if item.card.version != before.version {
                undone.stay.push(changed(&item, before.key));
                continue;
            }
            match back(&mut tx, &cx, &case, item, &before).await? {
                Ok(()) => undone.keys.push(before.key),
                Err(why) => {
                    let reason = "Cannot be taken back any more".to_owned();
                    undone.stay.push(Stay { id: item_id, key: before.key, reason, why });
                }
            }
        }
    }
    tell_pages(&mut tx, kept.workflow_id);
    tx.commit().await?;
    Ok(undone)
}

/// Makes an item what it was before.
async fn back(tx: &mut Tx, cx: &Cx, case: &Case, item: Item, before: &Touched) -> Result<Result<(), String>> {
    let mut edited = item.clone();
    match case.act {
        BulkAct::Move { .. } => {
            return Ok(take_back(tx, cx, &case.workflow, item, UNDO_FOR).await?.map(drop));
        }
        BulkAct::Assign { .. } => edited.card.assignee_id = before.assignee_id,
        BulkAct::Due { .. } => edited.card.due_on = before.due_on,
        BulkAct::Delete => return Ok(Ok(())),
    }
    item::edit(tx, cx, &case.workflow, &case.fields, &item, edited).await?;
    Ok(Ok(()))
}

//! Doing the same with many items: looking what would happen, doing it, and taking it back as one.
//!
//! Each item is judged as it would be alone. One that may not go stays and says why; the others go. Histories, notices and
//! webhooks are written item by item, as single acts write them. Many items go slice by slice, so that others can go on
//! meanwhile; what came of each slice is written down with it, and who asks again goes on where it ended. Open pages are told
//! once for each slice.

mod undo;

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use chrono::Duration;
use kernel::{Cx, Error, ItemId, OrNotFound, Permission, Result, Site, StepId, Topic, Tx, WorkflowId};
use uuid::Uuid;

pub use self::undo::undo;
use super::item::{self, Passage, carry_out, may_move};
use crate::{
    api::topic,
    bulk::{BULK_MAX, BulkAct, Done, Outlook, Stay, as_number},
    filter::{Filter, Sort},
    model::{Field, Item, Step, Workflow},
    repo::{
        self,
        bulk::{Kept, Touched},
        list::{DueSpan, Wanted},
    },
};

/// How long it is kept for being taken back and sent again.
const KEPT: Duration = Duration::days(7);
/// As many items are changed in one unit of work.
const SLICE: usize = 100;
/// How often a slice is tried that is in the way of others.
const TRIES: usize = 3;

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
        due: DueSpan::default(),
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
    /// The forms of the versions that the items are on.
    forms: BTreeMap<Option<i64>, Vec<Field>>,
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
        if let Some(tx) = tx.as_deref_mut() {
            // Before the items, as whoever publishes it does.
            repo::workflow::hold(tx, cx, workflow_id).await?;
        }
        let on = super::approval::place(&mut tx, cx);
        let items = repo::item::find_many(on, cx, workflow_id, ids, held).await?;
        if let Some(tx) = tx.as_deref_mut() {
            repo::workflow::hold_steps(tx, cx, workflow_id).await?;
        }
        let on = super::approval::place(&mut tx, cx);
        let workflow = repo::workflow::find(on, organisation_id, workflow_id).await?.or_not_found()?;
        let mut forms = BTreeMap::new();
        for item in &items {
            let step = item.card.step_id;
            let version = workflow.kept_version(step).map(|version| version.number);
            if let Entry::Vacant(unknown) = forms.entry(version) {
                let on = super::approval::place(&mut tx, cx);
                unknown.insert(repo::workflow::fields_at(on, organisation_id, &workflow, step).await?);
            }
        }
        let there: BTreeSet<ItemId> = items.iter().map(|item| item.card.id).collect();
        let missing: Vec<ItemId> = ids.iter().copied().filter(|id| !there.contains(id)).collect();
        let mut case = Case { workflow, forms, act, items, stay: Vec::new() };
        if !missing.is_empty() {
            let on = super::approval::place(&mut tx, cx);
            let traces = repo::item::traces(on, cx, workflow_id, &missing, false).await?;
            for id in missing {
                let key = traces.iter().find(|(of, ..)| *of == id).map(|(_, number, ..)| case.key(*number));
                case.stay.push(gone(id, key.unwrap_or_default()));
            }
        }
        Ok(case)
    }

    fn fields(&self, item: &Item) -> &[Field] {
        let version = self.workflow.kept_version(item.card.step_id).map(|version| version.number);
        self.forms.get(&version).map_or(&[], Vec::as_slice)
    }

    fn key(&self, number: i64) -> String {
        self.workflow.head.item_key(number)
    }

    fn target(&self) -> Result<Option<&Step>> {
        let BulkAct::Move { to } = self.act else { return Ok(None) };
        let unknown = || Error::invalid("to", "This step is not there any more. Choose another.");
        self.workflow.step(to).map(Some).ok_or_else(unknown)
    }

    /// The same in the version that an item is on; none where that has no such step.
    fn target_of(&self, item: &Item) -> Option<&Step> {
        let BulkAct::Move { to } = self.act else { return None };
        self.workflow.beside(item.card.step_id, to)
    }

    /// Whether it can be done with an item, and how it goes if it is moved; or why it stays.
    async fn judge(&self, tx: Option<&mut Tx>, cx: &Cx, item: &Item) -> Result<Result<Passage, Stay>> {
        let card = &item.card;
        let stays =
            |reason: String, why: String| Err(Stay { id: card.id, key: self.key(card.number), reason, why });
        Ok(match self.act {
            BulkAct::Move { .. } => {
                let Some(to) = self.target_of(item) else {
                    let key = self.key(card.number);
                    let why = format!("{key} stays on an earlier version, which has no such step.");
                    return Ok(stays("The step is not in its version".into(), why));
                };
                let judged = may_move(tx, cx, &self.workflow, self.fields(item), item, to.id).await?;
                judged.or_else(|refusal| {
                    let from = self.workflow.step(card.step_id).map_or("", |step| step.name.as_str());
                    stays(refusal.reason(from), refusal.sentence(&self.key(card.number), from))
                })
            }
            BulkAct::Assign { to } if to == card.assignee_id => {
                let key = self.key(card.number);
                match to {
                    Some(_) => stays("Theirs already".into(), format!("{key} is given to them already.")),
                    None => stays("Nobody's already".into(), format!("{key} is nobody's already.")),
                }
            }
            BulkAct::Due { on } if on == card.due_on => {
                let key = self.key(card.number);
                match on {
                    Some(_) => {
                        stays("Due on that day already".into(), format!("{key} is due on that day already."))
                    }
                    None => {
                        stays("Without a due day already".into(), format!("{key} has no due day already."))
                    }
                }
            }
            BulkAct::Assign { .. } | BulkAct::Due { .. } | BulkAct::Delete => Ok(Passage::default()),
        })
    }

    /// What is worth knowing before `count` items go, which are in these steps.
    fn notes(&self, count: usize, from: &BTreeSet<StepId>) -> Result<Vec<String>> {
        let mut notes = Vec::new();
        if matches!(self.act, BulkAct::Assign { .. } | BulkAct::Due { .. }) {
            let here = self.workflow.all_steps().filter(|step| from.contains(&step.id));
            notes.extend(here.filter(|step| step.automatic.is_some()).map(|step| {
                format!(
                    "{} does something by itself: items may go on from there, and are not taken back then.",
                    step.name
                )
            }));
        }
        let (Some(to), true) = (self.target()?, 0 < count) else { return Ok(notes) };
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
    if let BulkAct::Assign { to } = act {
        item::the_assignee(cx.db(), &cx, to).await?;
    }
    let mut from = BTreeSet::new();
    let mut outlook = Outlook { stay: case.stay.clone(), ..Outlook::default() };
    for item in &case.items {
        match case.judge(None, &cx, item).await? {
            Ok(_) => {
                from.insert(item.card.step_id);
                outlook.go.push((item.card.id, item.card.version));
                outlook.keys.push(case.key(item.card.number));
            }
            Err(stay) => outlook.stay.push(stay),
        }
    }
    outlook.notes = case.notes(outlook.go.len(), &from)?;
    Ok(outlook)
}

/// Does it with the items that are as they were seen, each with its version, and may go. Done again with the same `key`, it is
/// done once, and the answer is the same; what was broken off is brought to its end.
pub async fn run(
    cx: &Cx,
    workflow_id: WorkflowId,
    act: BulkAct,
    picks: &[(ItemId, i64)],
    key: Option<Uuid>,
) -> Result<Done> {
    let cx = cx.clone().require(act.permission())?;
    check_count(picks.len())?;
    let seen: BTreeMap<ItemId, i64> = picks.iter().copied().collect();
    let mut id: Uuid = cx.new_id();
    let mut so_far: Option<Kept> = None;
    let mut tries = 1;
    loop {
        let begun = so_far.is_some();
        match slice(&cx, &mut id, begun, (workflow_id, act), &seen, key).await {
            Ok((kept, true)) => {
                let keys = kept.items.0.into_iter().map(|one| one.key).collect();
                return Ok(Done { id, act, keys, stay: kept.stays.0 });
            }
            Ok((kept, false)) => {
                so_far = Some(kept);
                tries = 1;
            }
            Err(Error::Conflict(_)) if tries < TRIES => tries += 1,
            // Some are done already: that is said, and can be taken back.
            Err(error) => return so_far.map(|kept| broken_off(id, kept, &seen, &error)).ok_or(error),
        }
    }
}

/// Does it with the next slice of them, and writes down what came of it. Tells what came of all so far, and whether that is all.
async fn slice(
    cx: &Cx,
    id: &mut Uuid,
    begun: bool,
    (workflow_id, act): (WorkflowId, BulkAct),
    seen: &BTreeMap<ItemId, i64>,
    key: Option<Uuid>,
) -> Result<(Kept, bool)> {
    let mut tx = cx.begin().await?;
    if !begun {
        match tx.once(key, *id).await? {
            Some(earlier) => *id = earlier,
            None => {
                repo::workflow::find(&mut tx, cx.organisation_id(), workflow_id).await?.or_not_found()?;
                repo::bulk::insert(&mut tx, cx, *id, workflow_id, act).await?;
            }
        }
    }
    let mut kept = repo::bulk::hold(&mut tx, cx, *id).await?.or_not_found()?;
    if (kept.workflow_id, kept.act.0) != (workflow_id, act) {
        return Err(Error::Conflict("Something else was done with this key already.".into()));
    }
    let known = kept.items.0.iter().map(|one| one.id).chain(kept.stays.0.iter().map(|stay| stay.id));
    let known: BTreeSet<ItemId> = known.collect();
    let mut left = seen.keys().copied().filter(|id| !known.contains(id));
    let ids: Vec<ItemId> = left.by_ref().take(SLICE).collect();
    let is_all = left.next().is_none();
    if ids.is_empty() || kept.undone_at.is_some() {
        return Ok((kept, true));
    }
    let mut case = Case::read(Some(&mut tx), cx, workflow_id, act, &ids).await?;
    case.target()?;
    if let BulkAct::Assign { to } = act {
        item::the_assignee(&mut tx, cx, to).await?;
    }
    kept.stays.0.append(&mut case.stay);
    for item in std::mem::take(&mut case.items) {
        if seen.get(&item.card.id) != Some(&item.card.version) {
            kept.stays.0.push(changed(&item, case.key(item.card.number)));
            continue;
        }
        match case.judge(Some(&mut tx), cx, &item).await? {
            Ok(passage) => kept.items.0.push(one(&mut tx, cx, &case, item, passage).await?),
            Err(why) => kept.stays.0.push(why),
        }
    }
    repo::bulk::update(&mut tx, cx, *id, &kept.items.0, &kept.stays.0).await?;
    tell_pages(&mut tx, workflow_id);
    tx.commit().await?;
    Ok((kept, is_all))
}

/// What is said where it ended before all slices were done.
fn broken_off(id: Uuid, kept: Kept, seen: &BTreeMap<ItemId, i64>, error: &Error) -> Done {
    let mut left = seen.clone();
    let known = kept.items.0.iter().map(|one| one.id).chain(kept.stays.0.iter().map(|stay| stay.id));
    for id in known {
        left.remove(&id);
    }
    let not_reached = |id| Stay {
        id,
        key: String::new(),
        reason: "Not reached before it was broken off".to_owned(),
        why: error.to_string(),
    };
    let stay = kept.stays.0.into_iter().chain(left.into_keys().map(not_reached)).collect();
    Done { id, act: kept.act.0, keys: kept.items.0.into_iter().map(|one| one.key).collect(), stay }
}

/// Does it with one item.
async fn one(tx: &mut Tx, cx: &Cx, case: &Case, item: Item, passage: Passage) -> Result<Touched> {
    let before = item.card.clone();
    let version = match case.act {
        BulkAct::Move { .. } => {
            let to = case.target_of(&item).or_not_found()?;
            carry_out(tx, cx, &case.workflow, item, to, passage).await?.card.version
        }
        BulkAct::Assign { to } => {
            let mut edited = item.clone();
            edited.card.assignee_id = to;
            item::edit(tx, cx, &case.workflow, case.fields(&item), &item, edited).await?.card.version
        }
        BulkAct::Due { on } => {
            let mut edited = item.clone();
            edited.card.due_on = on;
            item::edit(tx, cx, &case.workflow, case.fields(&item), &item, edited).await?.card.version
        }
        BulkAct::Delete => {
            item::remove(tx, cx, before.id, Some(before.version)).await?.then_some(()).or_not_found()?;
            before.version + 1
        }
    };
    Ok(Touched {
        id: before.id,
        key: case.key(before.number),
        version,
        assignee_id: before.assignee_id,
        due_on: before.due_on,
        step_id: Some(before.step_id),
        back: None,
    })
}

fn tell_pages(tx: &mut Tx, workflow_id: WorkflowId) {
    let topic = Topic::of(Permission::ItemView, topic(workflow_id));
    tx.tell_as_one(topic, CHANGED, workflow_id.uuid());
}

/// Forgets what was done longer ago than it is kept. Call it every hour or so.
pub async fn sweep(site: &Site) -> Result<()> {
    for cx in site.in_each("bulk.sweep").await? {
        let before = cx.now() - KEPT;
        let mut tx = cx.begin().await?;
        repo::bulk::sweep(&mut tx, cx.organisation_id(), before).await?;
        tx.commit().await?;
    }
    Ok(())
}

//! Items that are sent on their way as parts of another one, which waits for them: along all ways out of a parallel step, or into
//! another workflow.
//!
//! Whoever sends parts or brings one in holds the steps of the workflow, so that two that come at the same moment see each other.
//! What happens in another workflow is left to a job, or each would wait for what the other holds.

use jobs::NewJob;
use kernel::{Cx, Error, ItemId, OrNotFound, Result, Tx};
use serde_json::json;

use super::{Because, go_on, hold, run, stuck};
use crate::{
    acts::{
        gate,
        item::{self, Origin, counted, put, write_changes},
    },
    automatic::{Automatic, Children},
    form::{self, file, value},
    model::{Card, Field, FieldKind, Item, Move, Outcome, Step, StepKind, Values, Workflow},
    quorum::{Quorum, Standing},
    repo::{self, part::Joined},
    rules::{self, TITLE_MAX},
    timer::PARTS,
};

/// How deep parts have parts.
const DEPTH_MAX: usize = 5;
/// As many items one begins in another workflow.
const CHILDREN_MAX: usize = 100;

/// A part that is to be sent.
struct Sent {
    /// The step where it begins, or the row.
    name: String,
    item: Item,
}

/// Lets an item wait for its parts, and sends those that are not on their way yet. Gives it where it is then; nothing where it
/// has nothing to wait for.
pub(super) async fn wait(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    step: &Step,
    item: &Item,
) -> Result<Option<Item>> {
    let organisation_id = cx.organisation_id();
    let tally = repo::part::tally(&mut *tx, organisation_id, &item.card).await?;
    if tally.open != 0 {
        return Ok(Some(item.clone()));
    }
    if let Some(why) = is_too_deep(tx, cx, workflow, step, item).await? {
        stuck(tx, cx, workflow, item, &why).await?;
        return Ok(Some(item.clone()));
    }
    let (into, parts) = match &step.automatic {
        Some(Automatic::Children(children)) => {
            if tally.joined != 0 && children.needs.stand(tally) == Standing::Together {
                return Ok(None);
            }
            match children_of(tx, cx, workflow, item, children).await? {
                Ok((_, parts)) if parts.is_empty() => return Ok(None),
                Ok((into, parts)) => (Some(into), parts),
                Err(why) => {
                    stuck(tx, cx, workflow, item, &why).await?;
                    return Ok(Some(item.clone()));
                }
            }
        }
        _ => match branches_of(tx, cx, workflow, step, item).await? {
            Ok(parts) => (None, parts),
            Err(why) => {
                stuck(tx, cx, workflow, item, &why).await?;
                return Ok(Some(item.clone()));
            }
        },
    };
    let key = workflow.head.item_key(item.card.number);
    let (into, origin) = match &into {
        Some(into) => (into, Origin::Child(key)),
        None => (workflow, Origin::Part(key)),
    };
    send(tx, cx, into, &origin, item, parts).await?;
    // Those that came together at once have taken it along.
    Ok(Some(repo::item::find(tx, organisation_id, item.card.id).await?.or_not_found()?.1))
}

/// Adds parts of an item, and lets each go as far as it does by itself.
async fn send(
    tx: &mut Tx,
    cx: &Cx,
    into: &Workflow,
    origin: &Origin,
    whole: &Item,
    parts: Vec<Sent>,
) -> Result<()> {
    let mut ids = Vec::with_capacity(parts.len());
    // All of them before the first goes on, or it would wait for nobody.
    for Sent { name, mut item } in parts {
        item.card.number = repo::workflow::take_number(&mut *tx, cx.organisation_id(), into.head.id)
            .await?
            .or_not_found()?;
        item::enter(tx, cx, into, &item, origin.clone()).await?;
        repo::part::insert(&mut *tx, cx, item.card.id, whole, &name).await?;
        ids.push(item.card.id);
    }
    for id in ids {
        let is_open = repo::part::find(&mut *tx, cx.organisation_id(), id).await?;
        if is_open.is_none_or(|part| part.outcome.is_some()) {
            continue;
        }
        let (_, item) = repo::item::find(&mut *tx, cx.organisation_id(), id).await?.or_not_found()?;
        Box::pin(run(tx, cx, into, item, Because::Came, None)).await?;
    }
    Ok(())
}

/// The parts that go along the ways out of a parallel step, or why none can. A way whose part has come is not taken again.
async fn branches_of(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    step: &Step,
    item: &Item,
) -> Result<std::result::Result<Vec<Sent>, String>> {
    let there = repo::part::joined(&mut *tx, cx.organisation_id(), &item.card).await?;
    let fields = repo::workflow::fields_at(&mut *tx, cx.organisation_id(), workflow, step.id).await?;
    let shown = Item { data: counted(&mut *tx, cx, &fields, &item.data).await?, ..item.clone() };
    // Files belong to one item: those of the whole stay with it.
    let data = file::without_any(&fields, item.data.clone());
    let builtins = gate::builtins(&mut *tx, cx, workflow, &shown).await?;
    let (mut parts, mut closed) = (Vec::new(), Vec::new());
    for way in workflow.ways_on(step.id) {
        let to = workflow.step(way.to_step_id).or_not_found()?;
        if there.iter().any(|part| part.name == to.name) {
            continue;
        }
        match gate::may_pass(way, &fields, &shown, &builtins) {
            Ok(_) => {
                let card = Card {
                    id: cx.new_id(),
                    title: titled(&item.card.title, &to.name),
                    step_id: to.id,
                    step_since: cx.now(),
                    comment_count: 0,
                    version: 1,
                    ..item.card.clone()
                };
                parts.push(Sent { name: to.name.clone(), item: begun(cx, item, card, data.clone()) });
            }
            Err(refusal) => closed.push(refusal.sentence("", &step.name)),
        }
    }
    if !parts.is_empty() {
        return Ok(Ok(parts));
    }
    Ok(Err(format!("No way on from {} is open. {}", step.name, closed.join(" ")).trim_end().to_owned()))
}

/// The items that one begins in another workflow, with that, or why it cannot.
async fn children_of(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    item: &Item,
    children: &Children,
) -> Result<std::result::Result<(Workflow, Vec<Sent>), String>> {
    let organisation_id = cx.organisation_id();
    let into = match children.workflow_id {
        Some(id) => repo::workflow::find(&mut *tx, organisation_id, id).await?,
        None => None,
    };
    let Some((into, first)) = into.and_then(|into| {
        let first = into.steps.first()?.id;
        Some((into, first))
    }) else {
        return Ok(Err("The workflow in which it begins items is gone.".to_owned()));
    };
    let own = repo::workflow::fields_at(&mut *tx, organisation_id, workflow, item.card.step_id).await?;
    let fields = repo::workflow::fields(&mut *tx, organisation_id, into.head.id).await?;
    let rows = match &children.rows {
        None => vec![(item.card.title.clone(), Values::new())],
        Some(key) => match own.iter().find(|field| field.key == *key && field.kind == FieldKind::Table) {
            Some(table) => rows_of(table, item),
            None => {
                return Ok(Err(format!("The table {key}, whose rows begin items, is gone from the form.")));
            }
        },
    };
    if CHILDREN_MAX < rows.len() {
        return Ok(Err(format!("It would begin {} items, and begins {CHILDREN_MAX} at most.", rows.len())));
    }
    let seen = form::visible(&own, &item.data);
    let sent = rows.into_iter().map(|(name, row)| {
        let data = form::visible(&fields, &handed(&own, &seen, &fields, &row));
        let (tag, amount) = rules::summary(&fields, &data);
        let card = Card {
            id: cx.new_id(),
            title: if children.rows.is_some() { titled(&item.card.title, &name) } else { name.clone() },
            tag,
            step_id: first,
            step_since: cx.now(),
            assignee_id: None,
            amount,
            comment_count: 0,
            version: 1,
            ..item.card.clone()
        };
        Sent { name, item: begun(cx, item, card, data) }
    });
    let sent = sent.collect();
    Ok(Ok((into, sent)))
}

/// A part of an item as it begins.
fn begun(cx: &Cx, whole: &Item, card: Card, data: Values) -> Item {
    Item {
        card,
        data,
        created_at: cx.now(),
        // Whoever added the whole does not decide of its parts alone, either.
        created_by: whole.created_by,
        updated_at: cx.now(),
        returns_to: None,
        wakes_at: None,
    }
}

/// The rows of a table, each with what it is called: what is in its first column of texts, or its number.
fn rows_of(table: &Field, item: &Item) -> Vec<(String, Values)> {
    let rows = item.data.get(&table.key).and_then(|rows| rows.as_array());
    let rows = rows.into_iter().flatten().filter_map(|row| row.as_object().cloned());
    let named = table.terms.columns.iter().find(|column| column.kind == FieldKind::Text);
    rows.zip(1..)
        .map(|(row, number)| {
            let text = named.and_then(|column| row.get(&column.key)?.as_str());
            (text.map_or_else(|| format!("Row {number}"), str::to_owned), row)
        })
        .collect()
}

/// What an item in another workflow has from the one that begins it: values of fields of the same key and kind, and those of a
/// row before them. Files belong to one item and are not handed over.
fn handed(own: &[Field], seen: &Values, fields: &[Field], row: &Values) -> Values {
    let mut data = Values::new();
    let is_handed = |field: &&Field| !matches!(field.kind, FieldKind::Computed | FieldKind::File);
    for field in fields.iter().filter(is_handed) {
        let is_same = own.iter().any(|known| known.key == field.key && known.kind == field.kind);
        let value = row.get(&field.key).or_else(|| seen.get(&field.key).filter(|_| is_same));
        let Some(value) = value else { continue };
        // Moments are kept as instants, which no clock has to show.
        let taken = match field.kind {
            FieldKind::DateTime => is_same.then(|| value.clone()),
            _ => value::of_program(field, value, None, &value::Around::LOOSE).ok().flatten(),
        };
        data.extend(taken.map(|value| (field.key.clone(), value)));
    }
    data
}

/// What a part is called: the whole, and what it is for.
fn titled(whole: &str, name: &str) -> String {
    let room = TITLE_MAX.saturating_sub(name.chars().count() + 3);
    let whole: String = whole.chars().take(room).collect();
    format!("{} \u{b7} {name}", whole.trim_end())
}

/// Why an item cannot have parts in this step: it is one from there itself, or one of too many.
async fn is_too_deep(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    step: &Step,
    item: &Item,
) -> Result<Option<String>> {
    let mut id = item.card.id;
    for _ in 0..DEPTH_MAX {
        let Some(part) = repo::part::find(&mut *tx, cx.organisation_id(), id).await? else {
            return Ok(None);
        };
        let Some((_, whole)) = repo::item::find(&mut *tx, cx.organisation_id(), part.whole_id).await? else {
            return Ok(None);
        };
        if workflow.root(whole.card.step_id) == step.root() {
            return Ok(Some(format!("It is itself a part of an item that waits in {}.", step.name)));
        }
        id = part.whole_id;
    }
    Ok(Some(format!("Items have parts of parts, and not deeper than {DEPTH_MAX}.")))
}

/// Takes in an item that came to where parts come together, if it is one. Tells whether it was.
pub(super) async fn join(tx: &mut Tx, cx: &Cx, workflow: &Workflow, item: &Item) -> Result<bool> {
    let Some(part) = repo::part::find(&mut *tx, cx.organisation_id(), item.card.id).await? else {
        return Ok(false);
    };
    // Children of other workflows come together where those end.
    if part.workflow_id != workflow.head.id {
        return Ok(false);
    }
    let joined = part.is_awaited && repo::part::close(&mut *tx, cx, item.card.id, Outcome::Joined).await?;
    let whole = repo::item::find(&mut *tx, cx.organisation_id(), part.whole_id).await?;
    let key = whole.map(|(_, whole)| workflow.head.item_key(whole.card.number)).unwrap_or_default();
    item::take_out(tx, cx, item.card.id, None, key).await?;
    if joined {
        gather(tx, cx, workflow, part.whole_id).await?;
    }
    Ok(true)
}

/// Takes notice that an item has ended, if it is a part of another one.
pub(super) async fn ended(tx: &mut Tx, cx: &Cx, workflow: &Workflow, item: &Item) -> Result<()> {
    let Some(part) = repo::part::find(&mut *tx, cx.organisation_id(), item.card.id).await? else {
        return Ok(());
    };
    let is_child = part.workflow_id != workflow.head.id;
    let outcome = if is_child { Outcome::Joined } else { Outcome::Ended };
    if repo::part::close(&mut *tx, cx, item.card.id, outcome).await? {
        settle(tx, cx, workflow, &part).await?;
    }
    Ok(())
}

/// Takes notice that an item that had ended goes on, if it is a part of another one.
pub(in crate::acts) async fn left(tx: &mut Tx, cx: &Cx, from: &Step, item_id: ItemId) -> Result<()> {
    if from.kind == StepKind::Done {
        repo::part::reopen(&mut *tx, cx.organisation_id(), item_id).await?;
    }
    if from.automatic.as_ref().is_some_and(Automatic::gathers) {
        call_off(tx, cx, item_id).await?;
    }
    Ok(())
}

/// Calls off the parts of an item that waits for them no more. A job takes them away: they may be held by whoever moves them.
async fn call_off(tx: &mut Tx, cx: &Cx, whole_id: ItemId) -> Result<()> {
    if repo::part::withdraw(&mut *tx, cx, whole_id).await? {
        tx.enqueue(NewJob::new(PARTS, json!({ "item": whole_id }))).await?;
    }
    Ok(())
}

/// Takes notice that an item was deleted: as a whole, and as a part.
pub(in crate::acts) async fn deleted(tx: &mut Tx, cx: &Cx, item_id: ItemId) -> Result<()> {
    call_off(tx, cx, item_id).await?;
    let Some(part) = repo::part::find(&mut *tx, cx.organisation_id(), item_id).await? else { return Ok(()) };
    if repo::part::close(&mut *tx, cx, item_id, Outcome::Withdrawn).await? && part.is_awaited {
        let workflow = repo::workflow::find(&mut *tx, cx.organisation_id(), part.workflow_id).await?;
        settle(tx, cx, &workflow.or_not_found()?, &part).await?;
    }
    Ok(())
}

/// Refuses to bring back a part whose whole has gone on.
pub(in crate::acts) async fn may_come_back(tx: &mut Tx, cx: &Cx, item_id: ItemId) -> Result<()> {
    let Some(part) = repo::part::find(&mut *tx, cx.organisation_id(), item_id).await? else { return Ok(()) };
    let open = part.outcome != Some(Outcome::Joined)
        && part.is_awaited
        && (part.outcome.is_none() || repo::part::reopen(&mut *tx, cx.organisation_id(), item_id).await?);
    if open {
        return Ok(());
    }
    Err(Error::Conflict("What it is a part of has gone on without it.".into()))
}

/// Looks whether a whole goes on, soon where it is in another workflow.
async fn settle(tx: &mut Tx, cx: &Cx, workflow: &Workflow, part: &repo::part::Part) -> Result<()> {
    if part.workflow_id == workflow.head.id {
        return gather(tx, cx, workflow, part.whole_id).await;
    }
    tx.enqueue(NewJob::new(PARTS, json!({ "item": part.whole_id }))).await?;
    Ok(())
}

/// Takes away the parts of an item that were called off, and lets it go on if enough of those in another workflow are done.
pub async fn follow_up(cx: &Cx, whole_id: ItemId) -> Result<()> {
    for id in repo::part::withdrawn(cx.db(), cx.organisation_id(), whole_id).await? {
        let mut tx = cx.begin().await?;
        item::remove(&mut tx, cx, id, None).await?;
        tx.commit().await?;
    }
    let mut tx = cx.begin().await?;
    let Some((workflow_id, whole)) = repo::item::find(&mut tx, cx.organisation_id(), whole_id).await? else {
        return Ok(());
    };
    let Some(workflow) = repo::workflow::find(&mut tx, cx.organisation_id(), workflow_id).await? else {
        return Ok(());
    };
    let step = workflow.step(whole.card.step_id);
    if !matches!(step.and_then(|step| step.automatic.as_ref()), Some(Automatic::Children(_))) {
        return Ok(());
    }
    hold(&mut tx, cx, &whole).await?;
    gather(&mut tx, cx, &workflow, whole_id).await?;
    tx.commit().await
}

/// Lets an item go on as a whole if enough of its parts have come.
async fn gather(tx: &mut Tx, cx: &Cx, workflow: &Workflow, whole_id: ItemId) -> Result<()> {
    let organisation_id = cx.organisation_id();
    let held = repo::item::find_many(&mut *tx, cx, workflow.head.id, &[whole_id], true).await?;
    let Some(whole) = held.into_iter().next() else { return Ok(()) };
    let step = workflow.step(whole.card.step_id).or_not_found()?;
    let Some(does) = step.automatic.as_ref().filter(|does| does.gathers()) else { return Ok(()) };
    let tally = repo::part::tally(&mut *tx, organisation_id, &whole.card).await?;
    let joined = repo::part::joined(&mut *tx, organisation_id, &whole.card).await?;
    let (needs, to) = match does {
        Automatic::Children(children) => (children.needs, step),
        _ => match joined.last().and_then(|part| workflow.beside(step.id, part.step_id)) {
            Some(to) => match to.automatic {
                Some(Automatic::Join(needs)) => (needs, to),
                _ => (Quorum::All, to),
            },
            None => (Quorum::All, step),
        },
    };
    match needs.stand(tally) {
        Standing::Waits => Ok(()),
        Standing::Never => {
            let why = match tally.joined {
                0 => "None of its parts is left. Change it, and they are sent again.",
                _ => {
                    "Not enough of its parts are left. Change it, and those that are missing are sent again."
                }
            };
            stuck(tx, cx, workflow, &whole, why).await
        }
        Standing::Together => {
            let whole = brought_in(tx, cx, workflow, whole, does, &joined).await?;
            if to.id == step.id {
                return go_on(tx, cx, workflow, whole).await;
            }
            let names: Vec<&str> = joined.iter().map(|part| part.name.as_str()).collect();
            let because = format!("{} came together", rules::listed(&names, "and"));
            let along =
                Move { by_itself: true, because, ..Move::new((step.id, &step.name), (to.id, &to.name)) };
            let returns_to = whole.returns_to;
            let (whole, _) = put(tx, cx, workflow, whole, returns_to, along).await?;
            go_on(tx, cx, workflow, whole).await
        }
    }
}

/// An item with what was filled in in its parts: of two that filled in the same, what came last. Files of parts stay with them.
async fn brought_in(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    whole: Item,
    does: &Automatic,
    joined: &[Joined],
) -> Result<Item> {
    let fields =
        repo::workflow::fields_at(&mut *tx, cx.organisation_id(), workflow, whole.card.step_id).await?;
    let theirs = match does {
        // Of several rows none speaks for the whole.
        Automatic::Children(Children { rows: Some(_), .. }) => return Ok(whole),
        Automatic::Children(Children { workflow_id: Some(id), .. }) => {
            Some(repo::workflow::fields(&mut *tx, cx.organisation_id(), *id).await?)
        }
        _ => None,
    };
    let is_shared = |key: &str| {
        let own = fields.iter().find(|field| field.key == key);
        if own.is_some_and(|own| own.kind == FieldKind::File) {
            return false;
        }
        let other = theirs.as_ref().map(|theirs| theirs.iter().find(|field| field.key == key));
        match (own, other) {
            (Some(own), Some(other)) => other.is_some_and(|other| other.kind == own.kind),
            (_, Some(None)) | (None, Some(_)) => false,
            (_, None) => true,
        }
    };
    let mut made = whole.clone();
    for part in joined {
        let (base, data) = (&part.base.0, &part.data.0);
        for key in base.keys().chain(data.keys()).filter(|key| is_shared(key)) {
            // A child has not all of them from the beginning.
            let was = base.get(key).filter(|_| theirs.is_none() || data.contains_key(key));
            match data.get(key) {
                now if now == was => {}
                Some(now) => drop(made.data.insert(key.clone(), now.clone())),
                None => drop(made.data.remove(key)),
            }
        }
    }
    let shown = form::visible(&fields, &counted(&mut *tx, cx, &fields, &made.data).await?);
    (made.card.tag, made.card.amount) = rules::summary(&fields, &shown);
    if made == whole {
        return Ok(whole);
    }
    Ok(write_changes(tx, cx, workflow, &fields, &whole, made).await?.0)
}

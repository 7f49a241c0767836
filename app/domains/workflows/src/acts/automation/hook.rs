//! What comes by incoming webhooks sets rules off, and which item it is about.

use std::{collections::BTreeMap, pin::Pin};

use jobs::NewJob;
use kernel::{Cx, Directory, Error, Event, HookId, OrNotFound, Result, RunId, Tx};
use serde_json::{Value, json};

use super::{Log, State, run::is_reason};
use crate::{
    acts::item::{self, Form, add, around},
    automation::{Adds, By, Chain, Finds, Hooked, Sent},
    model::{Field, Item, Priority, StepKind, Values, Workflow, parse_item_key},
    repo::{
        self,
        automation::{NewRun, insert_run},
    },
    rules,
    timer::RULE,
};

/// What is recorded when something that came is handled.
const RECEIVED: &str = "hook.received";
/// As much is written down of a value that came, in characters.
const SHOWN: usize = 200;

/// Sets off the rules that wait for what came by an incoming webhook: once for each thing that came, in the transaction which
/// says that it is handled. A [`kernel::OnEvent`].
pub fn on_event<'a>(
    tx: &'a mut Tx,
    cx: &'a Cx,
    event: &'a Event,
) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>> {
    Box::pin(async move {
        match event.kind {
            RECEIVED => received(tx, cx, event).await,
            _ => Ok(()),
        }
    })
}

async fn received(tx: &mut Tx, cx: &Cx, event: &Event) -> Result<()> {
    let hook = event.data.get("hook").and_then(Value::as_str).and_then(|id| id.parse::<HookId>().ok());
    let organisation_id = cx.organisation_id();
    let mut rules = repo::automation::hooked(&mut *tx, organisation_id).await?;
    rules.retain(|(_, kept)| kept.rule.on.hooked().is_some_and(|on| Some(on.hook) == hook));
    if rules.is_empty() {
        return Ok(());
    }
    let hooks = cx.hooks(&mut *tx).await?;
    let name = hooks.into_iter().find(|one| Some(one.id) == hook).map(|hook| hook.name);
    let came = cx.came(&mut *tx, event.subject_id).await?;
    let log = Log {
        cause: format!(
            "{} sent {}",
            name.as_deref().unwrap_or("An incoming webhook"),
            came.map(|came| came.external_id).unwrap_or_default()
        ),
        ..Log::default()
    };
    for (workflow_id, kept) in rules {
        let id: RunId = cx.new_id();
        let run = NewRun {
            id,
            rule: kept.id,
            item: None,
            parent: None,
            root: None,
            // Whoever made the hook has no hand in what comes by it.
            by: None,
            chain: &Chain::default(),
            fired_for: None,
            event: Some(event.subject_id),
            state: State::Waiting,
            log: &log,
        };
        if insert_run(&mut *tx, cx, run).await? {
            tx.enqueue(NewJob::new(RULE, json!({ "run": id }))).await?;
            tx.tell_as_one(super::topic(workflow_id), "rule.ran", kept.id.uuid());
        }
    }
    Ok(())
}

fn refused(why: impl Into<String>) -> Error {
    Error::Conflict(why.into())
}

/// The open item that something is about which came, and whether it was added for it. `log` says what was read and found.
pub(super) async fn meet(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    hooked: &Hooked,
    sent: &Sent,
    directory: &Directory,
    log: &mut Log,
) -> Result<(Item, bool)> {
    let fields = repo::workflow::fields(&mut *tx, cx.organisation_id(), workflow.head.id).await?;
    let mut reading = Reading { sent, log };
    let mut known = BTreeMap::new();
    if let Some(finds) = &hooked.finds {
        let text = reading.read(&finds.at)?;
        if text.is_empty() {
            return Err(refused(format!("What stands at {} is empty, so no item is found by it.", finds.at)));
        }
        let found = match &finds.by {
            By::Key => called(tx, cx, workflow, &text, reading.log).await?,
            By::Field(key) => {
                let field = fields.iter().find(|field| field.key == *key);
                let field = field.ok_or_else(|| refused(format!("The form has no field {key} any more.")))?;
                having(tx, cx, workflow, (field, &text), directory, reading.log).await?
            }
        };
        match (found, &hooked.adds) {
            (Some(item), _) => return Ok((item, false)),
            (None, None) => return Err(refused(reading.log.found.clone())),
            (None, Some(_)) => {}
        }
        if let Finds { by: By::Field(key), .. } = finds {
            known.insert(key.clone(), text);
        }
    }
    let adds = hooked.adds.as_ref().ok_or_else(|| refused("The rule neither finds an item nor adds one."))?;
    let item = begin(tx, cx, workflow, adds, known, reading).await?;
    Ok((item, true))
}

/// What is said of an item that was added.
pub(super) fn added(workflow: &Workflow, item: &Item) -> String {
    format!("Added {} {}", workflow.head.item_key(item.card.number), item.card.title)
}

/// What came, and where it is written down what is read of it.
struct Reading<'a> {
    sent: &'a Sent,
    log: &'a mut Log,
}

impl Reading<'_> {
    fn read(&mut self, place: &str) -> Result<String> {
        let text = self.sent.text(place).map_err(refused)?.trim().to_owned();
        self.log.came.push((place.to_owned(), shown(&text)));
        Ok(text)
    }
}

/// As much of a value as is written down.
fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}\u{2026}", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// The open item of a workflow that people call so.
async fn called(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    text: &str,
    log: &mut Log,
) -> Result<Option<Item>> {
    let named = parse_item_key(text).filter(|(key, _)| key.eq_ignore_ascii_case(&workflow.head.key));
    let found = match named {
        Some((_, number)) => {
            let id = workflow.head.id;
            repo::item::find_by_number(&mut *tx, cx.organisation_id(), id, number).await?
        }
        None => None,
    };
    let is_open =
        |item: &Item| workflow.step(item.card.step_id).is_some_and(|step| step.kind != StepKind::Done);
    let key = |item: &Item| workflow.head.item_key(item.card.number);
    log.found = match &found {
        Some(item) if is_open(item) => format!("It names {}.", key(item)),
        Some(item) => format!("{} is done already.", key(item)),
        None => format!("There is no {} in {}.", shown(text), workflow.head.name),
    };
    Ok(found.filter(is_open))
}

/// The open item of a workflow whose field has this value, as a form reads it.
///
/// Of several it is the newest: what is older was mostly left behind, as the car that comes in again, and a rule that acted on none
/// of them would stand still until somebody looks. The log says that there are others.
async fn having(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    (field, text): (&Field, &str),
    directory: &Directory,
    log: &mut Log,
) -> Result<Option<Item>> {
    let value = kept_as(cx, field, text, directory)?;
    let value =
        value.ok_or_else(|| refused(format!("{} is empty, so no item is found by it.", field.label)))?;
    let (organisation_id, id) = (cx.organisation_id(), workflow.head.id);
    let found = repo::automation::open_with(&mut *tx, organisation_id, id, &field.key, &value, 2).await?;
    let with = format!("{} {}", field.label, shown(text));
    let Some(first) = found.first() else {
        log.found = format!("No open {} has {with}.", workflow.head.item_noun);
        return Ok(None);
    };
    let (_, item) = repo::item::find(&mut *tx, organisation_id, *first).await?.or_not_found()?;
    let key = workflow.head.item_key(item.card.number);
    log.found = if 1 < found.len() {
        format!("{key} has {with}. It is the newest of several that are open.")
    } else {
        format!("{key} has {with}.")
    };
    Ok(Some(item))
}

/// What a form makes of a text for a field, as a text; nothing where it is empty.
fn kept_as(cx: &Cx, field: &Field, text: &str, directory: &Directory) -> Result<Option<String>> {
    let around = around(cx, Some(directory));
    let read = rules::read_values(std::slice::from_ref(field), &Values::new(), |_| Some(text), &around);
    Ok(read?.remove(&field.key).map(|value| match value {
        Value::String(text) => text,
        value => value.to_string(),
    }))
}

/// Adds an item out of what came, beside values that are known.
async fn begin(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    adds: &Adds,
    known: BTreeMap<String, String>,
    mut reading: Reading<'_>,
) -> Result<Item> {
    let title = reading.read(&adds.title)?;
    let mut values = known;
    for (key, place) in &adds.fields {
        values.insert(key.clone(), reading.read(place)?);
    }
    let form = Form {
        title: title.split_whitespace().collect::<Vec<_>>().join(" "),
        priority: Priority::default(),
        assignee_id: Ok(None),
        due_on: Ok(None),
        data: item::Sent::Texts(values),
    };
    let (_, item) = add(tx, cx, workflow.head.id, form).await.map_err(|error| {
        let noun = &workflow.head.item_noun;
        if is_reason(&error) { refused(format!("The {noun} cannot be added. {error}")) } else { error }
    })?;
    // As it is kept: what the form works out is kept nowhere.
    let found = repo::item::find(&mut *tx, cx.organisation_id(), item.card.id).await?;
    Ok(found.or_not_found()?.1)
}

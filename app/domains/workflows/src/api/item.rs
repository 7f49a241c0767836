//! Adding, moving, changing and deleting items.

use std::collections::BTreeMap;

use kernel::{ItemId, Result, StepId, WorkflowId};
use leptos::prelude::*;

use crate::model::{Brought, Card, ItemPage};

#[cfg(feature = "ssr")]
use {
    super::{Source, comment, item_event, read_key, tell},
    crate::{
        model::{Act, Activity, Change, Field, Item, Priority, Values, Workflow, parse_item_key},
        repo, rules,
    },
    chrono::{Duration, NaiveDate},
    kernel::{Cx, Error, MemberId, NoticeKind, OrNotFound, Permission, Reason, Tx},
    serde_json::json,
};

/// How long one's own last move can be taken back.
#[cfg(feature = "ssr")]
const UNDO_SECS: i64 = 120;

/// Everything about the item called `key`, e.g. `UC-414`.
#[server]
pub async fn load_item(key: String) -> Result<ItemPage> {
    let cx = Cx::current().await?.require(Permission::ItemView)?;
    let organisation_id = cx.organisation_id();
    let (workflow_key, number) = parse_item_key(&key).or_not_found()?;
    let workflow =
        repo::workflow::find_by_key(cx.db(), organisation_id, workflow_key).await?.or_not_found()?;
    let workflow_id = workflow.head.id;
    let item =
        repo::item::find_by_number(cx.db(), organisation_id, workflow_id, number).await?.or_not_found()?;
    let id = item.card.id;
    Ok(ItemPage {
        fields: repo::workflow::fields(cx.db(), organisation_id, workflow_id).await?,
        activity: repo::activity::list(cx.db(), organisation_id, id).await?,
        comments: repo::comment::list(cx.db(), organisation_id, id).await?,
        workflow,
        item,
    })
}

/// Adds an item to the first step of a workflow and opens its page. What is brought along goes with it.
#[server]
pub async fn create_item(
    workflow_id: WorkflowId,
    title: String,
    priority: i64,
    assignee_id: Option<String>,
    due_on: Option<String>,
    #[server(default)] data: BTreeMap<String, String>,
    #[server(default)] brought: Brought,
) -> Result<String> {
    let cx = Cx::current().await?.require(Permission::ItemCreate)?;
    let Brought { note, files } = brought;
    let note = (!note.trim().is_empty()).then(|| rules::read_comment(&note)).transpose()?;
    let named = match &note {
        Some(note) => {
            cx.clone().require(Permission::CommentWrite)?;
            comment::named(&cx, note).await?
        }
        None => Vec::new(),
    };
    let mut tx = cx.begin().await?;
    let workflow = repo::workflow::find(&mut tx, cx.organisation_id(), workflow_id).await?.or_not_found()?;
    let fields = repo::workflow::fields(&mut tx, cx.organisation_id(), workflow_id).await?;
    let first = workflow.steps.first().or_not_found()?;
    let data = rules::read_values(&fields, &Values::new(), |key| data.get(key).map(String::as_str));
    let (title, data) = both(rules::read_title(&title), data)?;
    let (tag, amount) = rules::summary(&fields, &data);
    let number =
        repo::workflow::take_number(&mut tx, cx.organisation_id(), workflow_id).await?.or_not_found()?;
    let item = Item {
        card: Card {
            id: cx.new_id(),
            number,
            title,
            tag,
            step_id: first.id,
            step_since: cx.now(),
            priority: Priority::new(priority),
            assignee_id: read_assignee(&mut tx, &cx, assignee_id.as_deref()).await?,
            due_on: read_day(due_on.as_deref())?,
            amount,
            comment_count: 0,
            version: 1,
        },
        data,
        created_at: cx.now(),
        created_by: Some(cx.member_id()),
        updated_at: cx.now(),
    };
    repo::item::insert(&mut tx, cx.organisation_id(), workflow_id, &item).await?;
    repo::workflow::count_step(&mut tx, cx.organisation_id(), first.id, 1).await?;
    repo::activity::insert(&mut tx, &cx, item.card.id, &Act::Created { step: first.name.clone() }).await?;
    tx.record(item_event("item.created", workflow_id, item.card.id, json!({ "number": number }))).await?;
    tell_assignee(&mut tx, &cx, workflow_id, None, &item.card).await?;
    if let Some(note) = note {
        comment::write_comment(&mut tx, &cx, cx.new_id(), item.card.id, &note, &named).await?;
    }
    tx.commit().await?;

    let key = format!("{}-{number}", workflow.head.key);
    let shared = if files { "?shared" } else { "" };
    leptos_axum::redirect(&format!("/items/{key}{shared}"));
    Ok(key)
}

/// Moves an item along a transition. `version` is the one the mover saw. Sent again with the same `key`, it is moved once.
#[server]
pub async fn move_item(
    item_id: ItemId,
    to_step_id: StepId,
    version: i64,
    key: Option<String>,
) -> Result<Card> {
    let cx = Cx::current().await?.require(Permission::ItemMove)?;
    let mut tx = cx.begin().await?;
    let done = tx.once(read_key(key), item_id.uuid()).await?;
    let (workflow, item) = load(&mut tx, &cx, item_id).await?;
    if done.is_some() {
        return Ok(item.card);
    }
    let key = format!("{}-{}", workflow.head.key, item.card.number);
    let from = workflow.step(item.card.step_id).or_not_found()?;
    let to = workflow.step(to_step_id).or_not_found()?;
    if item.card.version != version {
        return Err(changed_meanwhile(&mut tx, &cx, &key, from, &item).await?);
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
    let card = put(&mut tx, &cx, &workflow, item.card, to.id, act).await?;
    tx.commit().await?;
    Ok(card)
}

/// Takes back one's own last move of an item, for a short while after it.
#[server]
pub async fn undo_move(item_id: ItemId, version: i64) -> Result<Card> {
    let cx = Cx::current().await?.require(Permission::ItemMove)?;
    let mut tx = cx.begin().await?;
    let (workflow, item) = load(&mut tx, &cx, item_id).await?;
    let key = format!("{}-{}", workflow.head.key, item.card.number);
    let here = workflow.step(item.card.step_id).or_not_found()?;
    if item.card.version != version {
        return Err(changed_meanwhile(&mut tx, &cx, &key, here, &item).await?);
    }
    let last = repo::activity::last_move(&mut tx, cx.organisation_id(), item_id).await?;
    let Some(Activity {
        act: Act::Moved { from, from_name, to, to_name, undo: false, .. },
        actor_id,
        created_at,
        ..
    }) = last
    else {
        return Err(Error::Conflict(format!("{key} has no move to take back.")));
    };
    let fresh = cx.now() - created_at <= Duration::seconds(UNDO_SECS);
    if actor_id != Some(cx.member_id()) || to != here.id || !fresh {
        return Err(Error::Conflict(format!(
            "The move of {key} can no longer be taken back. Move it by hand."
        )));
    }
    let act =
        Act::Moved { from: to, from_name: to_name, to: from, to_name: from_name, rework: false, undo: true };
    let card = put(&mut tx, &cx, &workflow, item.card, from, act).await?;
    tx.commit().await?;
    Ok(card)
}

/// Saves what a person edits on an item's page. Fields that the form does not send keep their values.
#[server]
pub async fn save_item(
    item_id: ItemId,
    version: i64,
    title: String,
    priority: i64,
    assignee_id: Option<String>,
    due_on: Option<String>,
    #[server(default)] data: BTreeMap<String, String>,
) -> Result<Card> {
    let cx = Cx::current().await?.require(Permission::ItemEdit)?;
    let mut tx = cx.begin().await?;
    let (workflow, before) = load(&mut tx, &cx, item_id).await?;
    let key = format!("{}-{}", workflow.head.key, before.card.number);
    if before.card.version != version {
        let here = workflow.step(before.card.step_id).or_not_found()?;
        return Err(changed_meanwhile(&mut tx, &cx, &key, here, &before).await?);
    }
    let fields = repo::workflow::fields(&mut tx, cx.organisation_id(), workflow.head.id).await?;
    let values = rules::read_values(&fields, &before.data, |key| data.get(key).map(String::as_str));
    let (title, data) = both(rules::read_title(&title), values)?;
    let (tag, amount) = rules::summary(&fields, &data);
    let mut item = before.clone();
    item.card.title = title;
    item.card.tag = tag;
    item.card.amount = amount;
    item.card.priority = Priority::new(priority);
    item.card.assignee_id = read_assignee(&mut tx, &cx, assignee_id.as_deref()).await?;
    item.card.due_on = read_day(due_on.as_deref())?;
    item.data = data;
    if item == before {
        return Ok(item.card);
    }
    if !repo::item::update(&mut tx, &cx, version, &item).await? {
        return Err(Error::NotFound);
    }
    item.card.version += 1;
    let changes = describe(&mut tx, &cx, &fields, &before, &item).await?;
    repo::activity::insert(&mut tx, &cx, item_id, &Act::Edited { changes }).await?;
    tx.record(item_event("item.edited", workflow.head.id, item_id, json!({ "version": item.card.version })))
        .await?;
    tell_assignee(&mut tx, &cx, workflow.head.id, before.card.assignee_id, &item.card).await?;
    tx.commit().await?;
    Ok(item.card)
}

/// Deletes an item. It can be brought back.
#[server]
pub async fn delete_item(item_id: ItemId) -> Result<()> {
    let cx = Cx::current().await?.require(Permission::ItemDelete)?;
    let mut tx = cx.begin().await?;
    let (step_id, workflow_id) = repo::item::delete(&mut tx, &cx, item_id).await?.or_not_found()?;
    repo::workflow::count_step(&mut tx, cx.organisation_id(), step_id, -1).await?;
    repo::activity::insert(&mut tx, &cx, item_id, &Act::Deleted).await?;
    tx.record(item_event("item.deleted", workflow_id, item_id, json!({}))).await?;
    tx.commit().await
}

/// Brings a deleted item back.
#[server]
pub async fn restore_item(item_id: ItemId) -> Result<()> {
    let cx = Cx::current().await?.require(Permission::ItemDelete)?;
    let mut tx = cx.begin().await?;
    let (step_id, workflow_id) = repo::item::restore(&mut tx, &cx, item_id).await?.or_not_found()?;
    repo::workflow::count_step(&mut tx, cx.organisation_id(), step_id, 1).await?;
    repo::activity::insert(&mut tx, &cx, item_id, &Act::Restored).await?;
    tx.record(item_event("item.restored", workflow_id, item_id, json!({}))).await?;
    tx.commit().await
}

#[cfg(feature = "ssr")]
async fn load(tx: &mut Tx, cx: &Cx, item_id: ItemId) -> Result<(Workflow, Item)> {
    let (workflow_id, item) =
        repo::item::find(&mut *tx, cx.organisation_id(), item_id).await?.or_not_found()?;
    let workflow = repo::workflow::find(tx, cx.organisation_id(), workflow_id).await?.or_not_found()?;
    Ok((workflow, item))
}

/// Tells whoever an item is newly given to.
#[cfg(feature = "ssr")]
async fn tell_assignee(
    tx: &mut Tx,
    cx: &Cx,
    workflow_id: WorkflowId,
    before: Option<MemberId>,
    card: &Card,
) -> Result<()> {
    let to = card.assignee_id.filter(|id| Some(*id) != before).map(|id| (id, Reason::Assignee));
    let source = Source { kind: NoticeKind::Assigned, source_id: card.id.uuid(), text: "" };
    tell(tx, cx, workflow_id, card, source, to.into_iter().collect()).await
}

/// Puts an item into a step and writes down how it got there.
#[cfg(feature = "ssr")]
async fn put(tx: &mut Tx, cx: &Cx, workflow: &Workflow, card: Card, to: StepId, act: Act) -> Result<Card> {
    if !repo::item::set_step(&mut *tx, cx, card.id, card.version, to).await? {
        return Err(Error::Conflict("Somebody moved it at the same moment.".into()));
    }
    repo::workflow::count_step(&mut *tx, cx.organisation_id(), card.step_id, -1).await?;
    repo::workflow::count_step(&mut *tx, cx.organisation_id(), to, 1).await?;
    repo::activity::insert(&mut *tx, cx, card.id, &act).await?;
    tx.record(item_event("item.moved", workflow.head.id, card.id, repo::activity::data(&act))).await?;
    Ok(Card { step_id: to, step_since: cx.now(), version: card.version + 1, ..card })
}

/// Says who changed the item since the asker saw it, and where it is now.
#[cfg(feature = "ssr")]
async fn changed_meanwhile(
    tx: &mut Tx,
    cx: &Cx,
    key: &str,
    here: &crate::model::Step,
    item: &Item,
) -> Result<Error> {
    let entries = repo::activity::list(&mut *tx, cx.organisation_id(), item.card.id).await?;
    let who = match entries.first().and_then(|entry| entry.actor_id) {
        Some(id) => name_of(tx, cx, id).await?,
        None => "Somebody".into(),
    };
    let what = match entries.first().map(|entry| &entry.act) {
        Some(Act::Moved { .. }) => format!("moved {key} to {} meanwhile", here.name),
        _ => format!("changed {key} meanwhile"),
    };
    Ok(Error::Conflict(format!("{who} {what}. Nothing was overwritten; look at it again.")))
}

/// Names of members are common vocabulary; inside a unit of work the directory cannot be used.
#[cfg(feature = "ssr")]
async fn name_of(tx: &mut Tx, cx: &Cx, id: MemberId) -> Result<String> {
    let name: Option<(String,)> = db::sql(
        "select a.name from member m join account a on a.id = m.account_id
         where m.organisation_id = $1 and m.id = $2",
    )
    .bind(cx.organisation_id())
    .bind(id)
    .optional(tx)
    .await?;
    Ok(name.map_or_else(|| "Somebody".into(), |(name,)| name))
}

#[cfg(feature = "ssr")]
async fn read_assignee(tx: &mut Tx, cx: &Cx, text: Option<&str>) -> Result<Option<MemberId>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let unknown = || Error::invalid("assignee_id", "Choose a member of the organisation.");
    let id: MemberId = text.parse().map_err(|_| unknown())?;
    let member: Option<(MemberId,)> =
        db::sql("select id from member where organisation_id = $1 and id = $2 and state <> 'robot'")
            .bind(cx.organisation_id())
            .bind(id)
            .optional(tx)
            .await?;
    member.map(|(id,)| Some(id)).ok_or_else(unknown)
}

#[cfg(feature = "ssr")]
fn read_day(text: Option<&str>) -> Result<Option<NaiveDate>> {
    match text.filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => {
            text.parse().map(Some).map_err(|_| Error::invalid("due_on", "A due day looks like 2025-11-24."))
        }
    }
}

/// Both results, or the mistakes of both.
#[cfg(feature = "ssr")]
fn both<A, B>(a: Result<A>, b: Result<B>) -> Result<(A, B)> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (Err(Error::Invalid(mut a)), Err(Error::Invalid(b))) => {
            a.extend(b);
            Err(Error::Invalid(a))
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

/// What an edit changed, in words.
#[cfg(feature = "ssr")]
async fn describe(
    tx: &mut Tx,
    cx: &Cx,
    fields: &[Field],
    before: &Item,
    after: &Item,
) -> Result<Vec<Change>> {
    let mut changes = Vec::new();
    let mut note = |label: &str, from: String, to: String| {
        if from != to {
            changes.push(Change { label: label.into(), from, to });
        }
    };
    note("Title", before.card.title.clone(), after.card.title.clone());
    note("Priority", before.card.priority.label().into(), after.card.priority.label().into());
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    note("Due", day(before.card.due_on), day(after.card.due_on));
    if before.card.assignee_id != after.card.assignee_id {
        let from = match before.card.assignee_id {
            Some(id) => name_of(tx, cx, id).await?,
            None => String::new(),
        };
        let to = match after.card.assignee_id {
            Some(id) => name_of(tx, cx, id).await?,
            None => String::new(),
        };
        note("Assignee", from, to);
    }
    let currency = &cx.membership().settings.currency;
    changes.extend(rules::changes(fields, &before.data, &after.data, currency));
    Ok(changes)
}

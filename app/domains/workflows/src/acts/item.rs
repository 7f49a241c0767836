//! Finding, adding, changing and deleting items.

mod begin;
mod bin;
mod carry;
mod files;
mod form;
mod merge;
mod moves;
pub(super) mod words;

pub use begin::create;
pub(super) use begin::{Origin, add, add_from_outside, enter};
pub(super) use bin::{bring_back, remove, take_out};
pub use bin::{delete, restore};
pub use carry::carry;
pub(super) use files::counted;
use form::Ground;
pub use form::{Form, Sent};
pub(super) use form::{around, as_clocks_show, as_written, signer};
pub(super) use moves::{Passage, carry_out, go, may_move, put, take_back};
pub use moves::{move_called, move_to, undo_move};

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};
use kernel::{
    Cx, Error, ItemId, MemberId, NoticeKind, OrNotFound, Permission, Reason, Result, Tx, WorkflowId,
};
use serde_json::json;
use uuid::Uuid;

use super::{
    Source, approval, automation, booking, comment, engine, gate, item_event,
    running::{Running, running, running_now},
    sla, tell,
};
use crate::{
    automation::Happening,
    filter::{Filter, Sort},
    form::file,
    guard::formula::{self, Formulas},
    model::{
        Act, Activity, Card, Field, Item, ItemPage, Seen, Values, Workflow, WorkflowHead, parse_item_key,
    },
    repo::{
        self, Span,
        list::{Cursor, DueSpan, Wanted},
    },
    rules,
};

/// As many of its parts the page of an item lists.
const PARTS_SHOWN: usize = 200;

/// Everything about the item called `key`, e.g. `UC-414`.
pub async fn page(cx: &Cx, key: &str) -> Result<ItemPage> {
    let (workflow, item) = match find(cx, key).await {
        Err(Error::NotFound) => find_joined(cx, key).await?,
        found => found?,
    };
    let (organisation_id, id) = (cx.organisation_id(), item.card.id);
    let fields = repo::workflow::fields_at(cx.db(), organisation_id, &workflow, item.card.step_id).await?;
    let builtins = gate::builtins(cx.db(), cx, &workflow, &item).await?;
    let mut item = item;
    let held = as_clocks_show(cx, &fields, &item.data);
    let gone = files::gone(cx.db(), cx, file::all(&fields, &held)).await?;
    item.data = crate::form::visible(&fields, &file::without(&fields, &held, &gone));
    let not_worked_out = formula::fill(&fields, &mut item.data);
    let closed = workflow.ways_out(item.card.step_id).filter_map(|way| {
        let refusal = gate::may_pass(way, &fields, &item, &builtins).err()?;
        Some((way.id, refusal.sentence("", "")))
    });
    let closed = closed.collect();
    file::put_back(&fields, &mut item.data, &held, &gone);
    Ok(ItemPage {
        closed,
        instructions: repo::workflow::instructions(cx.db(), organisation_id, &[item.card.step_id])
            .await?
            .remove(&item.card.step_id)
            .unwrap_or_default(),
        gone,
        not_worked_out,
        waits_until: item.wakes_at.map(|at| cx.local(at)),
        clock: sla::of_item(cx, &workflow, &item).await?,
        booking: booking::of_item(cx, &workflow, &item).await?,
        whole: repo::part::whole_of(cx.db(), organisation_id, id).await?,
        parts: repo::part::of_whole(cx.db(), organisation_id, &item.card, PARTS_SHOWN).await?,
        approval: approval::of_item(cx, &workflow, &item).await?,
        fields,
        activity: repo::activity::list(cx.db(), organisation_id, id).await?,
        comments: repo::comment::list(cx.db(), organisation_id, id).await?,
        workflow,
        item,
    })
}

/// The item called `key` with its workflow.
pub async fn find(cx: &Cx, key: &str) -> Result<(Workflow, Item)> {
    find_for(cx, key, Permission::ItemView).await
}

/// The item called `key` that has come together with other parts of a whole.
async fn find_joined(cx: &Cx, key: &str) -> Result<(Workflow, Item)> {
    let cx = cx.clone().require(Permission::ItemView)?;
    let (workflow_key, number) = parse_item_key(key).or_not_found()?;
    let workflow =
        repo::workflow::find_by_key(cx.db(), cx.organisation_id(), workflow_key).await?.or_not_found()?;
    let item = repo::part::find_joined(cx.db(), cx.organisation_id(), workflow.head.id, number).await?;
    Ok((workflow, item.or_not_found()?))
}

/// The same for whoever has the permission to do something with it.
pub async fn find_for(cx: &Cx, key: &str, permission: Permission) -> Result<(Workflow, Item)> {
    let cx = cx.clone().require(permission)?;
    let organisation_id = cx.organisation_id();
    let (workflow_key, number) = parse_item_key(key).or_not_found()?;
    let workflow =
        repo::workflow::find_by_key(cx.db(), organisation_id, workflow_key).await?.or_not_found()?;
    let item = repo::item::find_by_number(cx.db(), organisation_id, workflow.head.id, number).await?;
    Ok((workflow, item.or_not_found()?))
}

/// The item called `key` with its workflow, and with what its form works out.
pub async fn find_whole(cx: &Cx, key: &str) -> Result<(Workflow, Item)> {
    let (workflow, mut item) = find(cx, key).await?;
    work_out(cx, &workflow, &mut item).await?;
    Ok((workflow, item))
}

/// The edition of the form that an item has: that of the version that it is on, or of the one that runs, which is 0.
fn edition(workflow: &Workflow, item: &Item) -> i64 {
    workflow.kept_version(item.card.step_id).map_or(0, |version| version.number)
}

/// Leaves the values of an item that count, beside what its form works out.
async fn work_out(cx: &Cx, workflow: &Workflow, item: &mut Item) -> Result<()> {
    let edition = edition(workflow, item);
    let fields = repo::workflow::fields_of(cx.db(), cx.organisation_id(), workflow.head.id, edition).await?;
    fill_in(cx, workflow, &BTreeMap::from([(edition, fields)]), vec![item]).await
}

/// The same of items of a workflow whose forms have these fields, by edition.
async fn fill_in(
    cx: &Cx,
    workflow: &Workflow,
    forms: &BTreeMap<i64, Vec<Field>>,
    items: Vec<&mut Item>,
) -> Result<()> {
    let form = |item: &Item| forms.get(&edition(workflow, item)).map(Vec::as_slice).unwrap_or_default();
    // Reading a formula takes longer than working it out.
    let formulas: BTreeMap<i64, Formulas<'_>> =
        forms.iter().map(|(edition, fields)| (*edition, Formulas::of(fields))).collect();
    let held = items.iter().flat_map(|item| file::all(form(item), &item.data)).collect();
    let gone = files::gone(cx.db(), cx, held).await?;
    for item in items {
        let Some(formulas) = formulas.get(&edition(workflow, item)) else { continue };
        item.data = seen(cx, form(item), formulas, &gone, &item.data);
    }
    Ok(())
}

/// The values that count of those that are kept, beside what formulas work out.
fn seen(cx: &Cx, fields: &[Field], formulas: &Formulas<'_>, gone: &file::FileNames, data: &Values) -> Values {
    let shown = as_clocks_show(cx, fields, data);
    formulas.seen(&file::without(fields, &shown, gone))
}

/// An item with the values that count, beside what its form of these fields works out.
async fn counting(tx: &mut Tx, cx: &Cx, fields: &[Field], item: Item) -> Result<Item> {
    let gone = files::gone(tx, cx, file::all(fields, &item.data)).await?;
    let data = seen(cx, fields, &Formulas::of(fields), &gone, &item.data);
    Ok(Item { data, ..item })
}

/// The deleted item that was called `key`.
pub async fn find_deleted(cx: &Cx, key: &str) -> Result<ItemId> {
    let cx = cx.clone().require(Permission::ItemView)?;
    let (workflow_key, number) = parse_item_key(key).or_not_found()?;
    repo::item::find_deleted(cx.db(), cx.organisation_id(), workflow_key, number).await?.or_not_found()
}

/// Which items to list: of one workflow or of all, and where to go on.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Only items of the workflow with this key.
    pub workflow: Option<String>,
    /// Only items that fit.
    pub filter: Filter,
    /// Only items that were changed then or later.
    pub updated_since: Option<DateTime<Utc>>,
    /// Only items that are due on these days.
    pub due: DueSpan,
    /// The order.
    pub sort: Sort,
    /// Where the page before ended.
    pub after: Option<Cursor>,
    /// How many at most.
    pub limit: usize,
}

/// A page of items.
#[derive(Debug, Clone)]
pub struct Found {
    /// What they run through.
    pub running: Arc<Running>,
    /// The items, each with its workflow.
    pub items: Vec<(WorkflowId, Item)>,
    /// Where the next page starts, when there is one.
    pub next: Option<Cursor>,
}

/// A page of items.
pub async fn list(cx: &Cx, asked: &Asked) -> Result<Found> {
    let cx = cx.clone().require(Permission::ItemView)?;
    let key = asked.workflow.as_deref();
    let mut running = running(&cx, key).await?;
    let wanted = Wanted {
        workflows: &running.workflows,
        filter: &asked.filter,
        updated_since: asked.updated_since,
        due: asked.due,
        sort: asked.sort,
        after: asked.after.as_ref(),
        limit: asked.limit,
    };
    let (mut items, next) = repo::list::whole_page(&cx, &wanted).await?;
    if !running.knows(&items) {
        running = running_now(&cx, key).await?;
    }
    for (workflow_id, forms) in &running.forms {
        if let Some(workflow) = running.workflow(*workflow_id) {
            let of_it = items.iter_mut().filter(|(id, _)| id == workflow_id);
            fill_in(&cx, workflow, forms, of_it.map(|(_, item)| item).collect()).await?;
        }
    }
    Ok(Found { running, items, next })
}

/// A page of what happened to the item called `key`, and the entry behind which the next one starts.
pub async fn activity(cx: &Cx, key: &str, span: Span) -> Result<(Vec<Activity>, Option<Uuid>)> {
    let (_, item) = find(cx, key).await?;
    Ok(repo::activity::page(cx.db(), cx.organisation_id(), item.card.id, span).await?)
}

/// Saves what is written of an item of this version; of a later one only where it is known what its writer had `seen`, and field by
/// field.
pub async fn save(
    cx: &Cx,
    item_id: ItemId,
    version: i64,
    mut form: Form,
    seen: Option<Seen>,
) -> Result<Card> {
    let cx = cx.clone().require(Permission::ItemEdit)?;
    let mut tx = cx.begin().await?;
    let (workflow, before) = load(&mut tx, &cx, item_id).await?;
    let step = before.card.step_id;
    let fields = repo::workflow::fields_at(&mut tx, cx.organisation_id(), &workflow, step).await?;
    let key = workflow.head.item_key(before.card.number);
    match seen {
        Some(seen) => form = merge::on_top_of(&mut tx, &cx, (&fields, &key), &before, &seen, form).await?,
        None if before.card.version != version => {
            return Err(words::changed_meanwhile(&mut tx, &cx, &workflow, &before).await?);
        }
        None => {}
    }
    let ground = Ground { fields: &fields, step, before: &before.data, item: Some((item_id, &key)) };
    let (title, data) = form.read(&mut tx, &cx, ground).await?;
    let (tag, amount) = rules::summary(&fields, &data);
    let mut item = before.clone();
    item.card.title = title;
    item.card.tag = tag;
    item.card.amount = amount;
    item.card.priority = form.priority;
    item.card.assignee_id = the_assignee(&mut tx, &cx, form.assignee_id?).await?;
    item.card.due_on = form.due_on?;
    item.data = data;
    if item == before {
        return Ok(item.card);
    }
    let item = edit(&mut tx, &cx, &workflow, &fields, &before, item).await?;
    tx.commit().await?;
    Ok(item.card)
}

/// Edits an item: writes what is new, asks and tells who has to know, and lets it go on where it can now.
pub(super) async fn edit(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    fields: &[Field],
    before: &Item,
    item: Item,
) -> Result<Item> {
    let (item, entry) = write_changes(tx, cx, workflow, fields, before, item).await?;
    // What conditions hid before goes with any change, and was not asked about.
    if item.data != crate::form::visible(fields, &before.data) || item.card.title != before.card.title {
        approval::ask_anew(tx, cx, workflow, &item).await?;
    }
    tell_due(tx, cx, &workflow.head, before, &item, entry).await?;
    engine::changed(tx, cx, workflow, item).await
}

/// Writes what is new about an item, and in its history what that was; gives the entry of that too.
pub(super) async fn write_changes(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    fields: &[Field],
    before: &Item,
    mut item: Item,
) -> Result<(Item, Uuid)> {
    if !repo::item::update(&mut *tx, cx, before.card.version, &item).await? {
        return Err(Error::NotFound);
    }
    item.card.version = before.card.version + 1;
    let changes = words::describe(tx, cx, fields, before, &item).await?;
    let entry = repo::activity::insert(&mut *tx, cx, item.card.id, &Act::Edited { changes }).await?;
    let data = json!({ "version": item.card.version });
    tx.record(item_event("item.edited", workflow.head.id, item.card.id, data)).await?;
    tell_assignee(tx, cx, &workflow.head, before.card.assignee_id, &item.card).await?;
    if before.card.assignee_id != item.card.assignee_id {
        sla::given(tx, cx, workflow, &item).await?;
    }
    let happened = [Happening::Changed { before, after: &item }];
    automation::note(tx, cx, workflow, &item, &happened).await?;
    Ok((item, entry))
}

pub(super) async fn load(tx: &mut Tx, cx: &Cx, item_id: ItemId) -> Result<(Workflow, Item)> {
    let (workflow_id, item) =
        repo::item::find(&mut *tx, cx.organisation_id(), item_id).await?.or_not_found()?;
    let workflow = repo::workflow::find(tx, cx.organisation_id(), workflow_id).await?.or_not_found()?;
    Ok((workflow, item))
}

/// Tells whoever an item is newly given to.
async fn tell_assignee(
    tx: &mut Tx,
    cx: &Cx,
    head: &WorkflowHead,
    before: Option<MemberId>,
    card: &Card,
) -> Result<()> {
    let to = card.assignee_id.filter(|id| Some(*id) != before).map(|id| (id, Reason::Assignee));
    let source = Source { kind: NoticeKind::Assigned, source_id: card.id.uuid(), text: "" };
    tell(tx, cx, head, card, source, to.into_iter().collect()).await
}

/// Tells who has to do with an item that it got another due day; who is newly given it sees that then.
async fn tell_due(
    tx: &mut Tx,
    cx: &Cx,
    head: &WorkflowHead,
    before: &Item,
    item: &Item,
    entry: Uuid,
) -> Result<()> {
    if before.card.due_on == item.card.due_on {
        return Ok(());
    }
    let mut to = concerned(tx, cx, item).await?;
    if before.card.assignee_id != item.card.assignee_id {
        to.retain(|(member, _)| Some(*member) != item.card.assignee_id);
    }
    let text = match item.card.due_on {
        Some(day) => format!("Due on {}", day.format("%-d %B %Y")),
        None => "It has no due day any more".to_owned(),
    };
    let source = Source { kind: NoticeKind::Changed, source_id: entry, text: &text };
    tell(tx, cx, head, &item.card, source, to).await
}

/// Who has to do with an item, and why.
pub(super) async fn concerned(tx: &mut Tx, cx: &Cx, item: &Item) -> Result<Vec<(MemberId, Reason)>> {
    let authors = repo::comment::authors(tx, cx.organisation_id(), item.card.id).await?;
    Ok(comment::concerned(item, &authors).collect())
}

/// The member that an item is given to.
pub(super) async fn the_assignee(
    on: impl Into<db::On<'_>>,
    cx: &Cx,
    id: Option<MemberId>,
) -> Result<Option<MemberId>> {
    let Some(id) = id else { return Ok(None) };
    let member: Option<(MemberId,)> = db::sql("select id from member where organisation_id = $1 and id = $2")
        .bind(cx.organisation_id())
        .bind(id)
        .optional(on)
        .await?;
    member.map(|(id,)| Some(id)).ok_or_else(unknown_assignee)
}

/// What is said of an assignee that there is not.
pub fn unknown_assignee() -> Error {
    Error::invalid("assignee_id", "Choose a member of the organisation.")
}

//! Adding items: by hand, by rules, by public forms, and as parts of others.

use kernel::{Cx, OrNotFound, Permission, Result, Tx, WorkflowId};
use serde_json::json;

use super::{Form, form::Ground, item_event, tell_assignee, the_assignee};
use crate::{
    acts::{automation, booking, comment, engine, intake},
    automation::Happening,
    guard::formula,
    model::{Act, Card, Item, Values, Workflow},
    repo, rules,
};

/// Adds an item to the first step of a workflow. The note becomes its first comment, if there is one.
pub async fn create(cx: &Cx, workflow_id: WorkflowId, form: Form, note: &str) -> Result<(Workflow, Item)> {
    let cx = cx.clone().require(Permission::ItemCreate)?;
    let note = (!note.trim().is_empty()).then(|| kernel::read_comment(note)).transpose()?;
    let named = match &note {
        Some(note) => {
            cx.clone().require(Permission::CommentWrite)?;
            kernel::mention::members(&cx, note).await?
        }
        None => Vec::new(),
    };
    let mut tx = cx.begin().await?;
    let (workflow, item) = add(&mut tx, &cx, workflow_id, form).await?;
    if let Some(note) = note {
        comment::write(&mut tx, &cx, cx.new_id(), item.card.id, &note, &named).await?;
    }
    tx.commit().await?;
    Ok((workflow, item))
}

/// Adds an item to the first step of a workflow, as a part of something larger.
pub(in crate::acts) async fn add(
    tx: &mut Tx,
    cx: &Cx,
    workflow_id: WorkflowId,
    form: Form,
) -> Result<(Workflow, Item)> {
    begin(tx, cx, workflow_id, form, Origin::Member).await
}

/// The same by a public form; its history says so.
pub(in crate::acts) async fn add_from_outside(
    tx: &mut Tx,
    cx: &Cx,
    workflow_id: WorkflowId,
    form: Form,
) -> Result<(Workflow, Item)> {
    begin(tx, cx, workflow_id, form, Origin::PublicForm).await
}

async fn begin(
    tx: &mut Tx,
    cx: &Cx,
    workflow_id: WorkflowId,
    form: Form,
    origin: Origin,
) -> Result<(Workflow, Item)> {
    // First: whoever publishes the workflow meanwhile is waited for.
    let number =
        repo::workflow::take_number(&mut *tx, cx.organisation_id(), workflow_id).await?.or_not_found()?;
    let workflow = repo::workflow::find(&mut *tx, cx.organisation_id(), workflow_id).await?.or_not_found()?;
    let fields = repo::workflow::fields(&mut *tx, cx.organisation_id(), workflow_id).await?;
    let first = workflow.steps.first().or_not_found()?;
    let ground = Ground { fields: &fields, step: first.id, before: &Values::new(), item: None };
    let (title, data) = form.read(tx, cx, ground).await?;
    let (tag, amount) = rules::summary(&fields, &data);
    let now = cx.now();
    let item = Item {
        card: Card {
            id: cx.new_id(),
            number,
            title,
            tag,
            step_id: first.id,
            step_since: now,
            priority: form.priority,
            assignee_id: the_assignee(&mut *tx, cx, form.assignee_id?).await?,
            due_on: form.due_on?,
            amount,
            comment_count: 0,
            version: 1,
        },
        data,
        created_at: now,
        // Whoever set off the rule that adds it has a hand in it, and does not decide of it alone.
        created_by: cx.cause().map_or_else(|| cx.actor_id(), |cause| cause.by),
        updated_at: now,
        returns_to: None,
        wakes_at: None,
    };
    enter(tx, cx, &workflow, &item, origin).await?;
    let (mut item, _) = engine::arrive(tx, cx, &workflow, item, None).await?;
    formula::fill(&fields, &mut item.data);
    Ok((workflow, item))
}

/// Where an item comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::acts) enum Origin {
    /// Somebody, or a rule, added it.
    Member,
    /// Somebody who was not logged in sent it.
    PublicForm,
    /// It is a part of the item with this key, in the same workflow.
    Part(String),
    /// The item with this key began it from another workflow.
    Child(String),
}

/// Adds an item where its card says. It does not go on from there yet.
pub(in crate::acts) async fn enter(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    item: &Item,
    origin: Origin,
) -> Result<()> {
    let workflow_id = workflow.head.id;
    let step = workflow.step(item.card.step_id).or_not_found()?;
    repo::item::insert(&mut *tx, cx.organisation_id(), workflow_id, item).await?;
    repo::workflow::count_in(tx, step);
    booking::want(tx, cx, step, item.card.id).await?;
    let entered = Happening::Entered(step.root());
    // A part is no new item to those who have a rule for that.
    let happened = match origin {
        Origin::Part(_) => vec![entered],
        _ => vec![Happening::Created, entered],
    };
    let (public_form, part_of, facts) = match origin {
        Origin::Member => (false, String::new(), json!({ "number": item.card.number })),
        Origin::PublicForm => (true, String::new(), intake::facts(item.card.number)),
        Origin::Part(of) | Origin::Child(of) => {
            let facts = json!({ "number": item.card.number, "part_of": of });
            (false, of, facts)
        }
    };
    let act = Act::Created { step: step.name.clone(), public_form, part_of };
    repo::activity::insert(&mut *tx, cx, item.card.id, &act).await?;
    tx.record(item_event("item.created", workflow_id, item.card.id, facts)).await?;
    tell_assignee(tx, cx, &workflow.head, None, &item.card).await?;
    automation::note(tx, cx, workflow, item, &happened).await
}

//! The same with many items, for other programs.

use chrono::NaiveDate;
use kernel::{Error, MemberId, Permission::ItemView, Result};
use rest::{Answer, Call, Json, Needs::May, Record, Routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    body::{read_day, sent},
    item::find_step,
};
use crate::{
    acts::bulk as acts,
    bulk::{BulkAct, Stay},
    model::Workflow,
};

/// What is published of it.
pub fn routes() -> Routes {
    let view = May(ItemView);
    Routes::new(
        "Bulk acts",
        "The same done with up to 1,000 items of a workflow, all or nothing for each of them, and taken back as one.",
    )
    .post("/bulk-acts", "Change many items", view, run)
    .post("/bulk-acts/preview", "See what a change of many items would do", view, look)
    .post("/bulk-acts/{bulk_act}/undo", "Take a change of many items back", view, undo)
}

/// The same for many items. One of `move_to`, `assign_to`, `due_on` and `delete` says what; each item needs what it would need
/// alone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ManyItems {
    /// The keys of the items, all of one workflow.
    #[schema(example = json!(["UC-414", "UC-415"]), min_items = 1, max_items = 1000)]
    items: Vec<String>,
    /// The id of the step where they go, or its name.
    #[schema(example = "Test and inspect", min_length = 1)]
    move_to: Option<String>,
    /// The member who gets them; null is nobody.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<MemberId>)]
    assign_to: Option<Option<MemberId>>,
    /// When they should be done; null is no day.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<NaiveDate>)]
    due_on: Option<Option<NaiveDate>>,
    /// Whether they are deleted.
    #[serde(default)]
    delete: bool,
}

impl ManyItems {
    fn act(&self, workflow: &Workflow) -> Result<BulkAct> {
        let step = |text: &String| {
            let step = find_step(workflow, &workflow.steps, text).map(|step| BulkAct::Move { to: step.id });
            step.ok_or_else(|| {
                Error::invalid("move_to", "Choose a step of the workflow by its id or its name.")
            })
        };
        let moves = self.move_to.as_ref().map(step);
        let assigns = self.assign_to.map(|to| Ok(BulkAct::Assign { to }));
        let due = self.due_on.map(|day| Ok(BulkAct::Due { on: read_day(day)? }));
        let deletes = self.delete.then_some(Ok(BulkAct::Delete));
        let mut asked = [moves, assigns, due, deletes].into_iter().flatten();
        match (asked.next(), asked.next()) {
            (Some(act), None) => act,
            _ => Err(Error::invalid(
                "items",
                "Say one thing to do with them: move_to, assign_to, due_on or delete.",
            )),
        }
    }
}

/// What happened to one of the items, or would happen.
#[derive(Debug, Serialize, ToSchema)]
struct BulkItem {
    #[schema(example = "UC-414")]
    key: String,
    /// `done`, `stays`, or in a preview `would_be_done`.
    #[schema(example = "stays")]
    outcome: &'static str,
    /// Why it stays.
    #[schema(example = "Fill in Mileage before UC-414 leaves Request test.")]
    why: Option<String>,
}

impl BulkItem {
    fn of(outcome: &'static str) -> impl Fn(String) -> BulkItem {
        move |key| BulkItem { key, outcome, why: None }
    }

    fn staying(stay: Stay) -> BulkItem {
        BulkItem { key: stay.key, outcome: "stays", why: Some(stay.why) }
    }

    fn missing(key: String) -> BulkItem {
        let why = format!("There is no item {key}.");
        BulkItem { key, outcome: "stays", why: Some(why) }
    }
}

/// What happened, or would happen.
#[derive(Debug, Serialize, ToSchema)]
struct BulkAnswer {
    /// By which it can be taken back within an hour; none for a preview.
    id: Option<Uuid>,
    /// How many items were changed, or would be.
    #[schema(example = 997)]
    done: usize,
    /// How many stay as they are.
    #[schema(example = 3)]
    stayed: usize,
    /// Each of them.
    items: Vec<BulkItem>,
    /// What is worth knowing before it is done, in a preview.
    notes: Vec<String>,
}

impl Record for BulkAnswer {}

impl BulkAnswer {
    fn new(id: Option<Uuid>, done: Vec<BulkItem>, stayed: impl Iterator<Item = BulkItem>) -> Self {
        let count = done.len();
        let mut items = done;
        items.extend(stayed);
        BulkAnswer { id, done: count, stayed: items.len() - count, items, notes: Vec::new() }
    }
}

async fn run(call: Call<(), Json<ManyItems>>) -> Answer<BulkAnswer> {
    let sent = call.input.0;
    let (workflow, picks, missing) = acts::find_by_keys(&call.cx, &sent.items).await?;
    let act = sent.act(&workflow)?;
    let missing = missing.into_iter().map(BulkItem::missing);
    if picks.is_empty() {
        return Ok(BulkAnswer::new(None, Vec::new(), missing));
    }
    let done = acts::run(&call.cx, workflow.head.id, act, &picks, None).await.map_err(of_body)?;
    let keys = done.keys.into_iter().map(BulkItem::of("done")).collect();
    let stayed = done.stay.into_iter().map(BulkItem::staying).chain(missing);
    Ok(BulkAnswer::new(Some(done.id), keys, stayed))
}

async fn look(call: Call<(), Json<ManyItems>>) -> Answer<BulkAnswer> {
    let sent = call.input.0;
    let (workflow, picks, missing) = acts::find_by_keys(&call.cx, &sent.items).await?;
    let act = sent.act(&workflow)?;
    let missing = missing.into_iter().map(BulkItem::missing);
    if picks.is_empty() {
        return Ok(BulkAnswer::new(None, Vec::new(), missing));
    }
    let ids: Vec<_> = picks.iter().map(|(id, _)| *id).collect();
    let outlook = acts::look(&call.cx, workflow.head.id, act, &ids).await.map_err(of_body)?;
    let keys = outlook.keys.into_iter().map(BulkItem::of("would_be_done")).collect();
    let stayed = outlook.stay.into_iter().map(BulkItem::staying).chain(missing);
    Ok(BulkAnswer { notes: outlook.notes, ..BulkAnswer::new(None, keys, stayed) })
}

async fn undo(call: Call<Uuid>) -> Answer<BulkAnswer> {
    let undone = acts::undo(&call.cx, call.path).await?;
    let keys = undone.keys.into_iter().map(BulkItem::of("done")).collect();
    Ok(BulkAnswer::new(None, keys, undone.stay.into_iter().map(BulkItem::staying)))
}

/// The same error with the names that fields have in bodies.
fn of_body(error: Error) -> Error {
    match error {
        Error::Invalid(mut fields) => {
            for field in &mut fields {
                field.field = match field.field.as_str() {
                    "assignee_id" => "assign_to".into(),
                    "to" => "move_to".into(),
                    _ => continue,
                };
            }
            Error::Invalid(fields)
        }
        error => error,
    }
}

//! Whether the conditions of transitions let an item through.

use db::On;
use kernel::{Cx, Result};

use crate::{
    definition::{Definition, Finding},
    guard::{Builtins, Guard, closed},
    model::{Field, Item, Transition, Workflow},
    repo,
    rules::Refusal,
};

/// The name by which a condition asks how often an item was sent back.
const REWORK: &str = "rework";

/// What the conditions of the ways out of an item's step can read of it.
pub async fn builtins(on: impl Into<On<'_>>, cx: &Cx, workflow: &Workflow, item: &Item) -> Result<Builtins> {
    let card = &item.card;
    let today = cx.today().date();
    // It is counted only where somebody asks.
    let rework = if workflow.ways_out(card.step_id).any(|way| way.guard.contains(REWORK)) {
        repo::activity::reworks(on, cx.organisation_id(), card.id).await?
    } else {
        0
    };
    Ok(Builtins {
        title: card.title.clone(),
        priority: card.priority.level(),
        assigned: card.assignee_id.is_some(),
        overdue: card.due_on.is_some_and(|day| day < today),
        rework,
        today,
    })
}

/// Whether a transition is open to an item, or why it is not.
pub fn may_pass(way: &Transition, fields: &[Field], item: &Item, builtins: &Builtins) -> Result<(), Refusal> {
    match closed(&way.guard, fields, item, builtins) {
        Some(why) => Err(Refusal::Closed { why }),
        None => Ok(()),
    }
}

/// What is wrong about the conditions of a design.
pub fn faults(definition: &Definition, fields: &[Field]) -> Vec<Finding> {
    let guarded = definition.transitions.iter().filter(|way| !way.guard.trim().is_empty());
    let faults = guarded.filter_map(|way| {
        let fault = Guard::parse(&way.guard, fields).err()?;
        let text = format!("The condition of {}: {fault}", way.name.trim());
        Some(Finding { blocks: true, step: Some(way.from), text })
    });
    faults.collect()
}

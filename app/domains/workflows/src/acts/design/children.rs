//! Steps that begin items in other workflows.

use std::collections::{BTreeMap, BTreeSet};

use db::On;
use kernel::{Cx, Result, StepId, WorkflowId};

use crate::{
    automatic::{Automatic, Children},
    definition::{Definition, Finding},
    model::Workflow,
    repo,
};

/// What is wrong about the workflows that a design begins items in: that there is none, or that items would begin each other
/// without end.
pub(super) async fn faults(
    on: impl Into<On<'_>>,
    cx: &Cx,
    id: WorkflowId,
    design: &Definition,
) -> Result<Vec<Finding>> {
    let begins: Vec<(StepId, &str, WorkflowId)> = design
        .steps
        .iter()
        .filter_map(|step| Some((step.id, step.name.trim(), target(step.automatic.as_ref())?)))
        .collect();
    if begins.is_empty() {
        return Ok(Vec::new());
    }
    let all = repo::workflow::all(on, cx.organisation_id()).await?;
    let known: BTreeMap<WorkflowId, &Workflow> = all.iter().map(|one| (one.head.id, one)).collect();
    let fault = |(step, name, to): (StepId, &str, WorkflowId)| {
        let text = match known.get(&to) {
            None => format!("The workflow in which {name} begins items is gone. Choose another one."),
            Some(other) if leads_to(&known, to, id) => {
                format!(
                    "{name} begins items in {}, and those begin some here again, without end.",
                    other.head.name
                )
            }
            Some(_) => return None,
        };
        Some(Finding { blocks: true, step: Some(step), text })
    };
    Ok(begins.into_iter().filter_map(fault).collect())
}

fn target(automatic: Option<&Automatic>) -> Option<WorkflowId> {
    match automatic? {
        Automatic::Children(Children { workflow_id, .. }) => *workflow_id,
        _ => None,
    }
}

/// Whether items of one workflow come to begin some in the other.
fn leads_to(known: &BTreeMap<WorkflowId, &Workflow>, from: WorkflowId, to: WorkflowId) -> bool {
    let (mut seen, mut open) = (BTreeSet::from([from]), vec![from]);
    while let Some(id) = open.pop() {
        if id == to {
            return true;
        }
        let steps = known.get(&id).into_iter().flat_map(|workflow| workflow.all_steps());
        open.extend(
            steps.filter_map(|step| target(step.automatic.as_ref())).filter(|next| seen.insert(*next)),
        );
    }
    false
}

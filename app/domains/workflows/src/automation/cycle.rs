//! Rules that set each other off in a circle, found before they do.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{RuleId, StepId, WorkflowId};

use super::{Action, Part, Rule, Trigger};
use crate::model::Workflow;

/// A rule with the workflow that it belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The rule.
    pub id: RuleId,
    /// The workflow.
    pub workflow: &'a Workflow,
    /// What it says.
    pub rule: &'a Rule,
}

/// The circles in which rules may set each other off, each once, as the rules in their order. Conditions are not looked at: a
/// circle may never happen.
pub fn cycles(rules: &[Known<'_>]) -> Vec<Vec<RuleId>> {
    let workflows: BTreeMap<WorkflowId, &Workflow> =
        rules.iter().map(|known| (known.workflow.head.id, known.workflow)).collect();
    let next: Vec<Vec<usize>> = rules
        .iter()
        .map(|one| {
            let sets_off = |(place, other): (usize, &Known<'_>)| {
                one.rule
                    .then
                    .iter()
                    .any(|action| fires(action, one.workflow, other, &workflows))
                    .then_some(place)
            };
            rules.iter().enumerate().filter_map(sets_off).collect()
        })
        .collect();
    let mut found: Vec<Vec<usize>> = Vec::new();
    let mut known: BTreeSet<BTreeSet<usize>> = BTreeSet::new();
    for start in 0..rules.len() {
        let Some(circle) = shortest(&next, start) else { continue };
        if known.insert(circle.iter().copied().collect()) {
            found.push(circle);
        }
    }
    let ids =
        |circle: Vec<usize>| circle.into_iter().filter_map(|at| rules.get(at)).map(|it| it.id).collect();
    found.into_iter().map(ids).collect()
}

/// The shortest way from a rule back to it.
fn shortest(next: &[Vec<usize>], start: usize) -> Option<Vec<usize>> {
    let mut from: BTreeMap<usize, usize> = BTreeMap::new();
    let mut edge = vec![start];
    while !edge.is_empty() {
        let mut further = Vec::new();
        for at in edge {
            for to in next.get(at).into_iter().flatten().copied() {
                if to == start {
                    let mut circle = vec![at];
                    while let Some(before) = circle.last().and_then(|last| from.get(last)) {
                        circle.push(*before);
                    }
                    circle.reverse();
                    return Some(circle);
                }
                if let std::collections::btree_map::Entry::Vacant(free) = from.entry(to) {
                    free.insert(at);
                    further.push(to);
                }
            }
        }
        edge = further;
    }
    None
}

/// Whether doing this with an item of a workflow may set a rule off.
fn fires(
    action: &Action,
    workflow: &Workflow,
    other: &Known<'_>,
    workflows: &BTreeMap<WorkflowId, &Workflow>,
) -> bool {
    let here = workflow.head.id == other.workflow.head.id;
    let changes = |part: &Part| here && other.rule.on == Trigger::Changed(part.clone());
    match action {
        Action::Assign(_) => changes(&Part::Assignee),
        Action::Set { field, .. } => changes(&Part::Field(field.clone())),
        Action::Prioritise { .. } => changes(&Part::Priority),
        Action::Due { .. } => changes(&Part::Due),
        Action::Move { to } if here => {
            let comes = passes(workflow, *to);
            match &other.rule.on {
                Trigger::Entered { step } => comes.contains(step),
                // It leaves where it is, and each step that only lets it pass.
                Trigger::Left { step } => {
                    let is_way =
                        |from: StepId| workflow.ways_out(from).any(|way| comes.contains(&way.to_step_id));
                    is_way(*step)
                }
                _ => false,
            }
        }
        Action::Create { workflow: made, .. } if *made == other.workflow.head.id => {
            let comes = workflows
                .get(made)
                .and_then(|made| made.steps.first().map(|first| passes(made, first.id)))
                .unwrap_or_default();
            match &other.rule.on {
                Trigger::Created => true,
                Trigger::Entered { step } => comes.contains(step),
                Trigger::Left { step } => comes.contains(step) && goes_on(other.workflow, *step),
                _ => false,
            }
        }
        Action::Create { .. }
        | Action::Move { .. }
        | Action::Comment { .. }
        | Action::Tell { .. }
        | Action::Mail { .. }
        | Action::Book { .. }
        | Action::Call => false,
    }
}

/// The steps to which an item comes that is put into one: that one, and those beyond it to which it goes by itself, also after a
/// wait.
fn passes(workflow: &Workflow, first: StepId) -> BTreeSet<StepId> {
    let mut comes = BTreeSet::from([first]);
    let mut edge = vec![first];
    while let Some(at) = edge.pop() {
        if !goes_on(workflow, at) {
            continue;
        }
        for way in workflow.ways_on(at) {
            if comes.insert(way.to_step_id) {
                edge.push(way.to_step_id);
            }
        }
    }
    comes
}

/// Whether items go on from a step by themselves, at once or after a wait.
fn goes_on(workflow: &Workflow, step: StepId) -> bool {
    workflow.step(step).is_some_and(|step| step.does.is_some())
}

//! What is wrong or doubtful about a design.

use std::collections::{BTreeMap, BTreeSet};

use kernel::StepId;
use serde::{Deserialize, Serialize};

use super::{Definition, StepDefinition, TransitionDefinition, form, together};
use crate::{
    approval::{Approval, Need},
    automatic::{Automatic, Children, Deed, Gives, Whom},
    sla::Escalation,
};

/// As many steps are named in one finding.
const NAMED: usize = 5;

/// Something that the checks found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Whether it keeps the workflow from being published.
    pub blocks: bool,
    /// The step that it is about, if it is about one.
    pub step: Option<StepId>,
    /// The fault and what to do about it.
    pub text: String,
}

/// What is wrong or doubtful about a design, in the order of its steps.
pub fn check(definition: &Definition) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut block = |step: Option<StepId>, text: String| found.push(Finding { blocks: true, step, text });
    if definition.name.trim().is_empty() {
        block(None, "The workflow has no name.".into());
    }
    if definition.item_noun.trim().is_empty() {
        block(None, "Say what one item is called.".into());
    }
    if definition.steps.is_empty() {
        block(None, "There is no step yet.".into());
        return found;
    }
    if !definition.steps.iter().any(|step| step.ends) {
        block(None, "No step ends the workflow, so that nothing is ever done.".into());
    }
    let reached = reached(definition);
    let finishing = finishing(definition);
    let rounds = rounds(definition);
    let mut nameless: BTreeMap<StepId, Vec<StepId>> = BTreeMap::new();
    for way in definition.transitions.iter().filter(|way| way.name.trim().is_empty()) {
        nameless.entry(way.from).or_default().push(way.to);
    }
    let mut names: BTreeMap<String, StepId> = BTreeMap::new();
    for step in &definition.steps {
        let (id, name) = (Some(step.id), step.name.trim());
        let shown = if name.is_empty() { "The step without a name" } else { name };
        if name.is_empty() {
            block(id, "A step has no name.".into());
        } else if names.insert(name.to_lowercase(), step.id).is_some() {
            block(id, format!("Two steps are called {name}."));
        }
        if !reached.contains(&step.id) {
            block(id, format!("{shown} cannot be reached: no way leads there from the first step."));
        }
        if !step.ends && !finishing.contains(&step.id) {
            block(id, format!("{shown} is a dead end: no way leads from it to an end."));
        }
        if let Some(approval) = &step.approval {
            check_approval(definition, step, approval, shown, |text| block(id, text));
        }
        check_automatic(definition, step, shown, |text| block(id, text));
        if rounds.contains(&step.id) {
            block(id, format!("Items would go round through {shown} without anybody doing anything."));
        }
        for to in nameless.get(&step.id).into_iter().flatten() {
            let to = definition.step(*to).map_or("", |step| step.name.trim());
            block(id, format!("The way from {shown} to {to} has no name."));
        }
    }
    let is_decided_by_nobody = |step: &&StepDefinition| {
        let approval = step.approval.as_ref();
        step.team_id.is_none() && approval.is_some_and(|approval| approval.approvers.is_empty())
    };
    form::check(definition, &mut found);
    together::check(definition, &mut found);
    for step in definition.steps.iter().filter(|step| !step.ends) {
        check_branches(definition, step, &mut found);
    }
    for step in definition.steps.iter().filter(is_decided_by_nobody) {
        let text = format!(
            "Nobody is named who approves in {}, so that whoever may publish workflows does.",
            step.name.trim()
        );
        found.push(Finding { blocks: false, step: Some(step.id), text });
    }
    let is_worked_in = |step: &&StepDefinition| !step.ends && step.automatic.is_none();
    let alone = || definition.steps.iter().filter(is_worked_in).filter(|step| step.team_id.is_none());
    let names: Vec<&str> = alone().map(|step| step.name.trim()).filter(|name| !name.is_empty()).collect();
    if !names.is_empty() {
        let (told, rest) = names.split_at(names.len().min(NAMED));
        let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        let text = format!("No team works in {}{more} yet.", told.join(", "));
        found.push(Finding { blocks: false, step: alone().next().map(|step| step.id), text });
    }
    found
}

/// What is doubtful about the conditions of the ways that lead forward from a step: that none may be open, or that one is
/// never taken.
fn check_branches(definition: &Definition, step: &StepDefinition, found: &mut Vec<Finding>) {
    let forward: Vec<&TransitionDefinition> =
        definition.ways_out(step.id).filter(|way| !way.is_for_refused()).collect();
    let is_open = |way: &&TransitionDefinition| way.guard.trim().is_empty();
    let name = step.name.trim();
    let is_branch = step.automatic == Some(Automatic::Branch);
    if !forward.is_empty() && !forward.iter().any(is_open) && !is_branch {
        let text = format!(
            "Each way on from {name} has a condition: an item that meets none stays there. Let one be open."
        );
        found.push(Finding { blocks: false, step: Some(step.id), text });
    }
    // Nobody chooses there: of the ways without a condition the first is taken.
    let takes_all = step.automatic == Some(Automatic::Parallel);
    let nobody_chooses = !takes_all && (step.approval.is_some() || step.automatic.is_some());
    for way in forward.iter().filter(|way| is_open(way)).skip(1).filter(|_| nobody_chooses) {
        let what = if step.approval.is_some() { "What is approved in" } else { "What goes on from" };
        let text = format!(
            "{what} {name} never takes {}, since another way is always open, too. Give it a condition.",
            way.name.trim()
        );
        found.push(Finding { blocks: false, step: Some(step.id), text });
    }
}

/// What is wrong about the approval in a step.
fn check_approval(
    definition: &Definition,
    step: &StepDefinition,
    approval: &Approval,
    shown: &str,
    mut block: impl FnMut(String),
) {
    if step.ends {
        block(format!("{shown} ends the workflow, so that there is nothing left to approve there."));
        return;
    }
    if definition.ways_out(step.id).all(TransitionDefinition::is_for_refused) {
        block(format!("No way leads on from {shown} for what is approved."));
    }
    if !definition.ways_out(step.id).any(TransitionDefinition::is_for_refused) {
        block(format!(
            "No way leads out of {shown} for what is refused. Add a way back, or one for what is refused."
        ));
    }
    if let Need::AtLeast(count) = approval.need
        && !approval.approvers.is_empty()
        && usize::try_from(count).is_ok_and(|count| approval.approvers.len() < count)
    {
        block(format!("{shown} asks for {count} approvals, and {} decide.", approval.approvers.len()));
    }
}

/// What is wrong about what a step does by itself, and about whom it gives items to.
fn check_automatic(
    definition: &Definition,
    step: &StepDefinition,
    shown: &str,
    mut block: impl FnMut(String),
) {
    if step.team_id.is_none() && step.gives.as_ref().is_some_and(Gives::needs_team) {
        block(format!("{shown} gives items to its team, and has none."));
    }
    if let Some(sla) = &step.sla {
        if step.ends {
            block(format!("{shown} ends the workflow, so that nothing there can be late."));
        } else if step.automatic.as_ref().is_some_and(Automatic::passes) {
            block(format!("Items only pass by {shown}, so that a time limit means nothing there."));
        }
        if let Some(twin) = sla.twin() {
            block(format!("{shown} does the same twice when {} % of its time are used.", twin.percent));
        }
        if step.team_id.is_none() && sla.rungs.iter().any(|rung| rung.does == Escalation::TellTeam) {
            block(format!("{shown} tells its team when time is used up, and has none."));
        }
    }
    if step.booking.is_some() && step.ends {
        block(format!("{shown} ends the workflow, so that nothing is booked there."));
    } else if step.booking.is_some() && step.automatic.is_some() {
        block(format!("Nobody works in {shown}, so that nothing is booked there."));
    }
    let Some(does) = &step.automatic else { return };
    let mut ways = definition.ways_out(step.id).filter(|way| !way.is_for_refused()).peekable();
    if ways.peek().is_none() {
        block(format!("No way leads on from {shown}, where items go on by themselves."));
    } else if *does == Automatic::Branch && !ways.any(|way| way.guard.trim().is_empty()) {
        block(format!(
            "{shown} has no way for what meets no condition. Let one way be open, so that nothing gets stuck."
        ));
    }
    let lacking = definition.fields_of(Some(step.id)).find(|field| field.required && !does.names(&field.key));
    if let Some(field) = lacking.filter(|_| does.passes() || does.gathers()) {
        block(format!("{shown} needs {}, and nobody works there who would fill it in.", field.label.trim()));
    }
    match does {
        Automatic::Children(Children { workflow_id: None, .. }) => {
            block(format!("Choose the workflow in which {shown} begins items."));
        }
        Automatic::Act(deeds) if deeds.is_empty() => block(format!("{shown} does nothing yet.")),
        Automatic::Act(deeds) if step.team_id.is_none() && deeds.contains(&Deed::Tell(Whom::Team)) => {
            block(format!("{shown} tells its team, and has none."));
        }
        _ => {}
    }
}

/// The steps through which items would go round by themselves, and what lies between such rounds.
fn rounds(definition: &Definition) -> BTreeSet<StepId> {
    let passes = |step: &&StepDefinition| {
        step.automatic.as_ref().is_some_and(|does| does.passes() || *does == Automatic::Parallel)
    };
    let passing: BTreeSet<StepId> = definition.steps.iter().filter(passes).map(|step| step.id).collect();
    let ways: Vec<(StepId, StepId)> = definition
        .transitions
        .iter()
        .filter(|way| !way.is_for_refused() && passing.contains(&way.from) && passing.contains(&way.to))
        .map(|way| (way.from, way.to))
        .collect();
    let backwards = ways.iter().map(|(from, to)| (*to, *from)).collect();
    // What no round comes to, and what comes to no round, is in none.
    let (before, behind) = (endless(&passing, ways), endless(&passing, backwards));
    before.intersection(&behind).copied().collect()
}

/// The steps to which such ways lead from a round.
fn endless(steps: &BTreeSet<StepId>, ways: Vec<(StepId, StepId)>) -> BTreeSet<StepId> {
    let mut into: BTreeMap<StepId, usize> = steps.iter().map(|id| (*id, 0)).collect();
    let mut next: BTreeMap<StepId, Vec<StepId>> = BTreeMap::new();
    for (from, to) in ways {
        *into.entry(to).or_default() += 1;
        next.entry(from).or_default().push(to);
    }
    let mut free: Vec<StepId> = into.iter().filter(|(_, count)| **count == 0).map(|(id, _)| *id).collect();
    while let Some(step) = free.pop() {
        into.remove(&step);
        for to in next.remove(&step).unwrap_or_default() {
            if let Some(count) = into.get_mut(&to) {
                *count -= 1;
                if *count == 0 {
                    free.push(to);
                }
            }
        }
    }
    into.into_keys().collect()
}

/// The steps that an item can come to.
fn reached(definition: &Definition) -> BTreeSet<StepId> {
    let first = definition.steps.first().map(|step| step.id);
    spread(first.into_iter().collect(), definition, |way| (way.from, way.to))
}

/// The steps from which an item can come to an end.
fn finishing(definition: &Definition) -> BTreeSet<StepId> {
    let ends = definition.steps.iter().filter(|step| step.ends).map(|step| step.id);
    spread(ends.collect(), definition, |way| (way.to, way.from))
}

/// All steps that lie along the ways from these.
fn spread(
    from: BTreeSet<StepId>,
    definition: &Definition,
    direction: impl Fn(&TransitionDefinition) -> (StepId, StepId),
) -> BTreeSet<StepId> {
    let mut next: BTreeMap<StepId, Vec<StepId>> = BTreeMap::new();
    for way in &definition.transitions {
        let (here, there) = direction(way);
        next.entry(here).or_default().push(there);
    }
    let mut open: Vec<StepId> = from.iter().copied().collect();
    let mut known = from;
    while let Some(step) = open.pop() {
        for &other in next.get(&step).into_iter().flatten() {
            if known.insert(other) {
                open.push(other);
            }
        }
    }
    known
}

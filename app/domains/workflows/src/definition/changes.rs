//! What a design changes, in words.

use kernel::StepId;

use super::{Definition, StepDefinition};

/// What a design changes of the one before, a sentence each.
pub fn changes(before: &Definition, definition: &Definition) -> Vec<String> {
    let mut said = Vec::new();
    if before.name != definition.name {
        said.push(format!("The workflow is called {} now.", definition.name));
    }
    if before.item_noun != definition.item_noun {
        said.push(format!("One item is called {} now.", definition.item_noun));
    }
    for step in &definition.steps {
        match before.step(step.id) {
            None => said.push(format!("New step: {}.", step.name)),
            Some(old) if old.name != step.name => {
                said.push(format!("{} is called {} now.", old.name, step.name))
            }
            Some(_) => {}
        }
        let Some(old) = before.step(step.id) else { continue };
        if old.ends != step.ends {
            let does = if step.ends { "ends the workflow now" } else { "does not end the workflow any more" };
            said.push(format!("{} {does}.", step.name));
        }
        if old.team_id != step.team_id {
            said.push(format!("{} has another team.", step.name));
        }
        if old.wip_limit != step.wip_limit {
            said.push(format!("{} has another limit.", step.name));
        }
        match (&old.approval, &step.approval) {
            (None, Some(_)) => said.push(format!("{} needs an approval now.", step.name)),
            (Some(_), None) => said.push(format!("{} needs no approval any more.", step.name)),
            (old, new) if old != new => said.push(format!("{} is approved differently.", step.name)),
            _ => {}
        }
        if old.automatic != step.automatic {
            said.push(match &step.automatic {
                Some(does) => format!("{} is a step of another kind now: {}.", step.name, does.noun()),
                None => format!("{} does nothing by itself any more.", step.name),
            });
        }
        if old.gives != step.gives {
            said.push(format!("{} gives items to somebody else.", step.name));
        }
        if old.instructions != step.instructions {
            said.push(format!("{} has other instructions.", step.name));
        }
        match (&old.sla, &step.sla) {
            (None, Some(_)) => said.push(format!("{} has a time limit now.", step.name)),
            (Some(_), None) => said.push(format!("{} has no time limit any more.", step.name)),
            (old, new) if old != new => said.push(format!("{} has another time limit.", step.name)),
            _ => {}
        }
        match (&old.booking, &step.booking) {
            (None, Some(_)) => said.push(format!("{} needs a booking now.", step.name)),
            (Some(_), None) => said.push(format!("{} needs no booking any more.", step.name)),
            (old, new) if old != new => said.push(format!("{} needs another booking.", step.name)),
            _ => {}
        }
    }
    if before.fields.is_some() && definition.fields.is_some() {
        for field in definition.form() {
            match before.field(field.id) {
                None => said.push(format!("New in the form: {}.", field.label)),
                Some(old) if old != field => said.push(format!("{} is asked for differently.", field.label)),
                Some(_) => {}
            }
        }
        let gone = before.form().iter().filter(|field| definition.field(field.id).is_none());
        said.extend(gone.map(|field| format!("Not in the form any more: {}.", field.label)));
    }
    let gone = before.steps.iter().filter(|step| definition.step(step.id).is_none());
    said.extend(gone.map(|step| format!("Removed: {}.", step.name)));
    let kept = |one: &Definition, other: &Definition| -> Vec<StepId> {
        one.steps.iter().map(|step| step.id).filter(|id| other.step(*id).is_some()).collect()
    };
    if kept(before, definition) != kept(definition, before) {
        said.push("The steps stand in another order.".into());
    }
    let stands_elsewhere =
        |step: &StepDefinition| before.step(step.id).is_some_and(|old| old.place != step.place);
    if definition.steps.iter().any(stands_elsewhere) {
        said.push("The drawing is arranged differently.".into());
    }
    if before.transitions != definition.transitions {
        let new = definition.transitions.iter().filter(|way| !before.transitions.contains(way)).count();
        let old = before.transitions.iter().filter(|way| !definition.transitions.contains(way)).count();
        said.push(match (new, old) {
            (0, 0) => "The ways stand in another order.".into(),
            (new, 0) => format!("New or changed ways: {new}."),
            (0, old) => format!("Removed ways: {old}."),
            (new, old) => format!("Ways: {new} new or changed, {old} not as before."),
        });
    }
    said
}

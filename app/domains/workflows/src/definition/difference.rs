//! What differs between two designs, part by part, so that it can be drawn.

use std::collections::{BTreeMap, BTreeSet};

use kernel::StepId;

use super::{Definition, StepDefinition, TransitionDefinition};

/// From where to where a way leads.
pub type Ends = (StepId, StepId);

/// What a design has that another one before it had not, had differently, or had and is gone. That a step only stands
/// elsewhere is no difference.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Steps that were not there.
    pub new_steps: BTreeSet<StepId>,
    /// Steps that were otherwise.
    pub changed_steps: BTreeSet<StepId>,
    /// Steps that are gone, as they were.
    pub gone_steps: Vec<StepDefinition>,
    /// Ways that were not there.
    pub new_ways: BTreeSet<Ends>,
    /// Ways that were otherwise.
    pub changed_ways: BTreeSet<Ends>,
    /// Ways that are gone, as they were.
    pub gone_ways: Vec<TransitionDefinition>,
}

impl Difference {
    /// What `after` changes of `before`.
    pub fn between(before: &Definition, after: &Definition) -> Difference {
        let old_steps: BTreeMap<StepId, &StepDefinition> =
            before.steps.iter().map(|it| (it.id, it)).collect();
        let old_ways: BTreeMap<Ends, &TransitionDefinition> =
            before.transitions.iter().map(|way| ((way.from, way.to), way)).collect();
        let mut found = Difference::default();
        for step in &after.steps {
            match old_steps.get(&step.id) {
                None => {
                    found.new_steps.insert(step.id);
                }
                Some(old) if !is_same(old, step) || !same_form(before, after, step.id) => {
                    found.changed_steps.insert(step.id);
                }
                Some(_) => {}
            }
        }
        for way in &after.transitions {
            let ends = (way.from, way.to);
            match old_ways.get(&ends) {
                None => {
                    found.new_ways.insert(ends);
                }
                Some(old) if *old != way => {
                    found.changed_ways.insert(ends);
                }
                Some(_) => {}
            }
        }
        let steps: BTreeSet<StepId> = after.steps.iter().map(|step| step.id).collect();
        let ways: BTreeSet<Ends> = after.transitions.iter().map(|way| (way.from, way.to)).collect();
        found.gone_steps = before.steps.iter().filter(|step| !steps.contains(&step.id)).cloned().collect();
        let is_gone = |way: &&TransitionDefinition| !ways.contains(&(way.from, way.to));
        found.gone_ways = before.transitions.iter().filter(is_gone).cloned().collect();
        found
    }

    /// In a few words: `2 new, 1 changed, 1 gone`.
    pub fn summary(&self) -> String {
        let parts = [
            (self.new_steps.len() + self.new_ways.len(), "new"),
            (self.changed_steps.len() + self.changed_ways.len(), "changed"),
            (self.gone_steps.len() + self.gone_ways.len(), "gone"),
        ];
        let said: Vec<String> = parts
            .iter()
            .filter(|(count, _)| *count != 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        if said.is_empty() { "nothing differs".into() } else { said.join(", ") }
    }
}

fn is_same(old: &StepDefinition, new: &StepDefinition) -> bool {
    let bare = |step: &StepDefinition| StepDefinition { place: None, ..step.clone() };
    bare(old) == bare(new)
}

/// Whether the same is filled in in a step. A design that says nothing of the form differs in none.
fn same_form(before: &Definition, after: &Definition, step: StepId) -> bool {
    before.fields.is_none()
        || after.fields.is_none()
        || before.fields_of(Some(step)).eq(after.fields_of(Some(step)))
}

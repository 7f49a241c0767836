//! Where everything is in a design, found once for all that show a part of it: a large one is looked through often.

use std::collections::BTreeMap;

use kernel::StepId;

use crate::definition::{Definition, StepDefinition, TransitionDefinition};

/// The places of steps and ways.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Index {
    steps: BTreeMap<StepId, usize>,
    ways: BTreeMap<(StepId, StepId), usize>,
    ways_in: BTreeMap<StepId, Vec<usize>>,
    ways_out: BTreeMap<StepId, Vec<usize>>,
}

impl Index {
    /// The places in a design.
    pub fn of(definition: &Definition) -> Self {
        let mut index = Index::default();
        index.steps.extend(definition.steps.iter().enumerate().map(|(place, step)| (step.id, place)));
        for (place, way) in definition.transitions.iter().enumerate() {
            index.ways.insert((way.from, way.to), place);
            index.ways_in.entry(way.to).or_default().push(place);
            index.ways_out.entry(way.from).or_default().push(place);
        }
        index
    }

    /// A step with its place in the order.
    pub fn step<'a>(&self, definition: &'a Definition, id: StepId) -> Option<(usize, &'a StepDefinition)> {
        let place = *self.steps.get(&id)?;
        Some((place, definition.steps.get(place)?))
    }

    /// The place of a step in the order.
    pub fn place(&self, id: StepId) -> Option<usize> {
        self.steps.get(&id).copied()
    }

    /// A way.
    pub fn way<'a>(
        &self,
        definition: &'a Definition,
        way: (StepId, StepId),
    ) -> Option<&'a TransitionDefinition> {
        definition.transitions.get(*self.ways.get(&way)?)
    }

    /// The ways to a step.
    pub fn ways_in<'a>(
        &self,
        definition: &'a Definition,
        id: StepId,
    ) -> impl Iterator<Item = &'a TransitionDefinition> {
        let places = self.ways_in.get(&id).into_iter().flatten();
        places.filter_map(|place| definition.transitions.get(*place))
    }

    /// The ways out of a step.
    pub fn ways_out<'a>(
        &self,
        definition: &'a Definition,
        id: StepId,
    ) -> impl Iterator<Item = &'a TransitionDefinition> {
        let places = self.ways_out.get(&id).into_iter().flatten();
        places.filter_map(|place| definition.transitions.get(*place))
    }

    /// What a step is called on the page.
    pub fn called(&self, definition: &Definition, id: StepId) -> String {
        self.step(definition, id).map(|(place, step)| name_of(place, step)).unwrap_or_default()
    }
}

/// What the step at a place is called on the page.
pub fn name_of(place: usize, step: &StepDefinition) -> String {
    match step.name.trim() {
        "" => format!("Step {}", place + 1),
        name => name.to_owned(),
    }
}

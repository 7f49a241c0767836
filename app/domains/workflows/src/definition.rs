//! A workflow as it is designed: one document that is drafted, checked and published as a whole.
//!
//! The rules here are pure, so that the page checks while somebody draws and the server checks the same before it
//! publishes.

mod changes;
mod check;
pub mod difference;
pub mod form;
mod leftover;
pub mod template;
mod together;

pub use changes::changes;
pub use check::{Finding, check};
pub use leftover::{Leftover, leftovers, newcomers};

use std::collections::BTreeSet;

use kernel::{Error, Result, StepId, TeamId};
use serde::{Deserialize, Serialize};

use crate::{
    approval::{APPROVERS_MAX, Approval},
    automatic::{Automatic, DEEDS_MAX, DUE_MAX, Gives, VALUE_MAX, WAIT_MAX},
    booking::{self, BookingNeed},
    model::{Field, StepKind, Workflow},
    sla::{MINUTES_MAX, PERCENT_MAX, RUNGS_MAX, Sla},
};

/// The longest name of a workflow, a step or a transition, in characters.
pub const NAME_MAX: usize = 60;
/// The longest word for one item, in characters.
pub const NOUN_MAX: usize = 30;
/// The longest condition of a transition, in characters.
pub const GUARD_MAX: usize = 500;
/// As many steps a workflow may have.
pub const STEPS_MAX: usize = 2_000;
/// As many transitions a workflow may have.
pub const TRANSITIONS_MAX: usize = 4_000;
/// How far from the middle of the drawing a step may stand, in px.
pub const PLACE_MAX: i32 = 1_000_000;
/// The largest file that a design is read from, in bytes. Its text travels as JSON, in a body that the server takes only up
/// to 2 MiB.
pub const FILE_MAX: usize = 1_500_000;
/// The longest instructions of a step, in characters.
pub const INSTRUCTIONS_MAX: usize = 2_000;
/// The highest limit of items in a step.
pub const LIMIT_MAX: i64 = 9_999;

/// A workflow as it is designed. The first step is where items begin.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// The number of the version that it was made from; 0 for none.
    #[serde(default)]
    pub base: i64,
    /// Its name.
    pub name: String,
    /// What one item is called, e.g. `vehicle`.
    pub item_noun: String,
    /// Steps in order.
    pub steps: Vec<StepDefinition>,
    /// Ways between them, in the order in which a step offers them.
    pub transitions: Vec<TransitionDefinition>,
    /// What is kept of each item, in the order of the form; none leaves it as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<Field>>,
}

/// A step as it is designed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepDefinition {
    /// The step. That of a new one is replaced when it is published.
    pub id: StepId,
    /// Its name.
    pub name: String,
    /// Whether items end here.
    pub ends: bool,
    /// Who works here.
    pub team_id: Option<TeamId>,
    /// How many items may be here before the column warns.
    pub wip_limit: Option<i64>,
    /// Who decides here whether an item goes on, if somebody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    /// What it does by itself, if nobody works here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub automatic: Option<Automatic>,
    /// Whom it gives items to that come here; none leaves them whose they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gives: Option<Gives>,
    /// How long items may stay here, if that is limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sla: Option<Sla>,
    /// What has to be booked before items go on from here, if anything has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booking: Option<BookingNeed>,
    /// What is to be done here, for who works here; empty where nothing is said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub instructions: String,
    /// Where it stands in the drawing, unless that is still to be found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

impl StepDefinition {
    /// Whether what it does, or whom it gives items to, is said by the field with this key.
    fn names(&self, key: &str) -> bool {
        self.automatic.as_ref().is_some_and(|does| does.names(key))
            || matches!(&self.gives, Some(Gives::Field(field)) if field == key)
    }

    /// A step of this name, where work goes on.
    pub fn new(id: StepId, name: &str) -> Self {
        StepDefinition {
            id,
            name: name.to_owned(),
            ends: false,
            team_id: None,
            wip_limit: None,
            approval: None,
            automatic: None,
            gives: None,
            sla: None,
            booking: None,
            instructions: String::new(),
            place: None,
        }
    }
}

/// Where a step stands in the drawing: its top left corner, in px.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
}

impl Place {
    /// The place so many px away from here, as far as a step may stand from the middle.
    #[must_use]
    pub fn moved(self, x: i32, y: i32) -> Self {
        let moved = |at: i32, by: i32| at.saturating_add(by).clamp(-PLACE_MAX, PLACE_MAX);
        Place { x: moved(self.x, x), y: moved(self.y, y) }
    }
}

/// A transition as it is designed. There is one at most from one step to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransitionDefinition {
    /// Where it starts.
    pub from: StepId,
    /// Where it leads.
    pub to: StepId,
    /// What taking it is called, e.g. `Start test`.
    pub name: String,
    /// Whether it leads back.
    pub rework: bool,
    /// Whether it is taken by what is refused, as a way back always is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub refuses: bool,
    /// The condition under which it is open; empty for always.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub guard: String,
}

impl TransitionDefinition {
    /// Whether whoever refuses an item can send it along here.
    pub fn is_for_refused(&self) -> bool {
        self.rework || self.refuses
    }
}

/// Without what a running workflow does not have at hand: where steps stand, and their instructions.
impl From<&Workflow> for Definition {
    fn from(workflow: &Workflow) -> Self {
        let steps = workflow.steps.iter().map(|step| StepDefinition {
            id: step.id,
            name: step.name.clone(),
            ends: step.kind == StepKind::Done,
            team_id: step.team_id,
            wip_limit: step.wip_limit,
            approval: step.approval.clone(),
            automatic: step.automatic.clone(),
            gives: step.gives.clone(),
            sla: step.sla.clone(),
            booking: step.booking,
            instructions: String::new(),
            place: None,
        });
        let transitions = workflow.transitions.iter().map(|way| TransitionDefinition {
            from: way.from_step_id,
            to: way.to_step_id,
            name: way.name.clone(),
            rework: way.rework,
            refuses: way.refuses,
            guard: way.guard.clone(),
        });
        Definition {
            base: 0,
            name: workflow.head.name.clone(),
            item_noun: workflow.head.item_noun.clone(),
            steps: steps.collect(),
            transitions: transitions.collect(),
            fields: None,
        }
    }
}

impl Definition {
    /// The step with this id.
    pub fn step(&self, id: StepId) -> Option<&StepDefinition> {
        self.steps.iter().find(|step| step.id == id)
    }

    /// The same with what its steps have in another design and a running workflow does not have at hand.
    #[must_use]
    pub fn filled_up_from(mut self, other: &Definition) -> Self {
        for step in &mut self.steps {
            if let Some(other) = other.step(step.id) {
                step.place = other.place.or(step.place);
                step.instructions.clone_from(&other.instructions);
            }
        }
        self
    }

    /// What the step at `place` is in its process.
    pub fn kind(&self, place: usize) -> StepKind {
        match self.steps.get(place) {
            Some(step) if step.ends => StepKind::Done,
            _ if place == 0 => StepKind::Start,
            _ => StepKind::Work,
        }
    }

    /// The transitions that lead out of a step.
    pub fn ways_out(&self, from: StepId) -> impl Iterator<Item = &TransitionDefinition> {
        self.transitions.iter().filter(move |way| way.from == from)
    }

    /// Adds a step behind the one at `place`, or as the first.
    pub fn insert_step(&mut self, place: Option<usize>, id: StepId) {
        let at = place.map_or(0, |place| place + 1).min(self.steps.len());
        self.steps.insert(at, StepDefinition::new(id, ""));
    }

    /// Adds a step behind the one at `place`, and between it and the next where only one way leads forward from there. Behind a
    /// parallel step it is one more way, which comes together with the others.
    pub fn splice_step(&mut self, place: usize, id: StepId) {
        self.insert_step(Some(place), id);
        let Some(before) = self.steps.get(place) else { return };
        let (before, is_parallel) = (before.id, before.automatic == Some(Automatic::Parallel));
        let ways = self.ways_out(before).count();
        let join = together::join_of(self, before).filter(|_| is_parallel);
        if is_parallel && (1 < ways || join.is_some()) {
            self.connect(before, id, &format!("Part {}", ways + 1));
            self.stand_beside(before, id);
            if let Some((join, name)) = join {
                self.connect(id, join, &name);
            }
            return;
        }
        let mut forward = self.transitions.iter_mut().filter(|way| way.from == before && !way.rework);
        let (Some(way), None) = (forward.next(), forward.next()) else { return };
        let to = std::mem::replace(&mut way.to, id);
        let name = self.step(to).map(|step| way_to(&step.name)).unwrap_or_default();
        self.connect(id, to, &name);
    }

    /// Takes a step away, with the ways in and out of it. What is filled in there is filled in in the step before.
    pub fn remove_step(&mut self, id: StepId) {
        let place = self.steps.iter().position(|step| step.id == id).unwrap_or_default();
        let beside = if place == 0 { 1 } else { place - 1 };
        let to = self.steps.get(beside).map(|step| step.id);
        self.hand_fields_on(id, to);
        self.steps.retain(|step| step.id != id);
        self.transitions.retain(|way| way.from != id && way.to != id);
    }

    /// Takes over the steps and ways of another design, and its form if it has one, but not its name. What was filled in in a
    /// step that is gone is filled in in the first.
    pub fn redraw(&mut self, other: Definition) {
        (self.steps, self.transitions) = (other.steps, other.transitions);
        self.fields = other.fields.or(self.fields.take());
        let ids: BTreeSet<StepId> = self.steps.iter().map(|step| step.id).collect();
        let first = self.steps.first().map(|step| step.id);
        for field in self.fields.iter_mut().flatten() {
            if field.step_id.is_some_and(|id| !ids.contains(&id)) {
                field.step_id = first;
            }
            field.terms.access.retain(|rule| ids.contains(&rule.step));
        }
    }

    /// Moves the step at `place` by so many places, as far as there are any.
    pub fn move_step(&mut self, place: usize, by: isize) {
        let to = place.saturating_add_signed(by).min(self.steps.len().saturating_sub(1));
        if place < self.steps.len() {
            let step = self.steps.remove(place);
            self.steps.insert(to, step);
        }
    }

    /// Connects two steps, unless they are one or connected already. A way to an earlier step leads back.
    pub fn connect(&mut self, from: StepId, to: StepId, name: &str) -> bool {
        let place = |id| self.steps.iter().position(|step| step.id == id);
        let (Some(start), Some(end)) = (place(from), place(to)) else { return false };
        let full = TRANSITIONS_MAX <= self.transitions.len();
        if full || from == to || self.transitions.iter().any(|way| way.from == from && way.to == to) {
            return false;
        }
        let rework = end < start;
        self.transitions.push(TransitionDefinition {
            from,
            to,
            name: name.to_owned(),
            rework,
            refuses: false,
            guard: String::new(),
        });
        true
    }

    /// Lets the way from one step to another be taken by what is refused.
    pub fn refuse(&mut self, from: StepId, to: StepId) {
        let mut ways = self.transitions.iter_mut();
        if let Some(way) = ways.find(|way| way.from == from && way.to == to) {
            way.refuses = true;
        }
    }

    /// Whether it can be kept as a draft: no text is too long, and nothing names a step that is not there. What is still
    /// missing is for [`check`] to say.
    pub fn validate(&self) -> Result<()> {
        let refuse = |message: String| Err(Error::invalid("definition", message));
        if STEPS_MAX < self.steps.len() || TRANSITIONS_MAX < self.transitions.len() {
            return refuse(format!(
                "A workflow has {STEPS_MAX} steps and {TRANSITIONS_MAX} transitions at most."
            ));
        }
        let ids: BTreeSet<StepId> = self.steps.iter().map(|step| step.id).collect();
        let mut ways = BTreeSet::new();
        let is_whole = ids.len() == self.steps.len()
            && self.transitions.iter().all(|way| {
                way.from != way.to
                    && ids.contains(&way.from)
                    && ids.contains(&way.to)
                    && ways.insert((way.from, way.to))
            });
        if !is_whole {
            return refuse("A transition leads from one step of the workflow to another one, once.".into());
        }
        self.validate_form(&ids)?;
        let names =
            self.steps.iter().map(|step| &step.name).chain(self.transitions.iter().map(|way| &way.name));
        for name in names.chain([&self.name]) {
            if NAME_MAX < name.chars().count() {
                return refuse(format!("A name has {NAME_MAX} characters at most."));
            }
        }
        if NOUN_MAX < self.item_noun.chars().count() {
            return refuse(format!("The word for one item has {NOUN_MAX} characters at most."));
        }
        let places = self.steps.iter().filter_map(|step| step.place);
        let is_near = |at: i32| (-PLACE_MAX..=PLACE_MAX).contains(&at);
        if !places.clone().all(|place| is_near(place.x) && is_near(place.y)) {
            return refuse(format!("A step stands within {PLACE_MAX} px of the middle of the drawing."));
        }
        let limits = self.steps.iter().filter_map(|step| step.wip_limit);
        if limits.clone().any(|limit| !(1..=LIMIT_MAX).contains(&limit)) {
            return refuse(format!("A limit is between 1 and {LIMIT_MAX}."));
        }
        if self.transitions.iter().any(|way| GUARD_MAX < way.guard.chars().count()) {
            return refuse(format!("A condition has {GUARD_MAX} characters at most."));
        }
        if self.steps.iter().any(|step| INSTRUCTIONS_MAX < step.instructions.chars().count()) {
            return refuse(format!("The instructions of a step have {INSTRUCTIONS_MAX} characters at most."));
        }
        if !self.steps.iter().filter_map(|step| step.approval.as_ref()).all(Approval::is_valid) {
            return refuse(format!("Up to {APPROVERS_MAX} people decide in one step."));
        }
        if self.steps.iter().any(|step| step.automatic.is_some() && (step.ends || step.approval.is_some())) {
            return refuse("A step is approved in, does something by itself or ends the workflow.".into());
        }
        if !self.steps.iter().filter_map(|step| step.sla.as_ref()).all(Sla::is_valid) {
            return refuse(format!(
                "A time limit is 1 to {MINUTES_MAX} minutes, and has up to {RUNGS_MAX} rungs, at 1 to {PERCENT_MAX} percent."
            ));
        }
        if !self.steps.iter().filter_map(|step| step.booking.as_ref()).all(BookingNeed::is_valid) {
            return refuse(booking::wrong_length());
        }
        if !self.steps.iter().filter_map(|step| step.gives.as_ref()).all(Gives::is_valid) {
            return refuse("Choose the field that names whom items are given to.".into());
        }
        if !self.steps.iter().filter_map(|step| step.automatic.as_ref()).all(Automatic::is_valid) {
            return refuse(format!(
                "A step waits for 1 to {WAIT_MAX} of a unit, puts due days up to {DUE_MAX} days ahead, does up to {DEEDS_MAX} \
                 things and fills in up to {VALUE_MAX} characters."
            ));
        }
        Ok(())
    }

    /// The same with the spaces of its texts tidied.
    #[must_use]
    pub fn tidied(mut self) -> Self {
        let tidy = |text: &mut String| *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        tidy(&mut self.name);
        tidy(&mut self.item_noun);
        for step in &mut self.steps {
            tidy(&mut step.name);
            step.instructions = step.instructions.trim().to_owned();
        }
        for way in &mut self.transitions {
            tidy(&mut way.name);
            way.guard = way.guard.trim().to_owned();
        }
        for field in self.fields.iter_mut().flatten() {
            tidy(&mut field.label);
            tidy(&mut field.unit);
            field.choices.iter_mut().for_each(tidy);
            field.choices.retain(|choice| !choice.is_empty());
            form::tidy_terms(field, tidy);
        }
        self
    }
}

/// What a way to the step of this name is called, until somebody calls it otherwise.
pub fn way_to(step: &str) -> String {
    format!("To {step}").chars().take(NAME_MAX).collect()
}

//! Steps on their way through the clipboard, as JSON text: from one place to another, and from one workflow to another.

use std::collections::{BTreeMap, BTreeSet};

use kernel::StepId;
use serde::{Deserialize, Serialize};

use super::{GAP, rect, whole};
use crate::{
    approval::Approval,
    automatic::Automatic,
    definition::{
        Definition, GUARD_MAX, LIMIT_MAX, NAME_MAX, Place, STEPS_MAX, StepDefinition, TRANSITIONS_MAX,
        TransitionDefinition,
    },
};

/// What tells the text from others.
const KIND: &str = "mediap/steps";

/// Steps with the ways between them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fragment {
    kind: String,
    steps: Vec<StepDefinition>,
    transitions: Vec<TransitionDefinition>,
}

impl Fragment {
    /// Some steps of a design, if there are any.
    pub fn of(definition: &Definition, steps: &BTreeSet<StepId>) -> Option<Self> {
        let meant = |id: StepId| steps.contains(&id);
        let taken: Vec<_> = definition.steps.iter().filter(|step| meant(step.id)).cloned().collect();
        let ways = definition.transitions.iter().filter(|way| meant(way.from) && meant(way.to));
        (!taken.is_empty()).then(|| Fragment {
            kind: KIND.to_owned(),
            steps: taken,
            transitions: ways.cloned().collect(),
        })
    }

    /// As text.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Reads a text from anywhere; None for what is no such text.
    pub fn read(text: &str) -> Option<Self> {
        let mut read: Fragment =
            serde_json::from_str(text).ok().filter(|read: &Fragment| read.kind == KIND)?;
        read.steps.truncate(STEPS_MAX);
        read.transitions.truncate(TRANSITIONS_MAX);
        for step in &mut read.steps {
            step.name = step.name.chars().take(NAME_MAX).collect();
            step.wip_limit = step.wip_limit.map(|limit| limit.clamp(1, LIMIT_MAX));
            step.approval = step.approval.take().filter(Approval::is_valid);
            step.automatic = step.automatic.take().filter(Automatic::is_valid);
        }
        for way in &mut read.transitions {
            way.name = way.name.chars().take(NAME_MAX).collect();
            way.guard = way.guard.chars().take(GUARD_MAX).collect();
        }
        Some(read)
    }

    /// Where the first of its steps stood.
    pub fn place(&self) -> Option<Place> {
        self.steps.first().and_then(|step| step.place)
    }

    /// Puts it into a design, with ids from `fresh`, its top left corner at a place, or beside where it was. A name that
    /// is taken gets a number; as many steps are taken over as the design has room for. Gives the new steps.
    pub fn put_into(
        self,
        definition: &mut Definition,
        at: Option<Place>,
        mut fresh: impl FnMut() -> StepId,
    ) -> BTreeSet<StepId> {
        let left = self.steps.iter().map(|step| whole(rect(step).x)).min().unwrap_or(0);
        let top = self.steps.iter().map(|step| whole(rect(step).y)).min().unwrap_or(0);
        let by = at.map_or((GAP / 2, GAP / 2), |at| (at.x.saturating_sub(left), at.y.saturating_sub(top)));
        let room = STEPS_MAX.saturating_sub(definition.steps.len());
        let mut ids = BTreeMap::new();
        let mut names: BTreeSet<String> =
            definition.steps.iter().map(|step| step.name.trim().to_lowercase()).collect();
        for mut step in self.steps.into_iter().take(room) {
            let new = fresh();
            ids.insert(step.id, new);
            step.id = new;
            step.name = unlike(&step.name, &names);
            names.insert(step.name.trim().to_lowercase());
            let place = step.place.unwrap_or(Place { x: 0, y: 0 });
            step.place = Some(place.moved(by.0, by.1));
            definition.steps.push(step);
        }
        for way in self.transitions {
            if let (Some(from), Some(to)) = (ids.get(&way.from), ids.get(&way.to)) {
                definition.connect(*from, *to, &way.name);
                let made = definition.transitions.last_mut();
                if let Some(made) = made.filter(|made| made.from == *from && made.to == *to) {
                    made.rework = way.rework;
                    made.refuses = way.refuses;
                    made.guard = way.guard;
                }
            }
        }
        ids.into_values().collect()
    }
}

/// A name that is not among these: the same, or with a number behind it.
fn unlike(name: &str, taken: &BTreeSet<String>) -> String {
    let name = name.trim();
    if name.is_empty() || !taken.contains(&name.to_lowercase()) {
        return name.to_owned();
    }
    let stem = name.trim_end_matches(|letter: char| letter.is_ascii_digit()).trim_end();
    let stem: String = if stem.is_empty() { name } else { stem }.chars().take(NAME_MAX - 5).collect();
    let numbered = (2..).map(|number: u32| format!("{stem} {number}"));
    numbered.into_iter().find(|name| !taken.contains(&name.to_lowercase())).unwrap_or(stem)
}

//! Items whose step is no more, and where they would go best.

use kernel::StepId;
use serde::{Deserialize, Serialize};

use super::Definition;
use crate::model::{KeptVersion, Step, Workflow};

/// Items that stand in a step which the design has no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leftover {
    /// The step.
    pub step: StepId,
    /// Its name.
    pub name: String,
    /// How many items are there.
    pub items: i64,
    /// Where they would go best: the first step that is left of those to which ways led from there, else the next one in
    /// order.
    pub to: Option<StepId>,
}

/// The steps that a design takes away from the running workflow.
pub fn leftovers(live: &Workflow, definition: &Definition) -> Vec<Leftover> {
    let is_left = |id: StepId| definition.step(id).is_some();
    let gone = live.steps.iter().enumerate().filter(|(_, step)| !is_left(step.id));
    let with_target = gone.map(|(place, step)| {
        let along = live.ways_out(step.id).map(|way| way.to_step_id);
        let behind = live.steps.iter().skip(place + 1).chain(live.steps.iter().take(place).rev());
        Leftover {
            step: step.id,
            name: step.name.clone(),
            items: step.item_count,
            to: along.chain(behind.map(|step| step.id)).find(|id| is_left(*id)),
        }
    });
    with_target.collect()
}

/// The items of each step of an earlier version, if they are to go on with the one that runs: in the step that theirs goes on
/// as, or else where they would go best.
pub fn newcomers(live: &Workflow, version: &KeptVersion) -> Vec<Leftover> {
    let running = |step: &Step| Some(step.root()).filter(|id| live.runs(*id));
    let to = |place: usize, step: &Step| {
        let along = live.ways_out(step.id).filter_map(|way| live.step(way.to_step_id));
        let behind = version.steps.iter().skip(place + 1).chain(version.steps.iter().take(place).rev());
        std::iter::once(step).chain(along).chain(behind).find_map(running)
    };
    let steps = version.steps.iter().enumerate();
    let leftover = |(place, step): (usize, &Step)| Leftover {
        step: step.id,
        name: step.name.clone(),
        items: step.item_count,
        to: to(place, step),
    };
    steps.map(leftover).collect()
}

//! The design on a page: what is changed, taken back and kept.

use std::time::Duration;

use kernel::{Error, StepId, WorkflowId};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::{
    api,
    definition::Definition,
    model::{Design, Workflow},
};

/// How long a change rests before the draft is kept.
const REST: Duration = Duration::from_millis(600);
/// How many changes can be taken back.
const BACK: usize = 200;

/// What somebody is about: going on with the same counts as one change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intention {
    /// A change of its own.
    Once,
    /// Typing in a field of the workflow.
    Typing(&'static str),
    /// Typing in a field of a step.
    Step(&'static str, StepId),
    /// Typing the name of a way.
    Way(StepId, StepId),
}

/// Whether the draft on the page is the one that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keeping {
    /// It is.
    Kept,
    /// It will be soon.
    Waiting,
    /// It is on its way.
    UnderWay,
    /// It could not be.
    Failed(Error),
}

/// A design that is being worked on. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The running workflow.
    pub live: StoredValue<Workflow>,
    /// What is drafted now.
    pub definition: RwSignal<Definition>,
    /// Whether it is kept.
    pub keeping: RwSignal<Keeping>,
    /// The version of the draft; 0 while there is none.
    pub version: RwSignal<i64>,
    /// The workflow.
    pub workflow_id: WorkflowId,
    past: RwSignal<Vec<Definition>>,
    future: RwSignal<Vec<Definition>>,
    intention: StoredValue<Intention>,
    /// Grows with each change.
    round: StoredValue<u64>,
}

impl Desk {
    /// The design as it was loaded. What waits to be kept is kept when the page is left.
    pub fn new(design: Design) -> Self {
        let desk = Desk {
            workflow_id: design.live.head.id,
            live: StoredValue::new(design.live),
            definition: RwSignal::new(design.definition),
            keeping: RwSignal::new(Keeping::Kept),
            version: RwSignal::new(design.version),
            past: RwSignal::default(),
            future: RwSignal::default(),
            intention: StoredValue::new(Intention::Once),
            round: StoredValue::new(0),
        };
        on_cleanup(move || {
            if desk.keeping.try_get_untracked() == Some(Keeping::Waiting) {
                let save = desk.save();
                spawn_local(async move { drop(save.await) });
            }
        });
        desk
    }

    /// Changes the design.
    pub fn change(self, intention: Intention, change: impl FnOnce(&mut Definition)) {
        let before = self.definition.get_untracked();
        let mut after = before.clone();
        change(&mut after);
        if after == before {
            return;
        }
        let goes_on = intention != Intention::Once && self.intention.get_value() == intention;
        if !goes_on {
            self.past.update(|past| {
                past.push(before);
                let old = past.len().saturating_sub(BACK);
                past.drain(..old);
            });
        }
        self.future.update(Vec::clear);
        self.put(intention, after);
    }

    /// Whether there is something to take back.
    pub fn can_undo(self) -> bool {
        self.past.with(|past| !past.is_empty())
    }

    /// Whether something that was taken back can be done again.
    pub fn can_redo(self) -> bool {
        self.future.with(|future| !future.is_empty())
    }

    /// Takes the last change back.
    pub fn undo(self) {
        self.step(self.past, self.future);
    }

    /// Does again what was taken back last.
    pub fn redo(self) {
        self.step(self.future, self.past);
    }

    fn step(self, from: RwSignal<Vec<Definition>>, to: RwSignal<Vec<Definition>>) {
        let Some(other) = from.try_update(Vec::pop).flatten() else { return };
        to.update(|to| to.push(self.definition.get_untracked()));
        self.put(Intention::Once, other);
    }

    fn put(self, intention: Intention, definition: Definition) {
        self.intention.set_value(intention);
        self.definition.set(definition);
        self.round.update_value(|round| *round += 1);
        let round = self.round.get_value();
        match self.keeping.get_untracked() {
            // What is on its way is followed by what has changed since.
            Keeping::UnderWay => return,
            Keeping::Kept | Keeping::Waiting | Keeping::Failed(_) => self.keeping.set(Keeping::Waiting),
        }
        let later = move || {
            let is_last = self.round.try_get_value() == Some(round);
            if is_last && self.keeping.try_get_untracked() == Some(Keeping::Waiting) {
                self.keep();
            }
        };
        set_timeout(later, REST);
    }

    /// Keeps the draft now.
    pub fn keep(self) {
        let round = self.round.get_value();
        self.keeping.set(Keeping::UnderWay);
        let save = self.save();
        spawn_local(async move {
            let answer = save.await;
            // The page may be gone by now.
            let Some(changed) = self.round.try_get_value().map(|now| now != round) else { return };
            match answer {
                Ok(version) => {
                    self.version.set(version);
                    if changed {
                        self.keep();
                    } else {
                        self.keeping.set(Keeping::Kept);
                    }
                }
                Err(error) => self.keeping.set(Keeping::Failed(error)),
            }
        });
    }

    fn save(self) -> impl Future<Output = kernel::Result<i64>> + 'static {
        let (id, version, definition) =
            (self.workflow_id, self.version.get_untracked(), self.definition.get_untracked());
        async move { api::save_draft(id, version, definition).await }
    }

    /// A text that follows the design, for a field that shows a part of it.
    pub fn text(
        self,
        read: impl Fn(&Definition) -> String + Clone + Send + Sync + 'static,
    ) -> RwSignal<String> {
        let shown = RwSignal::new(self.definition.with_untracked(&read));
        Effect::new(move |_| {
            let text = self.definition.with(&read);
            if shown.with_untracked(|shown| *shown != text) {
                shown.set(text);
            }
        });
        shown
    }
}

//! The design on a page: what is changed, taken back and kept.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use kernel::{Error, FieldId, Result, StepId, WorkflowId};
use leptos::{ev, prelude::*, task::spawn_local};
use ui::{Toast, Toaster, use_toaster};

use crate::{
    api,
    definition::{Definition, Finding, StepDefinition, TransitionDefinition},
    model::{Design, Workflow},
};

/// How long a change rests before the draft is kept.
const REST: Duration = Duration::from_millis(600);
/// How many changes can be taken back; fewer of a design so large that so many of its steps are kept for that.
const BACK: usize = 200;
const BACK_STEPS: usize = 40_000;

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
    /// Typing the condition of a way.
    Guard(StepId, StepId),
    /// Typing in a field of the form.
    Field(&'static str, FieldId),
    /// Typing what a step does, of which this is one.
    Deed(StepId, usize),
    /// Typing at which part of a time limit something happens, of which this is one.
    Rung(StepId, usize),
    /// Moving steps by keys, of which this is one.
    Moving(Option<StepId>),
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

/// What is to be kept, also when the page is gone: how often it changed, and what it is now.
type Latest = Arc<Mutex<(u64, Definition)>>;

/// A design that is being worked on. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The running workflow.
    pub live: RwSignal<Workflow>,
    /// The design that runs.
    pub running: RwSignal<Definition>,
    /// What is drafted now.
    pub definition: RwSignal<Definition>,
    /// Whether it is kept.
    pub keeping: RwSignal<Keeping>,
    /// The version of the draft; 0 while there is none.
    pub version: RwSignal<i64>,
    /// What the server finds wrong about conditions, in what was kept last.
    pub faults: RwSignal<Vec<Finding>>,
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// Says what went wrong.
    pub toaster: Toaster,
    /// The version of the workflow that the draft is made from.
    base: StoredValue<i64>,
    past: RwSignal<Vec<Definition>>,
    future: RwSignal<Vec<Definition>>,
    intention: StoredValue<Intention>,
    latest: StoredValue<Latest>,
}

impl Desk {
    /// The design as it was loaded. What waits to be kept is kept when the page is left; before the window is closed the
    /// browser asks.
    pub fn new(design: Design) -> Self {
        let desk = Desk {
            workflow_id: design.live.head.id,
            base: StoredValue::new(design.definition.base),
            latest: StoredValue::new(Arc::new(Mutex::new((0, design.definition.clone())))),
            live: RwSignal::new(design.live),
            running: RwSignal::new(design.running),
            toaster: use_toaster(),
            definition: RwSignal::new(design.definition),
            keeping: RwSignal::new(Keeping::Kept),
            version: RwSignal::new(design.version),
            faults: RwSignal::new(design.faults),
            past: RwSignal::default(),
            future: RwSignal::default(),
            intention: StoredValue::new(Intention::Once),
        };
        Effect::new(move |_| {
            let guard = window_event_listener(ev::beforeunload, move |event| {
                if desk.keeping.try_get_untracked().is_some_and(|keeping| keeping != Keeping::Kept) {
                    event.prevent_default();
                }
            });
            on_cleanup(move || guard.remove());
        });
        on_cleanup(move || {
            // What is on its way goes on with what changed since.
            let waits = desk.keeping.try_get_untracked().is_some_and(|keeping| match keeping {
                Keeping::Waiting => true,
                Keeping::Failed(error) => !matches!(error, Error::Conflict(_)),
                Keeping::Kept | Keeping::UnderWay => false,
            });
            if waits {
                desk.keep();
            }
        });
        desk
    }

    /// Changes the design.
    pub fn change(self, intention: Intention, change: impl FnOnce(&mut Definition)) {
        let before = self.definition.get_untracked();
        let mut after = before.clone();
        change(&mut after);
        after.settle();
        if after == before {
            return;
        }
        let goes_on = intention != Intention::Once && self.intention.get_value() == intention;
        if !goes_on {
            self.past.update(|past| {
                past.push(before);
                let most = BACK.min(BACK_STEPS / after.steps.len().max(1));
                let old = past.len().saturating_sub(most);
                past.drain(..old);
            });
        }
        self.future.update(Vec::clear);
        self.put(intention, after);
    }

    /// Changes a step.
    pub fn change_step(self, intention: Intention, id: StepId, change: impl FnOnce(&mut StepDefinition)) {
        self.change(intention, |definition| {
            if let Some(step) = definition.steps.iter_mut().find(|step| step.id == id) {
                change(step);
            }
        });
    }

    /// Changes a way.
    pub fn change_way(
        self,
        intention: Intention,
        from: StepId,
        to: StepId,
        change: impl FnOnce(&mut TransitionDefinition),
    ) {
        self.change(intention, |definition| {
            let mut ways = definition.transitions.iter_mut();
            if let Some(way) = ways.find(|way| way.from == from && way.to == to) {
                change(way);
            }
        });
    }

    /// Whether something is drafted that does not run yet.
    pub fn differs(self) -> bool {
        self.running.with(|running| {
            self.definition.with(|definition| {
                running.name != definition.name
                    || running.item_noun != definition.item_noun
                    || running.steps != definition.steps
                    || running.transitions != definition.transitions
                    || running.fields != definition.fields
            })
        })
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
        let definition = Definition { base: self.base.get_value(), ..definition };
        self.intention.set_value(intention);
        let round = self.latest.with_value(|latest| {
            let mut latest = latest.lock().unwrap_or_else(PoisonError::into_inner);
            *latest = (latest.0 + 1, definition.clone());
            latest.0
        });
        self.definition.set(definition);
        match self.keeping.get_untracked() {
            // What is on its way is followed by what has changed since; who was overtaken has to choose first.
            Keeping::UnderWay | Keeping::Failed(Error::Conflict(_)) => return,
            Keeping::Kept | Keeping::Waiting | Keeping::Failed(_) => self.keeping.set(Keeping::Waiting),
        }
        let later = move || {
            let is_last = self.latest.try_with_value(|latest| peek(latest).0 == round) == Some(true);
            if is_last && self.keeping.try_get_untracked() == Some(Keeping::Waiting) {
                self.keep();
            }
        };
        set_timeout(later, REST);
    }

    /// Keeps the draft now, and again while it changes meanwhile.
    pub fn keep(self) {
        let (id, latest, toaster) = (self.workflow_id, self.latest.get_value(), self.toaster);
        let mut version = self.version.get_untracked();
        self.keeping.set(Keeping::UnderWay);
        spawn_local(async move {
            loop {
                let (round, definition) = peek(&latest);
                match api::save_draft(id, version, definition).await {
                    Ok(kept) => {
                        version = kept.version;
                        self.faults.try_set(kept.faults);
                    }
                    Err(error) => {
                        let said = format!("The draft was not kept. {error}");
                        if self.keeping.try_set(Keeping::Failed(error)).is_some() {
                            // The page is gone by now.
                            toaster.show(Toast::failed(said));
                        }
                        return;
                    }
                }
                self.version.try_set(version);
                if peek(&latest).0 == round {
                    break;
                }
            }
            self.intention.try_update_value(|intention| *intention = Intention::Once);
            self.keeping.try_set(Keeping::Kept);
        });
    }

    /// Goes on with what is on this page although somebody else was faster: it is kept in place of theirs.
    pub fn keep_mine(self, key: String) {
        spawn_local(async move {
            match api::load_design(key).await {
                Ok(theirs) => {
                    self.base.try_update_value(|base| *base = theirs.number);
                    self.version.try_set(theirs.version);
                    self.live.try_set(theirs.live);
                    self.running.try_set(theirs.running);
                    self.keeping.try_set(Keeping::Waiting);
                    if let Some(mine) = self.definition.try_get_untracked() {
                        self.put(Intention::Once, mine);
                    }
                }
                Err(error) => {
                    self.keeping.try_set(Keeping::Failed(error));
                }
            }
        });
    }

    /// Shows the design as it is kept by now. Undoing brings back what was on this page.
    pub fn show_kept(self, key: String) {
        spawn_local(async move {
            match api::load_design(key).await {
                Ok(kept) => self.show(kept),
                Err(error) => {
                    self.keeping.try_set(Keeping::Failed(error));
                }
            }
        });
    }

    /// The same for what somebody else has just kept, unless something was changed here meanwhile: that is about to be kept, and
    /// says who was faster.
    pub fn follow(self, key: String) {
        spawn_local(async move {
            if let Ok(kept) = api::load_design(key).await
                && self.keeping.try_get_untracked() == Some(Keeping::Kept)
                && (kept.version != self.version.get_untracked()
                    || self.definition.with_untracked(|shown| *shown != kept.definition))
            {
                self.show(kept);
            }
        });
    }

    fn show(self, kept: Design) {
        let Some(mine) = self.definition.try_get_untracked() else { return };
        self.past.update(|past| past.push(mine));
        self.future.update(Vec::clear);
        self.base.set_value(kept.number);
        self.intention.set_value(Intention::Once);
        self.latest.with_value(|latest| {
            let mut latest = latest.lock().unwrap_or_else(PoisonError::into_inner);
            *latest = (latest.0 + 1, kept.definition.clone());
        });
        self.version.set(kept.version);
        self.live.set(kept.live);
        self.running.set(kept.running);
        self.faults.set(kept.faults);
        self.keeping.set(Keeping::Kept);
        self.definition.set(kept.definition);
    }

    /// Looks again at how many items are where.
    pub fn look_again(self) {
        let key = self.live.with_untracked(|live| live.head.key.clone());
        spawn_local(async move {
            let seen: Result<Design> = api::load_design(key).await;
            if let Ok(seen) = seen {
                self.live.try_set(seen.live);
                self.running.try_set(seen.running);
            }
        });
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

    /// A switch that follows the design.
    pub fn flag(self, read: impl Fn(&Definition) -> bool + Send + Sync + 'static) -> RwSignal<bool> {
        let shown = RwSignal::new(self.definition.with_untracked(&read));
        Effect::new(move |_| {
            let now = self.definition.with(&read);
            if shown.get_untracked() != now {
                shown.set(now);
            }
        });
        shown
    }
}

fn peek(latest: &Latest) -> (u64, Definition) {
    latest.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

//! A workflow as it runs: steps, ways between them, and the earlier versions that items stay on.

use kernel::{StepId, TeamId, TransitionId, WorkflowId};
use serde::{Deserialize, Serialize};

use crate::{
    approval::Approval,
    automatic::{Automatic, Gives, Kind, Shown},
    booking::BookingNeed,
    sla::Sla,
};

/// The head of a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkflowHead {
    /// The workflow.
    pub id: WorkflowId,
    /// Its name.
    pub name: String,
    /// The letters before an item's number.
    pub key: String,
    /// What one item is called, e.g. `vehicle`.
    pub item_noun: String,
}

impl WorkflowHead {
    /// The key that people say of the item with this number, e.g. `UC-414`.
    pub fn item_key(&self, number: i64) -> String {
        format!("{}-{number}", self.key)
    }
}

/// A workflow with what its pages need to draw it and to judge a move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workflow {
    /// Its head.
    pub head: WorkflowHead,
    /// Steps in order.
    pub steps: Vec<Step>,
    /// Ways between the steps.
    pub transitions: Vec<Transition>,
    /// Earlier versions that items stay on, the newest first.
    pub kept: Vec<KeptVersion>,
    /// Whether it has rules that are on; false on pages.
    #[serde(skip)]
    pub automated: bool,
}

/// A version that runs no more but for the items that stay on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptVersion {
    /// Its number.
    pub number: i64,
    /// Its steps in order.
    pub steps: Vec<Step>,
    /// Ways between them.
    pub transitions: Vec<Transition>,
}

impl KeptVersion {
    /// Items that are not done.
    pub fn open_count(&self) -> i64 {
        self.steps.iter().filter(|step| step.kind != StepKind::Done).map(|step| step.item_count).sum()
    }
}

/// What a step is in its process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(rename_all = "snake_case", type_name = "text")
)]
pub enum StepKind {
    /// Where items begin.
    Start,
    /// Where work is done.
    Work,
    /// Where items end.
    Done,
}

/// A step of a workflow: a column of the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The step.
    pub id: StepId,
    /// In a version that items stay on, the step of the version that runs which it goes on as, or went.
    pub origin_id: Option<StepId>,
    /// Its name.
    pub name: String,
    /// What it is in the process.
    pub kind: StepKind,
    /// Who works here.
    pub team_id: Option<TeamId>,
    /// How many items may be here before the column warns.
    pub wip_limit: Option<i64>,
    /// How many items are here.
    pub item_count: i64,
    /// Grows whenever the workflow is published; 0 on pages.
    #[serde(skip)]
    pub version: i64,
    /// Who decides here whether an item goes on, if somebody does.
    pub approval: Option<Approval>,
    /// What it does by itself, if nobody works here; none on pages, which have `does`.
    #[serde(skip)]
    pub automatic: Option<Automatic>,
    /// What pages show of that.
    pub does: Option<Shown>,
    /// Whom it gives items to that come here; none on pages.
    #[serde(skip)]
    pub gives: Option<Gives>,
    /// How long items may stay here; none on pages.
    #[serde(skip)]
    pub sla: Option<Sla>,
    /// What has to be booked before items go on from here; none on pages.
    #[serde(skip)]
    pub booking: Option<BookingNeed>,
}

/// A way from one step to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// The transition.
    pub id: TransitionId,
    /// Where it starts.
    pub from_step_id: StepId,
    /// Where it leads.
    pub to_step_id: StepId,
    /// What taking it is called, e.g. `Start test`.
    pub name: String,
    /// Whether it leads back.
    pub rework: bool,
    /// Whether it is taken by what is refused, as a way back always is.
    pub refuses: bool,
    /// The condition under which it is open; empty for always.
    pub guard: String,
}

impl Transition {
    /// Whether whoever refuses an item can send it along here.
    pub fn is_for_refused(&self) -> bool {
        self.rework || self.refuses
    }
}

impl Step {
    /// What histories and rules call it, whichever version an item is on.
    pub fn root(&self) -> StepId {
        self.origin_id.unwrap_or(self.id)
    }
}

impl Workflow {
    /// The step with this id, of whichever version.
    pub fn step(&self, id: StepId) -> Option<&Step> {
        self.all_steps().find(|step| step.id == id)
    }

    /// The steps of the version that runs, and of those that items stay on.
    pub fn all_steps(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().chain(self.kept.iter().flat_map(|version| &version.steps))
    }

    /// Whether a step is one of the version that runs.
    pub fn runs(&self, id: StepId) -> bool {
        self.steps.iter().any(|step| step.id == id)
    }

    /// The version that an item in this step stays on; none where it is on the one that runs.
    pub fn kept_version(&self, step: StepId) -> Option<&KeptVersion> {
        self.kept.iter().find(|version| version.steps.iter().any(|one| one.id == step))
    }

    /// The steps of the version that a step belongs to, in order.
    pub fn steps_beside(&self, id: StepId) -> &[Step] {
        self.kept_version(id).map_or(&self.steps, |version| &version.steps)
    }

    /// The step that stands for another one in the version that `here` belongs to.
    pub fn beside(&self, here: StepId, id: StepId) -> Option<&Step> {
        let root = self.root(id);
        self.steps_beside(here).iter().find(|step| step.root() == root)
    }

    /// What histories and rules call a step.
    pub fn root(&self, id: StepId) -> StepId {
        self.step(id).map_or(id, Step::root)
    }

    /// How many items are in a step of the version that runs, those that stay on others too.
    pub fn items_in(&self, id: StepId) -> i64 {
        self.all_steps().filter(|step| step.root() == id).map(|step| step.item_count).sum()
    }

    /// Whether a step lets items pass by themselves, so that they do not stay.
    pub fn passes(&self, id: StepId) -> bool {
        let does = self.step(id).and_then(|step| step.does.as_ref());
        does.is_some_and(|does| does.kind != Kind::Wait && !does.kind.gathers())
    }

    /// The place of a step among the steps, from 1.
    pub fn place(&self, id: StepId) -> i64 {
        (1..).zip(self.steps_beside(id)).find(|(_, step)| step.id == id).map_or(0, |(place, _)| place)
    }

    /// The ring that stands for a step of this workflow.
    pub fn glyph(&self, step: &Step) -> ui::Step {
        match step.kind {
            StepKind::Done => ui::Step::Done,
            _ => ui::Step::At {
                position: self.place(step.id),
                of: i64::try_from(self.steps_beside(step.id).len()).unwrap_or(1),
            },
        }
    }

    /// The ways out of a step for what is approved, in the order in which they are tried: those with a condition first, so
    /// that one without is what is left.
    pub fn ways_on(&self, from: StepId) -> impl Iterator<Item = &Transition> {
        let on = move |open: bool| {
            self.ways_out(from).filter(move |way| !way.is_for_refused() && way.guard.is_empty() == open)
        };
        on(false).chain(on(true))
    }

    /// The ways out of a step, forward ones first.
    pub fn ways_out(&self, from: StepId) -> impl Iterator<Item = &Transition> {
        let out = move |rework: bool| {
            let all =
                self.transitions.iter().chain(self.kept.iter().flat_map(|version| &version.transitions));
            all.filter(move |way| way.from_step_id == from && way.rework == rework)
        };
        out(false).chain(out(true))
    }
}

//! The nouns: workflow, step, transition, field, item, activity, comment, view.

mod card;
mod item;
mod view;

pub use card::{Board, COLUMN_LIMIT, Card, CardNews, Column, DueMonth, LaneBoard, Priority, parse_item_key};
pub use item::{Act, Activity, Change, Comment, Item, ItemApproval, ItemPage, Move};
pub use view::SavedView;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{FieldId, ItemId, MemberId, StepId, TeamId, TransitionId, WorkflowId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    approval::Approval,
    automatic::{Automatic, Gives, Kind, Shown},
    definition::{Definition, Finding},
    form::Terms,
    sla::Sla,
};

/// Values of an item's fields by field key.
pub type Values = Map<String, Value>;

/// A workflow in a list or in the side navigation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct WorkflowSummary {
    /// The workflow.
    pub id: WorkflowId,
    /// Its name.
    pub name: String,
    /// The letters before an item's number.
    pub key: String,
    /// Items that are not done.
    pub open_count: i64,
}

/// What a new item brings along from another program that shared it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Brought {
    /// Becomes the first comment.
    pub note: String,
    /// Whether files wait in the browser for the page of the item.
    pub files: bool,
}

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
    /// Whether it has rules that are on; false on pages.
    #[serde(skip)]
    pub automated: bool,
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

impl Workflow {
    /// The step with this id.
    pub fn step(&self, id: StepId) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }

    /// Whether a step lets items pass by themselves, so that they do not stay.
    pub fn passes(&self, id: StepId) -> bool {
        let does = self.step(id).and_then(|step| step.does.as_ref());
        does.is_some_and(|does| does.kind != Kind::Wait)
    }

    /// The place of a step among the steps, from 1.
    pub fn place(&self, id: StepId) -> i64 {
        (1..).zip(&self.steps).find(|(_, step)| step.id == id).map_or(0, |(place, _)| place)
    }

    /// The ring that stands for a step of this workflow.
    pub fn glyph(&self, step: &Step) -> ui::Step {
        match step.kind {
            StepKind::Done => ui::Step::Done,
            _ => ui::Step::At {
                position: self.place(step.id),
                of: i64::try_from(self.steps.len()).unwrap_or(1),
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
            self.transitions.iter().filter(move |way| way.from_step_id == from && way.rework == rework)
        };
        out(false).chain(out(true))
    }
}

/// A workflow as it runs and as it is drafted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Design {
    /// As it runs.
    pub live: Workflow,
    /// The design that runs.
    pub running: Definition,
    /// As it is drafted; as it runs while there is no draft.
    pub definition: Definition,
    /// The version of the draft; 0 while there is none.
    pub version: i64,
    /// Who changed the draft last, and when.
    pub changed: Option<(MemberId, DateTime<Utc>)>,
    /// The number of the version that runs; 0 while none was published from a design.
    pub number: i64,
    /// What is wrong about the conditions of what is drafted.
    pub faults: Vec<Finding>,
}

/// A draft that was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptDraft {
    /// Its version now.
    pub version: i64,
    /// What is wrong about its conditions.
    pub faults: Vec<Finding>,
}

/// A template of the organisation's own, as the page of new workflows shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnTemplate {
    /// The template.
    pub id: uuid::Uuid,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What one item is called.
    pub item_noun: String,
    /// The names of its first steps, in order.
    pub steps: Vec<String>,
    /// How many steps follow those.
    pub more_steps: usize,
    /// How many fields its form has.
    pub fields: usize,
    /// What would be left out of it, since it is not known any more, in a sentence.
    pub left_out: Option<String>,
    /// The version that a change is made on.
    pub version: i64,
}

/// A design that was read from a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// What it says, with a place for every step.
    pub definition: Definition,
    /// What of the file could not be carried, a sentence each.
    pub report: Vec<String>,
}

impl Imported {
    /// What is said of a file that is larger than [`FILE_MAX`](crate::definition::FILE_MAX). The page says it before it sends
    /// one.
    pub const TOO_LARGE: &str = "The file is larger than 1.5 MB.";
    /// What is said of a file that is no text in UTF-8. The page finds out: what it sends is text already.
    pub const NOT_UTF8: &str = "The file is no text in UTF-8. Save it in that encoding.";
}

/// A version of a workflow, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Version {
    /// Its number, from 1.
    pub number: i64,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// By whom.
    pub published_by: MemberId,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(rename_all = "snake_case", type_name = "text")
)]
pub enum FieldKind {
    /// One line of text.
    Text,
    /// Several lines of text.
    LongText,
    /// A whole number with a unit.
    Number,
    /// An amount in the organisation's currency, kept in minor units.
    Money,
    /// A day.
    Date,
    /// A day and a time: an instant, written with what clocks of the organisation showed.
    DateTime,
    /// One of the field's choices.
    Choice,
    /// Some of the field's choices.
    Choices,
    /// A member of the organisation.
    Person,
    /// A team of the organisation.
    Team,
    /// Points to tick: the field's choices.
    Checklist,
    /// Worked out of other fields. Items do not hold it.
    Computed,
    /// Yes or no.
    Flag,
    /// A registration plate: cards and lists show it in its own form.
    Plate,
}

impl FieldKind {
    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            FieldKind::Text => "text",
            FieldKind::LongText => "long_text",
            FieldKind::Number => "number",
            FieldKind::Money => "money",
            FieldKind::Date => "date",
            FieldKind::DateTime => "date_time",
            FieldKind::Choice => "choice",
            FieldKind::Choices => "choices",
            FieldKind::Person => "person",
            FieldKind::Team => "team",
            FieldKind::Checklist => "checklist",
            FieldKind::Computed => "computed",
            FieldKind::Flag => "flag",
            FieldKind::Plate => "plate",
        }
    }

    /// Whether it holds a list of texts.
    pub fn is_list(self) -> bool {
        matches!(self, FieldKind::Choices | FieldKind::Checklist)
    }

    /// Whether it offers the field's choices.
    pub fn offers(self) -> bool {
        self == FieldKind::Choice || self.is_list()
    }
}

/// A field of a workflow's form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The field.
    pub id: FieldId,
    /// Where it is filled in; none stands for every step.
    pub step_id: Option<StepId>,
    /// Its name in the data.
    pub key: String,
    /// Its name on pages.
    pub label: String,
    /// What it holds.
    pub kind: FieldKind,
    /// Written behind a number.
    pub unit: String,
    /// Whether an item needs it before it leaves the step forward.
    pub required: bool,
    /// The values of a choice, or the points of a checklist.
    pub choices: Vec<String>,
    /// What it asks for besides.
    #[serde(default)]
    pub terms: Terms,
}

impl Field {
    /// A field that asks for nothing besides its kind.
    pub fn new(id: FieldId, step_id: Option<StepId>, key: &str, label: &str, kind: FieldKind) -> Self {
        Field {
            id,
            step_id,
            key: key.to_owned(),
            label: label.to_owned(),
            kind,
            unit: String::new(),
            required: false,
            choices: Vec::new(),
            terms: Terms::default(),
        }
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemList {
    /// The workflow.
    pub workflow: Workflow,
    /// The items of this page.
    pub cards: Vec<Card>,
    /// Where the next page starts, when there is one.
    pub next: Option<String>,
    /// How many items match in all.
    pub total: i64,
}

/// An item that a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct ItemHit {
    /// The item.
    pub id: ItemId,
    /// The letters before its number.
    pub workflow_key: String,
    /// Its number.
    pub number: i64,
    /// Its title.
    pub title: String,
    /// Its registration plate, or empty.
    pub tag: String,
    /// Name of the step it is in.
    pub step_name: String,
}

impl ItemHit {
    /// The key people say, e.g. `UC-414`.
    pub fn key(&self) -> String {
        format!("{}-{}", self.workflow_key, self.number)
    }
}

/// How many of a person's own items their page shows.
pub const MY_ITEMS: usize = 200;

/// Who decides for a member who is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct StandIn {
    /// Who is away.
    pub member_id: MemberId,
    /// Who decides for them.
    pub deputy_id: MemberId,
    /// The first day.
    pub from_on: NaiveDate,
    /// The last day.
    pub until_on: NaiveDate,
}

/// What waits for a member.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyWork {
    /// Items that wait for their decision, the longest waiting first.
    pub decisions: Vec<MyItem>,
    /// Open items that are theirs, the most pressing first.
    pub items: Vec<MyItem>,
    /// Who decides for them while they are away, now or later.
    pub away: Option<StandIn>,
}

/// An item on the page of one's own work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyItem {
    /// The letters before its number.
    pub workflow_key: String,
    /// Name of the step it is in.
    pub step_name: String,
    /// Place of the step, from 1.
    pub place: i64,
    /// Number of steps of the workflow.
    pub steps: i64,
    /// The item.
    pub card: Card,
}

//! The nouns: workflow, step, transition, field, item, activity, comment, view.

mod card;
mod item;
mod part;
mod view;
mod workflow;

pub use card::{Board, COLUMN_LIMIT, Card, CardNews, Column, DueMonth, LaneBoard, Priority, parse_item_key};
pub use item::{Act, Activity, Change, Comment, Item, ItemApproval, ItemPage, Move, Seen};
pub use part::{Outcome, PartRow, WholeRow};
pub use view::SavedView;
pub use workflow::{KeptVersion, Step, StepKind, Transition, Workflow, WorkflowHead};

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{FieldId, ItemId, MemberId, StepId, WorkflowId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    booking::JobType,
    definition::{Definition, Finding},
    form::Terms,
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
    /// The other workflows, in which steps can begin items, by name.
    pub others: Vec<(WorkflowId, String)>,
    /// What steps can ask to be booked, by name.
    pub job_types: Vec<JobType>,
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
    /// How many items stay on it that are not done.
    pub open_count: i64,
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
    /// Rows of values by column.
    Table,
    /// A signature, with who signed and when.
    Signature,
    /// Files of the item.
    File,
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
            FieldKind::Table => "table",
            FieldKind::Signature => "signature",
            FieldKind::File => "file",
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

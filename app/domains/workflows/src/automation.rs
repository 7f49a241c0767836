//! Rules by which a workflow acts on its items: what sets a rule off, its condition, and what it does then.
//!
//! A *rule* is set off by something that happens to an item, or by the clock. A *run* is one time that it was set off: it looks
//! whether the condition holds and does everything that the rule says, or nothing. What a run does may set off further rules;
//! the *chain* of them travels along, and the first repeat stops.

mod chain;
mod cycle;
mod template;
mod words;

pub use chain::{Chain, DEPTH_MAX, Link, Stop};
pub use cycle::{Known, cycles};
pub use template::{NAMES, filled, names_in};
pub use words::{Names, Words};

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDateTime, NaiveTime, Utc, Weekday};
use kernel::{ItemId, MemberId, RuleId, RunId, StepId, WorkflowId, WorkingDays};
use serde::{Deserialize, Serialize};

use crate::{
    automatic::{DUE_MAX, Gives, VALUE_MAX, Whom},
    model::{Field, Item, Priority, Workflow},
};

/// The longest name of a rule, in characters.
pub const NAME_MAX: usize = 80;
/// As many actions a rule has.
pub const ACTIONS_MAX: usize = 10;
/// The longest text that a rule writes, in characters.
pub const WORDS_MAX: usize = 2_000;
/// As many rules a workflow has.
pub const RULES_MAX: usize = 100;
/// How long runs are kept, in days.
pub const KEPT_DAYS: i64 = 90;

/// A rule as people write it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Its name, which histories of items say.
    pub name: String,
    /// What sets it off.
    pub on: Trigger,
    /// The condition under which it acts; empty for always.
    pub when: String,
    /// What it does, in this order.
    pub then: Vec<Action>,
}

/// What sets a rule off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = RuleTrigger))]
pub enum Trigger {
    /// An item is added.
    Created,
    /// An item comes to a step, also where it only passes by.
    Entered {
        /// The step.
        step: StepId,
    },
    /// An item leaves a step.
    Left {
        /// The step.
        step: StepId,
    },
    /// Something about an item gets another value.
    Changed(Part),
    /// The due day of an open item has passed.
    Overdue,
    /// The clock: each open item, or each in a step, at a time of day.
    Schedule(Schedule),
}

/// What of an item a rule can watch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = RuleWatches))]
pub enum Part {
    /// Its title.
    Title,
    /// How pressing it is.
    Priority,
    /// Whose it is.
    Assignee,
    /// When it should be done.
    Due,
    /// A field of the form, by its key.
    Field(String),
}

/// When the clock sets a rule off. Clocks are those of the organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = RuleSchedule))]
pub struct Schedule {
    /// On which days.
    pub days: Days,
    /// From which time on; it may be some minutes later.
    #[cfg_attr(feature = "ssr", schema(value_type = String, example = "08:00:00"))]
    pub at: NaiveTime,
    /// Only for items in this step; none is every step in which work is done.
    pub step: Option<StepId>,
}

/// The days on which the clock sets a rule off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = RuleDays))]
pub enum Days {
    /// Each day.
    Every,
    /// Those on which the organisation works.
    Working,
    /// Mondays.
    Monday,
    /// Tuesdays.
    Tuesday,
    /// Wednesdays.
    Wednesday,
    /// Thursdays.
    Thursday,
    /// Fridays.
    Friday,
    /// Saturdays.
    Saturday,
    /// Sundays.
    Sunday,
}

/// Something that a rule does with the item that set it off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = RuleAction))]
pub enum Action {
    /// Gives it to somebody, or to nobody.
    Assign(Gives),
    /// Fills in a field, as people write its value; nothing empties it.
    Set {
        /// The key of the field.
        field: String,
        /// The value.
        value: String,
    },
    /// Says how pressing it is.
    Prioritise {
        /// 0 not at all, 1 low, 2 medium, 3 high, 4 urgent.
        #[cfg_attr(feature = "ssr", schema(value_type = i64, minimum = 0, maximum = 4))]
        priority: Priority,
    },
    /// Puts its due day so many days ahead.
    Due {
        /// From the day on which it is done.
        days: u32,
    },
    /// Comments on it.
    Comment {
        /// What it says, with `{title}` and the like; `@Name` tells a member.
        text: String,
    },
    /// Tells somebody by the ways that they have chosen.
    Tell {
        /// Whom.
        whom: Whom,
        /// What, with `{title}` and the like.
        text: String,
    },
    /// Sends a mail to somebody in the organisation.
    Mail {
        /// To whom.
        whom: Whom,
        /// The line that mail programs list, with `{title}` and the like.
        subject: String,
        /// What it says, with `{title}` and the like.
        text: String,
    },
    /// Adds an item to a workflow.
    Create {
        /// The workflow.
        workflow: WorkflowId,
        /// The title of the new item, with `{title}` and the like.
        title: String,
        /// Values of the new item's fields by their keys, as people write them, with `{title}` and the like.
        #[serde(default)]
        fields: BTreeMap<String, String>,
    },
    /// Moves it along a way out of its step, if that is open to it.
    Move {
        /// Where to.
        to: StepId,
    },
    /// Tells the organisation's webhooks, which hear it as `item.rule_called`.
    Call,
}

/// What happened to an item.
#[derive(Debug, Clone, Copy)]
pub enum Happening<'a> {
    /// It was added.
    Created,
    /// It came to a step.
    Entered(StepId),
    /// It left a step.
    Left(StepId),
    /// It was changed.
    Changed {
        /// As it was.
        before: &'a Item,
        /// As it is.
        after: &'a Item,
    },
}

impl Trigger {
    /// What sets it off, in a word that lasts.
    pub fn key(&self) -> &'static str {
        match self {
            Trigger::Created => "created",
            Trigger::Entered { .. } => "entered",
            Trigger::Left { .. } => "left",
            Trigger::Changed(_) => "changed",
            Trigger::Overdue => "overdue",
            Trigger::Schedule(_) => "schedule",
        }
    }

    /// Whether this sets it off.
    pub fn is_set_off_by(&self, happening: Happening<'_>) -> bool {
        match (self, happening) {
            (Trigger::Created, Happening::Created) => true,
            (Trigger::Entered { step }, Happening::Entered(there)) => *step == there,
            (Trigger::Left { step }, Happening::Left(there)) => *step == there,
            (Trigger::Changed(part), Happening::Changed { before, after }) => part.differs(before, after),
            _ => false,
        }
    }
}

impl Happening<'_> {
    /// The word of the triggers that it may set off.
    pub fn key(self) -> &'static str {
        match self {
            Happening::Created => "created",
            Happening::Entered(_) => "entered",
            Happening::Left(_) => "left",
            Happening::Changed { .. } => "changed",
        }
    }
}

impl Part {
    /// Whether it has another value after a change.
    pub fn differs(&self, before: &Item, after: &Item) -> bool {
        let (old, new) = (&before.card, &after.card);
        match self {
            Part::Title => old.title != new.title,
            Part::Priority => old.priority != new.priority,
            Part::Assignee => old.assignee_id != new.assignee_id,
            Part::Due => old.due_on != new.due_on,
            Part::Field(key) => before.data.get(key) != after.data.get(key),
        }
    }
}

impl Schedule {
    /// Whether the clock sets it off at what clocks show, on a day on which it has not done so.
    pub fn is_due(&self, local: NaiveDateTime, working: WorkingDays) -> bool {
        let day = local.weekday();
        let fits = match self.days {
            Days::Every => true,
            Days::Working => working.has(day),
            Days::Monday => day == Weekday::Mon,
            Days::Tuesday => day == Weekday::Tue,
            Days::Wednesday => day == Weekday::Wed,
            Days::Thursday => day == Weekday::Thu,
            Days::Friday => day == Weekday::Fri,
            Days::Saturday => day == Weekday::Sat,
            Days::Sunday => day == Weekday::Sun,
        };
        fits && self.at <= local.time()
    }
}

impl Action {
    /// The texts in which `{title}` and the like stand for something.
    pub fn templates(&self) -> Vec<&str> {
        match self {
            Action::Comment { text } | Action::Tell { text, .. } => vec![text],
            Action::Mail { subject, text, .. } => vec![subject, text],
            Action::Create { title, fields, .. } => {
                std::iter::once(title).chain(fields.values()).map(String::as_str).collect()
            }
            Action::Assign(_)
            | Action::Set { .. }
            | Action::Prioritise { .. }
            | Action::Due { .. }
            | Action::Move { .. }
            | Action::Call => Vec::new(),
        }
    }
}

/// What is wrong about a rule that is to be kept, for a workflow with these fields: the first mistake, with the field of the form
/// that it is about. Its condition and the values that it fills in are looked at by the server.
pub fn mistake(rule: &Rule, workflow: &Workflow, fields: &[Field]) -> Option<(String, String)> {
    let is_step = |id: StepId| workflow.step(id).is_some();
    let is_field = |key: &str| fields.iter().any(|field| field.key == key);
    let wrong = |field: &str, message: &str| Some((field.to_owned(), message.to_owned()));
    let name = rule.name.trim();
    if name.is_empty() || NAME_MAX < name.chars().count() {
        return Some(("name".to_owned(), format!("Give the rule a name of up to {NAME_MAX} characters.")));
    }
    match &rule.on {
        Trigger::Entered { step } | Trigger::Left { step } if !is_step(*step) => {
            return wrong("step", "Choose a step of the workflow.");
        }
        Trigger::Schedule(Schedule { step: Some(step), .. }) if !is_step(*step) => {
            return wrong("step", "Choose a step of the workflow.");
        }
        Trigger::Changed(Part::Field(key)) if !is_field(key) => {
            return wrong("part", "Choose what is watched.");
        }
        _ => {}
    }
    if rule.then.is_empty() {
        return wrong("then", "Say what the rule does.");
    }
    if ACTIONS_MAX < rule.then.len() {
        return Some(("then".to_owned(), format!("A rule does {ACTIONS_MAX} things at most.")));
    }
    rule.then.iter().enumerate().find_map(|(place, action)| {
        let message = mistake_of(action, workflow, fields)?;
        Some((format!("then[{place}]"), message))
    })
}

fn mistake_of(action: &Action, workflow: &Workflow, fields: &[Field]) -> Option<String> {
    let find = |key: &str| fields.iter().find(|field| field.key == key);
    for text in action.templates() {
        if WORDS_MAX < text.chars().count() {
            return Some(format!("A text may have {WORDS_MAX} characters."));
        }
        let unknown = |name: &&str| find(name).is_none() && !NAMES.iter().any(|(known, _)| known == name);
        if let Some(name) = names_in(text).into_iter().find(unknown) {
            return Some(format!("There is nothing called {{{name}}} to write into the text."));
        }
    }
    let empty = |text: &str| text.trim().is_empty();
    let said = match action {
        Action::Set { field, .. } if find(field).is_none() => "Choose the field that is filled in.",
        Action::Set { value, .. } if VALUE_MAX < value.chars().count() => "The value is too long.",
        Action::Due { days } if DUE_MAX < *days => "That is too many days ahead.",
        Action::Comment { text } if empty(text) => "Write what the comment says.",
        Action::Tell { text, .. } if empty(text) => "Write what is told.",
        Action::Mail { subject, .. } if empty(subject) => "Write the subject of the mail.",
        Action::Mail { text, .. } if empty(text) => "Write what the mail says.",
        Action::Create { title, .. } if empty(title) => "Give the new item a title.",
        Action::Move { to } if workflow.step(*to).is_none() => "Choose the step that it is moved to.",
        _ => return None,
    };
    Some(said.to_owned())
}

/// A rule that was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptRule {
    /// The rule.
    pub id: RuleId,
    /// Grows with each change.
    pub version: i64,
    /// Whether it acts.
    pub active: bool,
    /// What it says.
    pub rule: Rule,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// By whom.
    pub updated_by: MemberId,
    /// When it was set off last and what came of it, without what did not meet its condition.
    pub last: Option<(DateTime<Utc>, State)>,
}

/// What came of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(rename_all = "snake_case", type_name = "text"),
    schema(as = RunState)
)]
pub enum State {
    /// It is done soon.
    Waiting,
    /// Everything was done.
    Done,
    /// There was nothing to do: the condition did not hold, or the item is gone.
    Skipped,
    /// It could not be done, so nothing was.
    Failed,
    /// It would have gone round, so it was not begun.
    Stopped,
}

impl State {
    /// All of them.
    pub const ALL: [State; 5] = [State::Done, State::Skipped, State::Failed, State::Stopped, State::Waiting];

    /// The lasting key.
    pub fn key(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Done => "done",
            State::Skipped => "skipped",
            State::Failed => "failed",
            State::Stopped => "stopped",
        }
    }

    /// The name on pages.
    pub fn label(self) -> &'static str {
        match self {
            State::Waiting => "Waiting",
            State::Done => "Done",
            State::Skipped => "Skipped",
            State::Failed => "Failed",
            State::Stopped => "Stopped",
        }
    }

    /// The state with this key.
    pub fn from_key(key: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// What is written down of a run, in words of then.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = RunLog))]
pub struct Log {
    /// What set it off.
    pub cause: String,
    /// The condition as it was then; empty where there was none.
    pub condition: String,
    /// The values that the condition read, each with its name.
    pub reads: Vec<(String, String)>,
    /// Whether the condition held.
    pub decision: String,
    /// What was done, a sentence each.
    pub done: Vec<String>,
    /// Why it was not done.
    pub why: String,
    /// The rules that it set off, by name.
    pub set_off: Vec<String>,
}

/// A run as pages show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The run.
    pub id: RunId,
    /// The rule.
    pub rule_id: RuleId,
    /// Its name now.
    pub rule_name: String,
    /// The item.
    pub item_id: ItemId,
    /// What people call the item.
    pub item_key: String,
    /// Its title now.
    pub item_title: String,
    /// What came of it.
    pub state: State,
    /// What was written down.
    pub log: Log,
    /// The rules that set each other off up to this one.
    pub chain: Chain,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was set off.
    pub created_at: DateTime<Utc>,
    /// When the last attempt ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// How long that took.
    pub duration_ms: Option<i64>,
}

/// What the page of the rules of a workflow shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Automation {
    /// The workflow.
    pub workflow: Workflow,
    /// The fields of its form.
    pub fields: Vec<Field>,
    /// Its rules, by name.
    pub rules: Vec<KeptRule>,
    /// The workflows to which a rule may add items, each with its name and the fields of its form.
    pub others: Vec<(WorkflowId, String, Vec<Field>)>,
    /// Rules that set each other off in a circle, by their names, also those of other workflows.
    pub cycles: Vec<Vec<(RuleId, String)>>,
}

/// A page of runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Runs {
    /// The newest first.
    pub runs: Vec<Run>,
    /// The run behind which the next page starts, when there is one.
    pub next: Option<RunId>,
}

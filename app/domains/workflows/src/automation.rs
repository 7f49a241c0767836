//! Rules by which a workflow acts on its items: what sets a rule off, its condition, and what it does then.
//!
//! A *rule* is set off by something that happens to an item, by the clock, or by what comes by an incoming webhook. A *run* is one time that it was set off: it looks
//! whether the condition holds and does everything that the rule says, or nothing. What a run does may set off further rules;
//! the *chain* of them travels along, and the first repeat stops.

mod chain;
mod cycle;
mod hooked;
mod record;
mod template;
mod words;

pub use chain::{Chain, DEPTH_MAX, Link, Stop, TALK_MAX, UNASKED_MAX, WIDTH_MAX};
pub use cycle::{Known, cycles};
pub use hooked::{Adds, By, Finds, Hooked, PLACE_MAX, Sent, finds_by, is_place, takes};
pub use record::{Automation, KeptRule, Log, Run, Runs, State};
pub use template::{NAMES, filled, names_in, places_in};
pub use words::{Names, Words};

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use kernel::{JobTypeId, StepId, WorkflowId, WorkingDays};
use serde::{Deserialize, Serialize};

use crate::{
    automatic::{DUE_MAX, Gives, VALUE_MAX, Whom},
    booking::{is_length, wrong_length},
    model::{Field, Item, Priority},
};

/// The longest name of a rule, in characters.
pub const NAME_MAX: usize = 80;
/// As many actions a rule has.
pub const ACTIONS_MAX: usize = 10;
/// The longest text that a rule writes, in characters.
pub const WORDS_MAX: usize = 2_000;
/// As many rules a workflow has.
pub const RULES_MAX: usize = 100;
/// As many mails a rule sends within an hour: three in each minute are read by nobody, and a mail server that gets more of one sender
/// takes those of all others for spam, too.
pub const MAILS_AN_HOUR: i64 = 200;
/// As many members a rule tells within an hour, each counted each time: a notice stands in an inbox, but may become a mail there.
pub const NOTICES_AN_HOUR: i64 = 1_000;
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
    /// Another program sends something to an incoming webhook.
    Webhook(Hooked),
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
    /// Asks for a booking of a job type, to which somebody gives a time in the calendar.
    Book {
        /// The job type.
        job_type: JobTypeId,
        /// For how long, in minutes; none is as long as it usually takes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "ssr", schema(minimum = 5, maximum = 20160))]
        minutes: Option<i64>,
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
            Trigger::Webhook(_) => "webhook",
        }
    }

    /// The webhook whose senders set it off, if they do.
    pub fn hooked(&self) -> Option<&Hooked> {
        match self {
            Trigger::Webhook(hooked) => Some(hooked),
            _ => None,
        }
    }

    /// Whether an item may be added by what sets it off.
    pub fn adds(&self) -> bool {
        self.hooked().is_some_and(|hooked| hooked.adds.is_some())
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
    /// The last day on which the clock sets it off, at what clocks show: today, or yesterday for what was missed since. The clock is
    /// looked at now and then only, and nobody may have looked around midnight.
    pub fn last_due(&self, local: NaiveDateTime, working: WorkingDays) -> Option<NaiveDate> {
        let today = local.date();
        let has_come = |day: &NaiveDate| day.and_time(self.at) <= local;
        let days = [Some(today), today.pred_opt()];
        days.into_iter().flatten().find(|day| self.fits(day.weekday(), working) && has_come(day))
    }

    fn fits(&self, day: Weekday, working: WorkingDays) -> bool {
        match self.days {
            Days::Every => true,
            Days::Working => working.has(day),
            Days::Monday => day == Weekday::Mon,
            Days::Tuesday => day == Weekday::Tue,
            Days::Wednesday => day == Weekday::Wed,
            Days::Thursday => day == Weekday::Thu,
            Days::Friday => day == Weekday::Fri,
            Days::Saturday => day == Weekday::Sat,
            Days::Sunday => day == Weekday::Sun,
        }
    }
}

impl Action {
    /// Whether it tells people something beyond the item.
    pub fn sends(&self) -> bool {
        matches!(self, Action::Tell { .. } | Action::Mail { .. })
    }

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
            | Action::Book { .. }
            | Action::Call => Vec::new(),
        }
    }
}

/// What is wrong about a rule that is to be kept, for a workflow with these steps and fields: the first mistake, with the field of the form
/// that it is about. Its condition and the values that it fills in are looked at by the server.
pub fn mistake(rule: &Rule, is_step: impl Fn(StepId) -> bool, fields: &[Field]) -> Option<(String, String)> {
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
        Trigger::Webhook(hooked) => {
            if let Some((part, message)) = hooked::mistake_of(hooked, fields) {
                return Some((part.to_owned(), message));
            }
        }
        _ => {}
    }
    // To add an item may be all that it does.
    if rule.then.is_empty() && !rule.on.adds() {
        return wrong("then", "Say what the rule does.");
    }
    if ACTIONS_MAX < rule.then.len() {
        return Some(("then".to_owned(), format!("A rule does {ACTIONS_MAX} things at most.")));
    }
    rule.then.iter().enumerate().find_map(|(place, action)| {
        let message = mistake_of(action, &is_step, fields, rule.on.hooked().is_some())?;
        Some((format!("then[{place}]"), message))
    })
}

/// `reads` says whether there is something that came.
fn mistake_of(
    action: &Action,
    is_step: impl Fn(StepId) -> bool,
    fields: &[Field],
    reads: bool,
) -> Option<String> {
    let find = |key: &str| fields.iter().find(|field| field.key == key);
    for text in action.templates() {
        if WORDS_MAX < text.chars().count() {
            return Some(format!("A text may have {WORDS_MAX} characters."));
        }
        let is_read = |name: &str| reads && is_place(name);
        let is_known = |name: &str| find(name).is_some() || NAMES.iter().any(|(known, _)| *known == name);
        let unknown = |name: &&str| !is_read(name) && !is_known(name);
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
        Action::Move { to } if !is_step(*to) => "Choose the step that it is moved to.",
        Action::Book { minutes, .. } if !is_length(*minutes) => {
            return Some(wrong_length());
        }
        _ => return None,
    };
    Some(said.to_owned())
}

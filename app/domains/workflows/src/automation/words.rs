//! Rules in sentences.

use kernel::{HookId, JobTypeId, MemberId, StepId, WorkflowId};

use super::{Action, Days, Hooked, Part, Rule, Schedule, Trigger};
use crate::{
    automatic::{Gives, Whom},
    model::{Field, Workflow},
};

/// What things are called that a rule names by their ids.
pub trait Names {
    /// A member.
    fn person(&self, id: MemberId) -> Option<String>;
    /// A workflow.
    fn workflow(&self, id: WorkflowId) -> Option<String>;
    /// An incoming webhook.
    fn hook(&self, id: HookId) -> Option<String>;
    /// A kind of work that is booked.
    fn job_type(&self, id: JobTypeId) -> Option<String>;
}

/// What a sentence about a rule of a workflow is made with.
#[derive(Debug)]
pub struct Words<'a, N> {
    /// The workflow.
    pub workflow: &'a Workflow,
    /// The fields of its form.
    pub fields: &'a [Field],
    /// Names of all else.
    pub names: &'a N,
}

impl<N: Names> Words<'_, N> {
    /// The whole rule: `When an item enters Delivery and price > 100000, tell Elsa Lind.`
    pub fn sentence(&self, rule: &Rule) -> String {
        let when = rule.when.trim();
        let condition = if when.is_empty() { String::new() } else { format!(" and {when}") };
        let deeds: Vec<String> = rule.then.iter().map(|action| self.action(action)).collect();
        let trigger = self.trigger(&rule.on);
        if deeds.is_empty() && rule.on.adds() {
            return format!("{trigger}{condition}.");
        }
        format!("{trigger}{condition}: {}.", listed(&deeds))
    }

    /// What sets it off: `When a purchase enters Delivery`.
    pub fn trigger(&self, on: &Trigger) -> String {
        let noun = self.noun();
        match on {
            Trigger::Created => format!("When {noun} is added"),
            Trigger::Entered { step } => format!("When {noun} enters {}", self.step(*step)),
            Trigger::Left { step } => format!("When {noun} leaves {}", self.step(*step)),
            Trigger::Changed(part) => format!("When {} of {noun} changes", self.part(part)),
            Trigger::Overdue => format!("When the due day of {noun} has passed"),
            Trigger::Schedule(Schedule { days, at, step }) => {
                let which = match step {
                    Some(step) => format!("in {}", self.step(*step)),
                    None => "that is open".to_owned(),
                };
                let day = match days {
                    Days::Every => "day",
                    Days::Working => "working day",
                    Days::Monday => "Monday",
                    Days::Tuesday => "Tuesday",
                    Days::Wednesday => "Wednesday",
                    Days::Thursday => "Thursday",
                    Days::Friday => "Friday",
                    Days::Saturday => "Saturday",
                    Days::Sunday => "Sunday",
                };
                let noun = &self.workflow.head.item_noun;
                format!("Every {day} at {}, for each {noun} {which}", at.format("%H:%M"))
            }
            Trigger::Webhook(Hooked { hook, finds, adds }) => {
                let name = self.names.hook(*hook);
                let sender = name.as_deref().unwrap_or("an incoming webhook");
                match (finds, adds) {
                    (None, _) => format!("When something comes from {sender}, {noun} is added"),
                    (Some(_), None) => format!("When something about {noun} comes from {sender}"),
                    (Some(_), Some(_)) => {
                        format!("When something about {noun}, perhaps a new one, comes from {sender}")
                    }
                }
            }
        }
    }

    /// What it does: `tell Elsa Lind`.
    pub fn action(&self, action: &Action) -> String {
        match action {
            Action::Assign(Gives::Nobody) => "free it to be taken".to_owned(),
            Action::Assign(Gives::Creator) => "give it to whoever added it".to_owned(),
            Action::Assign(Gives::LeastLoaded) => {
                "give it to whoever in the step's team has the fewest".to_owned()
            }
            Action::Assign(Gives::InTurn) => "give it to the step's team in turn".to_owned(),
            Action::Assign(Gives::Field(key)) => format!("give it to whom {} names", self.field(key)),
            Action::Assign(Gives::Member(id)) => format!("give it to {}", self.person(*id)),
            Action::Set { field, value } if value.trim().is_empty() => {
                format!("empty {}", self.field(field))
            }
            Action::Set { field, value } => format!("set {} to {}", self.field(field), value.trim()),
            Action::Prioritise { priority } => {
                format!("set the priority to {}", priority.label().to_lowercase())
            }
            Action::Due { days: 0 } => "set the due day to that day".to_owned(),
            Action::Due { days: 1 } => "set the due day to a day from that day".to_owned(),
            Action::Due { days } => format!("set the due day to {days} days from that day"),
            Action::Comment { .. } => "comment on it".to_owned(),
            Action::Tell { whom, .. } => format!("tell {}", self.whom(*whom)),
            Action::Mail { whom, .. } => format!("send a mail to {}", self.whom(*whom)),
            Action::Create { workflow, .. } => {
                let name = self.names.workflow(*workflow);
                format!("add an item to {}", name.as_deref().unwrap_or("a workflow that is gone"))
            }
            Action::Move { to } => format!("move it to {}", self.step(*to)),
            Action::Book { job_type, .. } => {
                let name = self.names.job_type(*job_type);
                format!("ask for a booking of {}", name.as_deref().unwrap_or("a job type that is gone"))
            }
            Action::Call => "call the webhooks".to_owned(),
        }
    }

    /// What is watched, in a word.
    pub fn part(&self, part: &Part) -> String {
        match part {
            Part::Title => "the title".to_owned(),
            Part::Priority => "the priority".to_owned(),
            Part::Assignee => "the assignee".to_owned(),
            Part::Due => "the due day".to_owned(),
            Part::Field(key) => self.field(key),
        }
    }

    fn whom(&self, whom: Whom) -> String {
        match whom {
            Whom::Assignee => "whoever works on it".to_owned(),
            Whom::Creator => "whoever added it".to_owned(),
            Whom::Team => "the team of its step".to_owned(),
            Whom::Member(id) => self.person(id),
        }
    }

    fn person(&self, id: MemberId) -> String {
        self.names.person(id).unwrap_or_else(|| "somebody who is gone".to_owned())
    }

    fn step(&self, id: StepId) -> String {
        self.workflow.step(id).map_or_else(|| "a step that is gone".to_owned(), |step| step.name.clone())
    }

    fn field(&self, key: &str) -> String {
        let found = self.fields.iter().find(|field| field.key == key);
        found.map_or_else(|| "a field that is gone".to_owned(), |field| field.label.clone())
    }

    /// `a purchase`, `an item`.
    fn noun(&self) -> String {
        let noun = &self.workflow.head.item_noun;
        let is_vowel = |letter: char| "aeiouAEIOU".contains(letter);
        let article = if noun.starts_with(is_vowel) { "an" } else { "a" };
        format!("{article} {noun}")
    }
}

fn listed(parts: &[String]) -> String {
    match parts {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

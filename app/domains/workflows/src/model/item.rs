//! The nouns around one item: its page, its data, what happened to it, what is decided of it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use kernel::{CommentId, MemberId, StepId, TransitionId};
use serde::{Deserialize, Serialize};

use super::{Card, Field, PartRow, Priority, Values, WholeRow, Workflow};
use crate::{
    approval::{Approval, Decision, Standing, Verdict},
    booking::NeededBooking,
    form::FileNames,
    sla::ItemClock,
};

/// Everything the page of one item shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemPage {
    /// The workflow.
    pub workflow: Workflow,
    /// The fields of its form.
    pub fields: Vec<Field>,
    /// The item.
    pub item: Item,
    /// What happened to it, newest first.
    pub activity: Vec<Activity>,
    /// Comments, oldest first.
    pub comments: Vec<Comment>,
    /// What is decided of it where it is, if somebody has to.
    pub approval: Option<ItemApproval>,
    /// The ways out of its step that are closed to it by their conditions, and why.
    pub closed: Vec<(TransitionId, String)>,
    /// What is to be done where it is; empty where nothing is said.
    pub instructions: String,
    /// The files that its fields hold and that are gone, deleted or refused, with their names as far as they are known.
    pub gone: FileNames,
    /// Why computed fields have no value, by their keys.
    pub not_worked_out: BTreeMap<String, String>,
    /// Until when it waits in its step, as clocks of the organisation will show it.
    pub waits_until: Option<NaiveDateTime>,
    /// How its clock stands, if it may not stay in its step for ever.
    pub clock: Option<ItemClock>,
    /// The booking that it needs where it is, if it needs one.
    pub booking: Option<NeededBooking>,
    /// What it is a part of.
    pub whole: Option<WholeRow>,
    /// Its own parts, the newest that were sent together first.
    pub parts: Vec<PartRow>,
}

/// What is decided of an item in the step where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemApproval {
    /// The rule.
    pub rule: Approval,
    /// Those who decide, in their order.
    pub approvers: Vec<MemberId>,
    /// Those who would, but added the item or brought it here.
    pub barred: Vec<MemberId>,
    /// Everybody who did, where they do not decide.
    pub kept_out: Vec<MemberId>,
    /// Who stands in for those of them who are asked, and away or have handed it on.
    pub stand_ins: Vec<(MemberId, MemberId)>,
    /// Those of them who have handed it on.
    pub handed: Vec<MemberId>,
    /// What was decided since the item is here, in the order of time.
    pub decisions: Vec<Decision>,
    /// How it stands.
    pub standing: Standing,
    /// Whether the viewer may decide now.
    pub mine: bool,
    /// Whose decision that is; none for who only helps out.
    pub whose: Option<MemberId>,
    /// For whom they decide, if not for themselves.
    pub for_whom: Option<MemberId>,
    /// Whether the viewer brought it here, and may take it back since nobody has decided anything.
    pub recallable: bool,
}

/// An item with its data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What cards show of it.
    pub card: Card,
    /// Values of the workflow's fields.
    pub data: Values,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// Who added it.
    pub created_by: Option<MemberId>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// The step that sent it back, to which it may return straight away.
    pub returns_to: Option<StepId>,
    /// Until when it waits in its step, if that step keeps items for a while; past where nothing let it go on then.
    pub wakes_at: Option<DateTime<Utc>>,
}

/// What a page showed of an item to whoever fills it in: what they changed is what differs from that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Its title.
    pub title: String,
    /// How pressing it was.
    pub priority: Priority,
    /// Who worked on it.
    pub assignee_id: Option<MemberId>,
    /// When it was due.
    pub due_on: Option<NaiveDate>,
    /// Values of the workflow's fields.
    pub data: Values,
}

impl From<&Item> for Seen {
    fn from(item: &Item) -> Self {
        Seen {
            title: item.card.title.clone(),
            priority: item.card.priority,
            assignee_id: item.card.assignee_id,
            due_on: item.card.due_on,
            data: item.data.clone(),
        }
    }
}

/// What happened to an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// The entry.
    pub id: uuid::Uuid,
    /// Who did it; none for the system.
    pub actor_id: Option<MemberId>,
    /// The name of the rule that did it, or empty.
    pub rule: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// What.
    pub act: Act,
}

/// One thing that can happen to an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Act {
    /// It was added.
    Created {
        /// Name of the step it began in.
        step: String,
        /// Whether somebody who was not logged in sent it by a public form.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        public_form: bool,
        /// The key of the item that it is a part of, or empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        part_of: String,
    },
    /// It moved.
    Moved(Move),
    /// Its data changed.
    Edited {
        /// What changed, in words of the form.
        changes: Vec<Change>,
    },
    /// Somebody decided whether it goes on, or took that back.
    Decided {
        /// Name of the step.
        step: String,
        /// What; none for what was taken back.
        verdict: Option<Verdict>,
        /// Why.
        reason: String,
        /// The name of whom it was decided for, if not by themselves.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        instead_of: String,
    },
    /// Somebody handed their decision on, or took that back.
    Delegated {
        /// Name of the step.
        step: String,
        /// The name of whom it was handed to; empty for what was taken back.
        to: String,
        /// The name of whose decision it is, if not their own.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        instead_of: String,
    },
    /// Those who have to decide were reminded.
    Reminded {
        /// Name of the step.
        step: String,
    },
    /// It could not go on by itself.
    Stuck {
        /// Name of the step.
        step: String,
        /// Why, in a sentence.
        why: String,
    },
    /// Its clock was made to stand still.
    Paused {
        /// Name of the step.
        step: String,
        /// Why, in the words of who did it.
        reason: String,
    },
    /// Its clock runs again.
    Resumed {
        /// Name of the step.
        step: String,
    },
    /// It has used so much of its time that something happened.
    Escalated {
        /// Name of the step.
        step: String,
        /// How much of its time, in percent.
        percent: u32,
        /// What happened, as in `Anna Lind was reminded`.
        what: String,
    },
    /// It was deleted.
    Deleted {
        /// The key of the item that it was a part of, and came together or was called off with; or empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        into: String,
    },
    /// It was brought back.
    Restored,
}

impl Act {
    /// The kind in the database.
    pub fn kind(&self) -> &'static str {
        match self {
            Act::Created { .. } => "created",
            Act::Moved(_) => "moved",
            Act::Edited { .. } => "edited",
            Act::Decided { .. } => "decided",
            Act::Delegated { .. } => "delegated",
            Act::Reminded { .. } => "reminded",
            Act::Stuck { .. } => "stuck",
            Act::Paused { .. } => "paused",
            Act::Resumed { .. } => "resumed",
            Act::Escalated { .. } => "escalated",
            Act::Deleted { .. } => "deleted",
            Act::Restored => "restored",
        }
    }
}

/// From where to where an item moved. Names are kept as they were then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// Where from.
    pub from: StepId,
    /// Its name.
    pub from_name: String,
    /// Where to.
    pub to: StepId,
    /// Its name.
    pub to_name: String,
    /// Whether it was a way back.
    #[serde(default)]
    pub rework: bool,
    /// Whether it took back the move before.
    #[serde(default)]
    pub undo: bool,
    /// Whether the item went on by itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_itself: bool,
    /// Whether it had ended before, and still has: the step where it did was taken away.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ended: bool,
    /// The condition of the way with what it read, where there was one, as in `amount > 5000: Amount is 6,200`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub because: String,
    /// The step to which it could have returned straight away, which taking the move back brings back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returns_to: Option<StepId>,
}

impl Move {
    /// From one step to another, each with its name.
    pub fn new(from: (StepId, &str), to: (StepId, &str)) -> Self {
        Move {
            from: from.0,
            from_name: from.1.to_owned(),
            to: to.0,
            to_name: to.1.to_owned(),
            rework: false,
            undo: false,
            by_itself: false,
            ended: false,
            because: String::new(),
            returns_to: None,
        }
    }
}

/// One changed value, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The field's label.
    pub label: String,
    /// The value before, or empty.
    pub from: String,
    /// The value after, or empty.
    pub to: String,
}

/// A comment on an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Comment {
    /// The comment.
    pub id: CommentId,
    /// Plain text.
    pub body: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// Who wrote it; none where a rule or a public form did.
    pub created_by: Option<MemberId>,
    /// The name of the rule that wrote it, or of public forms; or empty.
    pub rule: String,
}

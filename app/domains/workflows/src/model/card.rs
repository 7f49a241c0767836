//! An item as boards and lists show it, and the boards made of them.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use kernel::{ItemId, MemberId, StepId, TeamId};
use serde::{Deserialize, Serialize};

use super::Workflow;
use crate::{lanes::Load, month::Month};

/// How pressing an item is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type), sqlx(transparent))]
pub struct Priority(i64);

impl Priority {
    /// Every priority, the least first.
    pub const ALL: [Priority; 5] = [Priority(0), Priority(1), Priority(2), Priority(3), Priority(4)];

    /// The priority with this number; numbers out of range become the nearest.
    pub fn new(level: i64) -> Self {
        Priority(level.clamp(0, 4))
    }

    /// 0 none to 4 urgent.
    pub fn level(self) -> i64 {
        self.0
    }

    /// The name on pages.
    pub fn label(self) -> &'static str {
        match self.0 {
            1 => "Low",
            2 => "Medium",
            3 => "High",
            4 => "Urgent",
            _ => "No priority",
        }
    }

    /// The mark that stands for it.
    pub fn glyph(self) -> ui::Priority {
        match self.0 {
            1 => ui::Priority::Low,
            2 => ui::Priority::Medium,
            3 => ui::Priority::High,
            4 => ui::Priority::Urgent,
            _ => ui::Priority::None,
        }
    }
}

/// An item as boards, lists and menus show it.
///
/// A board sends hundreds of cards, so on the wire a card is a list of its fields in this order, the moment in
/// microseconds since 1970 and the day counted from the year 1: the browser needs no parser of dates for it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Card {
    /// The item.
    pub id: ItemId,
    /// Its number in the workflow.
    pub number: i64,
    /// Its title.
    pub title: String,
    /// Its registration plate, or empty.
    pub tag: String,
    /// Where it is.
    pub step_id: StepId,
    /// Since when.
    pub step_since: DateTime<Utc>,
    /// How pressing it is.
    pub priority: Priority,
    /// Who works on it.
    pub assignee_id: Option<MemberId>,
    /// When it should be done.
    pub due_on: Option<NaiveDate>,
    /// Minor units of the organisation's currency.
    pub amount: Option<i64>,
    /// How many comments it has.
    pub comment_count: i64,
    /// Grows with every change.
    pub version: i64,
}

impl Serialize for Card {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (
            self.id,
            self.number,
            &self.title,
            &self.tag,
            self.step_id,
            self.step_since.timestamp_micros(),
            self.priority,
            self.assignee_id,
            self.due_on.map(|day| day.num_days_from_ce()),
            self.amount,
            self.comment_count,
            self.version,
        )
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Card {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (
            id,
            number,
            title,
            tag,
            step_id,
            step_since,
            priority,
            assignee_id,
            due_on,
            amount,
            comment_count,
            version,
        ) = Deserialize::deserialize(deserializer)?;
        let (step_since, due_on): (i64, Option<i32>) = (step_since, due_on);
        let no_moment = || serde::de::Error::custom("a moment out of range");
        Ok(Card {
            id,
            number,
            title,
            tag,
            step_id,
            step_since: DateTime::from_timestamp_micros(step_since).ok_or_else(no_moment)?,
            priority,
            assignee_id,
            due_on: due_on.and_then(NaiveDate::from_num_days_from_ce_opt),
            amount,
            comment_count,
            version,
        })
    }
}

/// How many cards a column shows; the list shows the rest.
pub const COLUMN_LIMIT: usize = 40;

/// A board: a workflow and the first items of each step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// The workflow.
    pub workflow: Workflow,
    /// One column a step, in order.
    pub columns: Vec<Column>,
}

/// A column of a board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The step.
    pub step_id: StepId,
    /// How many items match, shown or not.
    pub total: i64,
    /// The first of them.
    pub cards: Vec<Card>,
}

/// A board whose cards are in lanes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaneBoard {
    /// The board.
    pub board: Board,
    /// How many open items who has in which step, shown or not.
    pub loads: Vec<Load>,
    /// Who is in which team, where lanes go by teams.
    pub teams: Vec<(MemberId, TeamId)>,
}

/// The items of a workflow that are due in a month and on the days around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueMonth {
    /// The workflow.
    pub workflow: Workflow,
    /// The month.
    pub month: Month,
    /// The items by their due days, at most [`MONTH_LIMIT`](crate::month::MONTH_LIMIT).
    pub cards: Vec<Card>,
    /// Whether there are more than those.
    pub cut: bool,
    /// How many items have no due day, at most [`MONTH_LIMIT`](crate::month::MONTH_LIMIT) and one.
    pub undated: i64,
}

/// What a page learns when an item changed somewhere else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardNews {
    /// The item as it is now; none when it was deleted.
    pub card: Option<Card>,
    /// How many items each step has now.
    pub counts: Vec<(StepId, i64)>,
}

/// Splits `UC-414` into workflow key and number.
pub fn parse_item_key(text: &str) -> Option<(&str, i64)> {
    let (key, number) = text.trim().rsplit_once('-')?;
    let number: i64 = number.parse().ok().filter(|number| 0 < *number)?;
    let letters = !key.is_empty() && key.chars().all(char::is_alphanumeric);
    letters.then_some((key, number))
}

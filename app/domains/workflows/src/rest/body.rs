//! What programs write of an item.

use chrono::{Datelike, NaiveDate};
use kernel::{Error, MemberId, Result};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use crate::{
    acts::item::{Form, Sent},
    model::{Item, Priority, Values},
};

/// An item to be added. It begins in the first step.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewItem {
    /// The key of the workflow.
    #[schema(example = "UC", min_length = 1)]
    pub workflow: String,
    #[schema(example = "Volvo V60 B4 Momentum", min_length = 1, max_length = 200)]
    title: String,
    /// How pressing it is: 0 not at all, 1 low, 2 medium, 3 high, 4 urgent.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 4)]
    priority: i64,
    /// The member who works on it.
    assignee: Option<MemberId>,
    /// When it should be done.
    due_on: Option<NaiveDate>,
    /// Values of the workflow's fields by their keys, each as its kind says.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({"registration": "ABC 123", "mileage": 142300}))]
    data: Values,
}

impl NewItem {
    pub(super) fn form(self) -> Result<Form> {
        Ok(Form {
            title: self.title,
            priority: read_priority(self.priority)?,
            assignee_id: Ok(self.assignee),
            due_on: Ok(read_day(self.due_on)?),
            data: Sent::Values(self.data),
        })
    }
}

/// What changes of an item. What is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ItemChange {
    #[schema(example = "Volvo V60 B4 Momentum", min_length = 1, max_length = 200)]
    title: Option<String>,
    /// How pressing it is: 0 not at all, 1 low, 2 medium, 3 high, 4 urgent.
    #[schema(minimum = 0, maximum = 4)]
    priority: Option<i64>,
    /// The member who works on it; null is nobody.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<MemberId>)]
    assignee: Option<Option<MemberId>>,
    /// When it should be done; null is no day.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<NaiveDate>)]
    due_on: Option<Option<NaiveDate>>,
    /// Values of the workflow's fields by their keys, each as its kind says. Those that are not sent stay; null takes a
    /// value away.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({"mileage": 142300, "test_notes": null}))]
    data: Values,
}

impl ItemChange {
    /// The item as it is to be.
    pub(super) fn form(self, item: &Item) -> Result<Form> {
        let card = &item.card;
        Ok(Form {
            title: self.title.unwrap_or_else(|| card.title.clone()),
            priority: self.priority.map_or(Ok(card.priority), read_priority)?,
            assignee_id: Ok(self.assignee.unwrap_or(card.assignee_id)),
            due_on: Ok(self.due_on.map_or(Ok(card.due_on), read_day)?),
            data: Sent::Values(self.data),
        })
    }
}

/// Where an item is to go.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ItemMove {
    /// The id of the step, or its name.
    #[schema(example = "Test and inspect", min_length = 1)]
    pub to: String,
}

/// Tells null from what was not sent.
pub(super) fn sent<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

fn read_priority(level: i64) -> Result<Priority> {
    let known = Priority::ALL.into_iter().find(|priority| priority.level() == level);
    known.ok_or_else(|| Error::invalid("priority", "A priority is 0 to 4."))
}

pub(super) fn read_day(day: Option<NaiveDate>) -> Result<Option<NaiveDate>> {
    match day {
        Some(day) if !(0..=9999).contains(&day.year()) => {
            Err(Error::invalid("due_on", "A due day looks like 2025-11-24."))
        }
        day => Ok(day),
    }
}

/// The same error with the names that fields have in bodies.
pub(super) fn of_body(error: Error) -> Error {
    match error {
        Error::Invalid(mut fields) => {
            for field in &mut fields {
                match field.field.as_str() {
                    "assignee_id" => field.field = "assignee".into(),
                    "deputy_id" => field.field = "deputy".into(),
                    _ => {}
                }
            }
            Error::Invalid(fields)
        }
        error => error,
    }
}

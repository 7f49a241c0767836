//! Conditions of forms: when a field is shown, and when it is needed. They ask for little and go round in no circle, so that a
//! page can judge them while somebody types.

use std::cmp::Ordering;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::is_empty;
use crate::{
    model::{Field, FieldKind},
    rules::{parse_money, parse_number},
};

/// As many things a condition asks.
pub const TESTS_MAX: usize = 10;
/// The longest value that something is compared with, in characters.
pub const VALUE_MAX: usize = 200;

/// A condition over the other fields of a form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = FieldCondition))]
pub struct When {
    /// Whether one thing that it asks is enough, and not all have to be so.
    #[serde(default)]
    pub any: bool,
    /// What it asks.
    pub tests: Vec<Test>,
}

/// What a condition asks of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = FieldTest))]
pub struct Test {
    /// The key of the field.
    pub field: String,
    /// What of it.
    pub is: Is,
    /// What it is compared with, as people write it; empty where nothing is.
    #[serde(default)]
    pub value: String,
}

/// What can be asked of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = FieldIs))]
pub enum Is {
    /// It has a value, or is ticked.
    Filled,
    /// It has none.
    Empty,
    /// It has this value.
    Same,
    /// It has another value, or none.
    Other,
    /// It is more, or later.
    More,
    /// It is less, or earlier.
    Less,
    /// This is among its values.
    Has,
    /// This is not among its values.
    Lacks,
}

impl Is {
    /// All that can be asked.
    pub const ALL: [Is; 8] =
        [Is::Filled, Is::Empty, Is::Same, Is::Other, Is::More, Is::Less, Is::Has, Is::Lacks];

    /// The name in forms.
    pub fn key(self) -> &'static str {
        match self {
            Is::Filled => "filled",
            Is::Empty => "empty",
            Is::Same => "same",
            Is::Other => "other",
            Is::More => "more",
            Is::Less => "less",
            Is::Has => "has",
            Is::Lacks => "lacks",
        }
    }

    /// What can be asked of fields of a kind; nothing of what is worked out on the server only.
    pub fn of(kind: FieldKind) -> &'static [Is] {
        match kind {
            FieldKind::Flag
            | FieldKind::Person
            | FieldKind::Team
            | FieldKind::Table
            | FieldKind::Signature
            | FieldKind::File => &[Is::Filled, Is::Empty],
            FieldKind::Text | FieldKind::LongText | FieldKind::Plate | FieldKind::Choice => {
                &[Is::Same, Is::Other, Is::Filled, Is::Empty]
            }
            FieldKind::Number | FieldKind::Money => {
                &[Is::More, Is::Less, Is::Same, Is::Other, Is::Filled, Is::Empty]
            }
            FieldKind::Date | FieldKind::DateTime => &[Is::Less, Is::More, Is::Filled, Is::Empty],
            FieldKind::Choices | FieldKind::Checklist => &[Is::Has, Is::Lacks, Is::Filled, Is::Empty],
            FieldKind::Computed => &[],
        }
    }

    /// In words, as they follow the name of a field of this kind.
    pub fn words(self, kind: FieldKind) -> &'static str {
        let is_day = matches!(kind, FieldKind::Date | FieldKind::DateTime);
        match self {
            Is::Filled if kind == FieldKind::Flag => "is ticked",
            Is::Empty if kind == FieldKind::Flag => "is not ticked",
            Is::Filled => "is filled in",
            Is::Empty => "is empty",
            Is::Same => "is",
            Is::Other => "is not",
            Is::More if is_day => "is after",
            Is::Less if is_day => "is before",
            Is::More => "is more than",
            Is::Less => "is less than",
            Is::Has => "includes",
            Is::Lacks => "does not include",
        }
    }

    /// Whether it compares with a value.
    pub fn compares(self) -> bool {
        !matches!(self, Is::Filled | Is::Empty)
    }
}

impl When {
    /// Whether it holds. `find` gives a field by its key, with its value as it counts: none for what is hidden.
    pub fn holds<'a>(&self, mut find: impl FnMut(&str) -> Option<(&'a Field, Option<&'a Value>)>) -> bool {
        let mut is_met =
            |test: &Test| find(&test.field).is_some_and(|(field, value)| test.is_met(field, value));
        if self.any { self.tests.iter().any(&mut is_met) } else { self.tests.iter().all(is_met) }
    }

    /// Whether it asks something of the field with this key.
    pub fn names(&self, key: &str) -> bool {
        self.tests.iter().any(|test| test.field == key)
    }

    /// In words: `Colour is Red and Amount is more than 500`.
    pub fn sentence(&self, fields: &[Field]) -> String {
        let joint = if self.any { " or " } else { " and " };
        self.tests.iter().map(|test| test.sentence(fields)).collect::<Vec<_>>().join(joint)
    }
}

impl Test {
    fn is_met(&self, field: &Field, value: Option<&Value>) -> bool {
        match self.is {
            Is::Filled => !is_empty(value),
            Is::Empty => is_empty(value),
            Is::Same => self.order(field, value) == Some(Ordering::Equal),
            Is::Other => self.order(field, value) != Some(Ordering::Equal),
            Is::More => self.order(field, value) == Some(Ordering::Greater),
            Is::Less => self.order(field, value) == Some(Ordering::Less),
            Is::Has => self.is_among(value),
            Is::Lacks => !self.is_among(value),
        }
    }

    /// How a value stands to the one that it is compared with; nothing where they cannot be compared.
    fn order(&self, field: &Field, value: Option<&Value>) -> Option<Ordering> {
        let (value, other) = (value?, self.value.trim());
        let text = || value.as_str().filter(|text| !text.is_empty());
        Some(match field.kind {
            FieldKind::Number => value.as_i64()?.cmp(&parse_number(other)?),
            FieldKind::Money => value.as_i64()?.cmp(&parse_money(other)?),
            // A moment is on its day.
            FieldKind::Date | FieldKind::DateTime => text()?.get(..10)?.cmp(other.get(..10)?),
            FieldKind::Plate => text()?.cmp(other.to_uppercase().as_str()),
            FieldKind::Text | FieldKind::LongText | FieldKind::Choice => text()?.cmp(other),
            _ => return None,
        })
    }

    fn is_among(&self, value: Option<&Value>) -> bool {
        let list = value.and_then(Value::as_array);
        list.is_some_and(|list| list.iter().any(|one| one.as_str() == Some(self.value.trim())))
    }

    fn sentence(&self, fields: &[Field]) -> String {
        let field = fields.iter().find(|field| field.key == self.field);
        let (label, kind) =
            field.map_or((self.field.as_str(), FieldKind::Text), |field| (field.label.as_str(), field.kind));
        let words = self.is.words(kind);
        if self.is.compares() {
            format!("{label} {words} {}", self.value.trim())
        } else {
            format!("{label} {words}")
        }
    }

    /// What is wrong about it in a form with these fields.
    pub fn fault(&self, fields: &[Field]) -> Option<String> {
        let Some(field) = fields.iter().find(|field| field.key == self.field) else {
            return Some("asks for a field that is not there".to_owned());
        };
        let (label, value) = (&field.label, self.value.trim());
        if field.kind == FieldKind::Computed {
            return Some(format!("asks for {label}, which is worked out only when the item is saved"));
        }
        if !Is::of(field.kind).contains(&self.is) {
            return Some(format!("asks of {label} what such a field has no answer to"));
        }
        if !self.is.compares() {
            return None;
        }
        let fits = match field.kind {
            FieldKind::Number => parse_number(value).is_some(),
            FieldKind::Money => parse_money(value).is_some(),
            FieldKind::Date | FieldKind::DateTime => value.len() == 10 && value.parse::<NaiveDate>().is_ok(),
            FieldKind::Choice | FieldKind::Choices | FieldKind::Checklist => {
                field.choices.iter().any(|choice| choice.trim() == value)
            }
            _ => !value.is_empty(),
        };
        (!fits).then(|| format!("compares {label} with something that it can never hold"))
    }
}

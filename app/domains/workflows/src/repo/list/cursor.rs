//! Where a page of a list ended.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use db::Query;
use kernel::ItemId;

use crate::filter::SortBy;

/// Stands for "no due day" in comparisons: after every other.
pub(super) const NO_DAY: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// Where a page ended: the last row's sort value and id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    value: SortValue,
    id: ItemId,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum SortValue {
    Number(i64),
    Text(String),
    Day(NaiveDate),
    Time(DateTime<Utc>),
}

impl Cursor {
    pub(super) fn number(id: ItemId, number: i64) -> Self {
        Cursor { value: SortValue::Number(number), id }
    }

    pub(super) fn text(id: ItemId, text: String) -> Self {
        Cursor { value: SortValue::Text(text), id }
    }

    pub(super) fn day(id: ItemId, day: Option<NaiveDate>) -> Self {
        Cursor { value: SortValue::Day(day.unwrap_or(NO_DAY)), id }
    }

    pub(super) fn time(id: ItemId, time: DateTime<Utc>) -> Self {
        Cursor { value: SortValue::Time(time), id }
    }

    /// Reads a cursor of a list in this order. What no row can have is none either: not every engine can compare it.
    pub fn read(by: SortBy, text: &str) -> Option<Self> {
        let (id, value) = text.split_once('.')?;
        let value = match by {
            SortBy::Number | SortBy::Step | SortBy::Priority | SortBy::Amount => {
                SortValue::Number(value.parse().ok()?)
            }
            SortBy::Title if value.contains('\0') => return None,
            SortBy::Title => SortValue::Text(value.to_owned()),
            SortBy::Due => SortValue::Day(value.parse().ok().filter(has_four_digits)?),
            SortBy::Updated => SortValue::Time(
                DateTime::from_timestamp_micros(value.parse().ok()?)
                    .filter(|time| has_four_digits(&time.date_naive()))?,
            ),
        };
        Some(Cursor { value, id: id.parse().ok()? })
    }

    pub(super) fn bind(&self, query: Query) -> Query {
        let query = match &self.value {
            SortValue::Number(number) => query.push_bind(*number),
            SortValue::Text(text) => query.push_bind(text.as_str()),
            SortValue::Day(day) => query.push_bind(*day),
            SortValue::Time(time) => query.push_bind(*time),
        };
        query.push(", ").push_bind(self.id)
    }
}

/// As an address says it.
impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.value {
            SortValue::Number(number) => write!(f, "{}.{number}", self.id),
            SortValue::Text(text) => write!(f, "{}.{text}", self.id),
            SortValue::Day(day) => write!(f, "{}.{day}", self.id),
            SortValue::Time(time) => write!(f, "{}.{}", self.id, time.timestamp_micros()),
        }
    }
}

fn has_four_digits(day: &NaiveDate) -> bool {
    (0..=9999).contains(&day.year())
}

//! A month as a calendar shows it: whole weeks, from the first day of a week as the organisation has it.

use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use kernel::WeekStart;
use serde::{Deserialize, Serialize};

/// How many items a calendar reads of a month at most.
pub const MONTH_LIMIT: usize = 1000;
/// How many items of a day a calendar shows; the rest comes when the day is opened.
pub const DAY_LIMIT: usize = 3;

/// A month of a year. Every one has whole weeks around it that every database can compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Month(NaiveDate);

impl Month {
    /// The month of a day; of days out of reach the nearest month.
    pub fn of(day: NaiveDate) -> Self {
        let year = day.year().clamp(1, 9998);
        Month(NaiveDate::from_ymd_opt(year, day.month(), 1).unwrap_or(day))
    }

    /// Reads `2025-11` from an address. What is no month is none.
    pub fn read(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let digits =
            |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return None;
        }
        let year = year.parse().ok().filter(|year| (1..=9998).contains(year))?;
        NaiveDate::from_ymd_opt(year, month.parse().ok()?, 1).map(Month)
    }

    /// Its first day.
    pub fn first(self) -> NaiveDate {
        self.0
    }

    /// Whether a day is in it.
    pub fn has(self, day: NaiveDate) -> bool {
        (day.year(), day.month()) == (self.0.year(), self.0.month())
    }

    /// The month after it; the last one is its own.
    pub fn next(self) -> Self {
        self.0.checked_add_months(Months::new(1)).map_or(self, Month::of)
    }

    /// The month before it; the first one is its own.
    pub fn previous(self) -> Self {
        self.0.checked_sub_months(Months::new(1)).map_or(self, Month::of)
    }

    /// The days that a calendar shows of it: whole weeks, as many as it touches.
    pub fn days(self, start: WeekStart) -> Vec<NaiveDate> {
        let before = self.0.weekday().days_since(weekday(start));
        let first = self.0.checked_sub_days(Days::new(before.into())).unwrap_or(self.0);
        let mut days = Vec::with_capacity(42);
        for (index, day) in first.iter_days().take(42).enumerate() {
            // Another week only if the month goes on in it.
            if index % 7 == 0 && 0 < index && !self.has(day) {
                break;
            }
            days.push(day);
        }
        days
    }

    /// The first and the last of those days.
    pub fn span(self, start: WeekStart) -> (NaiveDate, NaiveDate) {
        let days = self.days(start);
        (days.first().copied().unwrap_or(self.0), days.last().copied().unwrap_or(self.0))
    }
}

/// As an address says it: `2025-11`.
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

/// The day with which weeks begin.
pub fn weekday(start: WeekStart) -> Weekday {
    match start {
        WeekStart::Monday => Weekday::Mon,
        WeekStart::Sunday => Weekday::Sun,
        WeekStart::Saturday => Weekday::Sat,
    }
}

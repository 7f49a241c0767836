//! The days that are looked at.

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use kernel::{Today, WeekStart};

use super::Bar;

/// How many days can be looked at.
pub const PERIODS: [i64; 4] = [7, 30, 90, 365];
/// How many are, when nobody says.
pub const USUAL: i64 = 30;
/// Up to so many days, what was finished is counted by the day, else by the week.
const BY_DAY: i64 = 30;
/// The days that a text of an address asks for; what is made up asks for none.
pub fn read_days(text: Option<&str>) -> i64 {
    text.and_then(|text| text.parse().ok()).filter(|days| PERIODS.contains(days)).unwrap_or(USUAL)
}

/// The days up to today, in the zone of the organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    pub(super) days: i64,
    today: Today,
    week_start: WeekStart,
    /// When each day begins, in the order of time.
    begins: Vec<DateTime<Utc>>,
}

impl Period {
    /// So many days, of which today is the last. `midnight` says when a day begins: clocks may have been put forward or back
    /// since.
    pub fn new(
        days: i64,
        today: Today,
        week_start: WeekStart,
        midnight: impl Fn(NaiveDate) -> DateTime<Utc>,
    ) -> Self {
        let days = if PERIODS.contains(&days) { days } else { USUAL };
        let mut period = Period { days, today, week_start, begins: Vec::new() };
        let last = period.last();
        period.begins = period.first().iter_days().take_while(|day| *day <= last).map(midnight).collect();
        period
    }

    /// The first day.
    pub fn first(&self) -> NaiveDate {
        let before = Days::new(self.days.unsigned_abs().saturating_sub(1));
        self.last().checked_sub_days(before).unwrap_or(NaiveDate::MIN)
    }

    /// Today.
    pub fn last(&self) -> NaiveDate {
        self.today.date()
    }

    /// When the first day begins.
    pub fn from(&self) -> DateTime<Utc> {
        self.begins.first().copied().unwrap_or(self.today.now)
    }

    /// Now.
    pub fn until(&self) -> DateTime<Utc> {
        self.today.now
    }

    /// Whether an instant lies within it.
    pub(super) fn holds(&self, at: DateTime<Utc>) -> bool {
        self.from() <= at && at <= self.until()
    }

    /// The part of a span of time that lies within it.
    pub(super) fn part(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
        let from = from.max(self.from());
        (from, until.max(from))
    }

    /// The day of an instant within it.
    pub(super) fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        let begun = self.begins.partition_point(|begin| *begin <= at);
        let after = Days::new(u64::try_from(begun.saturating_sub(1)).unwrap_or(0));
        self.first().checked_add_days(after).unwrap_or(NaiveDate::MAX)
    }

    /// The days or weeks that what was finished is counted by; the first and the last week may be cut.
    pub(super) fn spans(&self) -> Vec<Bar> {
        let mut bars = Vec::new();
        let mut from = self.first();
        while from <= self.last() {
            let length = if self.days <= BY_DAY { 1 } else { 7 - self.in_week(from) };
            let next = from.checked_add_days(Days::new(length)).unwrap_or(NaiveDate::MAX);
            let until = next.pred_opt().unwrap_or(from).min(self.last());
            bars.push(Bar { from, until, count: 0 });
            if next <= from {
                break;
            }
            from = next;
        }
        bars
    }

    /// How many days of its week are before a day.
    fn in_week(&self, day: NaiveDate) -> u64 {
        let first = match self.week_start {
            WeekStart::Monday => 0,
            WeekStart::Saturday => 5,
            WeekStart::Sunday => 6,
        };
        u64::from((day.weekday().num_days_from_monday() + 7 - first) % 7)
    }
}

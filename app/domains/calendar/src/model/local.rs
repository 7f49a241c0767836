//! What clocks show, as a number: pages count with it, and it needs no reader of dates in the browser.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use serde::{Deserialize, Serialize};

/// The minutes of a day.
pub const DAY: i64 = 24 * 60;

/// A time that the viewer's clocks show, in whole minutes since the beginning of 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Local(pub i64);

impl Local {
    /// So many minutes after the midnight with which a day begins; as clocks without a leap count.
    pub fn at(day: NaiveDate, minute: i64) -> Self {
        let since = i64::from(day.num_days_from_ce()) - EPOCH;
        Local(since * DAY + minute)
    }

    /// The time of a date with a clock; seconds are left out.
    pub fn of(at: NaiveDateTime) -> Self {
        Local(at.and_utc().timestamp().div_euclid(60))
    }

    /// The day.
    pub fn day(self) -> NaiveDate {
        self.date_time().date()
    }

    /// Minutes since the midnight of its day.
    pub fn minute(self) -> i64 {
        self.0.rem_euclid(DAY)
    }

    /// The same as a date with a clock.
    pub fn date_time(self) -> NaiveDateTime {
        let epoch = NaiveDate::default().and_time(NaiveTime::MIN);
        TimeDelta::try_minutes(self.0).and_then(|since| epoch.checked_add_signed(since)).unwrap_or(epoch)
    }

    /// So many minutes later.
    #[must_use]
    pub fn plus(self, minutes: i64) -> Self {
        Local(self.0.saturating_add(minutes))
    }

    /// As forms and addresses write it: `2026-11-30T13:15`.
    pub fn text(self) -> String {
        format!("{}T{:02}:{:02}", self.day(), self.minute() / 60, self.minute() % 60)
    }
}

/// The days from the beginning of our era to that of 1970.
const EPOCH: i64 = 719_163;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_it_is_written() {
        for text in ["1970-01-01T00:00", "2026-11-30T13:15", "1969-12-31T23:59", "2028-02-29T00:01"] {
            let at: NaiveDateTime = format!("{text}:00").parse().unwrap();
            let local = Local::of(at);
            assert_eq!(local.text(), text);
            assert_eq!(local.date_time(), at);
            assert_eq!(Local::at(local.day(), local.minute()), local);
        }
    }
}

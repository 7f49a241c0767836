//! How an organisation writes dates, times and money.

use chrono::Weekday;
use serde::{Deserialize, Serialize};

/// 24-hour or 12-hour clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum HourClock {
    /// 14:30
    #[serde(rename = "24h")]
    H24,
    /// 2:30 pm
    #[serde(rename = "12h")]
    H12,
}

/// The first day of a week in calendars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WeekStart {
    /// ISO 8601 and most of Europe.
    Monday,
    /// North America, Japan.
    Sunday,
    /// Parts of the Middle East.
    Saturday,
}

/// The days of a week on which an organisation works: one bit each, Monday 1, Tuesday 2, … Sunday 64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WorkingDays(i64);

impl WorkingDays {
    /// The days of a week, Monday first.
    pub const WEEK: [Weekday; 7] =
        [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

    /// The days of these bits; at least one day, and no bit that stands for none.
    pub fn from_bits(bits: i64) -> Option<Self> {
        (1..=127).contains(&bits).then_some(WorkingDays(bits))
    }

    /// The bits, as the database and forms hold them.
    pub fn bits(self) -> i64 {
        self.0
    }

    /// The bit of a day.
    pub fn bit(day: Weekday) -> i64 {
        1 << day.num_days_from_monday()
    }

    /// Whether this day is one of them.
    pub fn has(self, day: Weekday) -> bool {
        self.0 & Self::bit(day) != 0
    }

    /// How many days a week have.
    pub fn count(self) -> i64 {
        i64::from(self.0.count_ones())
    }
}

/// Monday to Friday.
impl Default for WorkingDays {
    fn default() -> Self {
        WorkingDays(31)
    }
}

/// An organisation's way of writing dates, times and money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// IANA name, e.g. `Europe/Stockholm`; the person's own zone where they set one.
    pub time_zone: String,
    /// IANA name of the organisation's zone, whatever the person set: in it moments are judged that all share.
    pub home_zone: String,
    /// Clock on pages.
    pub clock: HourClock,
    /// First day of a week.
    pub week_start: WeekStart,
    /// BCP 47 language of dates and numbers, e.g. `en`.
    pub language: String,
    /// ISO 4217 code, e.g. `SEK`.
    pub currency: String,
    /// The days on which people work.
    pub working_days: WorkingDays,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            time_zone: "Europe/Stockholm".into(),
            home_zone: "Europe/Stockholm".into(),
            clock: HourClock::H24,
            week_start: WeekStart::Monday,
            language: "en".into(),
            currency: "EUR".into(),
            working_days: WorkingDays::default(),
        }
    }
}

macro_rules! as_text {
    ($name:ident: $($variant:ident = $text:literal),+) => {
        impl $name {
            /// The name in the database and in forms.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = ();

            fn from_str(text: &str) -> Result<Self, ()> {
                match text { $($text => Ok($name::$variant),)+ _ => Err(()) }
            }
        }
    };
}

as_text!(HourClock: H24 = "24h", H12 = "12h");
as_text!(WeekStart: Monday = "monday", Sunday = "sunday", Saturday = "saturday");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn working_days_are_bits() {
        let usual = WorkingDays::default();
        assert_eq!(usual.count(), 5);
        assert!(usual.has(Weekday::Mon) && usual.has(Weekday::Fri) && !usual.has(Weekday::Sat));
        let all = WorkingDays::WEEK.into_iter().map(WorkingDays::bit).sum();
        assert_eq!(WorkingDays::from_bits(all).map(WorkingDays::count), Some(7));
        assert_eq!((WorkingDays::from_bits(0), WorkingDays::from_bits(128)), (None, None));
    }
}

//! How an organisation writes dates, times and money.

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

/// An organisation's way of writing dates, times and money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// IANA name, e.g. `Europe/Stockholm`.
    pub time_zone: String,
    /// Clock on pages.
    pub clock: HourClock,
    /// First day of a week.
    pub week_start: WeekStart,
    /// BCP 47 language of dates and numbers, e.g. `en`.
    pub language: String,
    /// ISO 4217 code, e.g. `SEK`.
    pub currency: String,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            time_zone: "Europe/Stockholm".into(),
            clock: HourClock::H24,
            week_start: WeekStart::Monday,
            language: "en".into(),
            currency: "EUR".into(),
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

//! The moment a page was made for, so that server and browser write the same words for it.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Now, in the organisation's time zone, as the server saw it when it answered.
///
/// The browser formats with the same offset instead of its own clock and zone: text that differs between
/// server and browser would break hydration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Today {
    /// The instant; microseconds since 1970 on the wire, which needs no parser of dates in the browser.
    #[serde(with = "chrono::serde::ts_microseconds")]
    pub now: DateTime<Utc>,
    /// Seconds east of UTC in the organisation's zone at that instant.
    pub offset_secs: i32,
}

impl Today {
    /// The calendar day in the organisation's zone.
    pub fn date(&self) -> NaiveDate {
        self.local(self.now).date_naive()
    }

    /// Any instant in the organisation's present offset.
    pub fn local(&self, instant: DateTime<Utc>) -> DateTime<FixedOffset> {
        let offset = FixedOffset::east_opt(self.offset_secs).unwrap_or(UTC);
        instant.with_timezone(&offset)
    }
}

const UTC: FixedOffset = match FixedOffset::east_opt(0) {
    Some(offset) => offset,
    None => unreachable!(),
};

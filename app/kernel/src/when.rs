//! The moment a page was made for, so that server and browser write the same words for it.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, TimeDelta, Utc};
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

/// The instant at which clocks show `local` in a zone that is `offset_at` seconds east of UTC: the first one where the hour
/// comes twice; where it is left out, the one that is as far behind the leap (RFC 5545, section 3.3.5).
pub(crate) fn instant(local: NaiveDateTime, offset_at: impl Fn(DateTime<Utc>) -> i32) -> DateTime<Utc> {
    let utc = local.and_utc();
    let earlier = |by: TimeDelta| utc.checked_sub_signed(by).unwrap_or(utc);
    let (before, after) = (offset_at(earlier(TimeDelta::days(1))), offset_at(earlier(TimeDelta::days(-1))));
    let at = |offset: i32| earlier(TimeDelta::seconds(offset.into()));
    let is_shown = |offset: i32| offset_at(at(offset)) == offset;
    if !is_shown(before) && is_shown(after) { at(after) } else { at(before) }
}

const UTC: FixedOffset = match FixedOffset::east_opt(0) {
    Some(offset) => offset,
    None => unreachable!(),
};

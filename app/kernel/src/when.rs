//! The moment a page was made for, so that server and browser write the same words for it.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
#[cfg(feature = "ssr")]
use chrono::{NaiveDateTime, TimeDelta};
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
#[cfg(feature = "ssr")]
pub fn instant(local: NaiveDateTime, offset_at: impl Fn(DateTime<Utc>) -> i32) -> DateTime<Utc> {
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

#[cfg(all(test, feature = "ssr"))]
#[expect(clippy::unwrap_used, reason = "these days and times are there")]
mod tests {
    use chrono::{NaiveDate, Offset, TimeZone};
    use chrono_tz::{America::New_York, Asia::Kathmandu, Europe::Stockholm, Pacific::Apia, Tz};

    use super::{DateTime, NaiveDateTime, Utc, instant};

    fn shown(zone: Tz, day: (i32, u32, u32), time: (u32, u32)) -> DateTime<Utc> {
        let (year, month, day) = day;
        let local =
            NaiveDate::from_ymd_opt(year, month, day).unwrap().and_hms_opt(time.0, time.1, 0).unwrap();
        instant(local, |at| zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc())
    }

    fn utc(text: &str) -> DateTime<Utc> {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap().and_utc()
    }

    #[test]
    fn a_local_time_is_an_instant_whatever_the_clocks_do() {
        assert_eq!(shown(Stockholm, (2026, 1, 15), (9, 0)), utc("2026-01-15 08:00"));
        assert_eq!(shown(Stockholm, (2026, 7, 15), (9, 0)), utc("2026-07-15 07:00"));
        assert_eq!(shown(Kathmandu, (2026, 7, 15), (9, 0)), utc("2026-07-15 03:15"));
        // Left out: half past two is half past three then.
        assert_eq!(shown(Stockholm, (2026, 3, 29), (2, 30)), utc("2026-03-29 01:30"));
        assert_eq!(shown(New_York, (2026, 3, 8), (2, 30)), utc("2026-03-08 07:30"));
        // Twice: the first one.
        assert_eq!(shown(Stockholm, (2026, 10, 25), (2, 30)), utc("2026-10-25 00:30"));
        assert_eq!(shown(New_York, (2026, 11, 1), (1, 30)), utc("2026-11-01 05:30"));
        // Around the leap.
        assert_eq!(shown(Stockholm, (2026, 3, 29), (1, 59)), utc("2026-03-29 00:59"));
        assert_eq!(shown(Stockholm, (2026, 3, 29), (3, 0)), utc("2026-03-29 01:00"));
        assert_eq!(shown(Stockholm, (2026, 10, 25), (3, 0)), utc("2026-10-25 02:00"));
        // A whole day left out.
        assert_eq!(shown(Apia, (2011, 12, 30), (12, 0)), utc("2011-12-30 22:00"));
    }
}

//! Days, times and lengths in words, as the viewer reads them.

use chrono::{Datelike, NaiveDate, Weekday};
use kernel::{HourClock, Viewer, WeekStart};
use ui::{
    when::{self, Clock},
    words::Language,
};

use crate::model::Local;

/// How the viewer reads days and times, and which day it is. Cheap to copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    /// What the clocks showed when the page was made.
    pub(crate) now: Local,
    /// The day on which weeks begin.
    pub(crate) week_start: Weekday,
    clock: Clock,
    language: Language,
}

impl Reading {
    /// As this viewer reads.
    pub(crate) fn of(viewer: &Viewer) -> Self {
        let settings = &viewer.settings;
        Reading {
            now: Local::of(viewer.today.local(viewer.today.now).naive_local()),
            week_start: match settings.week_start {
                WeekStart::Monday => Weekday::Mon,
                WeekStart::Sunday => Weekday::Sun,
                WeekStart::Saturday => Weekday::Sat,
            },
            clock: match settings.clock {
                HourClock::H24 => Clock::Hours24,
                HourClock::H12 => Clock::Hours12,
            },
            language: Language::from_tag(&settings.language),
        }
    }

    /// The present day.
    pub(crate) fn today(self) -> NaiveDate {
        self.now.day()
    }

    /// `13:00`
    pub(crate) fn time(self, at: Local) -> String {
        when::time(at.date_time().time(), self.clock)
    }

    /// `13:00–16:00`
    pub(crate) fn span(self, starts: Local, ends: Local) -> String {
        format!("{}–{}", self.time(starts), self.time(ends))
    }

    /// `Mon 24 Nov`
    pub(crate) fn day(self, day: NaiveDate) -> String {
        when::short_date(day, self.today(), self.language)
    }

    /// `30 Nov – 6 Dec`, or `24 – 30 Nov`: the year only where it is another one.
    pub(crate) fn short_span(self, first: NaiveDate, last: NaiveDate) -> String {
        let whole = |day| when::bare_date(day, self.today(), self.language);
        if (first.year(), first.month()) == (last.year(), last.month()) {
            return format!("{} – {}", first.day(), whole(last));
        }
        // Both of another year: it is said once.
        let first_said = match first.year() == last.year() {
            true => when::bare_date(first, first, self.language),
            false => whole(first),
        };
        format!("{first_said} – {}", whole(last))
    }

    /// `Monday 24 November`
    pub(crate) fn long_day(self, day: NaiveDate) -> String {
        when::long_date(day, self.today(), self.language)
    }

    /// `Today`, or the day.
    pub(crate) fn near_day(self, day: NaiveDate) -> String {
        if day == self.today() { self.language.words().today.to_owned() } else { self.day(day) }
    }

    /// `Mon`
    pub(crate) fn weekday(self, day: NaiveDate) -> &'static str {
        let index = usize::try_from(day.weekday().num_days_from_monday()).unwrap_or_default();
        self.language.words().weekdays_short.get(index).copied().unwrap_or_default()
    }

    /// `November 2026`
    pub(crate) fn month(self, day: NaiveDate) -> String {
        when::month_title(day, self.language)
    }

    /// `November`
    pub(crate) fn month_name(self, day: NaiveDate) -> &'static str {
        let index = usize::try_from(day.month0()).unwrap_or_default();
        self.language.words().months.get(index).copied().unwrap_or_default()
    }

    /// `Mon 24 Nov, 13:00–16:00`; the other day is named where it ends on one.
    pub(crate) fn moment(self, starts: Local, ends: Local) -> String {
        // What ends at midnight ends on the day that it began on.
        let last = if starts < ends { ends.plus(-1).day() } else { ends.day() };
        if starts.day() == last {
            format!("{}, {}", self.day(starts.day()), self.span(starts, ends))
        } else {
            let (first, last) = (self.day(starts.day()), self.day(ends.day()));
            format!("{first}, {} – {last}, {}", self.time(starts), self.time(ends))
        }
    }

    /// `Mon 24 Nov`, or `Mon 24 Nov – Wed 26 Nov`: whole days, of which the second is the one after the last.
    pub(crate) fn days(self, starts: Local, ends: Local) -> String {
        let (first, last) = (starts.day(), ends.plus(-1).day());
        if first == last { self.day(first) } else { format!("{} – {}", self.day(first), self.day(last)) }
    }

    /// When something is: its days, or its times.
    pub(crate) fn when(self, all_day: bool, starts: Local, ends: Local) -> String {
        if all_day { self.days(starts, ends) } else { self.moment(starts, ends) }
    }
}

/// How long something takes, in words: `45 min`, `1.5 h`, `1 h 20 min`.
pub(crate) fn length(minutes: i64) -> String {
    let (hours, rest) = (minutes / 60, minutes % 60);
    match (hours, rest) {
        (0, rest) => format!("{rest} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, 30) => format!("{hours}.5 h"),
        (hours, rest) => format!("{hours} h {rest} min"),
    }
}

/// Minutes as hours with a tenth, where there is one: `25.5`.
pub(crate) fn tenths(minutes: i64) -> String {
    let tenths = (minutes + 3).div_euclid(6);
    match (tenths / 10, tenths % 10) {
        (whole, 0) => whole.to_string(),
        (whole, tenth) => format!("{whole}.{tenth}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading() -> Reading {
        Reading {
            now: at("2026-11-24", 9 * 60),
            week_start: Weekday::Mon,
            clock: Clock::Hours24,
            language: Language::English,
        }
    }

    fn at(day: &str, minute: i64) -> Local {
        Local::at(day.parse().unwrap(), minute)
    }

    #[test]
    fn lengths_are_written_as_people_say_them() {
        let written = [15, 60, 90, 80, 480].map(length);
        assert_eq!(written, ["15 min", "1 h", "1.5 h", "1 h 20 min", "8 h"]);
        assert_eq!([0, 60, 1_530, 95].map(tenths), ["0", "1", "25.5", "1.6"]);
    }

    #[test]
    fn a_time_names_its_last_day_only_where_that_is_another_one() {
        let reading = reading();
        let moment = reading.moment(at("2026-11-24", 780), at("2026-11-24", 960));
        assert_eq!(moment, "Tue 24 Nov, 13:00–16:00");
        let until_midnight = reading.moment(at("2026-11-24", 1_380), at("2026-11-25", 0));
        assert_eq!(until_midnight, "Tue 24 Nov, 23:00–00:00");
        let over = reading.moment(at("2026-11-24", 1_380), at("2026-11-25", 60));
        assert_eq!(over, "Tue 24 Nov, 23:00 – Wed 25 Nov, 01:00");
    }

    #[test]
    fn a_span_of_days_is_short() {
        let span =
            |first: &str, last: &str| reading().short_span(first.parse().unwrap(), last.parse().unwrap());
        assert_eq!(span("2026-11-30", "2026-12-06"), "30 Nov – 6 Dec");
        assert_eq!(span("2026-11-23", "2026-11-29"), "23 – 29 Nov");
        assert_eq!(span("2027-02-22", "2027-02-28"), "22 – 28 Feb 2027");
        assert_eq!(span("2027-03-29", "2027-04-04"), "29 Mar – 4 Apr 2027");
        assert_eq!(span("2026-12-28", "2027-01-03"), "28 Dec – 3 Jan 2027");
    }

    #[test]
    fn whole_days_end_with_their_last_one() {
        let reading = reading();
        assert_eq!(reading.days(at("2026-11-24", 0), at("2026-11-25", 0)), "Tue 24 Nov");
        assert_eq!(reading.days(at("2026-11-24", 0), at("2026-11-26", 0)), "Tue 24 Nov – Wed 25 Nov");
    }
}

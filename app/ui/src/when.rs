//! Dates and times in words: pure functions over chrono values, so that server and browser write the same text. Nothing
//! here asks for the time of day: callers hand in `today` or `now`.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};
use kernel::{HourClock, Settings, Today, Viewer};

use crate::words::Language;

/// How a person reads the time of day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clock {
    /// `14:05`.
    #[default]
    Hours24,
    /// `2:05 pm`.
    Hours12,
}

/// How pressing a due date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// In the future, or long done.
    Calm,
    /// Due today.
    Today,
    /// Past.
    Late,
}

impl Urgency {
    /// Returns the class of the text: `due`, `due is-today` or `due is-late`.
    pub fn class(self) -> &'static str {
        match self {
            Self::Calm => "due",
            Self::Today => "due is-today",
            Self::Late => "due is-late",
        }
    }
}

/// A due date in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The text, for example `2 days late`.
    pub text: String,
    /// How pressing it is.
    pub urgency: Urgency,
}

/// Writes `Fri 21 Nov`, with the year when it is not the year of `today`.
pub fn short_date(date: NaiveDate, today: NaiveDate, language: Language) -> String {
    format!("{} {}", weekday_short(date, language), bare_date(date, today, language))
}

/// Writes `21 Nov`, with the year when it is not the year of `today`.
pub fn bare_date(date: NaiveDate, today: NaiveDate, language: Language) -> String {
    let month = month_short(date, language);
    if date.year() == today.year() {
        format!("{} {month}", date.day())
    } else {
        format!("{} {month} {}", date.day(), date.year())
    }
}

/// Writes `Friday 21 November`, with the year when it is not the year of `today`.
pub fn long_date(date: NaiveDate, today: NaiveDate, language: Language) -> String {
    let words = language.words();
    let weekday = words.weekdays.get(weekday_index(date)).copied().unwrap_or_default();
    let month = words.months.get(month_index(date)).copied().unwrap_or_default();
    if date.year() == today.year() {
        format!("{weekday} {} {month}", date.day())
    } else {
        format!("{weekday} {} {month} {}", date.day(), date.year())
    }
}

/// Writes `November 2025`.
pub fn month_title(date: NaiveDate, language: Language) -> String {
    let month = language.words().months.get(month_index(date)).copied().unwrap_or_default();
    format!("{month} {}", date.year())
}

/// Writes `14:05` or `2:05 pm`.
pub fn time(time: NaiveTime, clock: Clock) -> String {
    match clock {
        Clock::Hours24 => format!("{:02}:{:02}", time.hour(), time.minute()),
        Clock::Hours12 => {
            let (afternoon, hour) = time.hour12();
            format!("{hour}:{:02} {}", time.minute(), if afternoon { "pm" } else { "am" })
        }
    }
}

/// An instant as the organisation writes it: day and time.
pub fn written(at: DateTime<Utc>, settings: &Settings, today: Today) -> String {
    local(today.local(at).naive_local(), settings, today)
}

fn local(at: NaiveDateTime, settings: &Settings, today: Today) -> String {
    let clock = match settings.clock {
        HourClock::H24 => Clock::Hours24,
        HourClock::H12 => Clock::Hours12,
    };
    date_time(at, today.date(), clock, Language::from_tag(&settings.language))
}

/// An instant as the viewer's organisation writes it, and as machines read it.
pub fn moment(at: DateTime<Utc>, viewer: &Viewer) -> (String, String) {
    (written(at, &viewer.settings, viewer.today), at.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// What clocks of the viewer's organisation show, as it writes it.
pub fn local_moment(at: NaiveDateTime, viewer: &Viewer) -> String {
    local(at, &viewer.settings, viewer.today)
}

/// Writes `Fri 21 Nov, 14:05`, or `Today 14:05` on the day itself.
pub fn date_time(at: NaiveDateTime, today: NaiveDate, clock: Clock, language: Language) -> String {
    let time = time(at.time(), clock);
    if at.date() == today {
        format!("{} {time}", language.words().today)
    } else {
        format!("{}, {time}", short_date(at.date(), today, language))
    }
}

/// Writes how long ago something was: `Now`, `12 min ago`, `3 h ago`, `Yesterday`, then the date.
pub fn ago(at: NaiveDateTime, now: NaiveDateTime, language: Language) -> String {
    let words = language.words();
    let minutes = now.signed_duration_since(at).num_minutes();
    if minutes < 1 {
        words.now.to_owned()
    } else if minutes < 60 {
        format!("{minutes} {}", words.ago_minutes)
    } else if at.date() == now.date() {
        format!("{} {}", minutes / 60, words.ago_hours)
    } else if at.date().checked_add_days(Days::new(1)) == Some(now.date()) {
        words.yesterday.to_owned()
    } else {
        bare_date(at.date(), now.date(), language)
    }
}

/// Writes a due date as cards and rows show it: `2 days late`, `Today`, else the date.
pub fn due(date: NaiveDate, today: NaiveDate, language: Language) -> Due {
    let urgency = urgency(date, today);
    let text = match urgency {
        Urgency::Calm => bare_date(date, today, language),
        Urgency::Today | Urgency::Late => distance(date, today, language),
    };
    Due { text, urgency }
}

/// Writes how far away a day is: `2 days late`, `Today`, `Tomorrow`, `in 3 days`.
pub fn distance(date: NaiveDate, today: NaiveDate, language: Language) -> String {
    let words = language.words();
    let days = date.signed_duration_since(today).num_days();
    match days {
        ..=-2 => format!("{} {}", -days, words.days_late),
        -1 => format!("1 {}", words.day_late),
        0 => words.today.to_owned(),
        1 => words.tomorrow.to_owned(),
        2.. => match language {
            Language::English => format!("in {days} {}", words.in_days),
            Language::Swedish => format!("om {days} {}", words.in_days),
        },
    }
}

/// Tells how pressing a due date is.
pub fn urgency(date: NaiveDate, today: NaiveDate) -> Urgency {
    match date.cmp(&today) {
        std::cmp::Ordering::Less => Urgency::Late,
        std::cmp::Ordering::Equal => Urgency::Today,
        std::cmp::Ordering::Greater => Urgency::Calm,
    }
}

/// Reads a time the way people type it: `1p`, `13`, `930`, `13:30`, `1.30pm`.
pub fn parse_time(text: &str) -> Option<NaiveTime> {
    let text = text.trim().to_lowercase();
    let (digits, half) = match text.find(['a', 'p']) {
        Some(position) => (text.get(..position)?, text.get(position..)?.chars().next()),
        None => (text.as_str(), None),
    };
    let digits = digits.trim();
    let (hour, minute) = match digits.split_once([':', '.', ' ']) {
        Some((hour, minute)) => (hour, minute),
        None if digits.len() <= 2 => (digits, "0"),
        None => digits.split_at_checked(digits.len() - 2)?,
    };
    let hour: u32 = hour.parse().ok()?;
    let minute: u32 = minute.parse().ok()?;
    let hour = match half {
        Some(_) if hour == 0 || 12 < hour => return None,
        Some('p') => hour % 12 + 12,
        Some(_) => hour % 12,
        None => hour,
    };
    NaiveTime::from_hms_opt(hour, minute, 0)
}

/// Returns the Monday of the week that holds a day.
pub fn monday_of(date: NaiveDate) -> NaiveDate {
    let days = Days::new(u64::from(date.weekday().num_days_from_monday()));
    date.checked_sub_days(days).unwrap_or(date)
}

/// Returns the weeks that a month view shows: each its Monday and seven days, so many as the month touches.
pub fn month_weeks(month: NaiveDate) -> Vec<[NaiveDate; 7]> {
    let first = month.with_day(1).unwrap_or(month);
    monday_of(first)
        .iter_weeks()
        .take_while(|monday| {
            *monday <= first || (monday.month() == first.month() && monday.year() == first.year())
        })
        .map(|monday| {
            let mut days = [monday; 7];
            for (day, date) in days.iter_mut().zip(monday.iter_days()) {
                *day = date;
            }
            days
        })
        .collect()
}

/// Returns the same day of another month, or that month's last day.
pub fn shift_months(date: NaiveDate, months: i32) -> NaiveDate {
    let count = chrono::Months::new(months.unsigned_abs());
    let shifted = if months < 0 { date.checked_sub_months(count) } else { date.checked_add_months(count) };
    shifted.unwrap_or(date)
}

/// Returns the day that lies so many days later, or earlier when negative.
pub fn shift_days(date: NaiveDate, days: i64) -> NaiveDate {
    date.checked_add_signed(chrono::TimeDelta::days(days)).unwrap_or(date)
}

fn weekday_index(date: NaiveDate) -> usize {
    usize::try_from(date.weekday().num_days_from_monday()).unwrap_or_default()
}

fn month_index(date: NaiveDate) -> usize {
    usize::try_from(date.month0()).unwrap_or_default()
}

fn weekday_short(date: NaiveDate, language: Language) -> &'static str {
    language.words().weekdays_short.get(weekday_index(date)).copied().unwrap_or_default()
}

fn month_short(date: NaiveDate, language: Language) -> &'static str {
    language.words().months_short.get(month_index(date)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    const EN: Language = Language::English;

    #[test]
    fn a_date_names_its_year_only_when_it_is_another_one() {
        let today = day("2025-11-21");
        assert_eq!(short_date(day("2025-11-21"), today, EN), "Fri 21 Nov");
        assert_eq!(short_date(day("2026-01-05"), today, EN), "Mon 5 Jan 2026");
        assert_eq!(short_date(day("2025-11-21"), today, Language::Swedish), "fre 21 nov");
        assert_eq!(long_date(day("2025-11-21"), today, EN), "Friday 21 November");
    }

    #[test]
    fn a_time_follows_the_clock_of_the_person() {
        let at = NaiveTime::from_hms_opt(14, 5, 0).unwrap();
        assert_eq!(time(at, Clock::Hours24), "14:05");
        assert_eq!(time(at, Clock::Hours12), "2:05 pm");
        assert_eq!(time(NaiveTime::MIN, Clock::Hours12), "12:00 am");
    }

    #[test]
    fn a_due_date_says_how_late_it_is() {
        let today = day("2025-11-21");
        let check = |date: &str, text: &str, urgency: Urgency| {
            assert_eq!(due(day(date), today, EN), Due { text: text.to_owned(), urgency });
        };
        check("2025-11-19", "2 days late", Urgency::Late);
        check("2025-11-20", "1 day late", Urgency::Late);
        check("2025-11-21", "Today", Urgency::Today);
        check("2025-11-24", "24 Nov", Urgency::Calm);
        assert_eq!(distance(day("2025-11-24"), today, EN), "in 3 days");
        assert_eq!(distance(day("2025-11-22"), today, EN), "Tomorrow");
    }

    #[test]
    fn the_past_is_told_in_the_largest_fitting_unit() {
        let now: NaiveDateTime = "2025-11-21T11:42:00".parse().unwrap();
        let check = |at: &str, text: &str| assert_eq!(ago(at.parse().unwrap(), now, EN), text);
        check("2025-11-21T11:41:30", "Now");
        check("2025-11-21T11:30:00", "12 min ago");
        check("2025-11-21T08:42:00", "3 h ago");
        check("2025-11-20T09:00:00", "Yesterday");
        check("2025-11-12T09:00:00", "12 Nov");
    }

    #[test]
    fn people_type_times_in_many_ways() {
        let check = |text: &str, expected: &str| {
            assert_eq!(
                parse_time(text).map(|at| time(at, Clock::Hours24)).as_deref(),
                Some(expected),
                "{text}"
            );
        };
        check("1p", "13:00");
        check("13", "13:00");
        check("930", "09:30");
        check("1330", "13:30");
        check("13:30", "13:30");
        check("1.30pm", "13:30");
        check("12a", "00:00");
        check("12 pm", "12:00");
        for nonsense in ["", "25", "13:99", "p", "13p", "lunch"] {
            assert_eq!(parse_time(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn a_month_shows_whole_weeks_from_monday() {
        let weeks = month_weeks(day("2025-11-15"));
        assert_eq!(weeks.len(), 5);
        assert_eq!(weeks[0][0], day("2025-10-27"));
        assert_eq!(weeks[4][6], day("2025-11-30"));
        assert_eq!(month_weeks(day("2027-02-10")).len(), 4);
        assert_eq!(month_weeks(day("2026-08-10")).len(), 6);
    }

    #[test]
    fn a_shifted_month_stays_inside_the_month() {
        assert_eq!(shift_months(day("2026-01-31"), 1), day("2026-02-28"));
        assert_eq!(shift_months(day("2026-03-31"), -1), day("2026-02-28"));
        assert_eq!(shift_days(day("2026-01-01"), -1), day("2025-12-31"));
    }
}

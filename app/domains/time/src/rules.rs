//! Pure decisions: how long people say something took, and which days they may say it of.

use chrono::{Datelike, NaiveDate, Weekday};
use kernel::{Error, Result, WeekStart};

/// The minutes of a day, and so the most that somebody spends in one.
pub const DAY: i64 = 24 * 60;
/// The longest note, in characters.
pub const NOTE_MAX: usize = 500;
/// The longest duration that is read, in characters.
const TEXT_MAX: usize = 40;

const HOW: &str = "Write how long it took, such as 1h 30m, 1:30, 90m or 1.5h.";

/// Reads a duration as people write it, in minutes: `1h 30m`, `1:30`, `90m`, `1.5h`, `1,5`. A number alone is hours.
pub fn read_duration(text: &str) -> Result<i64> {
    let text = text.trim().to_lowercase();
    if text.is_empty() || TEXT_MAX < text.chars().count() {
        return Err(refuse(HOW));
    }
    let minutes = match text.split_once(':') {
        Some((hours, minutes)) => clock(hours, minutes),
        None => spelled(&text),
    };
    let minutes = minutes.ok_or_else(|| refuse(HOW))?;
    if minutes < 1 {
        return Err(refuse("Write at least one minute."));
    }
    if DAY < minutes {
        // Who writes 90 most likely means minutes.
        let alone = text.chars().all(|letter| letter.is_ascii_digit());
        return Err(refuse(if alone {
            format!("A number alone is hours, and a day has 24. Write {text}m for minutes.")
        } else {
            "A day has 24 hours. Write the rest on another day.".to_owned()
        }));
    }
    Ok(minutes)
}

fn refuse(message: impl Into<String>) -> Error {
    Error::invalid("duration", message)
}

/// `1:30`
fn clock(hours: &str, minutes: &str) -> Option<i64> {
    let hours = if hours.is_empty() { 0 } else { digits(hours)? };
    let minutes = if minutes.len() == 2 { digits(minutes)? } else { return None };
    (minutes < 60).then(|| hours.checked_mul(60)?.checked_add(minutes)).flatten()
}

/// Hours, minutes, or both, each at most once and in this order.
fn spelled(text: &str) -> Option<i64> {
    let (mut rest, mut sum, mut after_hours) = (text, 0_i64, false);
    while !rest.is_empty() {
        let end = rest.find(|letter: char| !matches!(letter, '0'..='9' | '.' | ',')).unwrap_or(rest.len());
        let (number, tail) = rest.split_at_checked(end)?;
        let tail = tail.trim_start();
        let end = tail.find(|letter: char| !letter.is_alphabetic()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at_checked(end)?;
        rest = tail.trim_start();
        let minutes = match unit {
            "h" | "hr" | "hrs" | "hour" | "hours" if !after_hours => {
                after_hours = true;
                hours(number)?
            }
            "m" | "min" | "mins" | "minute" | "minutes" if rest.is_empty() => digits(number)?,
            // A number alone is hours; after hours it is minutes, as in 1h30.
            "" if rest.is_empty() && after_hours => digits(number).filter(|minutes| *minutes < 60)?,
            "" if rest.is_empty() => hours(number)?,
            _ => return None,
        };
        sum = sum.checked_add(minutes)?;
    }
    Some(sum)
}

/// Hours with a fraction, to the nearest minute.
fn hours(text: &str) -> Option<i64> {
    let (whole, part) = match text.split_once(['.', ',']) {
        None => return digits(text)?.checked_mul(60),
        Some((whole, part)) => (if whole.is_empty() { 0 } else { digits(whole)? }, part),
    };
    let scale = 10_i64.checked_pow(u32::try_from(part.len()).ok()?)?;
    // Half a minute counts as one.
    let minutes = digits(part)?.checked_mul(60)?.checked_add(scale / 2)? / scale;
    whole.checked_mul(60)?.checked_add(minutes)
}

/// A number of a few digits: longer ones mean nothing here.
fn digits(text: &str) -> Option<i64> {
    let fits = (1..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

/// Writes minutes: `1h 30m`, `2h`, `45m`.
pub fn show_duration(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes}m"),
        (hours, 0) => format!("{hours}h"),
        (hours, minutes) => format!("{hours}h {minutes}m"),
    }
}

/// Writes how long a timer runs: `0:04:59`.
pub fn show_clock(seconds: i64) -> String {
    let seconds = seconds.max(0);
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// The minutes of so many seconds: each that was begun counts.
pub fn whole_minutes(seconds: i64) -> i64 {
    (seconds.max(0) / 60 + i64::from(seconds % 60 > 0)).max(1)
}

/// Reads a note.
pub fn read_note(text: &str) -> Result<String> {
    let note = text.trim();
    if NOTE_MAX < note.chars().count() {
        return Err(Error::invalid("note", format!("A note has {NOTE_MAX} characters at most.")));
    }
    Ok(note.to_owned())
}

/// Reads the day on which time was spent. Nobody has spent any in the future; a day more is given to who is farther east.
pub fn read_day(text: &str, today: NaiveDate) -> Result<NaiveDate> {
    let day = text.trim().parse().map_err(|_| Error::invalid("day", "Choose the day on which it was."))?;
    check_day(day, today)
}

/// The same for a day that was read.
pub fn check_day(day: NaiveDate, today: NaiveDate) -> Result<NaiveDate> {
    if today.succ_opt().is_some_and(|tomorrow| tomorrow < day) {
        return Err(Error::invalid("day", "That day is still to come. Log time when it was spent."));
    }
    if day.year() < 2000 {
        return Err(Error::invalid("day", "Choose a day since the year 2000."));
    }
    Ok(day)
}

/// What is said when a day has no room for these minutes besides those that are logged.
pub fn full_day(logged: i64, day: NaiveDate) -> Error {
    let left = DAY - logged;
    Error::invalid(
        "duration",
        if left <= 0 {
            format!("24 hours are logged on {day} already, and a day has no more.")
        } else {
            format!(
                "{} are logged on {day} already. A day has 24 hours, so {} are left.",
                show_duration(logged),
                show_duration(left)
            )
        },
    )
}

/// The first day of the week in which a day lies.
pub fn week_of(day: NaiveDate, start: WeekStart) -> NaiveDate {
    let first = match start {
        WeekStart::Monday => Weekday::Mon,
        WeekStart::Sunday => Weekday::Sun,
        WeekStart::Saturday => Weekday::Sat,
    };
    day.week(first).checked_first_day().unwrap_or(day)
}

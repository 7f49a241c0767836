//! Working hours: when people of an organisation or a team work, or a member alone, and the days on which they do not.

#[cfg(feature = "ssr")]
mod calendar;

#[cfg(feature = "ssr")]
pub use calendar::{Calendar, Open};

use std::{collections::BTreeSet, fmt::Write as _};

use chrono::{Datelike, NaiveDate};
use kernel::{Error, FieldError, MemberId, Result, TeamId, WorkingDays};
use serde::{Deserialize, Serialize};

/// As many spans a day has.
pub const SPANS_MAX: usize = 6;
/// As many holidays are kept of an organisation, and of a team.
pub const HOLIDAYS_MAX: usize = 400;
/// The longest name of a holiday, in characters.
pub const HOLIDAY_NAME_MAX: usize = 80;

/// The minutes of a day whose clocks run as usual.
const DAY: u16 = 1_440;

/// A part of a day, in minutes from its midnight as clocks show them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = WorkingSpan))]
pub struct Span {
    /// When it begins.
    pub from: u16,
    /// When it ends: later, and midnight at the latest.
    pub to: u16,
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Span { from, to } = self;
        write!(f, "{}:{:02}\u{2013}{}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

/// The spans of each day of a week, Monday first. Those of a day stand in order and do not overlap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Week(pub [Vec<Span>; 7]);

impl Week {
    /// From nine to five on these days.
    pub fn usual(days: WorkingDays) -> Self {
        let spans = |day| if days.has(day) { vec![Span { from: 9 * 60, to: 17 * 60 }] } else { Vec::new() };
        Week(WorkingDays::WEEK.map(spans))
    }

    /// The spans of a day.
    pub fn on(&self, day: NaiveDate) -> &[Span] {
        let place = usize::try_from(day.weekday().num_days_from_monday()).unwrap_or_default();
        self.0.get(place).map_or(&[], Vec::as_slice)
    }

    /// Whether nobody ever works.
    pub fn is_closed(&self) -> bool {
        self.0.iter().all(Vec::is_empty)
    }
}

/// A day on which nobody works.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Holiday {
    /// The day.
    pub on: NaiveDate,
    /// What it is called; may be empty.
    pub name: String,
}

/// Whose working hours they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Whose {
    /// Those of the whole organisation.
    Organisation,
    /// Those of a team.
    Team(TeamId),
    /// Those of a member, such as one who works part-time.
    Member(MemberId),
}

/// What an organisation, a team or a member says of their time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// When people work; none where nobody has said so: a member works as the team of the step does, a team as its organisation,
    /// and an organisation from nine to five on its working days.
    pub week: Option<Week>,
    /// Days on which they do not, in order; those of a team come beside the organisation's, those of a member beside both.
    #[serde(default)]
    pub holidays: Vec<Holiday>,
}

/// The working hours of the organisation, a team or a member, as their page shows and changes them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Whose they are.
    pub whose: Whose,
    /// What is said there itself.
    pub hours: Hours,
    /// When people work by that, and by what the organisation says.
    pub week: Week,
    /// Grows with every change; 0 while nothing was said.
    pub version: i64,
    /// Whether the viewer may change it.
    pub mine: bool,
}

/// All working hours of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    /// Its time zone, by which all of them are.
    pub time_zone: String,
    /// The organisation itself, its teams by name, then members who have said something.
    pub places: Vec<Place>,
    /// Whether the viewer may say when members work.
    pub may_add: bool,
}

/// What each day of a week is called.
pub const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The spans of a day as a field shows them, and as [`read_spans`] reads them.
pub fn spans_text(spans: &[Span]) -> String {
    let texts: Vec<String> = spans.iter().map(Span::to_string).collect();
    texts.join(", ")
}

/// Reads the spans of a day: `9:00-12:00, 13-17:30`, or nothing for a day on which nobody works.
///
/// # Errors
/// A sentence about the first part that is wrong.
pub fn read_spans(text: &str) -> std::result::Result<Vec<Span>, String> {
    let mut spans = Vec::new();
    for part in text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty()) {
        let ends = part.split_once(['-', '\u{2013}', '\u{2014}']);
        let read = ends.and_then(|(from, to)| Some(Span { from: read_time(from)?, to: read_time(to)? }));
        let span = read.ok_or_else(|| format!("{part} is no span of time. Write 9:00\u{2013}17:00."))?;
        if span.to <= span.from {
            return Err(format!("{span} ends before it begins. What goes past midnight is two spans."));
        }
        spans.push(span);
    }
    if SPANS_MAX < spans.len() {
        return Err(format!("A day has {SPANS_MAX} spans at most."));
    }
    spans.sort_unstable();
    match spans.iter().zip(spans.iter().skip(1)).find(|(one, next)| next.from < one.to) {
        Some((one, next)) => Err(format!("{one} and {next} overlap.")),
        None => Ok(spans),
    }
}

/// Minutes from midnight of `9`, `9:30`, `09.30` or `24:00`.
fn read_time(text: &str) -> Option<u16> {
    let text = text.trim();
    let (hours, minutes) = text.split_once([':', '.']).unwrap_or((text, "00"));
    let is_number =
        |digits: &str| (1..=2).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit());
    if !is_number(hours) || !is_number(minutes) || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let time = hours * 60 + minutes;
    (minutes < 60 && time <= DAY).then_some(time)
}

/// Holidays as a field shows them, one in a line, and as [`read_holidays`] reads them.
pub fn holidays_text(holidays: &[Holiday]) -> String {
    let mut text = String::new();
    for holiday in holidays {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}", format!("{} {}", holiday.on, holiday.name).trim_end());
    }
    text
}

/// Reads holidays, one in a line: the day as in `2026-12-25`, and its name.
///
/// # Errors
/// A sentence about the first line that is wrong.
pub fn read_holidays(text: &str) -> std::result::Result<Vec<Holiday>, String> {
    let mut holidays = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let mut words = line.split_whitespace();
        let Some(day) = words.next() else { continue };
        let on: NaiveDate = day
            .parse()
            .ok()
            .filter(|day: &NaiveDate| (1900..=9999).contains(&day.year()))
            .ok_or_else(|| format!("Line {number}: {day} is no day. Write 2026-12-25 Christmas Day."))?;
        let name = words.collect::<Vec<_>>().join(" ");
        if HOLIDAY_NAME_MAX < name.chars().count() {
            return Err(format!("Line {number}: a name has {HOLIDAY_NAME_MAX} characters at most."));
        }
        holidays.push(Holiday { on, name });
    }
    in_order(holidays)
}

/// Holidays in order, if there are not too many and none stands twice.
fn in_order(mut holidays: Vec<Holiday>) -> std::result::Result<Vec<Holiday>, String> {
    if HOLIDAYS_MAX < holidays.len() {
        return Err(format!("Up to {HOLIDAYS_MAX} holidays are kept. Remove those that are long past."));
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = holidays.iter().find(|holiday| !seen.insert(holiday.on)) {
        return Err(format!("{} stands there twice.", twice.on));
    }
    holidays.sort();
    Ok(holidays)
}

impl Hours {
    /// Reads what a form or a program sends: the spans of each day, Monday first, or none to work as usual, and the holidays.
    ///
    /// # Errors
    /// What is wrong about each field, by the names of the days and `holidays`.
    pub fn read(days: Option<&[String; 7]>, holidays: &str) -> Result<Self> {
        let mut wrong = Vec::new();
        let mut refuse = |field: String, message: String| wrong.push(FieldError { field, message });
        let mut hours = Hours::default();
        if let Some(days) = days {
            let mut week = Week(Default::default());
            for ((text, name), spans) in days.iter().zip(DAYS).zip(&mut week.0) {
                match read_spans(text) {
                    Ok(read) => *spans = read,
                    Err(why) => refuse(name.to_lowercase(), why),
                }
            }
            if days.iter().all(|text| text.trim().is_empty()) {
                refuse("monday".to_owned(), "Somebody works on some day.".to_owned());
            }
            hours.week = Some(week);
        }
        match read_holidays(holidays) {
            Ok(read) => hours.holidays = read,
            Err(why) => refuse("holidays".to_owned(), why),
        }
        if wrong.is_empty() { Ok(hours) } else { Err(Error::Invalid(wrong)) }
    }
}

//! Pure decisions: when something is, whether a team has a place, and when it has one next.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use kernel::{Error, MemberId, Result};

/// The longest title of an event and name of a job type, in characters.
pub const TITLE_MAX: usize = 200;
/// The longest place of an event, in characters.
pub const PLACE_MAX: usize = 200;
/// The longest note, in characters.
pub const NOTE_MAX: usize = 5_000;
/// As many members are invited to an event.
pub const GUESTS_MAX: usize = 200;
/// As many whole days an event lasts.
pub const DAYS_MAX: i64 = 366;
/// The shortest booking, in minutes.
pub const MINUTES_MIN: i64 = 5;
/// The longest booking, in minutes: two weeks.
pub const MINUTES_MAX: i64 = 20_160;
/// As many days are shown at once.
pub const SHOWN_MAX: i64 = 42;
/// As far ahead a free time is looked for, in days.
pub const AHEAD: i64 = 28;
/// As many free times are offered.
pub const SLOTS: usize = 12;

/// When an event is, by clocks of whoever says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Some time.
    Times {
        /// Its beginning.
        starts: NaiveDateTime,
        /// Its end: later.
        ends: NaiveDateTime,
    },
    /// Whole days.
    Days {
        /// The first.
        first: NaiveDate,
        /// The day after the last.
        end: NaiveDate,
    },
}

fn read_text(field: &str, text: &str, max: usize, what: &str) -> Result<String> {
    let text = text.trim();
    if max < text.chars().count() {
        return Err(Error::invalid(field, format!("{what} has {max} characters at most.")));
    }
    // The databases do not keep it.
    if text.contains('\0') {
        return Err(Error::invalid(field, "That cannot be written here."));
    }
    Ok(text.to_owned())
}

/// Reads what an event or a job type is called.
pub fn read_title(field: &str, text: &str) -> Result<String> {
    let title = read_text(field, text, TITLE_MAX, "A name")?;
    if title.is_empty() { Err(Error::invalid(field, "Write what it is.")) } else { Ok(title) }
}

/// Reads where an event is.
pub fn read_place(text: &str) -> Result<String> {
    read_text("place", text, PLACE_MAX, "A place")
}

/// Reads what one should know.
pub fn read_note(text: &str) -> Result<String> {
    read_text("note", text, NOTE_MAX, "A note")
}

/// Reads a date with a clock, as forms send it: `2026-11-30T13:15`.
pub fn read_time(field: &str, text: &str) -> Result<NaiveDateTime> {
    let text = text.trim();
    let read = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let at = read.ok_or_else(|| Error::invalid(field, "Choose a day and a time."))?;
    // Seconds are not planned.
    let at = at.date().and_time(whole_minute(at.time()));
    check_year(field, at.date())?;
    Ok(at)
}

fn whole_minute(time: NaiveTime) -> NaiveTime {
    use chrono::Timelike;
    NaiveTime::from_hms_opt(time.hour(), time.minute(), 0).unwrap_or(time)
}

/// Goes on with a day that calendars are made for.
pub fn check_year(field: &str, day: NaiveDate) -> Result<()> {
    if (2000..=2199).contains(&day.year()) {
        return Ok(());
    }
    Err(Error::invalid(field, "Choose a day between the years 2000 and 2199."))
}

fn read_day(field: &str, text: &str) -> Result<NaiveDate> {
    // Who ticks whole days may have chosen times before.
    let day = text.trim().split('T').next().unwrap_or_default();
    let day = day.parse().map_err(|_| Error::invalid(field, "Choose a day."))?;
    check_year(field, day)?;
    Ok(day)
}

/// Reads when an event is; `all_day` is empty where it lasts some time.
pub fn read_when(all_day: &str, starts: &str, ends: &str) -> Result<When> {
    if all_day.is_empty() || all_day == "false" {
        let (starts, ends) = both(read_time("starts", starts), read_time("ends", ends))?;
        check_times(starts, ends)?;
        return Ok(When::Times { starts, ends });
    }
    let (first, last) = both(read_day("starts", starts), read_day("ends", ends))?;
    let end = last.succ_opt().unwrap_or(last);
    check_days(first, end)?;
    Ok(When::Days { first, end })
}

/// Goes on if an event can last from one time to the other.
pub fn check_times(starts: NaiveDateTime, ends: NaiveDateTime) -> Result<()> {
    if ends <= starts {
        return Err(Error::invalid("ends", "It has to end after it begins."));
    }
    if TimeDelta::days(DAYS_MAX) < ends - starts {
        return Err(Error::invalid("ends", format!("It lasts {DAYS_MAX} days at most.")));
    }
    Ok(())
}

/// Goes on if an event can last from one day to before the other.
pub fn check_days(first: NaiveDate, end: NaiveDate) -> Result<()> {
    if end <= first {
        return Err(Error::invalid("ends", "The last day is before the first."));
    }
    if DAYS_MAX < (end - first).num_days() {
        return Err(Error::invalid("ends", format!("It lasts {DAYS_MAX} days at most.")));
    }
    Ok(())
}

/// Both, or all mistakes of both.
pub fn both<A, B>(one: Result<A>, other: Result<B>) -> Result<(A, B)> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(Error::Invalid(mut one)), Err(Error::Invalid(other))) => {
            one.extend(other);
            Err(Error::Invalid(one))
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

/// Reads who is invited: ids with commas between them. Nobody is named twice.
pub fn read_guests(text: &str) -> Result<Vec<MemberId>> {
    let mut guests = Vec::new();
    for id in text.split(',').map(str::trim).filter(|id| !id.is_empty()) {
        guests.push(id.parse().map_err(|_| Error::invalid("guests", "Choose members."))?);
    }
    check_guests(guests)
}

/// Goes on with so many guests, each once.
pub fn check_guests(mut guests: Vec<MemberId>) -> Result<Vec<MemberId>> {
    guests.sort_unstable();
    guests.dedup();
    if GUESTS_MAX < guests.len() {
        return Err(Error::invalid("guests", format!("{GUESTS_MAX} members are invited at most.")));
    }
    Ok(guests)
}

/// Reads how long a booking takes, in minutes; none where nothing is said.
pub fn read_minutes(text: &str) -> Result<Option<i64>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let minutes = text.parse().map_err(|_| Error::invalid("minutes", "Write how many minutes it takes."))?;
    check_minutes(minutes).map(Some)
}

/// Goes on with so many minutes.
pub fn check_minutes(minutes: i64) -> Result<i64> {
    if (MINUTES_MIN..=MINUTES_MAX).contains(&minutes) {
        return Ok(minutes);
    }
    Err(Error::invalid("minutes", format!("It takes {MINUTES_MIN} minutes to two weeks.")))
}

/// A time, its beginning and its end; the second is later.
pub type Span = (DateTime<Utc>, DateTime<Utc>);

/// As many of these as there are at one instant within a time. What ends when another begins does not meet it.
pub fn peak(taken: &[Span], within: Span) -> i64 {
    let mut turns: Vec<(DateTime<Utc>, i64)> = Vec::new();
    for (starts, ends) in taken {
        let (starts, ends) = ((*starts).max(within.0), (*ends).min(within.1));
        if starts < ends {
            turns.extend([(starts, 1), (ends, -1)]);
        }
    }
    // At one instant ends come first.
    turns.sort_unstable();
    let (mut now, mut most) = (0, 0);
    for (_, turn) in turns {
        now += turn;
        most = most.max(now);
    }
    most
}

/// The minutes of these times that lie within another.
pub fn minutes_within(times: &[Span], within: Span) -> i64 {
    let minutes =
        |(starts, ends): &Span| ((*ends).min(within.1) - (*starts).max(within.0)).num_minutes().max(0);
    times.iter().map(minutes).sum()
}

/// How far apart free times are looked for.
const STEP: TimeDelta = TimeDelta::minutes(15);
/// How far apart those are that are offered.
const APART: TimeDelta = TimeDelta::hours(1);
/// As many are offered of one span of working time.
const OF_SPAN: usize = 3;

/// The next times, not before `from`, at which work of so many minutes fits into the working time `open` and meets fewer than
/// `places` of what is `taken`; with how many places are free then. What takes longer than any span of working time begins
/// with one.
pub fn slots(
    open: &[Span],
    taken: &[Span],
    places: i64,
    minutes: i64,
    from: DateTime<Utc>,
) -> Vec<(Span, i64)> {
    let length = TimeDelta::minutes(minutes);
    let fits = open.iter().any(|(opens, closes)| length <= *closes - *opens);
    let mut found: Vec<(Span, i64)> = Vec::new();
    for (opens, closes) in open {
        let mut at = next_step((*opens).max(from));
        let mut of_span = 0;
        let ends_in_time = |at: DateTime<Utc>| if fits { at + length <= *closes } else { at <= *opens };
        while ends_in_time(at) && of_span < OF_SPAN && found.len() < SLOTS {
            let free = places - peak(taken, (at, at + length));
            if 0 < free {
                found.push(((at, at + length), free));
                of_span += 1;
            }
            at += if 0 < free { APART } else { STEP };
        }
    }
    found
}

/// The next quarter of an hour.
fn next_step(at: DateTime<Utc>) -> DateTime<Utc> {
    let step = STEP.num_seconds();
    let whole = at.timestamp() + i64::from(at.timestamp_subsec_nanos() > 0);
    let seconds = whole.div_euclid(step) * step + if whole.rem_euclid(step) == 0 { 0 } else { step };
    DateTime::from_timestamp(seconds, 0).unwrap_or(at)
}

/// What is said where a team has no place.
pub fn full(team: &str, places: i64, taken: i64) -> Error {
    Error::invalid(
        "starts",
        match (places, taken) {
            (0, _) => format!("{team} cannot be booked. Its settings say whether it can, and who of it."),
            (1, _) => format!("{team} is booked then, and works on one booking at a time."),
            (places, _) => format!("{team} has {taken} of {places} places booked then."),
        },
    )
}

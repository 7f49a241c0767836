//! Times in words, for what members are told: as the organisation writes them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use kernel::{Cx, HourClock};

use crate::{
    repo::event::{At, Said},
    rules::Span,
};

/// What clocks of the organisation show: whoever is told may be in another zone than who acts.
fn home(cx: &Cx, at: DateTime<Utc>) -> NaiveDateTime {
    let offset = (cx.visit().site().offsets())(&cx.membership().settings.home_zone, at);
    at.naive_utc() + TimeDelta::seconds(offset.into())
}

/// `Mon 24 Nov`
fn day(day: NaiveDate) -> String {
    day.format("%a %-d %b").to_string()
}

fn clock(cx: &Cx, at: NaiveDateTime) -> String {
    let form = match cx.membership().settings.clock {
        HourClock::H24 => "%H:%M",
        HourClock::H12 => "%-I:%M %p",
    };
    at.format(form).to_string()
}

/// `Mon 24 Nov, 08:00–12:00`, of some days `Mon 24 Nov, 08:00 – Tue 25 Nov, 12:00`.
pub(crate) fn span(cx: &Cx, (starts, ends): Span) -> String {
    let (starts, ends) = (home(cx, starts), home(cx, ends));
    let begins = format!("{}, {}", day(starts.date()), clock(cx, starts));
    if starts.date() == ends.date() {
        format!("{begins}\u{2013}{}", clock(cx, ends))
    } else {
        format!("{begins} \u{2013} {}, {}", day(ends.date()), clock(cx, ends))
    }
}

/// When an event is.
pub(crate) fn when(cx: &Cx, at: At) -> String {
    match at {
        At::Times(starts, ends) => span(cx, (starts, ends)),
        At::Days(first, end) => {
            let last = end.pred_opt().unwrap_or(end);
            if first == last { day(first) } else { format!("{} \u{2013} {}", day(first), day(last)) }
        }
    }
}

/// The day on which an event begins.
pub(crate) fn first_day(cx: &Cx, at: At) -> NaiveDate {
    match at {
        At::Times(starts, _) => home(cx, starts).date(),
        At::Days(first, _) => first,
    }
}

/// What is new about an event for its guests, in a sentence or a few; empty where nothing is.
pub(crate) fn changes(cx: &Cx, before: &Said, now: &Said) -> String {
    let mut said = Vec::new();
    if before.at != now.at {
        said.push(format!("It is {} now.", when(cx, now.at)));
    }
    if before.place != now.place {
        said.push(match now.place.as_str() {
            "" => "It has no place any more.".to_owned(),
            place => format!("It is at {place} now."),
        });
    }
    if before.title != now.title {
        said.push(format!("It was called {}.", before.title));
    }
    if before.note != now.note {
        said.push("The note was changed.".to_owned());
    }
    said.join(" ")
}

/// The day on which a booking begins; the present one where it has no time.
pub(crate) fn booked_day(cx: &Cx, at: Option<Span>) -> NaiveDate {
    home(cx, at.map_or_else(|| cx.now(), |(starts, _)| starts)).date()
}

//! Peaks, free times and what people write.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;

use super::fixture::at;
use crate::rules::{self, DAYS_MAX, GUESTS_MAX, MINUTES_MAX, Span, When, minutes_within, peak, slots};

fn span(from: &str, to: &str) -> Span {
    (at(&format!("2025-11-24 {from}")), at(&format!("2025-11-24 {to}")))
}

#[test]
fn a_peak_is_what_meets_at_one_instant_and_not_a_count() {
    let three = [span("09:00", "10:00"), span("10:00", "11:00"), span("11:00", "12:00")];
    assert_eq!(peak(&three, span("09:00", "12:00")), 1, "one after the other");
    let two = [span("09:00", "10:30"), span("10:00", "11:00"), span("11:00", "12:00")];
    assert_eq!(peak(&two, span("09:00", "12:00")), 2);
    assert_eq!(peak(&two, span("10:30", "12:00")), 1, "only what lies within counts");
    assert_eq!(peak(&two, span("12:00", "13:00")), 0);
    assert_eq!(peak(&[], span("12:00", "13:00")), 0);
}

#[test]
fn free_times_lie_in_working_time_and_keep_a_place() {
    let open = [span("08:00", "12:00"), span("13:00", "16:00")];
    let taken = [span("08:00", "09:00"), span("10:00", "10:30")];
    let begin = |places, minutes, from: &str| -> Vec<String> {
        let found = slots(&open, &taken, places, minutes, at(&format!("2025-11-24 {from}")));
        found.iter().map(|((starts, _), free)| format!("{} {free}", starts.format("%H:%M"))).collect()
    };
    assert_eq!(begin(1, 60, "07:00"), ["09:00 1", "10:30 1", "13:00 1", "14:00 1", "15:00 1"]);
    assert_eq!(begin(2, 60, "07:00"), ["08:00 1", "09:00 2", "10:00 1", "13:00 2", "14:00 2", "15:00 2"]);
    assert_eq!(begin(1, 60, "14:05"), ["14:15 1"], "quarters of an hour, and not before");
    assert_eq!(begin(1, 240, "07:00"), Vec::<String>::new(), "the morning is taken");
    assert_eq!(begin(2, 300, "07:00"), ["08:00 1", "13:00 2"], "what is longer than any begins with one");
    assert_eq!(begin(0, 60, "07:00"), Vec::<String>::new());
}

#[test]
fn minutes_are_counted_within() {
    let times = [span("09:00", "10:00"), span("09:30", "12:00")];
    assert_eq!(minutes_within(&times, span("09:45", "11:00")), 15 + 75);
    assert_eq!(minutes_within(&times, span("13:00", "14:00")), 0);
}

#[test]
fn an_event_is_read_as_people_write_it() {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let time = |text: &str| chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap();
    assert_eq!(
        rules::read_when("", "2025-11-24T09:00", "2025-11-24T10:30:59"),
        Ok(When::Times { starts: time("2025-11-24T09:00"), ends: time("2025-11-24T10:30") })
    );
    assert_eq!(
        rules::read_when("true", "2025-11-24", "2025-11-24"),
        Ok(When::Days { first: day("2025-11-24"), end: day("2025-11-25") }),
        "the last day is in it"
    );
    assert_eq!(
        rules::read_when("true", "2025-11-24T09:00", "2025-11-25T10:00"),
        Ok(When::Days { first: day("2025-11-24"), end: day("2025-11-26") }),
        "times that were chosen before count for nothing"
    );
}

#[test]
fn what_cannot_be_is_said_at_its_field() {
    let ends = |all_day: &str, starts: &str, ends: &str| {
        let refused = rules::read_when(all_day, starts, ends).unwrap_err();
        refused.field("ends").map(str::to_owned)
    };
    assert_eq!(
        ends("", "2025-11-24T09:00", "2025-11-24T09:00").as_deref(),
        Some("It has to end after it begins.")
    );
    assert_eq!(
        ends("true", "2025-11-24", "2025-11-23").as_deref(),
        Some("The last day is before the first.")
    );
    assert_eq!(
        ends("", "2025-11-24T09:00", "2027-11-24T09:00"),
        Some(format!("It lasts {DAYS_MAX} days at most."))
    );
    let both = rules::read_when("", "soon", "1999-01-01T00:00").unwrap_err();
    assert_eq!(both.field("starts"), Some("Choose a day and a time."));
    assert_eq!(both.field("ends"), Some("Choose a day between the years 2000 and 2199."));
    assert!(rules::read_title("title", " ").unwrap_err().field("title").is_some());
    assert!(rules::read_title("title", &"a".repeat(201)).is_err());
    assert!(rules::read_note("a\0b").is_err());
    assert!(rules::read_guests("me").unwrap_err().field("guests").is_some());
    let many: Vec<_> = (0..=GUESTS_MAX)
        .map(|number| uuid::Uuid::from_u128(u128::try_from(number).unwrap()).into())
        .collect();
    assert!(rules::check_guests(many).is_err());
    for text in ["4", "-1", "20161", "x", "1.5"] {
        assert!(rules::read_minutes(text).unwrap_err().field("minutes").is_some(), "{text}");
    }
    assert_eq!(rules::read_minutes(" 90 "), Ok(Some(90)));
    assert_eq!(rules::read_minutes(""), Ok(None));
    assert!(rules::check_minutes(MINUTES_MAX + 1).is_err());
}

fn instant(minute: i64) -> DateTime<Utc> {
    at("2025-11-24 00:00") + TimeDelta::minutes(minute)
}

prop_compose! {
    fn a_span()(from in 0_i64..5_000, length in 1_i64..600) -> Span {
        (instant(from), instant(from + length))
    }
}

proptest! {
    /// Counted minute by minute it is the same.
    #[test]
    fn a_peak_is_the_most_of_all_minutes(
        taken in prop::collection::vec(a_span(), 0..20),
        within in a_span(),
    ) {
        let minutes = (within.1 - within.0).num_minutes();
        let meets = |minute: i64| {
            let at = within.0 + TimeDelta::minutes(minute);
            taken.iter().filter(|(starts, ends)| *starts <= at && at < *ends).count()
        };
        let most = (0..minutes).map(meets).max().unwrap_or(0);
        prop_assert_eq!(peak(&taken, within), i64::try_from(most).unwrap());
    }

    /// What is offered can be booked: it has a place, begins on a quarter of an hour and in working time, and not too early.
    #[test]
    fn what_is_offered_can_be_booked(
        mut taken in prop::collection::vec(a_span(), 0..30),
        opens in prop::collection::vec((0_i64..600, 1_i64..600), 1..6),
        places in 0_i64..4,
        minutes in 5_i64..400,
        from in 0_i64..5_000,
    ) {
        let open: Vec<Span> = (0..).zip(&opens)
            .map(|(day, (from, length))| (instant(day * 1_440 + from), instant(day * 1_440 + from + length)))
            .collect();
        let mut last = None;
        for (slot, free) in slots(&open, &taken.clone(), places, minutes, instant(from)) {
            prop_assert_eq!((slot.1 - slot.0).num_minutes(), minutes);
            prop_assert_eq!(slot.0.timestamp() % 900, 0);
            prop_assert!(instant(from) <= slot.0);
            prop_assert!(last < Some(slot.0), "in order");
            prop_assert!(0 < free && peak(&taken, slot) + free == places);
            prop_assert!(open.iter().any(|(opens, closes)| *opens <= slot.0 && slot.0 <= *closes));
            last = Some(slot.0);
        }
        // And once all of them are booked, each instant still has no more than the places.
        let offered: Vec<Span> = slots(&open, &taken, places, minutes, instant(from)).iter().map(|(slot, _)| *slot).collect();
        if let Some(first) = offered.first() {
            taken.push(*first);
            prop_assert!(peak(&taken, *first) <= places);
        }
    }
}

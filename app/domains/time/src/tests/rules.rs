//! Durations as people type them, days and weeks.

use chrono::{Days, NaiveDate};
use kernel::WeekStart;
use proptest::prelude::*;

use crate::rules::{
    DAY, check_day, read_day, read_duration, read_note, show_clock, show_duration, week_of, whole_minutes,
};

#[test]
fn durations_are_read_as_people_type_them() {
    for (text, minutes) in [
        ("1h 30m", 90),
        ("1h30m", 90),
        ("1h30", 90),
        ("1 h 30 min", 90),
        ("1 hour 30 minutes", 90),
        ("2 hours", 120),
        ("1:30", 90),
        ("01:05", 65),
        (":45", 45),
        ("24:00", DAY),
        ("90m", 90),
        ("90 min", 90),
        ("1.5h", 90),
        ("1,5h", 90),
        ("1,5", 90),
        (".25", 15),
        ("0,1h", 6),
        ("0.333h", 20),
        ("8", 480),
        ("8 H", 480),
        ("24h", DAY),
        ("0h 1m", 1),
    ] {
        assert_eq!(read_duration(text), Ok(minutes), "{text}");
    }
}

#[test]
fn what_is_no_duration_is_refused_in_words() {
    for text in [
        "",
        " ",
        "soon",
        "1:3",
        "1:300",
        "1:60",
        "1:2:3",
        "-1h",
        "1h -30m",
        "30m 1h",
        "1h 1h",
        "1.5m",
        "1..5",
        "1.",
        ".",
        ":",
        "h",
        "1d",
        "1h30x",
        "1 30",
        "1h 90",
        "99999999999999999999h",
        "١h",
    ] {
        let error = read_duration(text).unwrap_err();
        assert!(error.field("duration").unwrap().starts_with("Write how long it took"), "{text}: {error}");
    }
    let said = |text| read_duration(text).unwrap_err().to_string();
    for text in ["0", "0h", "0:00", "0m", "0.001h"] {
        assert_eq!(said(text), "Write at least one minute.", "{text}");
    }
    assert_eq!(said("90"), "A number alone is hours, and a day has 24. Write 90m for minutes.");
    assert_eq!(said("24h 1m"), "A day has 24 hours. Write the rest on another day.");
    assert!(read_duration(&"1".repeat(400)).is_err());
}

#[test]
fn a_clock_counts_and_a_begun_minute_is_whole() {
    assert_eq!(show_clock(0), "0:00:00");
    assert_eq!(show_clock(3 * 3600 + 4 * 60 + 5), "3:04:05");
    assert_eq!(show_clock(-5), "0:00:00");
    for (seconds, minutes) in [(-1, 1), (0, 1), (1, 1), (59, 1), (60, 1), (61, 2), (119, 2), (120, 2)] {
        assert_eq!(whole_minutes(seconds), minutes, "{seconds}");
    }
}

#[test]
fn a_day_is_not_ahead_and_a_note_is_short() {
    let today: NaiveDate = "2025-11-21".parse().unwrap();
    assert_eq!(read_day(" 2025-11-20 ", today), Ok("2025-11-20".parse().unwrap()));
    assert!(read_day("", today).unwrap_err().field("day").is_some());
    assert!(check_day(today.succ_opt().unwrap(), today).is_ok(), "it is tomorrow already farther east");
    assert!(check_day("2025-11-23".parse().unwrap(), today).is_err());
    assert!(check_day("1999-12-31".parse().unwrap(), today).is_err());
    assert_eq!(read_note(&"ö".repeat(500)).unwrap().chars().count(), 500);
    assert!(read_note(&"ö".repeat(501)).unwrap_err().field("note").is_some());
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(minutes in 1..=DAY) {
        prop_assert_eq!(read_duration(&show_duration(minutes)), Ok(minutes));
        prop_assert_eq!(read_duration(&format!("{}:{:02}", minutes / 60, minutes % 60)), Ok(minutes));
        prop_assert_eq!(read_duration(&format!("{minutes}m")), Ok(minutes));
        prop_assert_eq!(read_duration(&format!("{minutes} Min")), Ok(minutes));
    }

    #[test]
    fn hours_with_a_fraction_are_right_to_the_minute(hundredths in 1..=2_400_i64, comma: bool) {
        let joint = if comma { ',' } else { '.' };
        let text = format!("{}{joint}{:02}", hundredths / 100, hundredths % 100);
        let minutes = (hundredths * 60 + 50) / 100;
        prop_assert_eq!(read_duration(&format!("{text}h")).ok(), (minutes != 0).then_some(minutes));
        prop_assert_eq!(read_duration(&text).ok(), (minutes != 0).then_some(minutes));
    }

    #[test]
    fn whatever_is_typed_is_a_duration_of_a_day_or_a_mistake(text in "\\PC{0,60}") {
        match read_duration(&text) {
            Ok(minutes) => prop_assert!((1..=DAY).contains(&minutes)),
            Err(error) => prop_assert!(error.field("duration").is_some()),
        }
    }

    #[test]
    fn whatever_looks_like_one_too(text in "[0-9:.,hm ]{0,12}") {
        if let Ok(minutes) = read_duration(&text) {
            prop_assert!((1..=DAY).contains(&minutes));
        }
    }

    #[test]
    fn a_timer_is_never_less_than_it_ran(seconds in 0..1_000_000_i64) {
        let minutes = whole_minutes(seconds);
        prop_assert!(seconds <= minutes * 60 && minutes * 60 < seconds.max(1) + 60);
    }

    #[test]
    fn a_week_holds_its_day(days in 0..40_000_u64) {
        let day = NaiveDate::from_ymd_opt(2000, 1, 10).unwrap() + Days::new(days);
        for start in [WeekStart::Monday, WeekStart::Sunday, WeekStart::Saturday] {
            let first = week_of(day, start);
            prop_assert!(first <= day && day < first + Days::new(7));
            prop_assert_eq!(week_of(first, start), first);
        }
    }
}

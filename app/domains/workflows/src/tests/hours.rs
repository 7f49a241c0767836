//! Working time: the vectors of the reference, clocks that leap, properties, and what people type.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::{America::New_York, Asia::Kathmandu, Europe::Stockholm, Pacific::Apia, Tz, UTC};
use kernel::{Error, WorkingDays};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::{
    hours::{
        Calendar, HOLIDAYS_MAX, Holiday, Hours, Span, Week, holidays_text, read_holidays, read_spans,
        spans_text,
    },
    sla::{Ledger, Pause, duration},
};

fn offset(zone: Tz) -> impl Fn(DateTime<Utc>) -> i32 + Send + Sync + 'static {
    move |at| zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc()
}

/// Monday to Friday at these hours.
fn office(from: u16, to: u16) -> Week {
    let day = vec![Span { from: from * 60, to: to * 60 }];
    let mut week: [Vec<Span>; 7] = Default::default();
    week[..5].fill(day);
    Week(week)
}

fn all_week() -> Week {
    Week([(); 7].map(|()| vec![Span { from: 0, to: 1_440 }]))
}

fn calendar(week: Week, holidays: &[&str], zone: Tz) -> Calendar {
    let holidays = holidays.iter().map(|day| Holiday { on: day.parse().unwrap(), name: String::new() });
    Calendar::of_hours(week, holidays.collect::<Vec<_>>(), offset(zone))
}

/// An instant in a place whose clocks show this once.
fn at(zone: Tz, text: &str) -> DateTime<Utc> {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    zone.from_local_datetime(&local).earliest().unwrap().to_utc()
}

fn hours(count: i64) -> TimeDelta {
    TimeDelta::hours(count)
}

#[test]
fn the_vectors_of_the_reference() {
    let nine_to_five = calendar(office(9, 17), &["2026-12-25"], Stockholm);
    // Friday 27 November 2026 is the day before a free weekend, Thursday 24 December the one before a holiday.
    let vectors = [
        ("2026-11-27 17:00", 8, "2026-11-30 17:00"),
        ("2026-11-27 16:00", 4, "2026-11-30 12:00"),
        ("2026-11-28 11:00", 2, "2026-11-30 11:00"),
        ("2026-12-24 16:00", 2, "2026-12-28 10:00"),
    ];
    for (start, budget, due) in vectors {
        let found = nine_to_five.due(at(Stockholm, start), hours(budget));
        assert_eq!(found, Some(at(Stockholm, due)), "{start} + {budget} h");
    }
    let eight_to_six = calendar(office(8, 18), &[], Stockholm);
    let monday = at(Stockholm, "2026-11-30 17:00");
    assert_eq!(eight_to_six.due(monday, hours(4)), Some(at(Stockholm, "2026-12-01 11:00")));
    let an_hour_before = eight_to_six.due(monday, hours(4) - hours(1));
    assert_eq!(an_hour_before, Some(at(Stockholm, "2026-12-01 10:00")));
}

#[test]
fn days_on_which_clocks_leap_have_23_or_25_hours() {
    let day = |calendar: &Calendar, zone: Tz, day: &str, next: &str| {
        calendar.elapsed(at(zone, &format!("{day} 00:00")), at(zone, &format!("{next} 00:00")))
    };
    let open = calendar(all_week(), &[], Stockholm);
    assert_eq!(day(&open, Stockholm, "2026-03-29", "2026-03-30"), hours(23));
    assert_eq!(day(&open, Stockholm, "2026-10-25", "2026-10-26"), hours(25));
    assert_eq!(day(&open, Stockholm, "2026-07-01", "2026-07-02"), hours(24));
    let nights = Week([(); 7].map(|()| vec![Span { from: 0, to: 4 * 60 }]));
    let nights = calendar(nights, &[], New_York);
    assert_eq!(day(&nights, New_York, "2026-03-08", "2026-03-09"), hours(3));
    assert_eq!(day(&nights, New_York, "2026-11-01", "2026-11-02"), hours(5));
    // What begins or ends in the hour that is left out begins or ends with the leap, and is counted once.
    let halves = vec![Span { from: 60, to: 135 }, Span { from: 150, to: 240 }];
    let halves = calendar(Week([(); 7].map(|()| halves.clone())), &[], Stockholm);
    assert_eq!(day(&halves, Stockholm, "2026-03-29", "2026-03-30"), hours(2));
    // A day that never was.
    let open = calendar(all_week(), &[], Apia);
    assert_eq!(open.elapsed(at(Apia, "2011-12-29 12:00"), at(Apia, "2011-12-31 12:00")), hours(24));
    let office_hours = calendar(office(9, 17), &[], Apia);
    // Friday the 30th was left out, so that Thursday's work goes on on Monday.
    assert_eq!(office_hours.due(at(Apia, "2011-12-29 16:00"), hours(2)), Some(at(Apia, "2012-01-02 10:00")));
}

#[test]
fn what_never_opens_is_never_due_and_ends_soon() {
    let start = at(UTC, "2026-01-01 00:00");
    let never = calendar(Week(Default::default()), &[], UTC);
    assert_eq!(never.due(start, hours(1)), None);
    assert_eq!(never.due(start, TimeDelta::zero()), Some(start), "nothing is due at once");
    assert_eq!(never.elapsed(start, start + hours(24 * 365)), TimeDelta::zero());
    // A minute a week is too little for a year of work.
    let mut week: [Vec<Span>; 7] = Default::default();
    week[0] = vec![Span { from: 0, to: 1 }];
    let hardly = calendar(Week(week), &[], UTC);
    assert_eq!(hardly.due(start, hours(24 * 365)), None);
    assert_eq!(hardly.due(start, TimeDelta::minutes(2)), Some(at(UTC, "2026-01-12 00:01")));
    // Far ends of time are ends, too.
    let open = calendar(all_week(), &[], Stockholm);
    assert_eq!(open.due(DateTime::<Utc>::MAX_UTC, hours(1)), None);
    let all = Calendar::always(offset(UTC));
    assert_eq!(all.due(DateTime::<Utc>::MAX_UTC, hours(1)), None);
    assert_eq!(all.due(start, hours(30)), Some(start + hours(30)));
    assert_eq!(all.elapsed(start, start + hours(30)), hours(30));
}

#[test]
fn a_holiday_that_falls_on_a_free_day_takes_nothing_away() {
    let calendar = calendar(office(9, 17), &["2026-12-25", "2026-12-26"], Stockholm);
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    assert_eq!(calendar.holiday(day("2026-12-25")), Some(""));
    assert_eq!(calendar.holiday(day("2026-12-26")), None, "a Saturday");
}

fn any_week() -> impl Strategy<Value = Week> {
    let day = vec((0_u16..1_440, 1_u16..600), 0..3).prop_map(|pieces| {
        let mut spans: Vec<Span> = Vec::new();
        let mut pieces = pieces;
        pieces.sort_unstable();
        for (from, long) in pieces {
            let from = spans.last().map_or(from, |last| from.max(last.to));
            let to = (from + long).min(1_440);
            if from < to {
                spans.push(Span { from, to });
            }
        }
        spans
    });
    vec(day, 7).prop_map(|days| Week(days.try_into().unwrap()))
}

fn any_calendar() -> impl Strategy<Value = Calendar> {
    let zone = select(vec![Stockholm, New_York, Kathmandu, UTC, Apia]);
    let first: NaiveDate = "2025-12-01".parse().unwrap();
    let holiday = (0_u64..700)
        .prop_map(move |later| Holiday { on: first + chrono::Days::new(later), name: String::new() });
    (any_week(), vec(holiday, 0..6), zone)
        .prop_map(|(week, holidays, zone)| Calendar::of_hours(week, holidays, offset(zone)))
}

/// An instant of some year with two leaps, also between the seconds.
fn any_instant() -> impl Strategy<Value = DateTime<Utc>> {
    (0_i64..31_000_000_000_000)
        .prop_map(|micros| at(UTC, "2026-01-01 00:00") + TimeDelta::microseconds(micros))
}

fn any_budget() -> impl Strategy<Value = TimeDelta> {
    prop_oneof![
        (1_i64..200 * 3_600 * 1_000_000).prop_map(TimeDelta::microseconds),
        (1_i64..200).prop_map(TimeDelta::hours),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_has_passed_when_it_is_due_is_the_budget(it in any_calendar(), start in any_instant(), budget in any_budget()) {
        let Some(due) = it.due(start, budget) else { return Ok(()) };
        prop_assert!(start < due);
        prop_assert_eq!(it.elapsed(start, due), budget);
        prop_assert!(it.elapsed(start, due - TimeDelta::microseconds(1)) < budget, "it is the first such instant");
    }

    #[test]
    fn due_is_later_for_more_and_for_later(
        it in any_calendar(), start in any_instant(), budget in any_budget(), more in any_budget(),
    ) {
        let (Some(due), Some(later)) = (it.due(start, budget), it.due(start, budget + more)) else { return Ok(()) };
        prop_assert!(due < later);
        if let Some(begun_later) = it.due(start + more, budget) {
            prop_assert!(due <= begun_later);
        }
    }

    #[test]
    fn parts_add_up(it in any_calendar(), start in any_instant(), one in any_budget(), other in any_budget()) {
        let (middle, end) = (start + one, start + one + other);
        let whole = it.elapsed(start, end);
        prop_assert_eq!(it.elapsed(start, middle) + it.elapsed(middle, end), whole);
        prop_assert!(whole <= end - start);
        prop_assert_eq!(it.elapsed(end, start), TimeDelta::zero());
    }

    #[test]
    fn spans_are_what_has_passed(it in any_calendar(), from in any_instant(), long in any_budget()) {
        let to = from + long;
        let spans = it.spans_between(from, to);
        prop_assert!(spans.iter().all(|(opens, closes)| from <= *opens && opens < closes && *closes <= to));
        prop_assert!(spans.windows(2).all(|two| two[0].1 < two[1].0), "in order, and none meets the next");
        let all: TimeDelta = spans.iter().map(|(opens, closes)| *closes - *opens).sum();
        prop_assert_eq!(all, it.elapsed(from, to));
    }

    #[test]
    fn standing_still_while_nobody_works_changes_nothing(
        it in any_calendar(), since in any_instant(), before in any_budget(), pause in any_budget(), after in any_budget(),
    ) {
        let (from, until) = (since + before, since + before + pause);
        let now = until + after;
        let paused = Ledger { since, pauses: vec![Pause { from, until: Some(until) }] };
        let ran = Ledger { since, pauses: Vec::new() };
        let away = it.elapsed(from, until);
        prop_assert_eq!(paused.used(&it, now) + away, ran.used(&it, now));
        if away == TimeDelta::zero() {
            prop_assert_eq!(paused.used(&it, now), ran.used(&it, now));
        }
        // While it stands still, nothing adds up.
        let still = Ledger { since, pauses: vec![Pause { from, until: None }] };
        prop_assert_eq!(still.used(&it, now), it.elapsed(since, from));
        prop_assert_eq!(still.running_since(), None);
        prop_assert_eq!(paused.running_since(), Some(until));
    }

    #[test]
    fn what_is_shown_is_read_again(week in any_week()) {
        for day in &week.0 {
            let read = read_spans(&spans_text(day)).unwrap();
            prop_assert_eq!(&read, day);
        }
    }

    #[test]
    fn nothing_that_is_typed_breaks_it(text in "\\PC{0,40}", lines in "(\\PC|\n){0,80}") {
        if let Ok(spans) = read_spans(&text) {
            prop_assert!(spans.iter().all(|span| span.from < span.to && span.to <= 1_440));
            prop_assert!(spans.windows(2).all(|two| two[0].to <= two[1].from));
        }
        if let Ok(holidays) = read_holidays(&lines) {
            prop_assert_eq!(read_holidays(&holidays_text(&holidays)).unwrap(), holidays);
        }
    }
}

#[test]
fn spans_between_two_instants() {
    let office = calendar(office(9, 17), &["2026-12-25"], Stockholm);
    let spans = |calendar: &Calendar, from: &str, to: &str| -> Vec<String> {
        let spans = calendar.spans_between(at(Stockholm, from), at(Stockholm, to)).into_iter();
        let shown = |(opens, closes)| {
            let (opens, closes) = (calendar.local(opens), calendar.local(closes));
            format!("{} to {}", opens.format("%d %H:%M"), closes.format("%d %H:%M"))
        };
        spans.map(shown).collect()
    };
    // The first and the last are cut; Christmas and the weekend are free.
    assert_eq!(
        spans(&office, "2026-12-24 12:00", "2026-12-28 10:00"),
        ["24 12:00 to 24 17:00", "28 09:00 to 28 10:00"]
    );
    assert_eq!(spans(&office, "2026-12-24 18:00", "2026-12-28 08:00"), Vec::<String>::new());
    assert_eq!(spans(&office, "2026-12-24 12:00", "2026-12-24 12:00"), Vec::<String>::new());
    // What meets is one, also on the days on which clocks leap.
    let open = calendar(all_week(), &[], Stockholm);
    assert_eq!(spans(&open, "2026-03-28 00:00", "2026-03-31 00:00"), ["28 00:00 to 31 00:00"]);
    assert_eq!(spans(&open, "2026-10-24 12:00", "2026-10-26 12:00"), ["24 12:00 to 26 12:00"]);
    let always = Calendar::always(offset(Stockholm));
    assert_eq!(spans(&always, "2026-12-25 00:00", "2026-12-26 00:00"), ["25 00:00 to 26 00:00"]);
    let (from, far) = (at(Stockholm, "2026-01-01 00:00"), at(Stockholm, "2036-01-01 00:00"));
    let told = open.spans_between(from, far);
    assert_eq!(told, [(from, from + TimeDelta::days(400))]);
}

#[test]
fn hours_are_read_as_people_write_them() {
    let read = |text: &str| read_spans(text).map(|spans| spans_text(&spans));
    assert_eq!(read("9-17").unwrap(), "9:00\u{2013}17:00");
    assert_eq!(read(" 13:00 \u{2013} 17.30 ; 08:15-12 ").unwrap(), "8:15\u{2013}12:00, 13:00\u{2013}17:30");
    assert_eq!(read("0-24").unwrap(), "0:00\u{2013}24:00");
    assert_eq!(read("9-12,12-17").unwrap(), "9:00\u{2013}12:00, 12:00\u{2013}17:00", "they may touch");
    assert_eq!(read("").unwrap(), "");
    assert!(read("22-6").unwrap_err().contains("ends before it begins"));
    assert!(read("9-9").unwrap_err().contains("ends before it begins"));
    assert!(read("9-12, 11-17").unwrap_err().contains("overlap"));
    for wrong in ["9", "nine to five", "9-25", "9:60-10", "24:01-24:02", "-", "9:5-10", "1e1-12"] {
        assert!(read(wrong).unwrap_err().contains("no span"), "{wrong}");
    }
    assert!(read("1-2,3-4,5-6,7-8,9-10,11-12,13-14").unwrap_err().contains("at most"));
}

#[test]
fn holidays_are_read_as_people_write_them() {
    let read = read_holidays("2026-12-25  Christmas   Day\n\n2026-01-01 New Year\n2026-05-01\n").unwrap();
    assert_eq!(holidays_text(&read), "2026-01-01 New Year\n2026-05-01\n2026-12-25 Christmas Day\n");
    assert_eq!(read_holidays("2026-05-01\n2026-05-01 Again").unwrap_err(), "2026-05-01 stands there twice.");
    assert!(read_holidays("2026-02-30 None").unwrap_err().starts_with("Line 1: 2026-02-30 is no day."));
    assert!(read_holidays("May 1").unwrap_err().starts_with("Line 1: May is no day."));
    assert!(read_holidays(&format!("2026-05-01 {}", "x".repeat(81))).is_err());
    let first: NaiveDate = "2026-01-01".parse().unwrap();
    let many: String = first.iter_days().take(HOLIDAYS_MAX + 1).map(|day| format!("{day}\n")).collect();
    assert!(read_holidays(&many).unwrap_err().contains("are kept"));
}

#[test]
fn everything_that_is_wrong_is_said_at_its_field() {
    let mut days = [(); 7].map(|()| String::new());
    days[0] = "17-9".into();
    days[4] = "noon".into();
    let Err(Error::Invalid(wrong)) = Hours::read(Some(&days), "never") else { panic!() };
    let fields: Vec<&str> = wrong.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(fields, ["monday", "friday", "holidays"]);
    let closed = Hours::read(Some(&[(); 7].map(|()| " ".to_owned())), "").unwrap_err();
    assert!(closed.field("monday").is_some(), "{closed}");
    assert_eq!(Hours::read(None, "").unwrap(), Hours::default());
    assert_eq!(
        spans_text(Week::usual(WorkingDays::default()).on("2026-11-30".parse().unwrap())),
        "9:00\u{2013}17:00"
    );
}

#[test]
fn times_are_said_in_hours_and_minutes() {
    assert_eq!(duration(0), "0 min");
    assert_eq!(duration(-59), "under 1 min");
    assert_eq!(duration(-3_600), "1 h");
    assert_eq!(duration(7_860), "2 h 11 min");
}

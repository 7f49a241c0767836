//! What of the calendar is shown: a week, a day or a list, around which day. It stands in the address.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use ui::when::shift_days;

use crate::parts::Reading;

/// How days are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// Seven days side by side.
    Week,
    /// One day.
    Day,
    /// A list by days.
    Agenda,
}

impl View {
    /// All of them, with the names on the page.
    pub(super) const ALL: [(View, &'static str); 3] =
        [(View::Day, "Day"), (View::Week, "Week"), (View::Agenda, "Agenda")];

    fn as_str(self) -> &'static str {
        match self {
            View::Week => "week",
            View::Day => "day",
            View::Agenda => "agenda",
        }
    }

    fn read(text: &str) -> Option<View> {
        View::ALL.into_iter().map(|(view, _)| view).find(|view| view.as_str() == text)
    }
}

/// What the address asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// How days are shown; none is a week, and a list on a phone.
    pub(super) view: Option<View>,
    /// The day, if one is named.
    pub(super) day: Option<NaiveDate>,
}

impl Asked {
    /// Reads what the address says. What nobody can read is not said: it was typed.
    pub(super) fn read(view: Option<&str>, day: Option<&str>) -> Self {
        Asked { view: view.and_then(View::read), day: day.and_then(|day| day.parse().ok()) }
    }

    /// What [`fmt::Display`] wrote.
    pub(super) fn of_key(key: &str) -> Self {
        let (view, day) = key.split_once('/').unwrap_or_default();
        Asked::read(Some(view), Some(day))
    }

    /// The day around which days are shown.
    pub(super) fn around(self, reading: Reading) -> NaiveDate {
        self.day.unwrap_or_else(|| reading.today())
    }

    /// The first day of its week.
    pub(super) fn week(self, reading: Reading) -> NaiveDate {
        let day = self.around(reading);
        shift_days(day, -i64::from(day.weekday().days_since(reading.week_start)))
    }

    /// How many days are loaded from the first of the week on: a list goes on with the week after.
    pub(super) fn days(self) -> i64 {
        match self.view {
            Some(View::Week | View::Day) => 7,
            Some(View::Agenda) | None => 14,
        }
    }

    /// The days that stand side by side.
    pub(super) fn columns(self, reading: Reading) -> Vec<NaiveDate> {
        match self.view {
            Some(View::Day) => vec![self.around(reading)],
            _ => self.week(reading).iter_days().take(7).collect(),
        }
    }

    /// The same view of another day.
    pub(super) fn on(self, day: NaiveDate) -> Self {
        Asked { day: Some(day), ..self }
    }

    /// The same day in another view.
    pub(super) fn shown_as(self, view: View) -> Self {
        Asked { view: Some(view), ..self }
    }

    /// The days before or after those that are shown.
    pub(super) fn turned(self, pages: i64, reading: Reading) -> Self {
        let days = if self.view == Some(View::Day) { 1 } else { 7 };
        self.on(shift_days(self.around(reading), days * pages))
    }

    /// The present day.
    pub(super) fn today(self) -> Self {
        Asked { day: None, ..self }
    }

    /// The address of this.
    pub(super) fn href(self) -> String {
        let mut href = String::from("/calendar");
        let mut mark = '?';
        if let Some(view) = self.view {
            href.push_str("?view=");
            href.push_str(view.as_str());
            mark = '&';
        }
        if let Some(day) = self.day {
            href.push_str(&format!("{mark}day={day}"));
        }
        href
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.view.map(View::as_str).unwrap_or_default())?;
        f.write_str("/")?;
        match self.day {
            Some(day) => write!(f, "{day}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_it_is_written() {
        let day = "2026-11-30".parse().ok();
        for (asked, href) in [
            (Asked::default(), "/calendar"),
            (Asked { view: Some(View::Day), day: None }, "/calendar?view=day"),
            (Asked { view: None, day }, "/calendar?day=2026-11-30"),
            (Asked { view: Some(View::Agenda), day }, "/calendar?view=agenda&day=2026-11-30"),
        ] {
            assert_eq!(asked.href(), href);
            assert_eq!(Asked::of_key(&asked.to_string()), asked);
        }
    }

    #[test]
    fn what_nobody_can_read_is_not_said() {
        assert_eq!(Asked::read(Some("month"), Some("soon")), Asked::default());
    }
}

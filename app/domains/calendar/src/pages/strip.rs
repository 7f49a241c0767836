//! The week above the list on a phone: its days, each with a dot for each team that has something on it.

use chrono::{Datelike, NaiveDate};
use leptos::prelude::*;
use ui::{Icon, LinkButton, html::category_class, when::shift_days};

use super::{
    state::Plan,
    view::{Asked, View},
};
use crate::parts::Reading;

/// As many dots has a day at most.
const DOTS: usize = 3;

/// The days of the week, and the way to others.
#[component]
pub(super) fn Strip(
    /// The calendar.
    plan: Plan,
    /// What the address asks for.
    asked: Asked,
    /// How the viewer reads days.
    reading: Reading,
) -> impl IntoView {
    let week = asked.week(reading);
    let days = week.iter_days().take(7).map(|day| cell(plan, asked, day, reading)).collect_view();
    let turn = |pages: i64, icon: &'static str, label: &'static str| {
        view! {
            <a class="icon-button" href=asked.turned(pages, reading).href() aria-label=label>
                <Icon name=icon/>
            </a>
        }
    };
    let (before, after) = if asked.view == Some(View::Day) {
        ("Previous day", "Next day")
    } else {
        ("Previous week", "Next week")
    };
    let span = format!("{} – {}", reading.day(week), reading.day(shift_days(week, 6)));
    let other = match asked.view {
        Some(View::Day) => view! {
            <LinkButton href=asked.shown_as(View::Agenda).href()>"Agenda"</LinkButton>
        },
        _ => view! { <LinkButton href=asked.shown_as(View::Day).href()>"Day"</LinkButton> },
    };
    view! {
        <div class="agenda-strip phone-only">
            <nav class="agenda-strip-turn" aria-label="Weeks">
                {turn(-1, "chevron-left", before)}
                <span class="truncate">{span}</span>
                {turn(1, "chevron-right", after)}
                <LinkButton href=asked.today().href()>"Today"</LinkButton>
                {other}
            </nav>
            <nav class="agenda-strip-days" aria-label="Days">{days}</nav>
        </div>
    }
}

fn cell(plan: Plan, asked: Asked, day: NaiveDate, reading: Reading) -> impl IntoView + use<> {
    let colors = Memo::new(move |_| {
        let mut colors: Vec<i64> = Vec::new();
        for entry in plan.of_day(day) {
            if !colors.contains(&entry.category) && colors.len() < DOTS {
                colors.push(entry.category);
            }
        }
        colors
    });
    let count = Memo::new(move |_| plan.of_day(day).len());
    let label = move || {
        let name = reading.long_day(day);
        match count.get() {
            0 => name,
            1 => format!("{name}, 1 entry"),
            count => format!("{name}, {count} entries"),
        }
    };
    let dots = move || {
        let dots = colors.get().into_iter();
        dots.map(|category| view! { <i class=category_class(category)></i> }).collect_view()
    };
    // The list has all days of the week; a single day is another page.
    let (href, is_here) = match asked.view {
        Some(View::Day) => (asked.on(day).href(), day == asked.around(reading)),
        _ => (format!("#day-{day}"), day == reading.today()),
    };
    view! {
        <a
            class="agenda-strip-day"
            class:is-here=is_here
            href=href
            aria-label=label
            aria-current=(day == reading.today()).then_some("date")
        >
            <span>{reading.weekday(day)}</span>
            <b>{day.day()}</b>
            <span class="agenda-dots">{dots}</span>
        </a>
    }
}

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
            <a class="icon-button" href=move || plan.href(asked.turned(pages, reading)) aria-label=label>
                <Icon name=icon/>
            </a>
        }
    };
    let (before, after) = if asked.view == Some(View::Day) {
        ("Previous day", "Next day")
    } else {
        ("Previous week", "Next week")
    };
    let span = reading.short_span(week, shift_days(week, 6));
    let (other, other_name) = match asked.view {
        Some(View::Day) => (View::Agenda, "Agenda"),
        _ => (View::Day, "Day"),
    };
    view! {
        <div class="agenda-strip phone-only">
            <nav class="agenda-strip-turn" aria-label="Weeks">
                {turn(-1, "chevron-left", before)}
                <span class="agenda-strip-span">{span}</span>
                {turn(1, "chevron-right", after)}
                <LinkButton href=Signal::derive(move || plan.href(asked.today()))>"Today"</LinkButton>
                <LinkButton href=Signal::derive(move || plan.href(asked.shown_as(other)))>{other_name}</LinkButton>
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
    let is_day = asked.view == Some(View::Day);
    let href = move || if is_day { plan.href(asked.on(day)) } else { format!("#day-{day}") };
    let is_here = day == if is_day { asked.around(reading) } else { reading.today() };
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

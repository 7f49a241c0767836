//! What stands above the days: their names, how full the teams are, and what lasts whole days.

use chrono::{Datelike, NaiveDate};
use kernel::TeamId;
use leptos::prelude::*;
use ui::html::category_class;

use super::{
    state::{Placed, Plan, Team},
    view::{Asked, View},
};
use crate::parts::{Reading, tenths};

/// As many rows of whole days stand above the days; the others are in the list.
const ROWS: usize = 4;

/// The heads of the days.
#[component]
pub(super) fn Heads(
    /// The calendar.
    plan: Plan,
    /// The days, and whether each is folded.
    days: Vec<(NaiveDate, Memo<bool>)>,
    /// The teams that have a capacity.
    teams: Memo<Vec<Team>>,
    /// How the viewer reads days.
    reading: Reading,
) -> impl IntoView {
    let first = days.first().map(|(day, _)| *day).unwrap_or_default();
    let last = days.last().map(|(day, _)| *day).unwrap_or_default();
    let whole = Memo::new(move |_| plan.whole_days(first, last));
    let rows = Memo::new(move |_| {
        let lanes = whole.with(|whole| whole.iter().map(|placed| placed.lane.at + 1).max());
        lanes.unwrap_or(0).min(ROWS)
    });
    let names = move || {
        teams.with(|teams| {
            let names = teams.iter().map(|(_, name, category)| {
                let class = format!("agenda-load team {}", category_class(*category));
                view! { <span class=class><span class="truncate">{name.clone()}</span></span> }
            });
            names.collect_view()
        })
    };
    let all_day = move || {
        let rows = rows.get();
        (rows != 0).then(|| view! { <span class=format!("agenda-all-day-name rows-{rows}")>"all day"</span> })
    };
    let heads = days
        .into_iter()
        .map(|(day, folded)| view! { <Head plan day folded first teams whole rows reading/> })
        .collect_view();
    view! {
        <div class="agenda-heads">
            <div class="agenda-corner">
                <span class="agenda-week">{format!("week {}", first.iso_week().week())}</span>
                {names}
                {all_day}
            </div>
            {heads}
        </div>
    }
}

#[component]
fn Head(
    plan: Plan,
    day: NaiveDate,
    folded: Memo<bool>,
    first: NaiveDate,
    teams: Memo<Vec<Team>>,
    whole: Memo<Vec<Placed>>,
    rows: Memo<usize>,
    reading: Reading,
) -> impl IntoView {
    let is_today = day == reading.today();
    let href = move || plan.href(Asked { view: Some(View::Day), day: Some(day) });
    let loads = move || {
        let teams = teams.get();
        teams.into_iter().map(|(id, name, category)| load(plan, day, id, &name, category)).collect_view()
    };
    let pieces = move || {
        let here = whole.get().into_iter().filter(|placed| {
            placed.lane.at < ROWS
                && placed.entry.starts.day() <= day
                && day <= placed.entry.ends.plus(-1).day()
        });
        here.map(|placed| piece(placed, day, first, plan, reading)).collect_view()
    };
    let slot = move || slot(plan, day, whole);
    let all_day = move || {
        (rows.get() != 0).then(|| {
            view! {
                <div class=format!("agenda-all-day rows-{}", rows.get()) data-day=day.to_string()>
                    {pieces}
                    {slot}
                </div>
            }
        })
    };
    view! {
        <div class="agenda-head" class:is-today=is_today class:is-folded=move || folded.get()>
            <a class="agenda-date" href=href aria-label=reading.long_day(day) aria-current=is_today.then_some("date")>
                <b>{day.day()}</b>
                <span class="agenda-weekday">{reading.weekday(day)}</span>
            </a>
            {loads}
            {all_day}
        </div>
    }
}

/// How full a team is on a day: a bar, and hours of hours.
fn load(plan: Plan, day: NaiveDate, team: TeamId, name: &str, category: i64) -> impl IntoView + use<> {
    let load = plan
        .loaded
        .with(|agenda| agenda?.loads.iter().find(|load| load.team_id == team && load.day == day).copied());
    let Some(load) = load.filter(|load| load.room != 0 || load.booked != 0) else {
        return view! { <div class="agenda-load"></div> }.into_any();
    };
    let over = load.room < load.booked;
    let full = if load.room <= 0 { 100 } else { (load.booked * 100 / load.room).clamp(0, 100) };
    let text = format!("{} of {} h", tenths(load.booked), tenths(load.room));
    let label = format!("{name}: {text}");
    let tooltip = label.clone();
    let class = format!("agenda-load {}{}", category_class(category), if over { " is-over" } else { "" });
    view! {
        <div class=class data-tooltip=tooltip>
            <svg class="agenda-gauge" viewBox="0 0 100 5" preserveAspectRatio="none" aria-hidden="true">
                <rect class="agenda-gauge-room" width="100" height="5"></rect>
                <rect class="agenda-gauge-full" width=full.to_string() height="5"></rect>
            </svg>
            <span class="visually-hidden">{label}</span>
            <span class="agenda-hours-of" aria-hidden="true">{text}</span>
        </div>
    }
    .into_any()
}

/// Where something that lasts whole days would be, in the row in which it is.
fn slot(plan: Plan, day: NaiveDate, whole: Memo<Vec<Placed>>) -> Option<impl IntoView> {
    plan.carried.with(|carried| {
        let carried = carried.as_ref().filter(|it| it.all_day())?;
        let (card, to) = (carried.card.as_ref()?, carried.to?);
        let (begins, ends) = (to.starts.day(), to.ends.plus(-1).day());
        if day < begins || ends < day {
            return None;
        }
        let row = whole.with(|whole| {
            let placed = whole.iter().find(|placed| placed.entry.what == card.what());
            placed.map_or(0, |placed| placed.lane.at)
        });
        let class = format!(
            "agenda-whole agenda-whole-slot {} row-{row}{}{}",
            category_class(plan.category(card)),
            if begins == day { "" } else { " is-behind" },
            if ends == day { "" } else { " is-ahead" },
        );
        Some(view! { <span class=class aria-hidden="true"></span> })
    })
}

/// What of something that lasts whole days stands on a day; its name stands on the first that is seen.
fn piece(placed: Placed, day: NaiveDate, first: NaiveDate, plan: Plan, reading: Reading) -> AnyView {
    let Placed { entry, lane, .. } = placed;
    let begins = entry.starts.day() == day;
    let ends = entry.ends.plus(-1).day() == day;
    let class = format!(
        "agenda-whole {}{} row-{}{}{}",
        category_class(entry.category),
        entry.look.class(),
        lane.at,
        if begins { "" } else { " is-behind" },
        if ends { "" } else { " is-ahead" },
    );
    let (what, mine) = (entry.what, entry.mine);
    let is_carried = move || plan.is_carried(what);
    let edge = (mine && ends).then(|| view! { <span class="agenda-edge is-last" data-edge="end"></span> });
    if !begins && day != first {
        return view! {
            <span
                class=class
                class:is-dragged=is_carried
                data-entry=what.to_string()
                data-mine=mine.then_some("")
                aria-hidden="true"
                on:click=move |_| plan.open(what)
            >
                {edge}
            </span>
        }
        .into_any();
    }
    let (label, title) = (entry.label(reading), entry.title.clone());
    view! {
        <button
            type="button"
            class=class
            class:is-dragged=is_carried
            data-entry=what.to_string()
            data-mine=mine.then_some("")
            data-tooltip=title
            aria-label=label
            aria-haspopup="dialog"
            on:click=move |_| plan.open(what)
        >
            <span class="truncate">{entry.title}</span>
            {edge}
        </button>
    }
    .into_any()
}

//! The list: days one below the other, each with what is on it by time.

use chrono::NaiveDate;
use leptos::prelude::*;
use ui::{Avatar, EmptyState, Face, Icon, IconSize, html::category_class, when::shift_days};

use super::{
    entry::{Entry, Look, What},
    grid::ticking,
    shown::{Part, Shown},
    state::Plan,
    teams::ShowAll,
    view::Asked,
};
use crate::{
    model::{DAY, Load, Local},
    parts::{Reading, length},
};

/// The list of what is on the loaded days.
#[component]
pub(super) fn List(
    /// The calendar.
    plan: Plan,
    /// What the address asks for.
    asked: Asked,
    /// How the viewer reads times.
    reading: Reading,
) -> impl IntoView {
    let week = asked.week(reading);
    let last = shift_days(week, asked.days() - 1);
    let now = ticking(reading);
    let around = asked.around(reading);
    // The day that is asked for stands at the top at first.
    Effect::new(move |_| {
        request_animation_frame(move || {
            let day = document().get_element_by_id(&format!("day-{around}"));
            let list = document().query_selector(".agenda-list").ok().flatten();
            if let (Some(day), Some(list)) = (day, list) {
                let (day, frame) = (day.get_bounding_client_rect(), list.get_bounding_client_rect());
                list.scroll_by_with_x_and_y(0.0, day.top() - frame.top());
            }
        });
    });
    let days: Vec<NaiveDate> = week.iter_days().take_while(|day| *day <= last).collect();
    let none = {
        let days = days.clone();
        Memo::new(move |_| days.iter().all(|day| plan.of_day(*day).is_empty()))
    };
    let sections = days.into_iter().map(|day| view! { <Day plan day now reading/> }).collect_view();
    let nothing = move || {
        none.get().then(|| {
            let until = reading.day(last);
            if plan.shown.with(Shown::is_all) {
                let text = format!("Until {until} there is neither an event nor a booking.");
                view! { <EmptyState icon="calendar" title="Nothing is planned" text/> }.into_any()
            } else {
                let text = format!("Until {until} the teams that are shown have nothing.");
                view! {
                    <EmptyState icon="users" title="Nothing of these teams" text>
                        <ShowAll plan/>
                    </EmptyState>
                }
                .into_any()
            }
        })
    };
    view! {
        <div class="agenda-list" role="region" aria-label="Agenda" tabindex="0">
            {sections}
            {nothing}
        </div>
    }
}

#[component]
fn Day(plan: Plan, day: NaiveDate, now: RwSignal<Local>, reading: Reading) -> impl IntoView {
    let entries = Memo::new(move |_| plan.of_day(day));
    let is_today = day == reading.today();
    let is_empty = Memo::new(move |_| entries.with(Vec::is_empty));
    let summary = move || summary(plan, day, &entries.read());
    let rows = move || {
        let entries = entries.get();
        // Where the present stands among them; on other days it does not.
        let at = is_today.then(|| {
            let now = now.get();
            entries.iter().position(|entry| !entry.all_day && now < entry.starts).unwrap_or(entries.len())
        });
        let count = entries.len();
        let mut rows = Vec::with_capacity(count + 1);
        for (number, entry) in entries.into_iter().enumerate() {
            if at == Some(number) {
                rows.push(present(now, reading));
            }
            let past = entry.ends <= now.get();
            rows.push(row(entry, day, past, plan, reading));
        }
        if at == Some(count) && count != 0 {
            rows.push(present(now, reading));
        }
        rows
    };
    view! {
        <section
            class="agenda-day"
            class:is-empty=move || is_empty.get()
            id=format!("day-{day}")
            aria-label=reading.long_day(day)
        >
            <h2 class="agenda-day-head">
                {reading.near_day(day)}
                <span class="agenda-day-sum">{summary}</span>
            </h2>
            <ul>{rows}</ul>
        </section>
    }
}

/// The line of the present.
fn present(now: RwSignal<Local>, reading: Reading) -> AnyView {
    view! { <li class="agenda-present" aria-hidden="true">{move || reading.time(now.get())}</li> }.into_any()
}

/// How much is on a day, and which teams have too much.
fn summary(plan: Plan, day: NaiveDate, entries: &[Entry]) -> String {
    let events = entries.iter().filter(|entry| matches!(entry.what, What::Event(_))).count();
    let count = |count: usize, one: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {one}s")),
    };
    let mut parts: Vec<String> =
        [count(events, "event"), count(entries.len() - events, "booking")].into_iter().flatten().collect();
    plan.desk.viewer.with(|viewer| {
        plan.loaded.with(|agenda| {
            let loads = agenda.map(|agenda| agenda.loads.as_slice()).unwrap_or_default();
            let shown = plan.shown.read();
            let here = |load: &&Load| load.day == day && shown.has(Part::Team(load.team_id));
            for load in loads.iter().filter(here).filter(|load| load.room < load.booked) {
                if let Some(team) = viewer.as_ref().and_then(|viewer| viewer.directory.team(load.team_id)) {
                    parts.push(format!("{} over by {}", team.name, length(load.booked - load.room)));
                }
            }
        });
    });
    parts.join(", ")
}

fn row(entry: Entry, day: NaiveDate, past: bool, plan: Plan, reading: Reading) -> AnyView {
    let what = entry.what;
    let class = format!(
        "agenda-row {}{}{}",
        category_class(entry.category),
        entry.look.class(),
        if past { " is-past" } else { "" },
    );
    let (first, second) = if entry.all_day {
        ("All day".to_owned(), None)
    } else {
        // What goes on from the day before has no beginning here.
        let from = if entry.starts.day() == day { reading.time(entry.starts) } else { "…".to_owned() };
        let to = if entry.ends <= Local::at(day, DAY) { reading.time(entry.ends) } else { "…".to_owned() };
        (from, Some(to))
    };
    let face = entry.face().map(|Face { name, category, picture }| {
        view! { <span class="agenda-row-who" aria-hidden="true"><Avatar name category picture/></span> }
    });
    let tick = (entry.look == Look::Done).then(|| view! { <Icon name="check" size=IconSize::Tiny/> });
    let (label, below) = (entry.label(reading), entry.below());
    view! {
        <li>
            <button
                type="button"
                class=class
                data-entry=what.to_string()
                data-listed=""
                aria-label=label
                aria-haspopup="dialog"
                on:click=move |_| plan.open(what)
            >
                <span class="agenda-row-time">
                    {first}
                    {second.map(|second| view! { <span>{second}</span> })}
                </span>
                <span class="agenda-row-bar"></span>
                <span class="agenda-row-words">
                    <span class="agenda-row-title truncate">{tick}{entry.title}</span>
                    <span class="agenda-row-below truncate">{below}</span>
                </span>
                {face}
            </button>
        </li>
    }
    .into_any()
}

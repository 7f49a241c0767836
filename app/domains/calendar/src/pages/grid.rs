//! Days side by side, with their hours from above to below.

use chrono::{Datelike, NaiveDate, NaiveTime, Weekday};
use leptos::{html, prelude::*};

use super::{
    column::Column,
    heads::Heads,
    shown::{Part, Shown},
    snap::Span,
    state::{Plan, Team},
    teams::ShowAll,
};
use crate::{model::Local, parts::Reading};

/// How high an hour is, in pixels; `agenda.css` says the same.
const HOUR: i64 = 56;

/// Days side by side.
#[component]
pub(super) fn Grid(
    /// The calendar.
    plan: Plan,
    /// The days.
    days: Vec<NaiveDate>,
    /// How the viewer reads times.
    reading: Reading,
) -> impl IntoView {
    let scroll = NodeRef::<html::Div>::new();
    let days = StoredValue::new(days);
    // Drawn anew, it stands where it stood; at first where the work begins.
    Effect::new(move |_| {
        if let Some(scroll) = scroll.get() {
            let top = plan.scrolled.get_value().unwrap_or_else(|| first_hour(plan, days));
            scroll.set_scroll_top(top);
        }
    });
    let remember = move |_| {
        if let Some(scroll) = scroll.get_untracked() {
            plan.scrolled.set_value(Some(scroll.scroll_top()));
        }
    };
    let (now, zone) = (ticking(reading), reading);
    let hours = (1..24)
        .map(|hour| {
            let time = NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
            let at = Local::of(zone.today().and_time(time));
            view! { <span class=format!("agenda-hour h{hour}")>{zone.time(at)}</span> }
        })
        .collect_view();
    let is_today = move || days.with_value(|days| days.contains(&now.get().day()));
    let label = move || {
        is_today().then(|| {
            let now = now.get();
            let class = format!("agenda-clock h{} m{}", now.minute() / 60, now.minute() % 60);
            view! { <span class=class>{zone.time(now)}</span> }
        })
    };
    let teams = Memo::new(move |_| teams(plan));
    let columns = days.with_value(|days| {
        days.iter()
            .map(|day| {
                let (day, folds) = (*day, 1 < days.len() && is_weekend(*day));
                let folded = Memo::new(move |_| folds && is_empty(plan, day));
                (day, folded)
            })
            .collect::<Vec<_>>()
    });
    let heads = columns.clone();
    let columns = columns
        .into_iter()
        .map(|(day, folded)| view! { <Column plan day folded now reading/> })
        .collect_view();
    let none = Memo::new(move |_| {
        !plan.shown.with(Shown::is_all)
            && days.with_value(|days| days.iter().all(|day| plan.of_day(*day).is_empty()))
    });
    let nothing = move || {
        none.get().then(|| {
            view! {
                <div class="agenda-nothing" role="status">
                    <p>"The teams that are shown have nothing on these days."</p>
                    <ShowAll plan/>
                </div>
            }
        })
    };
    view! {
        {nothing}
        <div
            class="agenda-scroll"
            role="region"
            aria-label="Days"
            tabindex="0"
            node_ref=scroll
            on:scroll=remember
        >
            <Heads plan days=heads teams reading/>
            <div class="agenda-body">
                <div class="agenda-hours" aria-hidden="true">
                    {hours}
                    {label}
                </div>
                {columns}
            </div>
        </div>
    }
}

/// What the clocks show, as long as this is on the page.
pub(super) fn ticking(reading: Reading) -> RwSignal<Local> {
    let now = RwSignal::new(reading.now);
    Effect::new(move |_| {
        let since = milliseconds();
        let tick = move || {
            let passed = std::time::Duration::try_from_secs_f64((milliseconds() - since) / 60_000.0);
            let passed = passed.map(|passed| passed.as_secs()).unwrap_or_default();
            let shown = reading.now.plus(i64::try_from(passed).unwrap_or_default());
            if now.try_with_untracked(|now| *now != shown) == Some(true) {
                now.set(shown);
            }
        };
        if let Ok(ticking) = set_interval_with_handle(tick, std::time::Duration::from_secs(20)) {
            on_cleanup(move || ticking.clear());
        }
    });
    now
}

/// Milliseconds since 1970, as the browser has it.
fn milliseconds() -> f64 {
    let date = ui::js::get(&window(), "Date");
    ui::js::call(&date, "now", &[]).and_then(|now| now.as_f64()).unwrap_or_default()
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

fn is_empty(plan: Plan, day: NaiveDate) -> bool {
    let midnight = Local::at(day, 0);
    let is_open = plan.loaded.with(|agenda| {
        let open = agenda.map(|agenda| agenda.open.as_slice()).unwrap_or_default();
        open.iter().any(|(starts, ends)| Span { starts: *starts, ends: *ends }.on(midnight).is_some())
    });
    !is_open && plan.of_day(day).is_empty()
}

/// The teams that are shown and have a capacity, in the order of their names.
fn teams(plan: Plan) -> Vec<Team> {
    let has = |id| plan.loaded.with(|it| it.is_some_and(|it| it.loads.iter().any(|load| load.team_id == id)));
    plan.shown.with(|shown| {
        plan.teams().into_iter().filter(|team| shown.has(Part::Team(team.0)) && has(team.0)).collect()
    })
}

/// How far down the first hour is that somebody wants to see: seven, or when the work begins before that.
fn first_hour(plan: Plan, days: StoredValue<Vec<NaiveDate>>) -> i32 {
    let opens = plan.loaded.with_untracked(|agenda| {
        let open = agenda.map(|agenda| agenda.open.as_slice()).unwrap_or_default();
        let here = days.with_value(|days| {
            let mornings = open.iter().filter(|(starts, _)| days.contains(&starts.day()));
            mornings.map(|(starts, _)| starts.minute()).min()
        });
        here.unwrap_or(7 * 60)
    });
    let minute = (opens - 30).clamp(0, 7 * 60);
    i32::try_from(minute * HOUR / 60).unwrap_or_default()
}

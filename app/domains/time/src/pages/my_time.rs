//! One's own week: what was logged by day, and the sums.

use chrono::NaiveDate;
use kernel::{Viewer, use_viewer};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{
    Breadcrumbs, Crumb, ErrorState, LinkButton, Skeleton, TopBar, Wait, hotkeys::hotkey, js, list_keys,
    when::shift_days, words::Language,
};

use crate::{
    api,
    model::{TimeEntry, Week},
    parts::{Acts, Entry, LogForm, Shown, TimerBar, WaitingHere, follow},
    rules::show_duration,
};

/// `/time`
#[component]
pub fn MyTimePage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|query| query.get("week")));
    let week = kernel::page_data(move || asked.get(), |day| async move { api::load_week(day).await });
    let viewer = use_viewer();
    let reload = Callback::new(move |()| week.refetch());
    let acts = Acts::new(reload);
    // Opened to log time (`?item`), perhaps on a certain item.
    Effect::new(move |before: Option<Option<String>>| {
        let item = query.with(|query| query.get("item"));
        let taken = before.flatten();
        if week.with(Option::is_none) || item == taken {
            return taken;
        }
        if let Some(item) = &item {
            acts.item.set(item.clone());
            focus_form();
        }
        item
    });
    // Of time, and of the timer.
    follow(reload, "time");
    hotkey("n", focus_form);
    list_keys("My time", &[("N", "Log time")]);
    view! {
        <Title text="My time"/>
        <link rel="stylesheet" href="/time.css"/>
        <TopBar title="My time" path=|| view! { <Breadcrumbs icon="timer"><Crumb>"My time"</Crumb></Breadcrumbs> }>
            <TimerBar acts item=None/>
        </TopBar>
        <h1 class="visually-hidden">"My time"</h1>
        <div class="list-scroll">
            <Wait fallback=|| view! { <Skeleton rows=10/> } content=move || async move {
                match (viewer.await, week.await) {
                    (Ok(viewer), Ok(week)) => {
                        acts.timer.set(week.timer.clone());
                        view! { <WeekView week viewer acts reload/> }.into_any()
                    }
                    (Err(error), _) | (_, Err(error)) => {
                        view! { <ErrorState error retry=move || week.refetch()/> }.into_any()
                    }
                }
            }/>
        </div>
    }
}

/// Puts the focus where time is logged.
fn focus_form() {
    request_animation_frame(|| {
        if let Ok(Some(field)) = document().query_selector(".time-form [name=item]") {
            js::call(&field, "focus", &[]);
        }
    });
}

#[component]
fn WeekView(week: Week, viewer: Viewer, acts: Acts, reload: Callback<()>) -> impl IntoView {
    let language = Language::from_tag(&viewer.settings.language);
    let today = viewer.today.date();
    let first = week.first;
    let last = shift_days(first, 6);
    let to = |days| format!("/time?week={}", shift_days(first, days));
    let title = format!(
        "{} – {}",
        ui::when::bare_date(first, today, language),
        ui::when::bare_date(last, today, language)
    );
    let total: i64 = week.entries.iter().map(|entry| entry.minutes).sum();
    let days = week
        .days()
        .into_iter()
        .map(|(day, entries)| day_view(day, &entries, &week, &viewer, acts).into_any())
        .collect_view();
    view! {
        <div class="time-page">
            <nav class="time-weeks" aria-label="Weeks">
                <LinkButton href=to(-7) icon="chevron-left">"Previous week"</LinkButton>
                <h2>{title}</h2>
                <span class="time-sum">{show_duration(total)}</span>
                {(!(first..=last).contains(&today)).then(|| view! { <LinkButton href="/time">"This week"</LinkButton> })}
                <LinkButton href=to(7) icon="chevron-right">"Next week"</LinkButton>
            </nav>
            <section class="time panel-card" aria-label="Log time">
                <LogForm acts today item=None/>
                <WaitingHere item=None reload/>
            </section>
            <div class="time-week">
                <div class="time-days">{days}</div>
                {by_item(&week)}
            </div>
        </div>
    }
}

fn day_view(
    day: NaiveDate,
    entries: &[&TimeEntry],
    week: &Week,
    viewer: &Viewer,
    acts: Acts,
) -> impl IntoView + use<> {
    let language = Language::from_tag(&viewer.settings.language);
    let today = viewer.today.date();
    let name = ui::when::short_date(day, today, language);
    let sum: i64 = entries.iter().map(|entry| entry.minutes).sum();
    let rows = entries
        .iter()
        .map(|entry| {
            let shown = Shown::What(week.item(entry.item_id).cloned());
            view! { <Entry entry=TimeEntry::clone(entry) shown viewer=viewer.clone() acts/> }
        })
        .collect_view();
    let label = format!("{name}, {}", show_duration(sum));
    view! {
        <section class="time-of-day" class:is-today=day == today aria-label=label>
            <h3 class="group-head">{name} <span class="count">{(sum != 0).then(|| show_duration(sum))}</span></h3>
            <ul class="time-list" class:is-empty=sum == 0>{rows}</ul>
        </section>
    }
}

/// The sums by item, the most first.
fn by_item(week: &Week) -> Option<impl IntoView + use<>> {
    let sums = week.by_item();
    (!sums.is_empty()).then(|| {
        let rows = sums
            .into_iter()
            .map(|(id, minutes)| {
                let name = match week.item(id) {
                    Some(item) => {
                        let text = format!("{} {}", item.key, item.title);
                        view! { <a href=format!("/items/{}", item.key)>{text}</a> }.into_any()
                    }
                    None => view! { <span>"Deleted items"</span> }.into_any(),
                };
                view! { <li>{name} <span class="time-length">{show_duration(minutes)}</span></li> }
            })
            .collect_view();
        view! {
            <aside class="time-items panel-card" aria-label="By item">
                <header><h2>"By item"</h2></header>
                <ul>{rows}</ul>
            </aside>
        }
    })
}

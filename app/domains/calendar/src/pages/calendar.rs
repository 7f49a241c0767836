//! The calendar: events and bookings of a week, of a day, or as a list.

use kernel::{Heard, Result, Viewer, ViewerResource, use_news, use_viewer};
use leptos::{html, prelude::*, reactive::computed::ScopedFuture};
use leptos_meta::Title;
use leptos_router::hooks::{use_navigate, use_query_map};
use ui::{Banner, Drawer, ErrorState, Skeleton, Tone, Wait, hotkeys::hotkey};

use super::{
    bar::Bar,
    drag::use_drag,
    entry::{self, What},
    event_dialog::EventDialog,
    fetch::load,
    ghost::Ghost,
    grid::Grid,
    keys,
    list::List,
    rail::{Rail, Unplanned},
    shown::Shown,
    state::Plan,
    strip::Strip,
    view::{Asked, View},
};
use crate::{
    model::{Agenda, TOPIC},
    parts::{BookingDialog, Reading},
};

/// `/calendar`
#[component]
pub(super) fn CalendarPage() -> impl IntoView {
    let query = use_query_map();
    let viewer = use_viewer();
    let asked =
        Memo::new(move |_| query.with(|query| Asked::read(query.get_str("view"), query.get_str("day"))));
    let shown = Memo::new(move |_| query.with(|query| Shown::read(query.get_str("teams"))));
    let agenda = kernel::page_data(
        move || asked.get(),
        // Another viewer's calendar is not what somebody waits for who is told something new of themselves.
        move |asked| ScopedFuture::new_untracked(fetch(viewer, asked)),
    );
    let plan = Plan::new(asked, shown);
    let listener = Callback::new(move |heard| {
        if matches!(heard, Heard::News { .. } | Heard::Missed) {
            plan.refresh();
        }
    });
    use_news(|| Some(TOPIC.to_owned()), listener);
    open_what_is_named(plan);
    ui::list_keys("In the calendar", &keys::KEYS);
    let failed = move |error| {
        ui::set_status(&error);
        view! { <ErrorState error retry=move || agenda.refetch()/> }.into_any()
    };
    view! {
        <Title text="Calendar"/>
        <link rel="stylesheet" href="/agenda.css"/>
        <Wait fallback=|| view! { <Skeleton rows=12/> } content=move || async move {
            match (viewer.await, agenda.await) {
                (Ok(viewer), Ok(agenda)) => {
                    plan.begin(agenda, &viewer);
                    let asked = asked.get_untracked();
                    view! { <CalendarView plan viewer asked/> }.into_any()
                }
                (Err(error), _) | (_, Err(error)) => failed(error),
            }
        }/>
        <EventDialog plan/>
        <BookingDialog desk=plan.desk/>
        <p class="visually-hidden" role="status" aria-live="polite">{move || plan.said.get()}</p>
    }
}

/// Opens the entry that the address names (`?event`, `?booking`), as notifications do: once, when it is there.
fn open_what_is_named(plan: Plan) {
    let query = use_query_map();
    Effect::new(move |opened: Option<Option<What>>| {
        let named = query.with(|query| {
            let event = query.get_str("event").and_then(|id| id.parse().ok()).map(What::Event);
            event.or_else(|| query.get_str("booking").and_then(|id| id.parse().ok()).map(What::Booking))
        });
        let opened = opened.flatten();
        let is_there = named.is_some_and(|what| {
            plan.loaded.with(|agenda| agenda.is_some_and(|it| entry::card(it, what).is_some()))
        });
        match named {
            Some(what) if is_there && opened != named => {
                plan.open(what);
                named
            }
            Some(_) => opened,
            None => None,
        }
    });
}

async fn fetch(viewer: ViewerResource, asked: Asked) -> Result<Agenda> {
    let reading = Reading::of(&viewer.await?);
    load(asked, reading).await
}

#[component]
fn CalendarView(plan: Plan, viewer: Viewer, asked: Asked) -> impl IntoView {
    let reading = Reading::of(&viewer);
    for (key, to) in [("k", asked.turned(-1, reading)), ("j", asked.turned(1, reading)), ("t", asked.today())]
    {
        let navigate = use_navigate();
        hotkey(key, move || navigate(&untrack(|| plan.href(to)), Default::default()));
    }
    let root = NodeRef::<html::Div>::new();
    use_drag(root, plan);
    let class = match asked.view {
        None => "agenda",
        Some(View::Week) => "agenda is-week",
        Some(View::Day) => "agenda is-day",
        Some(View::Agenda) => "agenda is-list",
    };
    let more = move || {
        let more = plan.loaded.with(|agenda| agenda.is_some_and(|agenda| agenda.more));
        more.then(|| {
            view! { <Banner tone=Tone::Warning>"There is more in these days than is shown. Look at one day."</Banner> }
        })
    };
    let grid = (asked.view != Some(View::Agenda))
        .then(|| view! { <Grid plan days=asked.columns(reading) reading/> });
    let list = (asked.view != Some(View::Day)).then(|| view! { <List plan asked reading/> });
    view! {
        <Bar plan asked reading/>
        <h1 class="visually-hidden">"Calendar"</h1>
        <div
            class=class
            class:is-dragging=move || plan.carried.with(Option::is_some)
            node_ref=root
            on:keydown=move |event| keys::key_down(plan, &event)
        >
            <Rail plan/>
            <div class="agenda-main">
                {more}
                <Strip plan asked reading/>
                {grid}
                {list}
            </div>
            <Drawer open=plan.rail on_close=move |()| plan.rail.set(false) label="Unplanned">
                <Unplanned plan/>
            </Drawer>
            <Ghost plan reading/>
        </div>
    }
}

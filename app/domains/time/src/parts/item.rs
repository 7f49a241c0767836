//! The time on an item, on the item's page.

use kernel::{Loaded, PageData, Permission, Viewer, use_viewer};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use ui::{EmptyState, ErrorState, Skeleton, Slot, Wait};

use super::{Acts, Entry, LogForm, Shown, TimerBar, WaitingHere, follow};
use crate::{
    api,
    model::{ItemTime, Running, SHOWN},
    rules::show_duration,
};

/// What the parts of the section share. Cheap to copy.
#[derive(Clone, Copy)]
struct Place {
    key: Memo<String>,
    /// What the page waits for; nothing for who may not log time.
    time: PageData<Option<ItemTime>>,
    /// What it shows. An entry that has not changed stays as it stands when this is loaded again.
    loaded: Loaded<ItemTime>,
    acts: Acts,
}

impl Place {
    /// Shows what the page waited for, once.
    fn begin(self, time: ItemTime) {
        let timer = time.timer.clone();
        if self.loaded.begin(time) {
            self.show_timer(timer);
        }
    }

    fn show(self, time: ItemTime) {
        self.show_timer(time.timer.clone());
        self.loaded.show(time);
    }

    fn show_timer(self, now: Option<Running>) {
        let timer = self.acts.timer;
        if timer.try_with_untracked(|timer| *timer != now) == Some(true) {
            timer.set(now);
        }
    }
}

/// The time on the item with `key` in its page's address. Made once per page: its content may be drawn as often as the page
/// likes.
pub fn item_time(key: Memo<String>) -> Slot {
    let time = kernel::page_data(
        move || key.get(),
        |key| async move {
            match api::load_item_time(key).await {
                Ok(time) => Ok(Some(time)),
                // The page of the item says that there is none; who may not log time misses nothing.
                Err(kernel::Error::Forbidden(_) | kernel::Error::NotFound) => Ok(None),
                Err(error) => Err(error),
            }
        },
    );
    // Before the acts, which load again; the acts are what it shows the timer by.
    let of_place = StoredValue::new(None::<Place>);
    let reload = Callback::new(move |()| {
        if let Some(place) = of_place.try_get_value().flatten() {
            load_again(place);
        }
    });
    let acts = Acts::new(reload);
    let place = Place { key, time, loaded: Loaded::new(key), acts };
    of_place.set_value(Some(place));
    start_when_asked(place);
    // The page of the item hears of entries itself.
    follow(reload, "timer.");
    // What was typed for one item is not for the next.
    Effect::watch(
        move || key.get(),
        move |_, _, _| {
            acts.editing.set(None);
            acts.duration.set(String::new());
            acts.note.set(String::new());
        },
        false,
    );
    Slot { content: ViewFn::from(move || view! { <Section place reload/> }), reload }
}

/// Loads the time again. What was shown stays when it could not be.
fn load_again(place: Place) {
    spawn_local(async move {
        if let Some(Ok(time)) = place.loaded.ask(api::load_item_time).await {
            place.show(time);
        }
    });
}

/// Starts the timer, once, when the page is opened for it (`?timer`), as the command palette does.
fn start_when_asked(place: Place) {
    let query = use_query_map();
    let navigate = use_navigate();
    Effect::new(move |_| {
        let wanted = query.with(|query| query.get_str("timer").is_some());
        if wanted && place.loaded.with(|time| time.is_some()) {
            let key = place.key.get_untracked();
            // A reload starts nothing.
            let options = NavigateOptions { replace: true, scroll: false, ..Default::default() };
            navigate(&format!("/items/{key}"), options);
            place.acts.start(key);
        }
    });
}

#[component]
fn Section(place: Place, reload: Callback<()>) -> impl IntoView {
    let viewer = use_viewer();
    let content = move || async move {
        match (viewer.await, place.time.await) {
            (Ok(viewer), Ok(Some(time))) if viewer.may(Permission::TimeLog) => {
                place.begin(time);
                view! { <Content place viewer reload/> }.into_any()
            }
            (Ok(_), Ok(_)) => ().into_any(),
            (Err(error), _) | (_, Err(error)) => {
                view! { <ErrorState error retry=move || place.time.refetch()/> }.into_any()
            }
        }
    };
    view! {
        <link rel="stylesheet" href="/time.css"/>
        <Wait fallback=|| view! { <Skeleton rows=1/> } content/>
    }
}

#[component]
fn Content(place: Place, viewer: Viewer, reload: Callback<()>) -> impl IntoView {
    let (loaded, acts) = (place.loaded, place.acts);
    let key = Signal::from(place.key);
    let entries = move || loaded.with(|time| time.map(|time| time.entries.clone()).unwrap_or_default());
    let sum = Memo::new(move |_| loaded.with(|time| time.map_or(0, |time| time.sum)));
    let none = Memo::new(move |_| loaded.with(|time| time.is_none_or(|time| time.entries.is_empty())));
    let full = Memo::new(move |_| loaded.with(|time| time.is_some_and(|it| SHOWN <= it.entries.len())));
    let today = viewer.today.date();
    view! {
        <section class="time panel-card" aria-label="Time" id="time">
            <header class="time-head">
                <h2>"Time"</h2>
                <span class="time-sum">{move || (sum.get() != 0).then(|| show_duration(sum.get()))}</span>
                <TimerBar acts item=Some(key)/>
            </header>
            <LogForm acts today item=Some(key)/>
            <WaitingHere item=Some(key) reload/>
            <ul class="time-list" class:is-empty=move || none.get()>
                <For each=entries key=|entry| (entry.id, entry.version) let:entry>
                    <Entry entry shown=Shown::Who viewer=viewer.clone() acts/>
                </For>
            </ul>
            {move || {
                none.get()
                    .then(|| {
                        view! { <EmptyState icon="timer" title="No time yet" text="What anybody logs on this shows up here."/> }
                    })
            }}
            {move || {
                full.get()
                    .then(|| view! { <p class="time-more">{format!("These are the newest {SHOWN}; the sum counts all.")}</p> })
            }}
        </section>
    }
}

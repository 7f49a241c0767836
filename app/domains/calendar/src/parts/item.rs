//! The bookings of an item, on the item's page.

use kernel::{Loaded, PageData, Permission, Viewer, use_viewer};
use leptos::{portal::Portal, prelude::*, task::spawn_local};
use ui::{Avatar, Button, ButtonSize, ButtonVariant, ErrorState, Pill, Skeleton, Slot, Tone, Wait};

use super::{BookingActs, BookingAsk, BookingDialog, Desk, Reading, length};
use crate::{
    api::booking::load_item_bookings,
    model::{BookingCard, BookingState, ItemBookings},
};

/// What the parts of the section share. Cheap to copy.
#[derive(Clone, Copy)]
struct Place {
    key: Memo<String>,
    /// What the page waits for; nothing for who may not see the calendar.
    bookings: PageData<Option<ItemBookings>>,
    /// What it shows.
    loaded: Loaded<ItemBookings>,
    desk: Desk,
}

/// The bookings of the item with `key` in its page's address. Made once per page: its content may be drawn as often as the page
/// likes. The page of the item hears of them itself.
pub fn item_bookings(key: Memo<String>) -> Slot {
    let bookings = kernel::page_data(
        move || key.get(),
        |key| async move {
            match load_item_bookings(key).await {
                Ok(bookings) => Ok(Some(bookings)),
                // The page of the item says that there is none; who does not see the calendar misses nothing.
                Err(kernel::Error::Forbidden(_) | kernel::Error::NotFound) => Ok(None),
                Err(error) => Err(error),
            }
        },
    );
    let loaded = Loaded::new(key);
    let reload = Callback::new(move |()| load_again(loaded));
    let desk = Desk {
        viewer: RwSignal::new(None),
        job_types: Signal::derive(move || {
            loaded.with(|it: Option<&ItemBookings>| it.map(|it| it.job_types.clone()).unwrap_or_default())
        }),
        ask: RwSignal::new(None),
        acts: BookingActs::new(reload),
    };
    let place = Place { key, bookings, loaded, desk };
    // Beside the page, which is drawn again when somebody changes the item: what is typed stays as it is.
    drop(view! { <Portal><BookingDialog desk/></Portal> });
    // Who is at another item sees nothing of this one.
    Effect::watch(move || key.get(), move |_, _, _| desk.ask.set(None), false);
    Slot { content: ViewFn::from(move || view! { <Section place/> }), reload }
}

/// Loads the bookings again. What was shown stays when they could not be.
fn load_again(loaded: Loaded<ItemBookings>) {
    spawn_local(async move {
        // Nothing is asked for who does not see the calendar.
        if loaded.with_untracked(|it| it.is_none()) {
            return;
        }
        if let Some(Ok(bookings)) = loaded.ask(load_item_bookings).await {
            loaded.show(bookings);
        }
    });
}

#[component]
fn Section(place: Place) -> impl IntoView {
    let viewer = use_viewer();
    let content = move || async move {
        match (viewer.await, place.bookings.await) {
            (Ok(viewer), Ok(Some(bookings))) if viewer.may(Permission::CalendarView) => {
                place.loaded.begin(bookings);
                if place.desk.viewer.with_untracked(|known| known.as_ref() != Some(&viewer)) {
                    place.desk.viewer.set(Some(viewer.clone()));
                }
                view! { <Content place viewer/> }.into_any()
            }
            (Ok(_), Ok(_)) => ().into_any(),
            (Err(error), _) | (_, Err(error)) => {
                view! { <ErrorState error retry=move || place.bookings.refetch()/> }.into_any()
            }
        }
    };
    view! {
        <link rel="stylesheet" href="/agenda.css"/>
        <Wait fallback=|| view! { <Skeleton rows=1/> } content/>
    }
}

#[component]
fn Content(place: Place, viewer: Viewer) -> impl IntoView {
    let Place { loaded, desk, key, .. } = place;
    let reading = Reading::of(&viewer);
    let may_book = viewer.may_somewhere(Permission::CalendarBook);
    let bookings = move || loaded.with(|it| it.map(|it| it.bookings.clone()).unwrap_or_default());
    let none = Memo::new(move |_| loaded.with(|it| it.is_none_or(|it| it.bookings.is_empty())));
    let book = may_book.then(|| {
        let ask = move |_| {
            let item = Some(key.get_untracked());
            desk.ask.set(Some(BookingAsk::New { starts: None, minutes: None, item }));
        };
        view! {
            <span class="is-end needs-script">
                <Button icon="calendar-plus" size=ButtonSize::Small on_click=ask>"Book"</Button>
            </span>
        }
    });
    let nothing = move || {
        none.get().then(|| {
            view! { <p class="agenda-none">"Nothing is booked for this."</p> }
        })
    };
    let viewer = StoredValue::new(viewer);
    view! {
        <section
            class="agenda-bookings panel-card"
            // Who may not book reads one line where there is nothing.
            class:is-quiet=move || !may_book && none.get()
            aria-label="Bookings"
            id="bookings"
        >
            <header>
                <h2>"Bookings"</h2>
                {book}
            </header>
            {nothing}
            <ul class="agenda-booked" class:is-empty=move || none.get()>
                <For each=bookings key=|booking| (booking.id, booking.version, booking.mine) let:booking>
                    {viewer.with_value(|viewer| row(booking, viewer, reading, desk))}
                </For>
            </ul>
        </section>
    }
}

/// One booking: how it stands, when, who, and what can be done.
fn row(booking: BookingCard, viewer: &Viewer, reading: Reading, desk: Desk) -> impl IntoView + use<> {
    let directory = &viewer.directory;
    let team = directory.team(booking.team_id);
    let (team, category) =
        team.map_or_else(|| ("A team that is gone".to_owned(), 1), |team| (team.name.clone(), team.category));
    let who = booking.member_id.and_then(|id| directory.person(id)).map(|person| {
        let picture = person.picture();
        view! { <Avatar name=person.name.clone() category=person.category picture/> }
    });
    let when = match booking.starts.zip(booking.ends) {
        Some((starts, ends)) => reading.moment(starts, ends),
        None => length(booking.minutes),
    };
    let tone = match booking.state {
        BookingState::Wanted => Tone::Warning,
        BookingState::Booked => Tone::Accent,
        BookingState::Done => Tone::Success,
        BookingState::Cancelled => Tone::Neutral,
    };
    let name = booking.job_type.clone();
    let is_open = matches!(booking.state, BookingState::Wanted | BookingState::Booked);
    let wanted = booking.state == BookingState::Wanted;
    let mine = booking.mine;
    let state = booking.state.label();
    let title = format!("Open {name}");
    let booking = StoredValue::new(booking);
    let open = move |_| desk.ask.set(Some(BookingAsk::Old(booking.get_value())));
    let acts = (mine && is_open).then(|| {
        let find = wanted.then(|| {
            view! {
                <Button icon="calendar-search" size=ButtonSize::Small on_click=open>"Find a slot"</Button>
            }
        });
        let finish = move |_| booking.with_value(|booking| desk.acts.finish(booking));
        // What has no time was not done yet.
        let done = (!wanted).then(|| {
            view! { <Button variant=ButtonVariant::Ghost size=ButtonSize::Small on_click=finish>"Done"</Button> }
        });
        let cancel = move |_| booking.with_value(|booking| desk.acts.cancel(booking));
        view! {
            <span class="agenda-booked-acts needs-script">
                {find}
                {done}
                <Button variant=ButtonVariant::Ghost size=ButtonSize::Small on_click=cancel>"Call off"</Button>
            </span>
        }
    });
    let class = format!("agenda-booked-row {}", ui::html::category_class(category));
    view! {
        <li class=class>
            <button type="button" class="agenda-booked-name" aria-label=title aria-haspopup="dialog" on:click=open>
                <span class="truncate">{name}</span>
            </button>
            <Pill small=true tone>{state}</Pill>
            <span class="agenda-booked-when tabular">{when}</span>
            <span class="team truncate">{team}</span>
            {who}
            {acts}
        </li>
    }
}

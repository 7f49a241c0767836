//! Bookings without a time, under the teams that do them. One is dragged into the days, or given one of the free times.

use kernel::Viewer;
use leptos::prelude::*;
use ui::{Button, ButtonSize, Count, TeamTag};

use super::{entry::What, state::Plan, teams::ShowAll};
use crate::{
    model::BookingCard,
    parts::{BookingAsk, length},
};

/// The column beside the days, where there is room and something waits.
#[component]
pub(super) fn Rail(
    /// The calendar.
    plan: Plan,
) -> impl IntoView {
    let any = Memo::new(move |_| plan.loaded.with(|it| it.is_some_and(|it| !it.wanted.is_empty())));
    move || {
        any.get().then(|| {
            view! {
                <aside class="agenda-rail" aria-label="Unplanned">
                    <Unplanned plan/>
                </aside>
            }
        })
    }
}

/// The bookings without a time.
#[component]
pub(super) fn Unplanned(
    /// The calendar.
    plan: Plan,
) -> impl IntoView {
    let wanted = Memo::new(move |_| plan.wanted());
    let count = Signal::derive(move || wanted.with(|it| i64::try_from(it.len()).unwrap_or_default()));
    let sum = move || length(wanted.with(|it| it.iter().map(|booking| booking.minutes).sum()));
    let groups = move || {
        let wanted = wanted.get();
        plan.desk.viewer.with(|viewer| {
            viewer.as_ref().map(|viewer| {
                let groups = by_team(&wanted, viewer).into_iter();
                groups.map(|(team, bookings)| group(team, bookings, plan)).collect_view()
            })
        })
    };
    let none = move || {
        let others = plan.loaded.with(|it| it.is_some_and(|it| !it.wanted.is_empty()));
        match (wanted.with(Vec::is_empty), others) {
            (false, _) => None,
            (true, false) => {
                Some(view! { <p class="agenda-hint">"Every booking has a time."</p> }.into_any())
            }
            (true, true) => Some(
                view! {
                    <div class="agenda-hint">
                        <p>"Every booking of these teams has a time."</p>
                        <ShowAll plan/>
                    </div>
                }
                .into_any(),
            ),
        }
    };
    view! {
        <header class="agenda-rail-head">
            <h2>"Unplanned"</h2>
            <Count value=count/>
            <span class="agenda-rail-sum tabular">{sum}</span>
        </header>
        {groups}
        {none}
    }
}

type Team = (String, i64);

/// The bookings of each team, by the names of the teams.
fn by_team(wanted: &[BookingCard], viewer: &Viewer) -> Vec<(Team, Vec<BookingCard>)> {
    let mut groups: Vec<(Team, Vec<BookingCard>)> = Vec::new();
    for booking in wanted {
        let team = viewer.directory.team(booking.team_id);
        let team =
            team.map_or_else(|| ("Teams that are gone".to_owned(), 1), |it| (it.name.clone(), it.category));
        match groups.iter_mut().find(|(other, _)| *other == team) {
            Some((_, bookings)) => bookings.push(booking.clone()),
            None => groups.push((team, vec![booking.clone()])),
        }
    }
    groups.sort_by(|(one, _), (other, _)| one.cmp(other));
    groups
}

fn group((name, category): Team, bookings: Vec<BookingCard>, plan: Plan) -> impl IntoView + use<> {
    let sum = length(bookings.iter().map(|booking| booking.minutes).sum());
    let label = name.clone();
    let rows = bookings.into_iter().map(|booking| wish(booking, plan)).collect_view();
    view! {
        <section aria-label=label>
            <h3 class="agenda-rail-team">
                <TeamTag name category/>
                <span class="agenda-rail-sum tabular">{sum}</span>
            </h3>
            <ul>{rows}</ul>
        </section>
    }
}

/// A booking that waits.
fn wish(booking: BookingCard, plan: Plan) -> impl IntoView + use<> {
    let what = What::Booking(booking.id);
    let mine = booking.mine;
    let title = booking.title().to_owned();
    let long = length(booking.minutes);
    let (key, work) = match &booking.item {
        Some(item) => (Some(item.key.clone()), Some(booking.job_type.clone())),
        None => (None, None),
    };
    let label = format!("{title}, {long}, no time yet");
    let find_label = format!("Find a slot for {title}");
    let booking = StoredValue::new(booking);
    let open = move |_| plan.desk.ask.set(Some(BookingAsk::Old(booking.get_value())));
    let find = move |_| plan.desk.ask.set(Some(BookingAsk::Old(booking.get_value())));
    let find = mine.then(|| {
        view! {
            <Button size=ButtonSize::Small icon="calendar-search" on_click=find>
                <span aria-hidden="true">"Find a slot"</span>
                <span class="visually-hidden">{find_label}</span>
            </Button>
        }
    });
    view! {
        <li class="agenda-wish" class:is-dragged=move || plan.is_carried(what)>
            <button
                type="button"
                class="agenda-wish-card"
                data-entry=what.to_string()
                data-mine=mine.then_some("")
                aria-label=label
                aria-haspopup="dialog"
                on:click=open
            >
                <span class="agenda-wish-head">
                    <span class="tabular">{key}</span>
                    <b class="tabular">{long}</b>
                </span>
                <span class="agenda-wish-title">{title}</span>
                {work.map(|work| view! { <span class="agenda-wish-work">{work}</span> })}
            </button>
            {find}
        </li>
    }
}

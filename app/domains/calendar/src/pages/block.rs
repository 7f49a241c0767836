//! An entry in the grid of hours.

use leptos::prelude::*;
use ui::{Avatar, Face, Icon, IconSize, html::category_class};

use super::{
    entry::{Look, What},
    state::{Placed, Plan},
};
use crate::parts::Reading;

/// As many lanes have a class; what is beyond stands in the last one.
const LANES: usize = 12;
/// Less than this many minutes leaves room for one line only.
const ONE_LINE: i64 = 28;
/// Less than this leaves no room for what stands below the time.
const THREE_LINES: i64 = 55;

/// The classes of a stretch of a day: where it begins, and how long it is. `agenda.css` has one rule for each.
pub(super) fn stretch((from, to): (i64, i64)) -> String {
    let long = to - from;
    format!("h{} m{} l{} n{}", from / 60, from % 60, long / 60, long % 60)
}

/// An entry.
#[component]
pub(super) fn Block(
    /// The entry and its place.
    placed: Placed,
    /// The calendar.
    plan: Plan,
    /// How the viewer reads times.
    reading: Reading,
) -> impl IntoView {
    let Placed { entry, lane, part } = placed;
    let (what, mine) = (entry.what, entry.mine);
    let long = part.1 - part.0;
    let is_line = long < ONE_LINE;
    let narrow = 1 < lane.of;
    let class = format!(
        "agenda-entry {} {} lane-{} of-{}{}{}{}",
        category_class(entry.category),
        stretch(part),
        lane.at.min(LANES - 1),
        lane.of.min(LANES),
        entry.look.class(),
        if is_line { " is-line" } else { "" },
        if narrow { " is-narrow" } else { "" },
    );
    let kind = if matches!(what, What::Event(_)) { "event" } else { "booking" };
    let time =
        if narrow || is_line { reading.time(entry.starts) } else { reading.span(entry.starts, entry.ends) };
    let place = (THREE_LINES <= long).then(|| entry.below());
    let face = entry.face().filter(|_| THREE_LINES <= long && matches!(what, What::Booking(_)));
    let face = face.map(|Face { name, category, picture }| {
        view! { <span class="agenda-entry-who" aria-hidden="true"><Avatar name category picture/></span> }
    });
    let tick = (entry.look == Look::Done).then(|| view! { <Icon name="check" size=IconSize::Tiny/> });
    let edges = mine.then(|| {
        view! {
            <span class="agenda-edge is-start" data-edge="start"></span>
            <span class="agenda-edge is-end" data-edge="end"></span>
        }
    });
    let label = entry.label(reading);
    let is_carried = move || plan.is_carried(what);
    view! {
        <button
            type="button"
            class=class
            class:is-dragged=is_carried
            data-entry=what.to_string()
            data-kind=kind
            data-mine=mine.then_some("")
            aria-label=label
            aria-haspopup="dialog"
            on:click=move |_| plan.open(what)
        >
            <span class="agenda-entry-title">{tick}{entry.title}</span>
            <span class="agenda-entry-time">{time}</span>
            {place.map(|place| view! { <span class="agenda-entry-place">{place}</span> })}
            {face}
            {edges}
        </button>
    }
}

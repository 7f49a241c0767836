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
/// Less than this many minutes leaves room for one line of small letters only.
const SMALL_LINE: i64 = 20;
/// Less than this leaves room for one line only.
const ONE_LINE: i64 = 40;
/// Less than this leaves room for a name of one line only.
const THREE_LINES: i64 = 60;
/// Less than this leaves no room for more than a name of two lines and the time.
const FOUR_LINES: i64 = 75;
/// Less than this leaves no room for a face below those.
const WITH_FACE: i64 = 100;
/// From this on a name has four lines where it is narrow.
const TALL: i64 = 110;

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
    let narrow = 1 < lane.of;
    let is_line = long < ONE_LINE;
    let lines = if narrow { FOUR_LINES } else { THREE_LINES };
    let class = format!(
        "agenda-entry {} {} lane-{} of-{}{}{}{}",
        category_class(entry.category),
        stretch(part),
        lane.at.min(LANES - 1),
        lane.of.min(LANES),
        entry.look.class(),
        match long {
            ..SMALL_LINE => " is-line is-small",
            SMALL_LINE..ONE_LINE => " is-line",
            ONE_LINE..THREE_LINES => " is-low",
            TALL.. => " is-tall",
            _ => "",
        },
        if narrow { " is-narrow" } else { "" },
    );
    let kind = if matches!(what, What::Event(_)) { "event" } else { "booking" };
    let time = reading.time(entry.starts);
    let until = (!narrow && !is_line).then(|| {
        view! { <span class="agenda-entry-until">{format!("–{}", reading.time(entry.ends))}</span> }
    });
    // Beside others there is room for one word; whose it is is seen by the colour.
    let below = if narrow && !entry.place.is_empty() { entry.place.clone() } else { entry.below() };
    let place = (lines <= long).then_some(below);
    let face = entry.face().filter(|_| WITH_FACE <= long && matches!(what, What::Booking(_)));
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
    let tooltip = label.clone();
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
            data-tooltip=tooltip
            aria-haspopup="dialog"
            on:click=move |_| plan.open(what)
        >
            <span class="agenda-entry-title">{tick}{entry.title}</span>
            <span class="agenda-entry-time">{time}{until}</span>
            {place.map(|place| view! { <span class="agenda-entry-place">{place}</span> })}
            {face}
            {edges}
        </button>
    }
}

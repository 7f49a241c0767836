//! The keys of an entry: it is opened, walked from, and moved. What comes of a move is said.

use leptos::{prelude::*, wasm_bindgen::JsCast};
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::{entry::Card, focus::what_at, snap::STEP, state::Plan};
use crate::model::DAY;

/// The keys, as the help lists them.
pub(super) const KEYS: [(&str, &str); 8] = [
    ("J", "Next week or day"),
    ("K", "Previous week or day"),
    ("T", "Today"),
    ("Up/Down", "Go to the entry before or after"),
    ("Enter", "Open the entry"),
    ("Alt+Up/Down", "15 min earlier or later"),
    ("Alt+Left/Right", "A day earlier or later"),
    ("Alt+Shift+Up/Down", "15 min shorter or longer"),
];

/// Up and down walk from entry to entry; with Alt the arrows move it, with Alt and Shift its end.
pub(super) fn key_down(plan: Plan, event: &KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() {
        return;
    }
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    let Some(card) = what_at(&target).and_then(|what| plan.card(what)) else { return };
    match (event.key().as_str(), event.alt_key(), event.shift_key()) {
        ("ArrowUp", false, false) => walk(&target, false),
        ("ArrowDown", false, false) => walk(&target, true),
        ("ArrowUp", true, false) => shift(plan, &card, -STEP),
        ("ArrowDown", true, false) => shift(plan, &card, STEP),
        ("ArrowLeft", true, false) => shift(plan, &card, -DAY),
        ("ArrowRight", true, false) => shift(plan, &card, DAY),
        ("ArrowUp", true, true) => stretch(plan, &card, -STEP),
        ("ArrowDown", true, true) => stretch(plan, &card, STEP),
        _ => return,
    }
    event.prevent_default();
}

fn shift(plan: Plan, card: &Card, minutes: i64) {
    // Whole days have no time that could be another.
    let Some(span) = card.span().filter(|_| !card.all_day() || minutes % DAY == 0) else { return };
    change(plan, card, span.later(minutes));
}

fn stretch(plan: Plan, card: &Card, minutes: i64) {
    let minutes = if card.all_day() { minutes.signum() * DAY } else { minutes };
    let Some(span) = card.span() else { return };
    let to = span.longer(minutes);
    // A day is the least that whole days can be.
    if !card.all_day() || DAY <= to.minutes() {
        change(plan, card, to);
    }
}

fn change(plan: Plan, card: &Card, to: super::snap::Span) {
    if card.mine() {
        plan.move_to(card.what(), Some(to));
        plan.say(plan.words(&card.clone().at(Some(to))));
    } else {
        plan.say(format!("{} cannot be moved by you", card.title()));
    }
}

/// Goes to the entry before or after, of those that are seen.
fn walk(target: &Element, on: bool) {
    let Ok(found) = document().query_selector_all(".agenda button[data-entry]") else { return };
    let found: Vec<HtmlElement> = (0..found.length())
        .filter_map(|at| found.item(at)?.dyn_into::<HtmlElement>().ok())
        .filter(|element| element.offset_parent().is_some())
        .collect();
    let here = target.closest("[data-entry]").ok().flatten();
    let Some(at) = found.iter().position(|element| here.as_ref() == Some(element)) else { return };
    let next = if on { at.checked_add(1) } else { at.checked_sub(1) };
    if let Some(element) = next.and_then(|next| found.get(next)) {
        element.focus().ok();
    }
}

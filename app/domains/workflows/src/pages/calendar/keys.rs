//! The keys of an item in the calendar, and what is pressed on it.

use leptos::{prelude::*, wasm_bindgen::JsCast};
use ui::when::shift_days;
use web_sys::{Element, HtmlElement, KeyboardEvent, MouseEvent};

use super::state::Calendar;
use crate::model::Card;

/// The keys, as the help lists them.
pub(super) const KEYS: [(&str, &str); 7] = [
    ("J", "Next month"),
    ("K", "Previous month"),
    ("T", "This month"),
    ("Arrows", "Go to the next item or day"),
    ("Shift+Left/Right", "Due a day earlier or later"),
    ("Shift+Up/Down", "Due a week earlier or later"),
    ("M", "Move to a day"),
];

/// A press on an item's button opens the dialog.
pub(super) fn click(calendar: Calendar, event: &MouseEvent) {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    if target.closest("[data-act=move]").ok().flatten().is_some()
        && let Some(card) = card_at(calendar, &target)
    {
        calendar.moving.set(Some(card));
    }
}

/// Arrows walk from item to item, Shift with an arrow changes the due day, `M` opens the dialog.
pub(super) fn key_down(calendar: Calendar, event: &KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    let Some(card) = card_at(calendar, &target) else { return };
    match (event.key().as_str(), event.shift_key()) {
        ("m" | "M", false) if calendar.may_edit => calendar.moving.set(Some(card)),
        ("ArrowLeft", true) => shift(calendar, &card, -1),
        ("ArrowRight", true) => shift(calendar, &card, 1),
        ("ArrowUp", true) => shift(calendar, &card, -7),
        ("ArrowDown", true) => shift(calendar, &card, 7),
        ("ArrowUp", false) => walk(&target, false, false),
        ("ArrowDown", false) => walk(&target, true, false),
        ("ArrowLeft", false) => walk(&target, false, true),
        ("ArrowRight", false) => walk(&target, true, true),
        _ => return,
    }
    event.prevent_default();
}

fn card_at(calendar: Calendar, element: &Element) -> Option<Card> {
    let item = element.closest("[data-item]").ok().flatten()?;
    calendar.card(item.get_attribute("data-item")?.parse().ok()?)
}

fn shift(calendar: Calendar, card: &Card, days: i64) {
    calendar.move_to(card.id, card.due_on.map(|day| shift_days(day, days)));
}

/// Goes to the next item that is seen, or to the first one of the next day that has any.
fn walk(target: &Element, on: bool, over_days: bool) {
    let Ok(items) = document().query_selector_all(".calendar-day [data-item]") else { return };
    let items: Vec<HtmlElement> = (0..items.length())
        .filter_map(|index| items.item(index)?.dyn_into::<HtmlElement>().ok())
        .filter(|item| item.offset_parent().is_some())
        .collect();
    let day = |item: &Element| item.closest("[data-day]").ok().flatten();
    let here = target.closest("[data-item]").ok().flatten();
    let Some(at) = items.iter().position(|item| here.as_ref() == Some(item)) else { return };
    let is_wanted = |item: &&HtmlElement| !over_days || day(item) != day(target);
    let next = if on {
        items.iter().skip(at + 1).find(is_wanted)
    } else {
        items.iter().take(at).rev().find(is_wanted)
    };
    let next = match next {
        // Looked for backwards, that is the last one of its day.
        Some(last) if over_days && !on => items.iter().find(|item| day(item) == day(last)),
        next => next,
    };
    let link = next.and_then(|item| item.query_selector("a").ok().flatten());
    if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
        link.focus().ok();
    }
}

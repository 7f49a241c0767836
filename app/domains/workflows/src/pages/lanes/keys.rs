//! The keys of a card in a lane: those of the board, and up and down through the lanes.

use leptos::{prelude::*, wasm_bindgen::JsCast};
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::state::Lanes;
use crate::{
    model::Card,
    pages::board::{along, card_at},
};

/// The keys of a card, as the help lists them.
pub(super) const KEYS: [(&str, &str); 5] = [
    ("M", "Move to a step"),
    ("Shift+Right", "Move on, where there is one way"),
    ("Shift+Left", "Send back, where there is one way"),
    ("Shift+Up/Down", "Give to the lane above or below"),
    ("Arrows", "Go to the next card"),
];

/// Arrows walk from card to card, `M` opens the move dialog, Shift with an arrow moves along the process or the lanes.
pub(super) fn key_down(lanes: Lanes, event: &KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    let Some(card) = card_at(lanes.board, &target) else { return };
    match (event.key().as_str(), event.shift_key()) {
        ("m" | "M", false) => lanes.board.moving.set(Some(card)),
        ("ArrowRight", true) => along(lanes.board, card, false),
        ("ArrowLeft", true) => along(lanes.board, card, true),
        ("ArrowDown", true) => give(lanes, card, 1),
        ("ArrowUp", true) => give(lanes, card, -1),
        ("ArrowDown", false) => up_and_down(&card, &target, 1),
        ("ArrowUp", false) => up_and_down(&card, &target, -1),
        ("ArrowRight", false) => sideways(&target, true),
        ("ArrowLeft", false) => sideways(&target, false),
        _ => return,
    }
    event.prevent_default();
}

/// Gives a card to the lane above or below.
fn give(lanes: Lanes, card: Card, by: isize) {
    let here = lanes.lane_of(&card);
    let next = lanes.shown.with_untracked(|shown| {
        let at = shown.iter().position(|lane| *lane == here)?;
        shown.get(at.checked_add_signed(by)?).copied()
    });
    if let Some(next) = next {
        let step = card.step_id;
        lanes.bring(card, step, Some(&next.key()));
    }
}

/// Goes to the next card of the column, through all lanes that are open.
fn up_and_down(card: &Card, target: &Element, by: isize) {
    let cards = format!(".lane[open] .lane-cell[data-step=\"{}\"] [data-item]", card.step_id);
    let Ok(cards) = document().query_selector_all(&cards) else { return };
    let cards: Vec<Element> =
        (0..cards.length()).filter_map(|index| cards.item(index)?.dyn_into().ok()).collect();
    let here = target.closest("[data-item]").ok().flatten();
    let at = cards.iter().position(|one| here.as_ref() == Some(one));
    if let Some(next) = at.and_then(|at| cards.get(at.checked_add_signed(by)?)) {
        focus(next);
    }
}

/// Goes to the next column of the lane that has cards, and there as far down as here.
fn sideways(target: &Element, on: bool) {
    let Some(here) = target.closest("[data-item]").ok().flatten() else { return };
    let mut row = 0;
    let mut above = here.previous_element_sibling();
    while let Some(card) = above {
        row += 1;
        above = card.previous_element_sibling();
    }
    let next =
        |cell: &Element| if on { cell.next_element_sibling() } else { cell.previous_element_sibling() };
    let mut cell = here.closest(".lane-cell").ok().flatten().as_ref().and_then(next);
    while let Some(one) = cell {
        if let Ok(cards) = one.query_selector_all("[data-item]")
            && let Some(last) = cards.length().checked_sub(1)
        {
            if let Some(card) = cards.item(row.min(last)).and_then(|card| card.dyn_into().ok()) {
                focus(&card);
            }
            return;
        }
        cell = next(&one);
    }
}

fn focus(card: &Element) {
    let link = card.query_selector(".card-title a").ok().flatten();
    if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
        link.focus().ok();
    }
}

//! Panels that float: where they stand, and that they stay there while the page scrolls. The Popover API puts them above
//! everything and closes them; before hydration the style sheet places them by CSS anchors.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// How far a panel stays away from its anchor and from the edge of the window.
const GAP: f64 = 4.0;
const MARGIN: f64 = 8.0;

/// Where a panel stands, seen from its anchor. It turns to the other side when there is no room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Side {
    /// Below, left edges in line.
    #[default]
    BottomStart,
    /// Below, right edges in line.
    BottomEnd,
    /// Above, centres in line.
    Top,
}

/// A rectangle in the window.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Area {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

/// Tells whether a popover is open.
pub(crate) fn is_open(panel: &Element) -> bool {
    panel.matches(":popover-open").unwrap_or_default()
}

/// Opens a popover beside its anchor and keeps it there until it closes.
pub(crate) fn open(panel: &HtmlElement, anchor: &Element, side: Side) {
    if show(panel) {
        follow(panel.clone(), anchor.clone(), side);
    }
}

/// Shows a popover where its style says; returns whether it is open.
pub(crate) fn show(panel: &HtmlElement) -> bool {
    is_open(panel) || panel.show_popover().is_ok()
}

/// Closes a popover that may be open.
pub(crate) fn close(panel: &HtmlElement) {
    if is_open(panel) && panel.hide_popover().is_err() {
        leptos::logging::warn!("the popover did not close");
    }
}

/// Returns the button that opens the popover with this id.
pub(crate) fn trigger_of(id: &str) -> Option<HtmlElement> {
    query(&format!("[popovertarget=\"{id}\"]"))
}

/// Returns the first element of the page that a selector finds.
pub(crate) fn query(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok().flatten().and_then(|element| element.dyn_into().ok())
}

/// Returns the elements inside another one that a selector finds.
pub(crate) fn query_all(root: &Element, selector: &str) -> Vec<HtmlElement> {
    let Ok(list) = root.query_selector_all(selector) else { return Vec::new() };
    (0..list.length()).filter_map(|index| list.get(index)?.dyn_into().ok()).collect()
}

/// Gives an element the focus.
pub(crate) fn focus(element: &HtmlElement) {
    if element.focus().is_err() {
        leptos::logging::warn!("the element did not take the focus");
    }
}

/// Keeps an open popover beside its anchor, looking once per frame whether either has moved.
pub(crate) fn follow(panel: HtmlElement, anchor: Element, side: Side) {
    place(&panel, &anchor, side);
    let last = Rc::new(Cell::new(area_of(&anchor)));
    watch(panel, anchor, side, last);
}

fn watch(panel: HtmlElement, anchor: Element, side: Side, last: Rc<Cell<Area>>) {
    request_animation_frame(move || {
        if !is_open(&panel) {
            return;
        }
        let now = area_of(&anchor);
        if now != last.replace(now) {
            place(&panel, &anchor, side);
        }
        watch(panel, anchor, side, last);
    });
}

/// Puts a panel beside its anchor.
fn place(panel: &HtmlElement, anchor: &Element, side: Side) {
    let (width, height) = window_size();
    let style = panel.style();
    let (left, top) = position(area_of(anchor), area_of(panel), (width, height), side);
    let set = |name: &str, value: f64| {
        if style.set_property(name, &crate::number::pixels(value)).is_err() {
            leptos::logging::warn!("the panel did not take {name}");
        }
    };
    set("--panel-left", left);
    set("--panel-top", top);
    set("--anchor-width", anchor.get_bounding_client_rect().width());
    if panel.class_list().add_1("is-placed").is_err() {
        leptos::logging::warn!("the panel did not take its class");
    }
}

/// Decides where a panel stands, so that it is inside the window and does not cover its anchor.
fn position(anchor: Area, panel: Area, window: (f64, f64), side: Side) -> (f64, f64) {
    let (width, height) = window;
    let below = anchor.top + anchor.height + GAP;
    let above = anchor.top - panel.height - GAP;
    let fits_below = below + panel.height <= height - MARGIN;
    let fits_above = MARGIN <= above;
    let top = match side {
        Side::Top if fits_above => above,
        Side::Top => below,
        Side::BottomStart | Side::BottomEnd if fits_below || !fits_above => below,
        Side::BottomStart | Side::BottomEnd => above,
    };
    let left = match side {
        Side::BottomStart => anchor.left,
        Side::BottomEnd => anchor.left + anchor.width - panel.width,
        Side::Top => anchor.left + (anchor.width - panel.width) / 2.0,
    };
    let left = left.min(width - MARGIN - panel.width).max(MARGIN);
    let top = top.min(height - MARGIN - panel.height).max(MARGIN);
    (left.round(), top.round())
}

fn area_of(element: &Element) -> Area {
    let rect = element.get_bounding_client_rect();
    Area { left: rect.left(), top: rect.top(), width: rect.width(), height: rect.height() }
}

fn window_size() -> (f64, f64) {
    let size = |value: Result<leptos::wasm_bindgen::JsValue, _>| value.ok().and_then(|value| value.as_f64());
    let window = window();
    (size(window.inner_width()).unwrap_or_default(), size(window.inner_height()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: (f64, f64) = (1000.0, 600.0);
    const PANEL: Area = Area { left: 0.0, top: 0.0, width: 200.0, height: 100.0 };

    fn anchor(left: f64, top: f64) -> Area {
        Area { left, top, width: 80.0, height: 28.0 }
    }

    #[test]
    fn a_panel_stands_below_its_anchor() {
        assert_eq!(position(anchor(100.0, 100.0), PANEL, WINDOW, Side::BottomStart), (100.0, 132.0));
        assert_eq!(position(anchor(400.0, 100.0), PANEL, WINDOW, Side::BottomEnd), (280.0, 132.0));
    }

    #[test]
    fn a_panel_turns_where_there_is_no_room() {
        assert_eq!(position(anchor(100.0, 540.0), PANEL, WINDOW, Side::BottomStart), (100.0, 436.0));
        assert_eq!(position(anchor(100.0, 10.0), PANEL, WINDOW, Side::Top), (40.0, 42.0));
    }

    #[test]
    fn a_panel_stays_inside_the_window() {
        assert_eq!(position(anchor(950.0, 100.0), PANEL, WINDOW, Side::BottomStart), (792.0, 132.0));
        assert_eq!(position(anchor(2.0, 100.0), PANEL, WINDOW, Side::BottomEnd), (8.0, 132.0));
    }
}

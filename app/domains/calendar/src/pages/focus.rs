//! Where the focus is, and where it goes when entries are drawn anew.

use leptos::{prelude::*, wasm_bindgen::JsCast};
use web_sys::{Element, HtmlElement};

use super::entry::What;

/// The entry of an element, if it is one or in one.
pub(super) fn what_at(element: &Element) -> Option<What> {
    let holder = element.closest("[data-entry]").ok().flatten()?;
    holder.get_attribute("data-entry")?.parse().ok()
}

/// The entry that has the focus.
pub(super) fn focused() -> Option<What> {
    what_at(&document().active_element()?)
}

/// Puts the focus back on an entry that was drawn anew, if it has not gone elsewhere.
pub(super) fn back_to(what: What) {
    request_animation_frame(move || {
        let body: Option<Element> = document().body().map(Into::into);
        if document().active_element() == body {
            focus_now(what);
        }
    });
}

/// Puts the focus on an entry once it is drawn.
pub(super) fn go_to(what: What) {
    request_animation_frame(move || focus_now(what));
}

fn focus_now(what: What) {
    let Ok(found) = document().query_selector_all(&format!("[data-entry=\"{what}\"]")) else { return };
    let mut found = (0..found.length()).filter_map(|at| found.item(at)?.dyn_into::<HtmlElement>().ok());
    // The days and the list have it, of which one is seen.
    if let Some(element) = found.find(|element| element.offset_parent().is_some()) {
        element.focus().ok();
    }
}

//! Going to another page without loading it: the focus goes to its content and its title is read out, as if the browser
//! had loaded it.

use std::time::Duration;

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos_router::hooks::use_location;
use web_sys::{Element, HtmlElement};

/// The id of the content of a page.
pub(crate) const MAIN: &str = "content";

/// When the title is read: soon, and again for pages whose title waits for data.
const READ_AFTER: [Duration; 2] = [Duration::from_millis(200), Duration::from_millis(1_200)];

/// A region that reads out the title of each page that is gone to.
#[component]
pub(crate) fn RouteAnnouncer() -> impl IntoView {
    let path = use_location().pathname;
    let title = RwSignal::new(String::new());
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        if before.is_some_and(|before| before != path) {
            request_animation_frame(focus_main);
            for after in READ_AFTER {
                set_timeout(
                    move || {
                        title.try_set(document().title());
                    },
                    after,
                );
            }
        }
        path
    });
    view! {
        <p class="visually-hidden" role="status" aria-live="polite">
            {move || title.get()}
        </p>
    }
}

/// Gives the content the focus, unless the page has given it to one of its own fields.
fn focus_main() {
    let Some(main) = document().get_element_by_id(MAIN).and_then(|main| main.dyn_into::<HtmlElement>().ok())
    else {
        return;
    };
    let inside =
        |focused: Element| main.contains(Some(&focused)) && focused != *AsRef::<Element>::as_ref(&main);
    if document().active_element().is_some_and(inside) {
        return;
    }
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    if main.focus_with_options(&options).is_err() {
        leptos::logging::warn!("the content did not take the focus");
    }
}

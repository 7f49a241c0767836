//! The end of a session while a page is open: a dialog leads to the log-in and the page stays as it is.
//!
//! Server functions are called from everywhere, so the one place that sees all their answers is the browser's `fetch`.
//! It is wrapped once per page; an answer 401 becomes an event that the dialog listens to.

use std::cell::Cell;

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::{JsCast, JsValue, closure::Closure};
use leptos_router::hooks::use_location;
use ui::{ButtonVariant, Dialog, Later, LinkButton};
use web_sys::js_sys::{Function, Promise, Reflect};

use crate::{prove, public::is_public};

const ENDED: &str = "mediap:session-ended";
const UNAUTHENTICATED: u16 = 401;

/// Says that the session has ended, as soon as a server function does. The log-in opens in a new tab, so that nothing
/// typed on this page is lost; coming back from there closes the dialog.
#[component]
pub(crate) fn SessionEnded() -> impl IntoView {
    let viewer = kernel::use_viewer();
    let open = RwSignal::new(false);
    let member = StoredValue::new(None);
    Effect::new(move |_| {
        if let Some(Ok(viewer)) = viewer.get() {
            member.set_value(Some(viewer.member_id));
        }
    });
    let came_back = move || {
        if !open.get_untracked() {
            return;
        }
        spawn_local(async move {
            match identity::viewer().await {
                // Another person or another organisation: this page is not theirs.
                Ok(viewer) if member.get_value().is_some_and(|before| before != viewer.member_id) => reload(),
                Ok(_) => open.set(false),
                Err(_) => (),
            }
        });
    };
    Effect::new(move |_| {
        watch_answers();
        let ended = window_event_listener_untyped(ENDED, move |_| open.set(true));
        let focus = window_event_listener(ev::focus, move |_| came_back());
        on_cleanup(move || {
            ended.remove();
            focus.remove();
        });
    });
    provide_context(Ended { open });
    view! { <Later wanted=open part=ui::later!(tools: session_ended => EndedDialog)/> }
}

/// What the dialog needs to know.
#[derive(Clone, Copy)]
struct Ended {
    open: RwSignal<bool>,
}

#[component]
fn EndedDialog() -> impl IntoView {
    let Ended { open } = expect_context();
    let location = use_location();
    let href = Signal::derive(move || login_address(&location.pathname.get(), &location.search.get()));
    let footer = move || {
        view! {
            <LinkButton href variant=ButtonVariant::Primary attr:target="_blank" attr:rel="noopener">
                "Log in"
            </LinkButton>
        }
    };
    view! {
        <Dialog id="session-ended" open title="Your session has ended" footer=footer>
            <p>"Log in to go on. The log-in opens in a new tab; what you typed here stays."</p>
        </Dialog>
    }
}

/// The address of the log-in that leads back to a page.
pub(crate) fn login_address(path: &str, search: &str) -> String {
    if is_public(path) {
        return "/login".to_owned();
    }
    let search = search.trim_start_matches('?');
    let page = if search.is_empty() { path.to_owned() } else { format!("{path}?{search}") };
    format!("/login?next={}", encode(&page))
}

/// Writes a text so that it is one value of a query string.
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                encoded.push(byte.into())
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

fn reload() {
    if window().location().reload().is_err() {
        leptos::logging::warn!("the page did not load again");
    }
}

thread_local! {
    static WATCHED: Cell<bool> = const { Cell::new(false) };
}

/// Looks at every answer that `fetch` gets, without changing it.
fn watch_answers() {
    if WATCHED.replace(true) {
        return;
    }
    let window = window();
    let name = JsValue::from_str("fetch");
    let Some(fetch) = Reflect::get(&window, &name).ok().and_then(|fetch| fetch.dyn_into::<Function>().ok())
    else {
        return;
    };
    let page = window.clone();
    let listener = |act: fn(JsValue)| {
        Closure::<dyn FnMut(JsValue)>::new(act).into_js_value().unchecked_into::<Function>()
    };
    let seen = listener(look_at);
    // Who asked hears of the failure; without a listener of its own this branch would count as unheard.
    let failed = listener(|_| ());
    let watched =
        Closure::<dyn FnMut(JsValue, JsValue) -> Result<JsValue, JsValue>>::new(move |request, init| {
            let copy = prove::copy_of(&request);
            let answer = fetch.call2(&page, &request, &init)?;
            if let Some(promise) = answer.dyn_ref::<Promise>() {
                let then = Reflect::get(promise, &JsValue::from_str("then"))?.dyn_into::<Function>()?;
                then.call2(promise, &seen, &failed)?;
                if let Some(copy) = copy {
                    return prove::held(promise, copy, fetch.clone());
                }
            }
            Ok(answer)
        });
    if !Reflect::set(&window, &name, &watched.into_js_value()).unwrap_or_default() {
        leptos::logging::warn!("the end of the session will not be noticed");
    }
}

fn look_at(answer: JsValue) {
    let Some(answer) = answer.dyn_ref::<web_sys::Response>() else { return };
    if answer.status() != UNAUTHENTICATED {
        return;
    }
    if let Ok(event) = web_sys::Event::new(ENDED) {
        // The result only says whether a listener called `preventDefault`.
        let _heard = window().dispatch_event(&event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_in_leads_back_to_the_page() {
        assert_eq!(
            login_address("/workflows/1/list", "?team=2&q=a b"),
            "/login?next=/workflows/1/list%3Fteam%3D2%26q%3Da%20b"
        );
        assert_eq!(login_address("/", ""), "/login?next=/");
        assert_eq!(login_address("/login", ""), "/login");
    }
}

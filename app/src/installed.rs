//! Mediap as an installed program: the way to install it, a number on its icon, and word of a new version.

use std::cell::Cell;
use std::time::Duration;

use gloo::events::EventListener;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use ui::{Toast, Toaster, js};
use wasm_bindgen::{JsCast, JsValue};

/// Where the script at the head of the page keeps the browser's offer to install, and what it tells of it.
const OFFER: &str = "mediapInstall";
const OFFERED: &str = "mediap:install";
/// How often a page that stays open asks for a new version.
const LOOK: Duration = Duration::from_secs(30 * 60);

/// Whether the browser offers to install the program.
pub(crate) fn offered() -> RwSignal<bool> {
    let offered = RwSignal::new(false);
    Effect::new(move |_| {
        let look = move || {
            offered.set(!offer().is_falsy());
        };
        look();
        let told = window_event_listener_untyped(OFFERED, move |_| look());
        on_cleanup(move || told.remove());
    });
    offered
}

/// Lets the browser ask whether to install the program.
pub(crate) fn install() {
    js::call(&offer(), "prompt", &[]);
}

fn offer() -> JsValue {
    js::get(&window(), OFFER)
}

/// Writes a number on the icon of the installed program, where there is one; none for nothing.
pub(crate) fn badge(count: i64) {
    let navigator: JsValue = window().navigator().into();
    let done = match u32::try_from(count) {
        Ok(count) if count != 0 => js::call(&navigator, "setAppBadge", &[&count.into()]),
        _ => js::call(&navigator, "clearAppBadge", &[]),
    };
    // A browser may refuse it; then there is no number.
    if let Some(done) = done {
        spawn_local(async move { drop(js::wait(done).await) });
    }
}

/// Says when a new version is there. The page stays as it is until the person wants it.
pub(crate) fn watch_versions(toaster: Toaster) {
    thread_local! {
        static WATCHED: Cell<bool> = const { Cell::new(false) };
    }
    let container = js::get(&window().navigator(), "serviceWorker");
    if container.is_falsy() || WATCHED.replace(true) {
        return;
    }
    // The first worker is that of this very version.
    let has_one = Cell::new(!js::get(&container, "controller").is_falsy());
    let changed = EventListener::new(container.unchecked_ref(), "controllerchange", move |_| {
        if has_one.replace(true) {
            let toast = Toast::new("A new version of Mediap is there");
            let reload = || drop(window().location().reload());
            toaster.show(toast.act("Load it", reload).stay());
        }
    });
    // For as long as the page is open.
    changed.forget();
    let asked = Cell::new(js_sys::Date::now());
    let look = move || {
        let now = js_sys::Date::now();
        if document().hidden() || now - asked.get() < LOOK.as_secs_f64() * 1000.0 {
            return;
        }
        asked.set(now);
        let container = container.clone();
        spawn_local(async move {
            let Some(asked) = js::call(&container, "getRegistration", &[]) else { return };
            let Some(registration) = js::wait(asked).await else { return };
            // Without a network there is no new version either.
            if let Some(done) = js::call(&registration, "update", &[]) {
                drop(js::wait(done).await);
            }
        });
    };
    drop(window_event_listener(ev::visibilitychange, move |_| look()));
}

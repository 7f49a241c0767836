//! Says when the browser goes offline and when it is back.

use leptos::ev;
use leptos::prelude::*;
use ui::{Toast, Tone, use_toaster};

/// Watches the connection while the page is open.
pub(crate) fn watch_connection() {
    let toaster = use_toaster();
    let shown = StoredValue::new(None::<u64>);
    let went = move || {
        if shown.get_value().is_none() {
            let toast = Toast::new(
                "Offline. Comments and moves wait here until the connection is back; other changes are not saved.",
            );
            shown.set_value(Some(toaster.show(toast.tone(Tone::Warning).stay())));
        }
    };
    let came = move || {
        if let Some(id) = shown.try_update_value(Option::take).flatten() {
            toaster.dismiss(id);
            toaster.show(Toast::new("Back online"));
        }
    };
    Effect::new(move |_| {
        if !window().navigator().on_line() {
            went();
        }
        let offline = window_event_listener(ev::offline, move |_| went());
        let online = window_event_listener(ev::online, move |_| came());
        on_cleanup(move || {
            offline.remove();
            online.remove();
        });
    });
}

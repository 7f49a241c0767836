//! The keys that work on every page, and the dialog that lists them.
//!
//! A page listens with [`ui::hotkeys::hotkey`] and lists its own with [`ui::list_keys`].

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use ui::hotkeys::hotkey;
use ui::{KeyboardGroup, KeyboardHelp, PageKeys};

use crate::shell::Opens;
use crate::sidebar::toggle_sidebar;

/// Where a sequence of keys leads, as pressed and as written.
const PLACES: [(&str, &str, &str, &str); 6] = [
    ("g m", "G M", "My work", "/"),
    ("g a", "G A", "Calendar", "/calendar"),
    ("g c", "G C", "Messages", "/messages"),
    ("g t", "G T", "My time", "/time"),
    ("g b", "G B", "Workflows", "/workflows"),
    ("g s", "G S", "Settings", "/settings"),
];

/// Listens to the keys as long as the frame is there.
pub(crate) fn listen(opens: Opens) {
    hotkey("mod+k", move || opens.palette.update(|open| *open = !*open));
    hotkey("/", move || opens.palette.set(true));
    hotkey("?", move || opens.keys.set(true));
    hotkey("[", toggle_sidebar);
    let navigate = use_navigate();
    for (keys, _, _, href) in PLACES {
        let navigate = navigate.clone();
        hotkey(keys, move || navigate(href, NavigateOptions::default()));
    }
}

/// How the keys to `href` are written, if there are any.
pub(crate) fn keys_to(href: &str) -> Option<&'static str> {
    PLACES.into_iter().find(|(_, _, _, place)| *place == href).map(|(_, written, _, _)| written)
}

/// Lists the keys: those of the page first.
#[component]
pub(crate) fn KeyboardDialog() -> impl IntoView {
    let open = expect_context::<Opens>().keys;
    let page_keys = expect_context::<PageKeys>();
    let groups = Signal::derive(move || page_keys.get().into_iter().chain(everywhere()).collect::<Vec<_>>());
    view! { <KeyboardHelp open groups/> }
}

/// The keys of the shell.
fn everywhere() -> [KeyboardGroup; 2] {
    [
        KeyboardGroup::new(
            "Everywhere",
            &[
                ("Ctrl+K", "Search or jump; Cmd+K on a Mac"),
                ("/", "Search or jump"),
                ("Z", "Undo what was done last"),
                ("[", "Fold the sidebar"),
                ("?", "Show the keys"),
                ("Esc", "Close what is open"),
            ],
        ),
        KeyboardGroup::new("Go to", &PLACES.map(|(_, written, name, _)| (written, name))),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_written_keys_are_the_pressed_ones() {
        for (pressed, written, _, _) in PLACES {
            assert_eq!(pressed.to_uppercase(), written);
        }
        assert_eq!(keys_to("/workflows"), Some("G B"));
        assert_eq!(keys_to("/nowhere"), None);
    }
}

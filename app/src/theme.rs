//! Choosing a theme from menus and from the palette. [`ui::theme`] has the control for settings pages.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use ui::theme::{COOKIE, Theme, use_theme};

/// The themes with their icon and name, in the order of menus.
pub(crate) const THEMES: [(Theme, &str, &str); 3] = [
    (Theme::Light, "sun", "Light"),
    (Theme::Dark, "moon", "Dark"),
    (Theme::System, "monitor", "As the system"),
];

/// Shows a theme and remembers it for a year.
pub(crate) fn choose(shown: RwSignal<Theme>, theme: Theme) {
    shown.set(theme);
    set_root_attribute("data-theme", theme.attribute());
    remember(COOKIE, theme.as_str());
}

/// The theme that is shown; call it while a component is made.
pub(crate) fn shown() -> RwSignal<Theme> {
    use_theme()
}

/// Sets or removes an attribute of `<html>`.
pub(crate) fn set_root_attribute(name: &str, value: Option<&str>) {
    let done = document().document_element().map(|root| match value {
        Some(value) => root.set_attribute(name, value),
        None => root.remove_attribute(name),
    });
    if !matches!(done, Some(Ok(()))) {
        leptos::logging::warn!("the page did not take {name}");
    }
}

/// Keeps a choice in a cookie, so that the server sends the right page at once.
pub(crate) fn remember(name: &str, value: &str) {
    let cookie = format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax");
    let kept = document().dyn_into::<web_sys::HtmlDocument>().map(|document| document.set_cookie(&cookie));
    if !matches!(kept, Ok(Ok(()))) {
        leptos::logging::warn!("the browser did not keep {name}");
    }
}

//! Light, dark, or as the system says. The choice is a cookie, so that the server sends the right page at once, and the
//! attribute `data-theme` of `<html>`.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use crate::choice::{Segment, Segmented};
use crate::words::use_words;

/// The name of the cookie.
pub const COOKIE: &str = "theme";

/// How bright the page is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Returns the value of the cookie.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads the value of the cookie; anything else is the system's choice.
    pub fn parse(text: &str) -> Self {
        match text {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// Finds the theme in a `Cookie` header or in `document.cookie`.
    pub fn from_cookies(cookies: &str) -> Self {
        let value = cookies
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == COOKIE);
        value.map_or(Self::System, |(_, value)| Self::parse(value))
    }

    /// Returns the value of `data-theme`; none follows the system.
    pub fn attribute(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light | Self::Dark => Some(self.as_str()),
        }
    }
}

/// Tells the components below which theme the page was sent with; the app does this on both sides.
pub fn provide_theme(theme: Theme) -> RwSignal<Theme> {
    let theme = RwSignal::new(theme);
    provide_context(theme);
    theme
}

/// Returns the theme of the page.
pub fn use_theme() -> RwSignal<Theme> {
    use_context().unwrap_or_else(|| provide_theme(Theme::System))
}

/// Returns the theme that the server sent, read from `<html>`; for the start of the browser side.
pub fn sent_theme() -> Theme {
    let root = document().document_element();
    let value = root.and_then(|root| root.get_attribute("data-theme")).unwrap_or_default();
    Theme::parse(&value)
}

/// Lets the person choose the theme.
#[component]
pub fn ThemeToggle() -> impl IntoView {
    let words = use_words();
    let theme = use_theme();
    let choose = move |chosen: Theme| {
        theme.set(chosen);
        apply(chosen);
    };
    view! {
        <Segmented label=words.theme>
            <Segment icon="monitor" selected=move || theme.get() == Theme::System on_click=move |_| choose(Theme::System)>
                {words.system}
            </Segment>
            <Segment icon="sun" selected=move || theme.get() == Theme::Light on_click=move |_| choose(Theme::Light)>
                {words.light}
            </Segment>
            <Segment icon="moon" selected=move || theme.get() == Theme::Dark on_click=move |_| choose(Theme::Dark)>
                {words.dark}
            </Segment>
        </Segmented>
    }
}

/// Shows a theme and remembers it for a year.
fn apply(theme: Theme) {
    let document = document();
    let shown = document.document_element().map(|root| match theme.attribute() {
        Some(value) => root.set_attribute("data-theme", value),
        None => root.remove_attribute("data-theme"),
    });
    let cookie = format!("{COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax", theme.as_str());
    let kept = document.dyn_into::<web_sys::HtmlDocument>().map(|document| document.set_cookie(&cookie));
    if !matches!((shown, kept), (Some(Ok(())), Ok(Ok(())))) {
        leptos::logging::warn!("the browser did not keep the theme");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_theme_is_one_cookie_among_others() {
        assert_eq!(Theme::from_cookies("a=b; theme=dark; c=d"), Theme::Dark);
        assert_eq!(Theme::from_cookies("theme=light"), Theme::Light);
        assert_eq!(Theme::from_cookies("mytheme=dark"), Theme::System);
        assert_eq!(Theme::from_cookies(""), Theme::System);
        assert_eq!(Theme::System.attribute(), None);
    }
}

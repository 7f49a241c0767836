//! What the page takes from the request: the theme, the sidebar, the request id. In the browser these come from the page
//! that the server sent.

use leptos::prelude::*;
use ui::theme::Theme;

/// The name of the cookie that keeps the sidebar narrow.
pub(crate) const SIDEBAR_COOKIE: &str = "sidebar";
/// The attribute of `<html>` that keeps the sidebar narrow.
pub(crate) const SIDEBAR_ATTRIBUTE: &str = "data-sidebar";

/// Whether the program runs for development; the server gives it as a context.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Development(
    /// Whether it does.
    pub bool,
);

/// The theme that the person chose: a cookie on the server, the attribute of the page in the browser.
pub(crate) fn theme() -> Theme {
    #[cfg(feature = "ssr")]
    let theme = Theme::from_cookies(&cookies());
    #[cfg(not(feature = "ssr"))]
    let theme = ui::theme::sent_theme();
    theme
}

/// Whether the program runs for development, the same on both sides.
pub(crate) fn development() -> Development {
    let on = SharedValue::new(|| use_context::<Development>().unwrap_or_default().0);
    Development(on.into_inner())
}

/// The value of `data-sidebar` for a person who keeps the sidebar narrow.
pub(crate) fn sidebar() -> Option<&'static str> {
    is_narrow(&cookies()).then_some("narrow")
}

/// The id under which the server logged this request; none in a page that the browser drew by itself.
pub(crate) fn request_id() -> Option<String> {
    SharedValue::new(|| {
        #[cfg(feature = "ssr")]
        let id = kernel::Visit::current().ok().map(|visit| visit.request_id().to_owned());
        #[cfg(not(feature = "ssr"))]
        let id = None;
        id
    })
    .into_inner()
}

/// Whether somebody is logged in, the same on both sides. Whoever comes from another page of the app is.
pub(crate) fn is_logged_in() -> bool {
    SharedValue::new(|| {
        #[cfg(feature = "ssr")]
        let logged_in = kernel::Visit::current().is_ok_and(|visit| visit.session().is_some());
        #[cfg(not(feature = "ssr"))]
        let logged_in = true;
        logged_in
    })
    .into_inner()
}

fn is_narrow(cookies: &str) -> bool {
    cookies.split(';').any(|pair| pair.trim() == "sidebar=narrow")
}

#[cfg(feature = "ssr")]
fn cookies() -> String {
    use leptos::reactive::owner::with_context;
    let header = with_context(|parts: &http::request::Parts| {
        parts.headers.get(http::header::COOKIE)?.to_str().ok().map(str::to_owned)
    });
    header.flatten().unwrap_or_default()
}

#[cfg(not(feature = "ssr"))]
fn cookies() -> String {
    use leptos::wasm_bindgen::JsCast;
    let document = document().dyn_into::<web_sys::HtmlDocument>();
    document.ok().and_then(|document| document.cookie().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sidebar_is_one_cookie_among_others() {
        assert!(is_narrow("theme=dark; sidebar=narrow"));
        assert!(!is_narrow("theme=dark; mysidebar=narrow"));
        assert!(!is_narrow(""));
    }
}

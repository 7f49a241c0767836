//! Pages and their addresses. They stand in the frame of the settings, which belongs to another domain: `app` gives it.

mod form;
mod list;
mod log;
mod new_hook;
mod one;

use leptos::prelude::*;
use ui::{Page, Route, at, route};

pub use self::{
    form::{NewWebhookPage, WebhookSettingsPage},
    list::WebhooksPage,
    new_hook::NewHookPage,
    one::WebhookPage,
};

/// A page, for its frame.
pub struct Framed {
    /// What the page is called.
    pub title: &'static str,
    /// What the page is one of, and its address.
    pub under: Option<(&'static str, &'static str)>,
    /// The acts of the page, in the bar.
    pub actions: ViewFnOnce,
    /// The page.
    pub content: Children,
}

impl std::fmt::Debug for Framed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Framed").field("title", &self.title).finish_non_exhaustive()
    }
}

/// Draws the frame of the settings around a page.
pub type Frame = fn(Framed) -> AnyView;

/// What all pages but the first are one of.
const UNDER: (&str, &str) = ("Webhooks", "/settings/webhooks");

/// The pages of this crate, each with the frame of the settings.
#[derive(Clone, Copy, Debug)]
pub struct Pages {
    /// A [`WebhooksPage`].
    pub list: Page,
    /// A [`NewWebhookPage`].
    pub new: Page,
    /// A [`NewHookPage`].
    pub new_hook: Page,
    /// A [`WebhookPage`].
    pub one: Page,
    /// A [`WebhookSettingsPage`].
    pub edit: Page,
}

/// The routes of this domain.
pub fn pages(pages: Pages) -> Vec<Route> {
    vec![
        route(at!("settings/webhooks"), pages.list),
        route(at!("settings/webhooks/new"), pages.new),
        route(at!("settings/webhooks/incoming/new"), pages.new_hook),
        route(at!("settings/webhooks/:webhook"), pages.one),
        route(at!("settings/webhooks/:webhook/edit"), pages.edit),
    ]
}

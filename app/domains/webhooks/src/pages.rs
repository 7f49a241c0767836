//! Pages and their addresses. They stand in the frame of the settings, which belongs to another domain: `app` gives it.

mod form;
mod list;
mod log;
mod new_hook;
mod one;

use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    components::{Outlet, ParentRoute, Route},
};

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

/// The routes of this domain. Each page is one of this crate, with the frame of the settings.
#[component(transparent)]
pub fn Routes(
    /// A [`WebhooksPage`].
    list: ui::Page,
    /// A [`NewWebhookPage`].
    new: ui::Page,
    /// A [`NewHookPage`].
    new_hook: ui::Page,
    /// A [`WebhookPage`].
    one: ui::Page,
    /// A [`WebhookSettingsPage`].
    edit: ui::Page,
) -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=ui::at!("") view=Outlet>
            <Route path=ui::at!("settings/webhooks") view=list ssr=SsrMode::Async/>
            <Route path=ui::at!("settings/webhooks/new") view=new ssr=SsrMode::Async/>
            <Route path=ui::at!("settings/webhooks/incoming/new") view=new_hook ssr=SsrMode::Async/>
            <Route path=ui::at!("settings/webhooks/:webhook") view=one ssr=SsrMode::Async/>
            <Route path=ui::at!("settings/webhooks/:webhook/edit") view=edit ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
}

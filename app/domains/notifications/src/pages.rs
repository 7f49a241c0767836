//! Pages and their addresses.

mod browser;
mod inbox;
mod settings;

use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    components::{Outlet, ParentRoute, Route},
};

pub use self::browser::turn_off;
use self::inbox::InboxPage;
pub use self::settings::{Places, SettingsPage};

/// The routes of this domain.
#[component(transparent)]
pub fn Routes(
    /// The page of the settings, which knows the places to choose from: a [`SettingsPage`].
    settings_page: ui::Page,
) -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=ui::at!("") view=Outlet>
            <Route path=ui::at!("inbox") view=ui::page!(messages: inbox_page => InboxPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("inbox/settings") view=settings_page ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
}

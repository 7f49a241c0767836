//! Pages and their addresses.

mod inbox;
mod settings;

use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    components::{Outlet, ParentRoute, Route},
};

use self::{inbox::InboxPage, settings::NotificationSettingsPage};

/// The routes of this domain.
#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=ui::at!("") view=Outlet>
            <Route path=ui::at!("inbox") view=ui::page!(inbox: inbox_page => InboxPage) ssr=SsrMode::Async/>
            <Route
                path=ui::at!("inbox/settings")
                view=ui::page!(inbox: notification_settings_page => NotificationSettingsPage)
                ssr=SsrMode::Async
            />
        </ParentRoute>
    }
    .into_inner()
}

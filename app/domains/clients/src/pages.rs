//! Pages and their addresses.

mod fields;
mod list;
mod load;
mod new;
mod one;
mod projects;

use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    components::{Outlet, ParentRoute, Route},
};

use self::{list::ClientsPage, new::NewClientPage, one::ClientDetailsPage};

/// The routes of this domain; all of its code comes apart.
#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=ui::at!("") view=Outlet>
            <Route path=ui::at!("clients") view=ui::page!(clients: clients_page => ClientsPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("clients/new") view=ui::page!(clients: new_client_page => NewClientPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("clients/:id") view=ui::page!(clients: client_page => ClientDetailsPage) ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
}

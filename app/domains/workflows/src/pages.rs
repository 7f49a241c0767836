//! Pages and their addresses.

mod board;
mod frame;
mod item;
mod list;
mod my_work;
mod new_item;
mod overview;

use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    components::{Outlet, ParentRoute, Route},
};

use self::{board::BoardPage, list::ListPage, new_item::NewItemPage, overview::WorkflowsPage};

pub use item::ItemDetailsPage;
pub use my_work::MyWorkPage;

/// The routes of this domain. The board, where people work all day, is part of the main file; the rest comes apart.
///
/// Pages are rendered whole (`SsrMode::Async`): they are complete without scripts, and what is missing is a 404.
#[component(transparent)]
pub fn Routes(
    /// The page of an item, with what other domains show there.
    item_page: ui::Page,
) -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=ui::at!("") view=Outlet>
            <Route path=ui::at!("workflows") view=ui::page!(workflows: workflows_page => WorkflowsPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("workflows/:key") view=ui::page!(BoardPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("workflows/:key/list") view=ui::page!(workflows: list_page => ListPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("workflows/:key/new") view=ui::page!(workflows: new_item_page => NewItemPage) ssr=SsrMode::Async/>
            <Route path=ui::at!("items/:key") view=item_page ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
}

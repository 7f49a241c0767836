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
    Lazy, SsrMode,
    components::{Outlet, ParentRoute, Route},
    path,
};

use self::{
    board::BoardPage, item::ItemDetailsPage, list::ListPage, new_item::NewItemPage, overview::WorkflowsPage,
};

pub use my_work::MyWorkPage;

ui::lazy_pages! {
    workflows {
        WorkflowsRoute => WorkflowsPage,
        ListRoute => ListPage,
        NewItemRoute => NewItemPage,
        ItemDetailsRoute => ItemDetailsPage,
    }
}

/// The routes of this domain. The board, where people work all day, is part of the main file; the rest comes apart.
///
/// Pages are rendered whole (`SsrMode::Async`): they are complete without scripts, and what is missing is a 404.
#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("") view=Outlet>
            <Route path=path!("workflows") view={Lazy::<WorkflowsRoute>::new()} ssr=SsrMode::Async/>
            <Route path=path!("workflows/:key") view=BoardPage ssr=SsrMode::Async/>
            <Route path=path!("workflows/:key/list") view={Lazy::<ListRoute>::new()} ssr=SsrMode::Async/>
            <Route path=path!("workflows/:key/new") view={Lazy::<NewItemRoute>::new()} ssr=SsrMode::Async/>
            <Route path=path!("items/:key") view={Lazy::<ItemDetailsRoute>::new()} ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
}

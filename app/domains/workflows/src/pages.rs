//! Pages and their addresses.

mod automation;
mod board;
mod calendar;
mod design;
mod frame;
mod hours;
mod insights;
mod intake;
mod item;
mod lanes;
mod list;
mod my_work;
mod new_item;
mod new_workflow;
mod overview;
mod public_form;

use ui::{Page, Route, at, page, route};

use self::{
    automation::AutomationPage, board::BoardPage, calendar::CalendarPage, design::DesignPage,
    insights::InsightsPage, intake::PublicFormSettingsPage, lanes::LanesPage, list::ListPage,
    new_item::NewItemPage, new_workflow::NewWorkflowPage, overview::WorkflowsPage,
};

pub use hours::{Frame, WorkingHoursPage};
pub use item::ItemDetailsPage;
pub use my_work::MyWorkPage;
pub use public_form::PublicFormPage;

/// The routes of this domain. The board, where people work all day, is part of the main file; the rest comes apart.
///
/// `item_page` is the page of an item, an [`ItemDetailsPage`], with what other domains show there; `hours_page` is a
/// [`WorkingHoursPage`] in the frame of the settings.
pub fn pages(item_page: Page, hours_page: Page) -> Vec<Route> {
    vec![
        route(at!("workflows"), page!(workflows: workflows_page => WorkflowsPage)),
        route(at!("workflows/new"), page!(workflows: new_workflow_page => NewWorkflowPage)),
        route(at!("workflows/:key"), page!(BoardPage)),
        route(at!("workflows/:key/automation"), page!(insights: automation_page => AutomationPage)),
        route(at!("workflows/:key/calendar"), page!(workflows: calendar_page => CalendarPage)),
        route(at!("workflows/:key/design"), page!(designer: design_page => DesignPage)),
        route(at!("workflows/:key/form"), page!(insights: intake_page => PublicFormSettingsPage)),
        route(at!("workflows/:key/insights"), page!(insights: insights_page => InsightsPage)),
        route(at!("workflows/:key/lanes"), page!(workflows: lanes_page => LanesPage)),
        route(at!("workflows/:key/list"), page!(workflows: list_page => ListPage)),
        route(at!("workflows/:key/new"), page!(workflows: new_item_page => NewItemPage)),
        route(at!("items/:key"), item_page),
        route(at!("settings/hours"), hours_page),
    ]
}

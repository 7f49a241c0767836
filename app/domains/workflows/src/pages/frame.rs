//! What the pages of a workflow have in common: their head, their tabs and what stands there when they fail.

use kernel::{Error, Permission, Viewer};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{
    Breadcrumbs, ButtonVariant, Crumb, ErrorState, LinkButton, Popover, Segment, Segmented, TopBar, Trigger,
    html,
};

use crate::{filter::address, lanes::LanesBy, model::WorkflowHead};

/// Which page of a workflow is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Columns of cards.
    Board,
    /// Rows.
    List,
    /// Days of a month.
    Calendar,
    /// Figures.
    Insights,
}

/// The bar above a board, a list or the figures.
#[component]
pub fn WorkflowBar(
    /// The workflow.
    head: WorkflowHead,
    /// Who looks.
    viewer: Viewer,
) -> impl IntoView {
    let name = head.name.clone();
    let new = format!("/workflows/{}/new", head.key);
    let label = format!("New {}", head.item_noun);
    let design = format!("/workflows/{}/design", head.key);
    let automation = format!("/workflows/{}/automation", head.key);
    view! {
        <Title text=name.clone()/>
        <h1 class="visually-hidden">{name.clone()}</h1>
        <TopBar
            title=name.clone()
            path=move || {
                view! {
                    <Breadcrumbs icon="square-kanban">
                        <Crumb href="/workflows">"Workflows"</Crumb>
                        <Crumb>{name.clone()}</Crumb>
                    </Breadcrumbs>
                }
            }
        >
            {viewer
                .may(Permission::WorkflowDesign)
                .then(|| {
                    view! {
                        <LinkButton href=automation icon="zap" class="is-brief">"Automation"</LinkButton>
                        <LinkButton href=design icon="workflow" class="is-brief">"Design"</LinkButton>
                    }
                })}
            {viewer
                .may(Permission::ItemCreate)
                .then(|| {
                    view! {
                        <LinkButton href=new variant=ButtonVariant::Primary icon="plus">
                            {label}
                        </LinkButton>
                    }
                })}
        </TopBar>
    }
}

/// Board, list or calendar, keeping the filter, or the figures of all items.
#[component]
pub fn LayoutSwitch(
    /// The letters before the items' numbers.
    workflow_key: String,
    /// Which one is open.
    layout: Layout,
    /// The filter as parts of an address.
    pairs: Vec<(&'static str, String)>,
) -> impl IntoView {
    let board = address(&format!("/workflows/{workflow_key}"), &pairs);
    let list = address(&format!("/workflows/{workflow_key}/list"), &pairs);
    let calendar = address(&format!("/workflows/{workflow_key}/calendar"), &pairs);
    let insights = format!("/workflows/{workflow_key}/insights");
    view! {
        <Segmented label="Layout">
            <Segment href=board selected=layout == Layout::Board icon="square-kanban">
                <span class="segment-label">"Board"</span>
            </Segment>
            <Segment href=list selected=layout == Layout::List icon="list">
                <span class="segment-label">"List"</span>
            </Segment>
            <Segment href=calendar selected=layout == Layout::Calendar icon="calendar-days">
                <span class="segment-label">"Calendar"</span>
            </Segment>
            <Segment href=insights selected=layout == Layout::Insights icon="chart-column">
                <span class="segment-label">"Insights"</span>
            </Segment>
        </Segmented>
    }
}

/// Whether the cards of a board are in lanes, and by what. Plain links: they carry no code of their own.
#[component]
pub fn LanesMenu(
    /// The letters before the items' numbers.
    workflow_key: String,
    /// What they go by now.
    by: Option<LanesBy>,
    /// The filter as parts of an address.
    pairs: Vec<(&'static str, String)>,
) -> impl IntoView {
    let board = format!("/workflows/{workflow_key}");
    let mut links = String::from("<ul class=\"view-list\">");
    for (choice, name) in
        [(None, "No lanes"), (Some(LanesBy::Assignee), "By assignee"), (Some(LanesBy::Team), "By team")]
    {
        let href = match choice {
            None => address(&board, &pairs),
            Some(by) => {
                let mut pairs = pairs.clone();
                pairs.insert(0, ("by", by.as_str().to_owned()));
                address(&format!("{board}/lanes"), &pairs)
            }
        };
        links.push_str("<li class=\"view-row\"><a class=\"view-link\" href=\"");
        html::push_escaped(&mut links, &href);
        links.push_str(if choice == by { "\" aria-current=\"true\">" } else { "\">" });
        links.push_str(name);
        links.push_str("</a></li>");
    }
    links.push_str("</ul>");
    let label = match by {
        None => "Lanes",
        Some(LanesBy::Assignee) => "Lanes by assignee",
        Some(LanesBy::Team) => "Lanes by team",
    };
    view! {
        <Popover
            id="lanes"
            label=label
            trigger=Trigger::IconAndLabel(ButtonVariant::Ghost, "rows-3".into())
            align_end=true
        >
            <div inner_html=links></div>
        </Popover>
    }
}

/// Stands in the place of a page that did not load. A page that is not there answers with its status too.
#[component]
pub fn PageError(
    /// Why.
    error: Error,
    /// Tries again.
    #[prop(into)]
    retry: Callback<()>,
) -> impl IntoView {
    ui::set_status(&error);
    let title = if error == Error::NotFound { "Not found" } else { "Not loaded" };
    view! {
        <Title text=title/>
        <TopBar title=title path=move || view! { <Breadcrumbs><Crumb>{title}</Crumb></Breadcrumbs> }/>
        <div class="page-error">
            <ErrorState error retry/>
            <LinkButton href="/workflows">"All workflows"</LinkButton>
        </div>
    }
}

//! What the pages of a workflow have in common: their head, their tabs and what stands there when they fail.

use kernel::{Error, Permission, Viewer};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{Breadcrumbs, ButtonVariant, Crumb, ErrorState, LinkButton, Segment, Segmented, TopBar};

use crate::model::WorkflowHead;

/// Which page of a workflow is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Columns of cards.
    Board,
    /// Rows.
    List,
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

/// Board or list, keeping the filter, or the figures of all items.
#[component]
pub fn LayoutSwitch(
    /// The letters before the items' numbers.
    workflow_key: String,
    /// Which one is open.
    layout: Layout,
    /// The filter as parts of an address.
    pairs: Vec<(&'static str, String)>,
) -> impl IntoView {
    let board = crate::filter::address(&format!("/workflows/{workflow_key}"), &pairs);
    let list = crate::filter::address(&format!("/workflows/{workflow_key}/list"), &pairs);
    let insights = format!("/workflows/{workflow_key}/insights");
    view! {
        <Segmented label="Layout">
            <Segment href=board selected=layout == Layout::Board icon="square-kanban">
                <span class="segment-label">"Board"</span>
            </Segment>
            <Segment href=list selected=layout == Layout::List icon="list">
                <span class="segment-label">"List"</span>
            </Segment>
            <Segment href=insights selected=layout == Layout::Insights icon="chart-column">
                <span class="segment-label">"Insights"</span>
            </Segment>
        </Segmented>
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

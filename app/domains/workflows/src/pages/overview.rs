//! All workflows of the organisation.

use kernel::{Permission, use_viewer};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{Breadcrumbs, ButtonVariant, Crumb, EmptyState, LinkButton, Load, PageTitle, TopBar};

use crate::api;

/// `/workflows`
#[component]
pub fn WorkflowsPage() -> impl IntoView {
    let workflows = kernel::page_data(|| (), |()| async { api::list_workflows().await });
    let viewer = use_viewer();
    view! {
        <Title text="Workflows"/>
        <TopBar title="Workflows" path=|| view! { <Breadcrumbs icon="workflow"><Crumb>"Workflows"</Crumb></Breadcrumbs> }>
            <Load resource=viewer skeleton=|| () let:viewer>
                {viewer
                    .may(Permission::WorkflowPublish)
                    .then(|| {
                        view! {
                            <LinkButton href="/workflows/new" variant=ButtonVariant::Primary icon="plus">
                                "New workflow"
                            </LinkButton>
                        }
                    })}
            </Load>
        </TopBar>
        <div class="page">
            <PageTitle title="Workflows" text="The processes your teams work by. Each one has a board and a list."/>
            <Load resource=workflows let:workflows>
                {if workflows.is_empty() {
                    view! {
                        <EmptyState
                            icon="workflow"
                            title="No workflow yet"
                            text="Who may publish workflows begins with one of seven templates and makes it their own."
                        />
                    }
                        .into_any()
                } else {
                    let rows = workflows
                        .into_iter()
                        .map(|workflow| {
                            let board = format!("/workflows/{}", workflow.key);
                            let list = format!("/workflows/{}/list", workflow.key);
                            view! {
                                <li class="list-row">
                                    <span class="list-row-key">{workflow.key}</span>
                                    <a class="list-row-title" href=board>{workflow.name}</a>
                                    <span class="list-row-meta">
                                        {format!("{} open", ui::number::grouped(workflow.open_count))}
                                    </span>
                                    <a class="quiet-link" href=list>"List"</a>
                                </li>
                            }
                        })
                        .collect_view();
                    view! { <ul class="framed-rows">{rows}</ul> }.into_any()
                }}
            </Load>
        </div>
    }
}

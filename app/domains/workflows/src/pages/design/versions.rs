//! What was published before, and taking it up again.

use kernel::Viewer;
use leptos::prelude::*;
use leptos::task::spawn_local;
use ui::{Button, ButtonSize, Dialog, EmptyState, Load, Toast, use_toaster};

use crate::{
    api,
    model::Version,
    parts::desk::{Desk, Intention},
};

/// The versions of a workflow; each can become the draft.
#[component]
pub fn VersionsDialog(desk: Desk, open: RwSignal<bool>, viewer: StoredValue<Viewer>) -> impl IntoView {
    view! {
        <Dialog id="versions" open title="Versions">
            <VersionList desk open viewer/>
        </Dialog>
    }
}

#[component]
fn VersionList(desk: Desk, open: RwSignal<bool>, viewer: StoredValue<Viewer>) -> impl IntoView {
    let id = desk.workflow_id;
    let versions = kernel::page_data(move || id, |id| async move { api::list_versions(id).await });
    view! {
        <Load resource=versions rows=3 let:versions>
            {if versions.is_empty() {
                view! { <EmptyState icon="history" title="Nothing was published yet"/> }.into_any()
            } else {
                let newest = versions.first().map(|version| version.number);
                let rows = versions
                    .into_iter()
                    .map(|version| {
                        let runs = Some(version.number) == newest;
                        view! { <Row desk open viewer version runs/> }
                    })
                    .collect_view();
                view! { <ul class="design-versions">{rows}</ul> }.into_any()
            }}
        </Load>
    }
}

#[component]
fn Row(
    desk: Desk,
    open: RwSignal<bool>,
    viewer: StoredValue<Viewer>,
    version: Version,
    /// Whether it is the one that runs.
    runs: bool,
) -> impl IntoView {
    let toaster = use_toaster();
    let pending = RwSignal::new(false);
    let number = version.number;
    let said = viewer.with_value(|viewer| {
        let when = ui::when::written(version.published_at, &viewer.settings, viewer.today);
        let person = viewer.directory.person(version.published_by);
        let who = person.map_or("Somebody", |person| person.name.as_str());
        if runs { format!("runs since {when} · {who}") } else { format!("{when} · {who}") }
    });
    let take_up = move |_| {
        pending.set(true);
        spawn_local(async move {
            let answer = api::load_version(desk.workflow_id, number).await;
            if pending.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(before) => {
                    desk.change(Intention::Once, |definition| *definition = before);
                    open.set(false);
                    toaster.show(Toast::new(format!("The draft is as version {number} was")));
                }
                Err(error) => {
                    toaster.show(Toast::failed(error.to_string()));
                }
            }
        });
    };
    view! {
        <li>
            <span>
                <strong>{format!("Version {number}")}</strong>
                <small>{said}</small>
            </span>
            <Button size=ButtonSize::Small pending on_click=take_up>"Use as draft"</Button>
        </li>
    }
}

//! What was published before, and taking it up again.

use chrono::{DateTime, Utc};
use kernel::{MemberId, Permission, Viewer};
use leptos::prelude::*;
use leptos::task::spawn_local;
use ui::{Button, ButtonSize, Dialog, EmptyState, LinkButton, Load, Toast, Toaster, use_toaster};

use super::{files::FileActs, stage::Stage, template::TemplateActs};
use crate::{
    api,
    definition::Definition,
    model::Version,
    parts::desk::{Desk, Intention, Keeping},
};

/// The draft and the versions of a workflow; each version can become the draft, or be compared
/// with it. Below them, the design as a file.
#[component]
pub fn VersionsDialog(
    stage: Stage,
    open: RwSignal<bool>,
    /// Whether a file is being read instead.
    importing: RwSignal<bool>,
    /// Whether the design is being saved as a template instead.
    templating: RwSignal<bool>,
    /// The version whose items are being taken up instead.
    taking: RwSignal<Option<i64>>,
    viewer: StoredValue<Viewer>,
    /// Who changed the draft last, and when, as the page was loaded.
    changed: Option<(MemberId, DateTime<Utc>)>,
) -> impl IntoView {
    let desk = stage.desk;
    let changed = StoredValue::new(changed.map(|(who, when)| said(viewer, who, when)));
    view! {
        <Dialog id="versions" open title="Versions">
            {move || {
                (desk.version.get() != 0).then(|| view! { <DraftRow desk open changed=changed.get_value()/> })
            }}
            <VersionList stage open taking viewer/>
            <FileActs stage open importing/>
            <TemplateActs open templating/>
            <PublicFormActs desk viewer/>
        </Dialog>
    }
}

/// The way to the public form, for who decides about it.
#[component]
fn PublicFormActs(desk: Desk, viewer: StoredValue<Viewer>) -> impl IntoView {
    let address = desk.live.with_untracked(|live| format!("/workflows/{}/form", live.head.key));
    viewer.with_value(|viewer| viewer.may(Permission::WorkflowPublish)).then(|| {
        view! {
            <h3>"Public form"</h3>
            <p class="design-file-note">"People who are not logged in start items by a link. It asks for what runs, not for the draft."</p>
            <div class="design-file-acts">
                <LinkButton href=address size=ButtonSize::Small icon="link">"Public form"</LinkButton>
            </div>
        }
    })
}

/// Who did something and when.
fn said(viewer: StoredValue<Viewer>, who: MemberId, when: DateTime<Utc>) -> String {
    viewer.with_value(|viewer| {
        let when = ui::when::written(when, &viewer.settings, viewer.today);
        let who = viewer.directory.person(who).map_or("Somebody", |person| person.name.as_str());
        format!("{when} · {who}")
    })
}

/// The draft, which can be dropped.
#[component]
fn DraftRow(desk: Desk, open: RwSignal<bool>, changed: Option<String>) -> impl IntoView {
    let toaster = use_toaster();
    let pending = RwSignal::new(false);
    let discard = move |_| {
        pending.set(true);
        let version = desk.version.get_untracked();
        spawn_local(async move {
            let answer = api::discard_draft(desk.workflow_id, version).await;
            if pending.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(()) => {
                    open.set(false);
                    toaster.show(Toast::new("The draft is discarded"));
                    desk.show_kept(desk.live.with_untracked(|live| live.head.key.clone()));
                }
                Err(error) => {
                    toaster.show(Toast::failed(error.to_string()));
                }
            }
        });
    };
    view! {
        <ul class="design-versions">
            <li>
                <span>
                    <strong>"Draft"</strong>
                    <small>{changed.unwrap_or_else(|| "begun just now".to_owned())}</small>
                </span>
                <Button
                    size=ButtonSize::Small
                    pending
                    disabled=Signal::derive(move || desk.keeping.get() != Keeping::Kept)
                    on_click=discard
                >
                    "Discard draft"
                </Button>
            </li>
        </ul>
    }
}

#[component]
fn VersionList(
    stage: Stage,
    open: RwSignal<bool>,
    taking: RwSignal<Option<i64>>,
    viewer: StoredValue<Viewer>,
) -> impl IntoView {
    let id = stage.desk.workflow_id;
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
                        view! { <Row stage open taking viewer version runs/> }
                    })
                    .collect_view();
                view! { <ul class="design-versions">{rows}</ul> }.into_any()
            }}
        </Load>
    }
}

#[component]
fn Row(
    stage: Stage,
    open: RwSignal<bool>,
    taking: RwSignal<Option<i64>>,
    viewer: StoredValue<Viewer>,
    version: Version,
    /// Whether it is the one that runs.
    runs: bool,
) -> impl IntoView {
    let desk = stage.desk;
    let toaster = use_toaster();
    let pending = RwSignal::new(false);
    let number = version.number;
    let said = said(viewer, version.published_by, version.published_at);
    let said = if runs { format!("runs since {said}") } else { said };
    let stay = (version.open_count != 0).then(|| {
        let count = version.open_count;
        let key = desk.live.with_untracked(|live| live.head.key.clone());
        let href = format!("/workflows/{key}?version={number}");
        let text = match count {
            1 => "1 item stays on it".to_owned(),
            _ => format!("{} items stay on it", ui::number::grouped(count)),
        };
        let may = viewer.with_value(|viewer| viewer.may(Permission::WorkflowPublish));
        let take = move |_| {
            open.set(false);
            taking.set(Some(number));
        };
        view! {
            <small>{text}</small>
            <span class="design-version-acts">
                <LinkButton href size=ButtonSize::Small>
                    "Show"
                </LinkButton>
                {may
                    .then(|| {
                        view! {
                            <Button size=ButtonSize::Small on_click=take>
                                "Take along …"
                            </Button>
                        }
                    })}
            </span>
        }
    });
    let load = move |then: fn(Stage, Toaster, i64, Definition)| {
        pending.set(true);
        spawn_local(async move {
            let answer = api::load_version(desk.workflow_id, number).await;
            if pending.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(before) => {
                    open.set(false);
                    then(stage, toaster, number, before);
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
                {stay}
            </span>
            <span class="design-version-acts">
                <Button size=ButtonSize::Small pending on_click=move |_| load(compare)>
                    "Compare"
                </Button>
                <Button size=ButtonSize::Small pending on_click=move |_| load(take_up)>
                    "Use as draft"
                </Button>
            </span>
        </li>
    }
}

/// Makes a version the draft.
fn take_up(stage: Stage, toaster: Toaster, number: i64, before: Definition) {
    stage.desk.change(Intention::Once, |definition| *definition = before);
    toaster.show(Toast::new(format!("The draft is as version {number} was")));
}

/// Marks in the drawing what the design has otherwise than a version.
fn compare(stage: Stage, _: Toaster, number: i64, before: Definition) {
    stage.compared.set(Some((number, before)));
    stage.drawn.set(true);
    stage.fit();
}

//! Designing a workflow: its steps and the ways between them as an outline, what the checks say, and publishing it.

mod publish;
mod step;
mod versions;

use kernel::{Permission, Viewer, use_viewer};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use ui::{
    Banner, Breadcrumbs, Button, ButtonSize, ButtonVariant, Crumb, Icon, IconButton, IconSize, Skeleton,
    TextField, Tone, TopBar, Wait, hotkeys::hotkey,
};

use self::{publish::PublishDialog, step::StepRow, versions::VersionsDialog};
use super::frame::PageError;
use crate::{
    api,
    definition::{Finding, NAME_MAX, NOUN_MAX, check},
    model::{Design, WorkflowHead},
    parts::{
        browser::{fresh_id, show},
        desk::{Desk, Intention, Keeping},
    },
};

/// `/workflows/:key/design`
#[component]
pub fn DesignPage() -> impl IntoView {
    let params = use_params_map();
    let key = Memo::new(move |_| params.with(|params| params.get("key").unwrap_or_default()));
    let design = kernel::page_data(move || key.get(), |key| async move { api::load_design(key).await });
    let viewer = use_viewer();
    // When the viewer is read again, what is on the desk stays there.
    let (owner, loads) = (Owner::current(), StoredValue::new(0_u64));
    let held = StoredValue::new(None::<(u64, Desk)>);
    let again = Callback::new(move |()| {
        loads.update_value(|loads| *loads += 1);
        design.refetch();
    });
    view! {
        <Wait fallback=|| view! { <Skeleton rows=8/> } content=move || {
                let owner = owner.clone();
                async move {
                    match (viewer.await, design.await) {
                        (Ok(viewer), Ok(loaded)) => {
                            let load = loads.get_value();
                            let same = |(at, desk): &(u64, Desk)| *at == load && desk.workflow_id == loaded.live.head.id;
                            let desk = match held.get_value().filter(same) {
                                Some((_, desk)) => desk,
                                None => {
                                    let make = || Desk::new(loaded.clone());
                                    let desk = owner.map_or_else(make, |owner| owner.with(make));
                                    held.set_value(Some((load, desk)));
                                    desk
                                }
                            };
                            view! { <Designer desk design=loaded viewer again/> }.into_any()
                        }
                        (Err(error), _) | (_, Err(error)) => {
                            view! { <PageError error retry=move || design.refetch()/> }.into_any()
                        }
                    }
                }
            }/>
    }
}

/// The page of one design. `again` loads it anew.
#[component]
fn Designer(desk: Desk, design: Design, viewer: Viewer, again: Callback<()>) -> impl IntoView {
    let head = design.live.head.clone();
    let (number, changed) = (design.number, design.changed);
    let key = StoredValue::new(head.key.clone());
    let (publishing, looking_back) = (RwSignal::new(false), RwSignal::new(false));
    let viewer = StoredValue::new(viewer);
    // Behind a dialog nothing changes.
    let free = move || !publishing.get_untracked() && !looking_back.get_untracked();
    hotkey("mod+z", move || {
        if free() {
            desk.undo()
        }
    });
    hotkey("mod+shift+z", move || {
        if free() {
            desk.redo()
        }
    });
    hotkey("mod+y", move || {
        if free() {
            desk.redo()
        }
    });
    ui::list_keys("Design", &[("Ctrl+Z", "Undo"), ("Ctrl+Shift+Z", "Redo")]);

    let ids = Memo::new(move |_| {
        desk.definition.with(|definition| definition.steps.iter().map(|step| step.id).collect::<Vec<_>>())
    });
    let add_last = move |_| {
        let id = fresh_id();
        desk.change(Intention::Once, |definition| {
            definition.insert_step(definition.steps.len().checked_sub(1), id);
        });
        show(&format!("field-step-{id}-name"));
    };
    let findings = Memo::new(move |_| desk.definition.with(check));
    view! {
        <Bar head number desk publishing looking_back viewer/>
        <PublishDialog desk open=publishing findings/>
        <VersionsDialog desk open=looking_back viewer changed again/>
        <div class="page design">
            <div class="design-main">
                {move || match desk.keeping.get() {
                    Keeping::Failed(error) => {
                        let overtaken = matches!(error, kernel::Error::Conflict(_));
                        let actions = move || {
                            if overtaken {
                                view! {
                                    <Button size=ButtonSize::Small on_click=move |_| desk.keep_mine(key.get_value())>
                                        "Keep mine"
                                    </Button>
                                    <Button size=ButtonSize::Small on_click=move |_| again.run(())>
                                        "Take theirs"
                                    </Button>
                                }
                                    .into_any()
                            } else {
                                view! {
                                    <Button size=ButtonSize::Small on_click=move |_| desk.keep()>
                                        "Try again"
                                    </Button>
                                }
                                    .into_any()
                            }
                        };
                        Some(
                            view! {
                                <Banner tone=Tone::Danger actions>
                                    {error.to_string()}
                                </Banner>
                            },
                        )
                    }
                    _ => None,
                }}
                <section class="panel-card" aria-label="The workflow">
                    <div class="panel-card-body">
                        <Names desk/>
                    </div>
                </section>
                <ol class="design-steps" aria-label="Steps">
                    <For each=move || ids.get() key=|id| *id let:id>
                        <StepRow desk id viewer/>
                    </For>
                </ol>
                <div id="add-step" tabindex="-1">
                    <Button icon="plus" on_click=add_last>"Add a step"</Button>
                </div>
            </div>
            <Checks findings/>
        </div>
    }
}

/// The bar above a design.
#[component]
fn Bar(
    head: WorkflowHead,
    number: i64,
    desk: Desk,
    publishing: RwSignal<bool>,
    looking_back: RwSignal<bool>,
    viewer: StoredValue<Viewer>,
) -> impl IntoView {
    let name = StoredValue::new(head.name.clone());
    let board = StoredValue::new(format!("/workflows/{}", head.key));
    let state = move || match (desk.keeping.get(), desk.version.get()) {
        (Keeping::Kept, 0) if number == 0 => "As it runs".to_owned(),
        (Keeping::Kept, 0) => format!("As version {number} runs"),
        (Keeping::Kept, _) => "Draft kept".to_owned(),
        (Keeping::Waiting | Keeping::UnderWay, _) => "Keeping the draft …".to_owned(),
        (Keeping::Failed(_), _) => "The draft is not kept".to_owned(),
    };
    view! {
        <Title text=format!("Design of {}", head.name)/>
        <h1 class="visually-hidden">{format!("Design of {}", head.name)}</h1>
        <TopBar
            title="Design"
            back=board.get_value()
            path=move || {
                view! {
                    <Breadcrumbs icon="workflow">
                        <Crumb href="/workflows">"Workflows"</Crumb>
                        <Crumb href=board.get_value()>{name.get_value()}</Crumb>
                        <Crumb>"Design"</Crumb>
                    </Breadcrumbs>
                }
            }
        >
            <span class="design-state">{state}</span>
            <IconButton
                icon="undo-2"
                label="Undo"
                keys="Ctrl+Z"
                disabled=Signal::derive(move || !desk.can_undo())
                on_click=move |_| desk.undo()
            />
            <IconButton
                icon="redo-2"
                label="Redo"
                keys="Ctrl+Shift+Z"
                disabled=Signal::derive(move || !desk.can_redo())
                on_click=move |_| desk.redo()
            />
            <IconButton icon="history" label="Versions" on_click=move |_| looking_back.set(true)/>
            {viewer
                .with_value(|viewer| viewer.may(Permission::WorkflowPublish))
                .then(|| {
                    view! {
                        <Button
                            variant=ButtonVariant::Primary
                            disabled=Signal::derive(move || {
                                desk.version.get() == 0 || desk.keeping.get() != Keeping::Kept
                            })
                            on_click=move |_| publishing.set(true)
                        >
                            "Publish"
                        </Button>
                    }
                })}
        </TopBar>
    }
}

/// What the workflow and its items are called.
#[component]
fn Names(desk: Desk) -> impl IntoView {
    let name = desk.text(|definition| definition.name.clone());
    let noun = desk.text(|definition| definition.item_noun.clone());
    view! {
        <div class="form-grid">
            <TextField
                name="name"
                label="Name"
                maxlength=i64::try_from(NAME_MAX).unwrap_or(60)
                bind=name
                on_input=Callback::new(move |text| {
                    desk.change(Intention::Typing("name"), |definition| definition.name = text);
                })
            />
            <TextField
                name="item_noun"
                label="One item is called"
                maxlength=i64::try_from(NOUN_MAX).unwrap_or(30)
                bind=noun
                on_input=Callback::new(move |text| {
                    desk.change(Intention::Typing("item_noun"), |definition| definition.item_noun = text);
                })
            />
        </div>
    }
}

/// What the checks say, each with the way to its place.
#[component]
fn Checks(findings: Memo<Vec<Finding>>) -> impl IntoView {
    let line = |finding: Finding| {
        let (icon, class) =
            if finding.blocks { ("circle-alert", "is-danger") } else { ("triangle-alert", "is-warning") };
        let text = finding.text;
        let words = match finding.step {
            Some(step) => {
                let place = format!("field-step-{step}-name");
                view! {
                    <button type="button" class="quiet-link" on:click=move |_| show(&place)>
                        {text}
                    </button>
                }
                .into_any()
            }
            None => text.into_any(),
        };
        view! {
            <li class=class>
                <Icon name=icon size=IconSize::Small/>
                <span>{words}</span>
            </li>
        }
    };
    let fine = |text| {
        view! {
            <li class="is-fine">
                <Icon name="check" size=IconSize::Small/>
                <span>{text}</span>
            </li>
        }
    };
    view! {
        <aside class="panel-card design-checks" aria-label="Checks">
            <header>
                <h2>"Checks"</h2>
                <span class="is-end" role="status">
                    {move || match findings.with(|findings| findings.iter().filter(|one| one.blocks).count()) {
                        0 => "can be published".to_owned(),
                        1 => "1 to put right".to_owned(),
                        some => format!("{some} to put right"),
                    }}
                </span>
            </header>
            <ul class="design-findings">
                {move || findings.get().into_iter().map(line).collect_view()}
                {move || {
                    findings
                        .with(|findings| findings.iter().all(|one| !one.blocks))
                        .then(|| (fine("Every step can be reached"), fine("Every step can come to an end")))
                }}
            </ul>
        </aside>
    }
}

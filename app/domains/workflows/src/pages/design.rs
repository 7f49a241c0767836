//! Designing a workflow: its steps and the ways between them as a drawing and as an outline, what the checks say, and
//! publishing it.

mod canvas;
mod files;
mod index;
mod inspector;
mod outline;
mod publish;
mod replay;
mod stage;
mod take_up;
mod template;
mod versions;
mod view;

use kernel::{Heard, Permission, Viewer, use_news, use_viewer};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use ui::{
    Banner, Breadcrumbs, Button, ButtonSize, ButtonVariant, Company, Crumb, IconButton, Others, Segment,
    Segmented, Skeleton, Tone, TopBar, Wait, hotkeys::hotkey,
};

use self::{
    canvas::{Canvas, Finder, KEYS},
    files::ImportDialog,
    inspector::Inspector,
    outline::Outline,
    publish::PublishDialog,
    stage::{Doing, Stage},
    take_up::TakeUpDialog,
    template::TemplateDialog,
    versions::VersionsDialog,
};
use super::frame::PageError;
use crate::{
    api,
    definition::check,
    model::{Design, WorkflowHead},
    parts::{
        browser::is_behind_dialog,
        company::AT_DESIGN,
        desk::{Desk, Keeping},
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
    let owner = Owner::current();
    let held = StoredValue::new(None::<Desk>);
    let shown = RwSignal::new(None);
    let company = Company::new(&AT_DESIGN, Memo::new(move |_| shown.get()));
    view! {
        <Wait fallback=|| view! { <Skeleton rows=8/> } content=move || {
                let owner = owner.clone();
                async move {
                    match (viewer.await, design.await) {
                        (Ok(viewer), Ok(loaded)) => {
                            let same = |desk: &Desk| desk.workflow_id == loaded.live.head.id;
                            let desk = held.get_value().filter(same).unwrap_or_else(|| {
                                let make = || Desk::new(loaded.clone());
                                let desk = owner.map_or_else(make, |owner| owner.with(make));
                                held.set_value(Some(desk));
                                desk
                            });
                            if shown.get_untracked() != Some(desk.workflow_id.uuid()) {
                                shown.set(Some(desk.workflow_id.uuid()));
                            }
                            view! { <Designer desk design=loaded viewer company/> }.into_any()
                        }
                        (Err(error), _) | (_, Err(error)) => {
                            view! { <PageError error retry=move || design.refetch()/> }.into_any()
                        }
                    }
                }
            }/>
    }
}

/// The page of one design.
#[component]
fn Designer(desk: Desk, design: Design, viewer: Viewer, company: Company) -> impl IntoView {
    let head = design.live.head.clone();
    let (number, changed) = (design.number, design.changed);
    let (others, job_types) = (design.others.clone(), design.job_types.clone());
    let key = StoredValue::new(head.key.clone());
    let (publishing, looking_back) = (RwSignal::new(false), RwSignal::new(false));
    let (importing, templating) = (RwSignal::new(false), RwSignal::new(false));
    let taking = RwSignal::new(None::<i64>);
    let viewer = StoredValue::new(viewer);
    // Behind a dialog and during a drag nothing is taken back.
    let stage = Stage::new(desk, viewer, company, others, job_types);
    let free = move || {
        let rests = stage.doing.with_untracked(|doing| *doing == Doing::Nothing);
        rests && !is_behind_dialog()
    };
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
    ui::list_keys("Design", &KEYS);

    follow_others(stage, key);

    let findings = Memo::new(move |_| {
        let mut found = desk.definition.with(check);
        // What keeps it from being published stands before what is only doubtful.
        let doubts = found.iter().position(|one| !one.blocks).unwrap_or(found.len());
        found.splice(doubts..doubts, desk.faults.get());
        found
    });
    let drawn = stage.drawn;
    view! {
        <Bar head number desk publishing looking_back viewer company/>
        <PublishDialog desk open=publishing findings/>
        <VersionsDialog stage open=looking_back importing templating taking viewer changed/>
        <ImportDialog stage open=importing/>
        <TemplateDialog stage open=templating/>
        <TakeUpDialog desk taking/>
        <NotKept desk key/>
        <div class="design" class:is-drawn=move || drawn.get()>
            <div class="design-switch">
                <Segmented label="How it is shown">
                    <Segment selected=Signal::derive(move || !drawn.get()) on_click=move |_| drawn.set(false)>
                        "Outline"
                    </Segment>
                    <Segment selected=Signal::derive(move || drawn.get()) on_click=move |_| drawn.set(true)>
                        "Drawing"
                    </Segment>
                </Segmented>
                <Others company viewer=viewer.get_value()/>
            </div>
            <Outline stage findings/>
            <Canvas stage/>
            <Inspector stage/>
            <Finder stage/>
        </div>
    }
}

/// Shows what others keep as soon as nothing is under way here. Whoever has changed something meanwhile is asked instead, when
/// that is kept.
fn follow_others(stage: Stage, key: StoredValue<String>) {
    let (desk, me) = (stage.desk, stage.viewer.with_value(|viewer| viewer.member_id.uuid()));
    let behind = RwSignal::new(false);
    let listener = Callback::new(move |heard| match heard {
        Heard::News { subject_id, .. } if subject_id == me => {}
        Heard::News { .. } | Heard::Missed => behind.set(true),
        Heard::Present(_) => {}
    });
    use_news(move || Some(api::design_topic(desk.workflow_id)), listener);
    Effect::new(move |_| {
        let rests = stage.doing.with(|doing| *doing == Doing::Nothing) && stage.naming.with(Option::is_none);
        if behind.get() && rests && desk.keeping.get() == Keeping::Kept {
            behind.set(false);
            desk.follow(key.get_value());
        }
    });
}

/// What went wrong with keeping the draft, and the ways on.
#[component]
fn NotKept(desk: Desk, key: StoredValue<String>) -> impl IntoView {
    let button = |label: &'static str, act: Callback<()>| {
        view! { <Button size=ButtonSize::Small on_click=move |_| act.run(())>{label}</Button> }
    };
    let keep_mine = Callback::new(move |()| desk.keep_mine(key.get_value()));
    let take_theirs = Callback::new(move |()| desk.show_kept(key.get_value()));
    let keep = Callback::new(move |()| desk.keep());
    move || match desk.keeping.get() {
        Keeping::Failed(error) => {
            let overtaken = matches!(error, kernel::Error::Conflict(_));
            let actions = move || {
                if overtaken {
                    vec![button("Keep mine", keep_mine), button("Take theirs", take_theirs)]
                } else {
                    vec![button("Try again", keep)]
                }
            };
            Some(view! {
                <Banner tone=Tone::Danger actions>
                    {error.to_string()}
                </Banner>
            })
        }
        _ => None,
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
    company: Company,
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
            <span class="design-company"><Others company viewer=viewer.get_value()/></span>
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
                                desk.version.get() == 0 || desk.keeping.get() != Keeping::Kept || !desk.differs()
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

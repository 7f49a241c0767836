//! What is chosen, in full: a step with its ways, a way, several steps, or the workflow itself.

mod approval;
mod automatic;
mod booking;
mod condition;
mod form;
mod kind;
mod sla;
mod step;
mod together;

use kernel::StepId;
use leptos::prelude::*;
use ui::{Button, ButtonSize, ButtonVariant, Checkbox, IconButton, TextField};

use self::{condition::Condition, form::FormFields, step::StepFields};
use super::{
    canvas::{arrange, duplicate},
    stage::{Chosen, Stage, called, find_way},
};
use crate::{
    definition::{NAME_MAX, NOUN_MAX},
    diagram::arrange::Line,
    parts::desk::{Desk, Intention},
};

/// What the inspector is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum About {
    Workflow,
    Step(StepId),
    Way(StepId, StepId),
    Several(usize),
}

fn about(chosen: &Chosen) -> About {
    match (chosen.step(), chosen.way) {
        (Some(id), _) => About::Step(id),
        (None, Some((from, to))) => About::Way(from, to),
        (None, None) if chosen.steps.is_empty() => About::Workflow,
        (None, None) => About::Several(chosen.steps.len()),
    }
}

/// The panel beside the drawing; where there is no room, it lies over it while `stage.details` says so.
#[component]
pub fn Inspector(stage: Stage) -> impl IntoView {
    let about = Memo::new(move |_| stage.chosen.with(about));
    let title = move || match about.get() {
        About::Workflow => "Workflow".to_owned(),
        About::Step(_) => "Step".to_owned(),
        About::Way(..) => "Way".to_owned(),
        About::Several(count) => format!("{count} steps"),
    };
    view! {
        <aside class="inspector" class:is-open=move || stage.details.get() aria-label="Details">
            <header class="outline-head">
                <h2>{title}</h2>
                <IconButton
                    icon="x"
                    size=ButtonSize::Small
                    label="Close the details"
                    class="inspector-close"
                    on_click=move |_| stage.details.set(false)
                />
            </header>
            // Anew for each: fields that were kept would go on showing what they held.
            <For each=move || [about.get()] key=|about| *about let:about>
                {match about {
                    About::Workflow => view! { <Names desk=stage.desk/> <FormFields stage step=None/> }.into_any(),
                    About::Step(id) => view! { <StepFields stage id/> }.into_any(),
                    About::Way(from, to) => view! { <WayFields stage from to/> }.into_any(),
                    About::Several(_) => view! { <Several stage/> }.into_any(),
                }}
            </For>
        </aside>
    }
}

/// What the workflow and its items are called.
#[component]
fn Names(desk: Desk) -> impl IntoView {
    let name = desk.text(|definition| definition.name.clone());
    let noun = desk.text(|definition| definition.item_noun.clone());
    view! {
        <div class="inspector-part">
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
            <p class="text-meta">"Choose a step or a way to see what it does."</p>
        </div>
    }
}

/// A way: what it is called, and whether it leads back.
#[component]
fn WayFields(stage: Stage, from: StepId, to: StepId) -> impl IntoView {
    let desk = stage.desk;
    let name = desk.text(move |it| find_way(it, (from, to)).map(|way| way.name.clone()).unwrap_or_default());
    let rework = desk.flag(move |it| find_way(it, (from, to)).is_some_and(|way| way.rework));
    let end = move |id: StepId| {
        view! {
            <button type="button" class="quiet-link" on:click=move |_| stage.choose(id)>
                {move || desk.definition.with(|definition| called(definition, id))}
            </button>
        }
    };
    view! {
        <div class="inspector-part">
            <p class="inspector-way">{end(from)} <ui::Icon name="arrow-right" size=ui::IconSize::Small/> {end(to)}</p>
            <TextField
                name="way-name"
                label="Name of the way"
                maxlength=i64::try_from(NAME_MAX).unwrap_or(60)
                bind=name
                on_input=Callback::new(move |text: String| {
                    desk.change_way(Intention::Way(from, to), from, to, |way| way.name = text);
                })
            />
            <Checkbox
                name="way-rework"
                bind=rework
                on_change=Callback::new(move |on| {
                    desk.change_way(Intention::Once, from, to, |way| way.rework = on);
                })
            >
                "Leads back"
            </Checkbox>
            <OnRefusal stage from to/>
            <Condition stage from to/>
        </div>
        <footer class="inspector-acts">
            <Button variant=ButtonVariant::Secondary size=ButtonSize::Small icon="trash-2" on_click=move |_| stage.remove_chosen()>
                "Remove way"
            </Button>
        </footer>
    }
}

/// Whether a way out of a step where somebody approves is taken by what is refused. One that leads back always is.
#[component]
fn OnRefusal(stage: Stage, from: StepId, to: StepId) -> impl IntoView {
    let desk = stage.desk;
    let asks = Memo::new(move |_| {
        desk.definition.with(|definition| {
            let approves = definition.step(from).is_some_and(|step| step.approval.is_some());
            approves && find_way(definition, (from, to)).is_some_and(|way| !way.rework)
        })
    });
    let refuses = desk.flag(move |it| find_way(it, (from, to)).is_some_and(|way| way.refuses));
    view! {
        <Show when=move || asks.get()>
            <Checkbox
                name=format!("way-{from}-{to}-refuses")
                bind=refuses
                on_change=Callback::new(move |on| {
                    desk.change_way(Intention::Once, from, to, |way| way.refuses = on);
                })
            >
                "When refused"
            </Checkbox>
        </Show>
    }
}

/// What can be done with several steps at once.
#[component]
fn Several(stage: Stage) -> impl IntoView {
    let line = move |icon: &'static str, label: &'static str, line: Line| {
        let on_click = move |_| {
            let steps = stage.chosen.with_untracked(|chosen| chosen.steps.clone());
            stage.desk.change(Intention::Once, |definition| definition.align(&steps, line));
        };
        view! { <IconButton icon label on_click/> }
    };
    let spread = move |icon: &'static str, label: &'static str, upright: bool| {
        let on_click = move |_| {
            let steps = stage.chosen.with_untracked(|chosen| chosen.steps.clone());
            stage.desk.change(Intention::Once, |definition| definition.distribute(&steps, upright));
        };
        let few = Signal::derive(move || stage.chosen.with(|chosen| chosen.steps.len() < 3));
        view! { <IconButton icon label disabled=few on_click/> }
    };
    view! {
        <div class="inspector-part">
            <div class="inspector-tools" role="group" aria-label="In line">
                {line("align-start-vertical", "Bring left sides in line", Line::Left)}
                {line("align-center-vertical", "Bring middles in line, one below the other", Line::Center)}
                {line("align-start-horizontal", "Bring tops in line", Line::Top)}
                {line("align-center-horizontal", "Bring middles in line, side by side", Line::Middle)}
                {spread("align-horizontal-distribute-center", "Same gaps from left to right", false)}
                {spread("align-vertical-distribute-center", "Same gaps from top to bottom", true)}
            </div>
            <Button
                icon="network"
                on_click=move |_| {
                    arrange(stage);
                }
            >
                "Arrange these"
            </Button>
        </div>
        <footer class="inspector-acts">
            <Button
                size=ButtonSize::Small
                icon="copy"
                on_click=move |_| {
                    duplicate(stage);
                }
            >
                "Duplicate"
            </Button>
            <Button variant=ButtonVariant::Secondary size=ButtonSize::Small icon="trash-2" on_click=move |_| stage.remove_chosen()>
                "Remove steps"
            </Button>
        </footer>
    }
}

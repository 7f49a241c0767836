//! A version beside the design: what is new, changed and gone is marked in the drawing.

use kernel::StepId;
use leptos::{html, prelude::*};
use ui::{ButtonSize, IconButton};

use super::{
    super::stage::Stage,
    shapes::{elbow, stand},
};
use crate::{
    definition::{StepDefinition, TransitionDefinition},
    diagram::{rect, route::Rect},
};

/// What is compared, in a line above the drawing.
#[component]
pub fn CompareBar(stage: Stage) -> impl IntoView {
    move || {
        let number = stage.compared.with(|compared| compared.as_ref().map(|(number, _)| *number))?;
        Some(view! {
            <div class="flow-compare" role="status" data-calm="">
                <span>{format!("Compared with version {number}: ")}<strong>{move || stage.difference.with(|it| it.summary())}</strong></span>
                <span class="flow-legend is-new">"new"</span>
                <span class="flow-legend is-changed">"changed"</span>
                <span class="flow-legend is-gone">"gone"</span>
                <IconButton
                    icon="x"
                    size=ButtonSize::Small
                    label="Stop comparing"
                    on_click=move |_| stage.compared.set(None)
                />
            </div>
        })
    }
}

/// The lines of ways that are gone.
#[component]
pub fn GoneWays(stage: Stage) -> impl IntoView {
    let line = move |way: TransitionDefinition| {
        let d = elbow(place(stage, way.from)?, place(stage, way.to)?.center());
        Some(view! { <path class="flow-line is-gone" d=d></path> })
    };
    move || stage.difference.get().gone_ways.into_iter().map(line).collect_view()
}

/// The boxes of steps that are gone, where they stood.
#[component]
pub fn GoneSteps(stage: Stage) -> impl IntoView {
    let step = |step: StepDefinition| {
        let node = NodeRef::<html::Div>::new();
        let at = rect(&step);
        Effect::new(move |_| {
            if let Some(node) = node.get() {
                stand(&node, at, true);
            }
        });
        view! {
            <div class="flow-step is-gone" node_ref=node>
                <span class="flow-step-head">
                    <span class="flow-step-name">{step.name}</span>
                </span>
                <span class="flow-step-facts facts">
                    <span>"gone"</span>
                </span>
            </div>
        }
    };
    move || stage.difference.get().gone_steps.into_iter().map(step).collect_view()
}

/// Where a step is, or was.
fn place(stage: Stage, id: StepId) -> Option<Rect> {
    stage.drawing.with(|drawing| drawing.rect(id)).or_else(|| {
        let gone = stage.difference.get();
        gone.gone_steps.iter().find(|step| step.id == id).map(rect)
    })
}

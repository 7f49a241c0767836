//! The drawing: steps as boxes, ways as lines between them, and what the pointer and the keys do with them.

mod compare;
mod cursors;
mod finder;
mod gesture;
mod keys;
mod menu;
mod minimap;
mod shapes;

use std::time::Duration;

use kernel::StepId;
use leptos::{html, prelude::*};
use ui::{ButtonSize, Icon, IconButton, IconSize};
use web_sys::{KeyboardEvent, PointerEvent};

pub use self::finder::Finder;
pub use self::keys::{KEYS, arrange, duplicate, press};
use self::{
    compare::{CompareBar, GoneSteps, GoneWays},
    cursors::Cursors,
    gesture::use_gestures,
    menu::ActsMenu,
    minimap::Minimap,
    shapes::{Label, Naming, Ports, Preview, StepBox, WayLine, far_steps, far_ways},
};
use super::{
    stage::{Doing, Stage, Tool},
    view::View,
};
use crate::{
    diagram::{
        arrange::Guide,
        route::{Point, Rect},
    },
    parts::{browser::on_resize, drag::set_style},
};

/// Steps and ways are drawn this far beyond what is seen, in px of the drawing, so that moving the view a little draws nothing.
const BEYOND: f64 = 240.0;

/// As many steps are elements, even where nobody can read their names.
const FEW: usize = 100;
/// How long a change of size rests before everything is drawn in it.
const REST: Duration = Duration::from_millis(120);

/// The drawing with its tools. It comes with the script: the outline beside it does all the same.
#[component]
pub fn Canvas(stage: Stage) -> impl IntoView {
    let ready = RwSignal::new(false);
    let frame = stage.frame;
    watch_size(stage, ready);
    use_gestures(stage);
    let on_key = move |event: KeyboardEvent| press(stage, &event, true);
    let on_move = move |event: PointerEvent| {
        // Where the frame lies is not asked for nothing.
        if let (Some(frame), false) = (frame.get_untracked(), stage.company.is_alone()) {
            let place = frame.get_bounding_client_rect();
            let at = Point {
                x: f64::from(event.client_x()) - place.left(),
                y: f64::from(event.client_y()) - place.top(),
            };
            stage.point(stage.view.get_untracked().to_drawing(at));
        }
    };
    let tool = move || match (stage.tool.get(), stage.doing.get()) {
        (_, Doing::Panning) => "is-panning",
        (Tool::Choose, _) => "",
        (Tool::Pan, _) => "can-pan",
        (Tool::Connect, _) => "can-connect",
        (Tool::Space, _) => "can-space",
    };
    view! {
        <section class="flow" aria-label="Drawing">
            <div
                class=move || format!("flow-frame {}", tool())
                node_ref=frame
                on:keydown=on_key
                on:pointermove=on_move
                on:pointerleave=move |_| stage.company.rest()
                tabindex="0"
                role="group"
                aria-label="Steps and ways. Arrows go from step to step."
            >
                {move || ready.get().then(|| view! { <World stage/> })}
            </div>
            {move || ready.get().then(|| view! { <Tools stage/> <Zoom stage/> <Minimap stage/> })}
            <CompareBar stage/>
            <ActsMenu stage/>
            <p class="visually-hidden" role="status">
                {move || stage.said.get()}
            </p>
        </section>
    }
}

/// Keeps the size of the frame, and shows everything when it is known first.
fn watch_size(stage: Stage, ready: RwSignal<bool>) {
    Effect::new(move |_| {
        let Some(frame) = stage.frame.get() else { return };
        let measured = frame.clone();
        let measure = move || {
            let size = (f64::from(measured.client_width()), f64::from(measured.client_height()));
            if size == stage.size.get_untracked() || size.0 == 0.0 {
                return;
            }
            stage.size.set(size);
            if !ready.get_untracked() {
                stage.fit();
                // Not before what the server sent is taken over, of which the drawing is no part.
                request_animation_frame(move || {
                    ready.try_set(true);
                });
            }
        };
        on_resize(&frame, measure);
    });
}

/// What moves with the view.
#[component]
fn World(stage: Stage) -> impl IntoView {
    let world = NodeRef::<html::Div>::new();
    // The grid moves with the drawing.
    Effect::new(move |_| {
        let view = stage.view.get();
        if let Some(world) = world.get() {
            set_style(&world, "transform", &view.transform());
        }
        if let Some(frame) = stage.frame.get() {
            let grid = if view.is_far() { 100.0 } else { 20.0 } * view.scale;
            set_style(&frame, "background-size", &format!("{0} {0}", ui::number::pixels(grid)));
            set_style(
                &frame,
                "background-position",
                &format!("{} {}", ui::number::pixels(view.x), ui::number::pixels(view.y)),
            );
        }
    });
    let (rested, zooming) = use_rested(stage);
    // In steps, so that it changes seldom.
    let area = Memo::new(move |_| {
        let area = rested.get().area(stage.size.get()).grown(BEYOND);
        let coarse = |length: f64| (length / BEYOND).floor() * BEYOND;
        Rect {
            x: coarse(area.x),
            y: coarse(area.y),
            width: coarse(area.width) + 2.0 * BEYOND,
            height: coarse(area.height) + 2.0 * BEYOND,
        }
    });
    // A few boxes are drawn as such however small they are.
    let far = Memo::new(move |_| {
        let count = || stage.drawing.with(|drawing| drawing.nodes_within(area.get()).len());
        rested.with(|view| view.is_far()) && FEW < count()
    });
    // In the order of the design, in which they are read out.
    let steps = Memo::new(move |_| {
        let seen = stage
            .drawing
            .with(|drawing| if far.get() { Vec::new() } else { drawing.nodes_within(area.get()) });
        // What is chosen keeps the focus, wherever the view goes.
        let chosen = stage.chosen.with(|chosen| chosen.step()).filter(|_| !far.get());
        let is_seen = |id: &StepId| seen.binary_search(id).is_ok() || chosen == Some(*id);
        stage
            .desk
            .definition
            .with(|it| it.steps.iter().map(|step| step.id).filter(is_seen).collect::<Vec<_>>())
    });
    let ways = Memo::new(move |_| {
        let seen = stage
            .drawing
            .with(|drawing| if far.get() { Vec::new() } else { drawing.links_within(area.get()) });
        let is_seen = |way: &(StepId, StepId)| seen.binary_search(way).is_ok();
        stage.desk.definition.with(|it| {
            it.transitions.iter().map(|way| (way.from, way.to)).filter(is_seen).collect::<Vec<_>>()
        })
    });
    let overview = move || {
        (far.get() || zooming.get()).then(|| {
            view! {
                <path class="flow-line" d=move || stage.drawing.with(far_ways)></path>
                <path class="flow-far" d=move || stage.drawing.with(far_steps)></path>
            }
        })
    };
    view! {
        <div class="flow-world" class:is-moving=move || stage.doing.get() == Doing::Panning node_ref=world>
            <svg class="flow-lines" aria-hidden="true">
                {overview}
                <GoneWays stage/>
                <For each=move || ways.get() key=|way| *way let:way>
                    <WayLine stage way/>
                </For>
                <Preview stage/>
                <Guides stage/>
            </svg>
            <For each=move || ways.get() key=|way| *way let:way>
                <Label stage way/>
            </For>
            <GoneSteps stage/>
            <For each=move || steps.get() key=|id: &StepId| *id let:id>
                <StepBox stage id/>
            </For>
            <Ports stage/>
            <Naming stage/>
            <Cursors stage/>
        </div>
    }
}

/// The view by which it is chosen what is drawn, and whether it lags behind: moving shows new parts at once, while a change
/// of size scales what is there, over the shapes of all, until it rests. Making elements would hold up each of its frames.
fn use_rested(stage: Stage) -> (RwSignal<View>, Memo<bool>) {
    let rested = RwSignal::new(stage.view.get_untracked());
    Effect::new(move |_| {
        let view = stage.view.get();
        if rested.with_untracked(|rested| rested.scale == view.scale) {
            rested.set(view);
            return;
        }
        let later = move || {
            if stage.view.try_get_untracked() == Some(view) {
                rested.set(view);
            }
        };
        set_timeout(later, REST);
    });
    let zooming = Memo::new(move |_| rested.get().scale != stage.view.get().scale);
    (rested, zooming)
}

/// The lines that moving steps are on, and the rectangle that chooses.
#[component]
fn Guides(stage: Stage) -> impl IntoView {
    let line = |guide: Guide| {
        let (from, to) = if guide.upright {
            (Point { x: guide.at, y: guide.from }, Point { x: guide.at, y: guide.to })
        } else {
            (Point { x: guide.from, y: guide.at }, Point { x: guide.to, y: guide.at })
        };
        view! { <path class="flow-guide" d=shapes::straight(from, to)></path> }
    };
    move || match stage.doing.get() {
        Doing::Moving(guides) => guides.into_iter().map(line).collect_view().into_any(),
        Doing::Lasso(area) => view! { <path class="flow-lasso" d=shapes::outline(area)></path> }.into_any(),
        _ => ().into_any(),
    }
}

/// The bar with the tools.
#[component]
fn Tools(stage: Stage) -> impl IntoView {
    let tool = move |tool: Tool, icon: &'static str, label: &'static str, key: &'static str| {
        view! {
            <IconButton
                icon
                label
                keys=key
                pressed=Signal::derive(move || stage.tool.get() == tool)
                on_click=move |_| stage.take_up(tool)
            />
        }
    };
    view! {
        <div class="flow-tools" role="toolbar" aria-label="Tools" data-calm="">
            {tool(Tool::Choose, "mouse-pointer-2", "Choose and move", "V")}
            {tool(Tool::Pan, "hand", "Move the view", "H")}
            {tool(Tool::Connect, "spline", "Connect", "X")}
            {tool(Tool::Space, "unfold-vertical", "Make space", "M")}
            <span class="bar-separator"></span>
            <IconButton icon="square-plus" label="Add a step" keys="N" on_click=move |_| stage.ask_here()/>
            <IconButton
                icon="network"
                label="Arrange"
                keys="L"
                on_click=move |_| {
                    keys::arrange(stage);
                }
            />
        </div>
    }
}

/// How large the drawing is seen.
#[component]
fn Zoom(stage: Stage) -> impl IntoView {
    let percent = move || format!("{}%", crate::diagram::whole(stage.view.get().scale * 100.0));
    view! {
        <div class="flow-zoom" role="group" aria-label="Zoom" data-calm="">
            <IconButton
                icon="minus"
                size=ButtonSize::Small
                label="Smaller"
                keys="−"
                on_click=move |_| stage.zoom(0.8)
            />
            <button
                type="button"
                class="flow-percent"
                aria-label="Show in its own size"
                data-tooltip="Own size"
                data-tooltip-keys="0"
                on:click=move |_| stage.zoom(1.0 / stage.view.get_untracked().scale)
            >
                {percent}
            </button>
            <IconButton
                icon="plus"
                size=ButtonSize::Small
                label="Larger"
                keys="+"
                on_click=move |_| stage.zoom(1.25)
            />
            <button
                type="button"
                class="icon-button is-small"
                aria-label="Show everything"
                data-tooltip="Show everything"
                data-tooltip-keys="1"
                on:click=move |_| stage.fit()
            >
                <Icon name="scan" size=IconSize::Small/>
            </button>
        </div>
    }
}

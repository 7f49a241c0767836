//! What is drawn: boxes, lines, names.

use std::fmt::Write;

use kernel::StepId;
use leptos::{html, prelude::*};
use ui::{Icon, IconSize, StepGlyph, TeamTag};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, KeyboardEvent};

use super::super::{
    index::Index,
    stage::{Doing, Spot, Stage, find_way},
};
use crate::{
    automatic::Automatic,
    definition::{Definition, NAME_MAX, StepDefinition},
    diagram::{
        HEIGHT, WIDTH,
        route::{Drawing, Path, Point, Rect},
        whole,
    },
    parts::{desk::Intention, drag::set_style},
};

/// How far the corners of a line are rounded.
const CORNER: f64 = 8.0;

/// Everything about a step that its box shows.
#[derive(Clone, PartialEq)]
struct Shown {
    step: StepDefinition,
    number: usize,
    of: usize,
    faulty: bool,
    /// In words, for those who hear it.
    words: String,
}

fn shown(stage: Stage, index: &Index, definition: &Definition, id: StepId) -> Option<Shown> {
    let (place, step) = index.step(definition, id)?;
    Some(Shown {
        words: in_words(stage, index, definition, id),
        number: place + 1,
        of: definition.steps.len(),
        faulty: step.name.trim().is_empty(),
        step: step.clone(),
    })
}

/// A step with its team, and where the ways to it and from it lead.
fn in_words(stage: Stage, index: &Index, definition: &Definition, id: StepId) -> String {
    let Some((place, step)) = index.step(definition, id) else { return String::new() };
    let mut said = index.called(definition, id);
    let kind = match &step.automatic {
        _ if step.ends => "end",
        Some(Automatic::Branch) => "branch, step",
        Some(Automatic::Wait(_)) => "wait, step",
        Some(Automatic::Act(_)) => "automatic, step",
        Some(Automatic::Parallel) => "parallel ways, step",
        Some(Automatic::Join(_)) => "join, step",
        Some(Automatic::Children(_)) => "sub-workflow, step",
        None => "step",
    };
    write!(said, ", {kind} {} of {}", place + 1, definition.steps.len()).ok();
    let team = stage.viewer.with_value(|viewer| {
        step.team_id.and_then(|id| viewer.directory.team(id)).map(|team| team.name.clone())
    });
    if let Some(team) = team {
        write!(said, ", {team}").ok();
    }
    if let Some(approval) = &step.approval {
        write!(said, ", needs an approval: {}", approval.sentence()).ok();
    }
    match &step.automatic {
        Some(Automatic::Wait(wait)) => write!(said, ", {}", wait.sentence()).ok(),
        Some(Automatic::Join(needs)) => write!(said, ", {}", needs.sentence("parts")).ok(),
        Some(Automatic::Children(children)) => write!(said, ", {}", children.needs.sentence("items")).ok(),
        _ => None,
    };
    for way in index.ways_in(definition, id) {
        write!(said, ". From {}: {}", index.called(definition, way.from), way.name).ok();
    }
    for way in index.ways_out(definition, id) {
        write!(said, ". To {}: {}", index.called(definition, way.to), way.name).ok();
    }
    said
}

/// Puts something where it stands in the drawing.
pub fn stand(node: &HtmlElement, rect: Rect, sized: bool) {
    set_style(node, "transform", &format!("translate({}px, {}px)", whole(rect.x), whole(rect.y)));
    if sized {
        set_style(node, "width", &format!("{}px", whole(rect.width)));
    }
}

/// A step.
#[component]
pub fn StepBox(stage: Stage, id: StepId) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    let rect = Memo::new(move |_| stage.drawing.with(|drawing| drawing.rect(id)));
    Effect::new(move |_| {
        if let (Some(node), Some(rect)) = (node.get(), rect.get()) {
            stand(&node, rect, true);
        }
    });
    let it = Memo::new(move |_| stage.read(|index, definition| shown(stage, index, definition, id)));
    let is_chosen = Memo::new(move |_| stage.chosen.with(|chosen| chosen.steps.contains(&id)));
    let aimed = Memo::new(move |_| {
        stage.doing.with(|doing| match doing {
            Doing::Connecting { over: Some((over, may)), .. } if *over == id => Some(*may),
            _ => None,
        })
    });
    let class = move || {
        let end = if it.with(|it| it.as_ref().is_some_and(|it| it.step.ends)) { " is-end" } else { "" };
        let chosen = if is_chosen.get() { " is-chosen" } else { "" };
        let aimed = match aimed.get() {
            Some(true) => " is-target",
            Some(false) => " is-forbidden",
            None => "",
        };
        let differs = stage
            .difference
            .with(|found| differs(found.new_steps.contains(&id), found.changed_steps.contains(&id)));
        format!("flow-step{end}{chosen}{aimed}{differs}")
    };
    let glyph = move || {
        let glyph = it.get().map(|it| glyph(&it))?;
        Some(view! { <StepGlyph step=glyph/> })
    };
    let name = move || {
        it.with(|it| match it {
            Some(it) if !it.faulty => it.step.name.clone(),
            _ => "No name yet".to_owned(),
        })
    };
    let facts = move || {
        let step = it.get().map(|it| it.step).filter(|step| !step.ends)?;
        let team = stage.viewer.with_value(|viewer| {
            let team = step.team_id.and_then(|id| viewer.directory.team(id))?;
            Some(view! { <TeamTag name=team.name.clone() category=team.category/> })
        });
        let team = match team {
            Some(team) => team.into_any(),
            None => view! { <span>"No team"</span> }.into_any(),
        };
        let team = if step.automatic.is_some() && step.team_id.is_none() { None } else { Some(team) };
        let limit = step.wip_limit.filter(|_| step.automatic.is_none());
        let limit = limit.map(|limit| view! { <span>{format!("limit {limit}")}</span> });
        let automatic = step.automatic.map(|does| {
            let does = does.shown();
            view! { <span class="flow-step-kind"><Icon name=does.kind.icon() size=IconSize::Small/> {does.words}</span> }
        });
        let approval = step.approval.map(|_| {
            view! { <span class="flow-step-kind"><Icon name="stamp" size=IconSize::Small/> "approval"</span> }
        });
        Some(view! { <span class="flow-step-facts facts">{automatic} {team} {approval} {limit}</span> })
    };
    view! {
        <div
            class=class
            id=format!("flow-{id}")
            node_ref=node
            role="button"
            tabindex=move || if is_chosen.get() { "0" } else { "-1" }
            aria-pressed=move || if is_chosen.get() { "true" } else { "false" }
            aria-label=move || it.with(|it| it.as_ref().map(|it| it.words.clone()))
            data-step=id.to_string()
        >
            <span class="flow-step-head">
                {glyph}
                <span class="flow-step-name" class:is-missing=move || it.with(|it| it.as_ref().is_some_and(|it| it.faulty))>
                    {name}
                </span>
            </span>
            {facts}
        </div>
    }
}

fn glyph(it: &Shown) -> ui::Step {
    if it.step.ends {
        return ui::Step::Done;
    }
    let whole = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    ui::Step::At { position: whole(it.number), of: whole(it.of) }
}

/// The line of a way.
#[component]
pub fn WayLine(stage: Stage, way: (StepId, StepId)) -> impl IntoView {
    let path = Memo::new(move |_| stage.drawing.with(|drawing| drawing.path(way.0, way.1).cloned()));
    let line = Memo::new(move |_| path.with(|path| path.as_ref().map(|path| path.svg(CORNER))));
    let head = move || path.with(|path| path.as_ref().map(Path::tip));
    let back = Memo::new(move |_| stage.read(|index, it| index.way(it, way).is_some_and(|way| way.rework)));
    let guarded = Memo::new(move |_| {
        stage.read(|index, it| index.way(it, way).is_some_and(|way| !way.guard.trim().is_empty()))
    });
    let mark = move || guarded.get().then(|| path.with(|path| path.as_ref().map(diamond)));
    let is_chosen = Memo::new(move |_| stage.chosen.with(|chosen| chosen.way == Some(way)));
    let class = move || {
        let differs = stage
            .difference
            .with(|found| differs(found.new_ways.contains(&way), found.changed_ways.contains(&way)));
        format!("flow-way{differs}")
    };
    view! {
        <g
            class=class
            class:is-back=move || back.get()
            class:is-chosen=move || is_chosen.get()
            data-from=way.0.to_string()
            data-to=way.1.to_string()
        >
            <path class="flow-hit" d=move || line.get()></path>
            <path class="flow-line" d=move || line.get()></path>
            <path class="flow-head" d=head></path>
            {move || mark().map(|d| view! { <path class="flow-guard" d=d></path> })}
        </g>
    }
}

/// The class of what differs from the version that is compared.
fn differs(new: bool, changed: bool) -> &'static str {
    match (new, changed) {
        (true, _) => " is-new",
        (_, true) => " is-changed",
        _ => "",
    }
}

/// The name of a way.
#[component]
pub fn Label(stage: Stage, way: (StepId, StepId)) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    let at =
        Memo::new(move |_| stage.drawing.with(|drawing| drawing.path(way.0, way.1).map(|path| path.label)));
    Effect::new(move |_| {
        if let (Some(node), Some(at)) = (node.get(), at.get()) {
            let at = format!("translate({}px, {}px) translate(-50%, -50%)", whole(at.x), whole(at.y));
            set_style(&node, "transform", &at);
        }
    });
    let name = Memo::new(move |_| {
        stage.read(|index, it| index.way(it, way).map(|way| way.name.clone()).unwrap_or_default())
    });
    let words = Memo::new(move |_| {
        stage.read(|index, it| {
            let guard = index.way(it, way).map(|way| way.guard.trim()).unwrap_or_default();
            let only = if guard.is_empty() { String::new() } else { format!(", open only if {guard}") };
            format!(
                "Way from {} to {}: {}{only}",
                index.called(it, way.0),
                index.called(it, way.1),
                name.get()
            )
        })
    });
    let is_chosen = Memo::new(move |_| stage.chosen.with(|chosen| chosen.way == Some(way)));
    view! {
        <div
            class="flow-label"
            class:is-chosen=move || is_chosen.get()
            class:is-empty=move || name.with(String::is_empty)
            id=format!("flow-{}-{}", way.0, way.1)
            node_ref=node
            role="button"
            tabindex=move || if is_chosen.get() { "0" } else { "-1" }
            aria-pressed=move || if is_chosen.get() { "true" } else { "false" }
            aria-label=move || words.get()
            data-from=way.0.to_string()
            data-to=way.1.to_string()
        >
            {move || name.get()}
        </div>
    }
}

/// Where ways begin, around the step that is chosen or under the pointer.
#[component]
pub fn Ports(stage: Stage) -> impl IntoView {
    let of = Memo::new(move |_| {
        let id = stage.hovered.get().or(stage.chosen.with(|chosen| chosen.step()))?;
        let calm = stage.doing.with(|doing| *doing == Doing::Nothing) && !stage.view.get().is_far();
        let rect = stage.drawing.with(|drawing| drawing.rect(id))?;
        calm.then_some((id, rect))
    });
    let ports = move || {
        let (id, rect) = of.get()?;
        let middle = rect.center();
        let at = [
            Point { x: middle.x, y: rect.y },
            Point { x: rect.right(), y: middle.y },
            Point { x: middle.x, y: rect.bottom() },
            Point { x: rect.x, y: middle.y },
        ];
        let port = |at: Point| {
            let node = NodeRef::<html::Span>::new();
            Effect::new(move |_| {
                if let Some(node) = node.get() {
                    let at = format!("translate({}px, {}px)", whole(at.x), whole(at.y));
                    set_style(&node, "transform", &at);
                }
            });
            view! { <span class="flow-port" node_ref=node data-port=id.to_string() aria-hidden="true"></span> }
        };
        Some(at.into_iter().map(port).collect_view())
    };
    view! { {ports} }
}

/// The way that is being drawn, and the step that a release would make.
#[component]
pub fn Preview(stage: Stage) -> impl IntoView {
    let drawn = Memo::new(move |_| {
        stage.doing.with(|doing| match doing {
            Doing::Connecting { from, to, over } => {
                let start = stage.drawing.with_untracked(|drawing| drawing.rect(*from))?;
                Some((start, *to, *over))
            }
            _ => None,
        })
    });
    move || {
        let (start, to, over) = drawn.get()?;
        let class = match over {
            Some((_, false)) => "flow-preview is-forbidden",
            _ => "flow-preview",
        };
        let new =
            Rect { x: to.x - f64::from(WIDTH) / 2.0, y: to.y, width: WIDTH.into(), height: HEIGHT.into() };
        let free = over.is_none() && !start.grown(20.0).contains(to);
        Some(view! {
            <path class=class d=elbow(start, to)></path>
            {free.then(|| view! { <path class="flow-new" d=outline(new)></path> })}
        })
    }
}

/// A line from the border of a step to a point.
pub fn elbow(start: Rect, to: Point) -> String {
    let middle = start.center();
    let from = if start.bottom() <= to.y {
        Point { x: middle.x, y: start.bottom() }
    } else if to.y <= start.y {
        Point { x: middle.x, y: start.y }
    } else if to.x < start.x {
        Point { x: start.x, y: middle.y }
    } else {
        Point { x: start.right(), y: middle.y }
    };
    straight(from, to)
}

/// A straight line.
pub fn straight(from: Point, to: Point) -> String {
    format!("M{} {}L{} {}", whole(from.x), whole(from.y), whole(to.x), whole(to.y))
}

/// A rectangle.
pub fn outline(rect: Rect) -> String {
    let (x, y) = (whole(rect.x), whole(rect.y));
    format!("M{x} {y}h{}v{}H{x}Z", whole(rect.width), whole(rect.height))
}

/// The mark of a condition, where a line begins.
fn diamond(path: &Path) -> String {
    let [start, next, ..] = path.points.as_slice() else { return String::new() };
    let (x, y) = start.towards(*next);
    let point = |along: f64, across: f64| {
        let at = Point { x: start.x + along * x - across * y, y: start.y + along * y + across * x };
        format!("{} {}", whole(at.x), whole(at.y))
    };
    format!("M{}L{}L{}L{}Z", point(1.0, 0.0), point(7.0, 5.0), point(13.0, 0.0), point(7.0, -5.0))
}

/// All steps from afar.
pub fn far_steps(drawing: &Drawing<StepId>) -> String {
    let mut text = String::new();
    for rect in drawing.rects() {
        text.push_str(&outline(*rect));
    }
    text
}

/// All ways from afar.
pub fn far_ways(drawing: &Drawing<StepId>) -> String {
    let mut text = String::new();
    for path in drawing.paths() {
        for (index, point) in path.points.iter().enumerate() {
            let letter = if index == 0 { 'M' } else { 'L' };
            write!(text, "{letter}{} {}", whole(point.x), whole(point.y)).ok();
        }
    }
    text
}

/// The field in which a step or a way gets its name, where it stands.
#[component]
pub fn Naming(stage: Stage) -> impl IntoView {
    move || stage.naming.get().map(|spot| view! { <NameField stage spot/> })
}

#[component]
fn NameField(stage: Stage, spot: Spot) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    let before = stage.desk.definition.with_untracked(|definition| match spot {
        Spot::Step(id) => definition.step(id).map(|step| step.name.clone()),
        Spot::Way(from, to) => find_way(definition, (from, to)).map(|way| way.name.clone()),
    });
    let rect = stage.drawing.with_untracked(|drawing| match spot {
        Spot::Step(id) => drawing.rect(id),
        Spot::Way(from, to) => drawing.path(from, to).map(|path| Rect {
            x: path.label.x - 80.0,
            y: path.label.y - 15.0,
            width: 160.0,
            height: 30.0,
        }),
    });
    Effect::new(move |_| {
        let (Some(node), Some(rect)) = (node.get(), rect) else { return };
        let rect = Rect { y: rect.y.max(rect.center().y - 15.0).min(rect.y + 4.0), ..rect };
        stand(&node, rect, true);
        node.focus().ok();
        node.select();
    });
    // Leaving the field is done once, whatever takes the focus from it.
    let done = StoredValue::new(false);
    let leave = move |keep: bool, text: Option<String>| {
        if done.try_get_value() != Some(false) {
            return;
        }
        done.set_value(true);
        if let Some(text) = text.filter(|_| keep) {
            let text = text.trim().to_owned();
            stage.desk.change(Intention::Once, |definition| match spot {
                Spot::Step(id) => {
                    definition
                        .steps
                        .iter_mut()
                        .filter(|step| step.id == id)
                        .for_each(|step| step.name.clone_from(&text));
                }
                Spot::Way(from, to) => {
                    let ways =
                        definition.transitions.iter_mut().filter(|way| way.from == from && way.to == to);
                    ways.for_each(|way| way.name.clone_from(&text));
                }
            });
        }
        stage.naming.set(None);
    };
    let text = |event: &web_sys::Event| {
        let field = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        field.map(|field| field.value())
    };
    let on_key = move |event: KeyboardEvent| {
        event.stop_propagation();
        match event.key().as_str() {
            _ if event.is_composing() => return,
            "Enter" => leave(true, text(&event)),
            "Escape" => leave(false, None),
            _ => return,
        }
        event.prevent_default();
        stage.focus(spot);
    };
    let label = match spot {
        Spot::Step(_) => "Name of the step in the drawing",
        Spot::Way(..) => "Name of the way in the drawing",
    };
    view! {
        <input
            class="flow-naming"
            data-calm=""
            node_ref=node
            maxlength=NAME_MAX.to_string()
            aria-label=label
            prop:value=before.unwrap_or_default()
            on:keydown=on_key
            on:blur=move |event| leave(true, text(&event))
        />
    }
}

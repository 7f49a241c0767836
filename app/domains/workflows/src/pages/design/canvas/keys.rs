//! The keys of the designer: the same in the drawing and in the outline beside it.

use std::collections::BTreeSet;

use kernel::StepId;
use leptos::{prelude::*, task::spawn_local};
use web_sys::KeyboardEvent;

use super::super::stage::{Chosen, Spot, Stage, Tool, called};
use crate::{
    api,
    diagram::{
        GRID,
        arrange::{Direction, neighbour},
        fragment::Fragment,
        rect,
        route::{Point, Rect},
    },
    parts::{
        browser::{fresh_id, show},
        desk::Intention,
    },
};

/// For the list of keys.
pub const KEYS: [(&str, &str); 14] = [
    ("Arrows", "Go to the next step"),
    ("Shift+Arrows", "Move what is chosen"),
    ("W", "Go to the next way out"),
    ("N", "Add a step"),
    ("C", "Connect"),
    ("Enter", "Rename"),
    ("Delete", "Remove"),
    ("Ctrl+A", "Choose all steps"),
    ("Ctrl+D", "Duplicate"),
    ("Ctrl+C, Ctrl+X, Ctrl+V", "Copy, cut and paste"),
    ("L", "Arrange"),
    ("V, H, X, M", "Choose, move the view, connect, make space"),
    ("+, −, 0, 1", "Larger, smaller, own size, everything"),
    ("Space", "Move the view while it is held"),
];

/// Does what a key says. `drawn` tells whether it was pressed in the drawing, where arrows go by what lies beside.
pub fn press(stage: Stage, event: &KeyboardEvent, drawn: bool) {
    let command = event.ctrl_key() || event.meta_key();
    let key = event.key();
    let done = match (key.as_str(), command, event.shift_key()) {
        ("ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown", false, shift) if !event.alt_key() => {
            arrow(stage, &key, shift, drawn)
        }
        ("ArrowUp", false, false) => reorder(stage, -1),
        ("ArrowDown", false, false) => reorder(stage, 1),
        ("Enter" | "F2", false, false) => rename(stage, drawn),
        ("Delete" | "Backspace", false, _) => remove(stage, drawn),
        ("Escape", false, _) => escape(stage),
        ("a" | "A", true, false) => all(stage),
        ("d" | "D", true, false) => duplicate(stage),
        ("c" | "C", false, false) => connect(stage),
        ("n" | "N", false, false) => add(stage),
        ("w" | "W", false, _) => next_way(stage),
        ("l" | "L", false, _) => arrange(stage),
        ("v" | "V", false, _) => choose_tool(stage, Tool::Choose),
        ("h" | "H", false, _) => choose_tool(stage, Tool::Pan),
        ("x" | "X", false, _) => choose_tool(stage, Tool::Connect),
        ("m" | "M", false, _) => choose_tool(stage, Tool::Space),
        ("+" | "=", false, _) => zoom(stage, Some(1.25)),
        ("-", false, _) => zoom(stage, Some(0.8)),
        ("0", false, _) => zoom(stage, None),
        ("1", false, _) => {
            stage.fit();
            true
        }
        _ => false,
    };
    if done {
        event.prevent_default();
        event.stop_propagation();
        if drawn {
            request_animation_frame(move || keep_focus(stage));
        }
    }
}

/// Gives the focus to the frame when what had it is not drawn any more: seen from afar, steps are no elements.
pub fn keep_focus(stage: Stage) {
    let nowhere = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
    if let Some(frame) = stage.frame.try_get_untracked().flatten().filter(|_| nowhere) {
        frame.focus().ok();
    }
}

fn zoom(stage: Stage, factor: Option<f64>) -> bool {
    stage.zoom(factor.unwrap_or_else(|| 1.0 / stage.view.get_untracked().scale));
    true
}

fn choose_tool(stage: Stage, tool: Tool) -> bool {
    stage.take_up(tool);
    true
}

/// Goes to the step that lies there, or moves what is chosen.
fn arrow(stage: Stage, key: &str, moves: bool, drawn: bool) -> bool {
    let (direction, x, y) = match key {
        "ArrowLeft" => (Direction::Left, -GRID, 0),
        "ArrowRight" => (Direction::Right, GRID, 0),
        "ArrowUp" => (Direction::Up, 0, -GRID),
        _ => (Direction::Down, 0, GRID),
    };
    let chosen = stage.chosen.get_untracked();
    if moves {
        if chosen.steps.is_empty() {
            return false;
        }
        stage.desk.change(Intention::Moving(chosen.steps.first().copied()), |definition| {
            definition.shift(&chosen.steps, x, y)
        });
        if let Some(id) = chosen.step() {
            stage.bring_into_view(id);
        }
        return true;
    }
    if let Some((from, to)) = chosen.way {
        let back = matches!(direction, Direction::Left | Direction::Up);
        go_to(stage, if back { from } else { to }, drawn);
        return true;
    }
    let next = stage.desk.definition.with_untracked(|definition| {
        let steps = &definition.steps;
        let from = chosen.steps.iter().next_back().copied();
        let Some(from) = from else { return steps.first().map(|step| step.id) };
        if drawn {
            return neighbour(definition, definition.step(from).map(rect)?, direction);
        }
        let place = steps.iter().position(|step| step.id == from)?;
        let next = match direction {
            Direction::Up => place.checked_sub(1)?,
            Direction::Down => place + 1,
            Direction::Left | Direction::Right => return None,
        };
        steps.get(next).map(|step| step.id)
    });
    if let Some(next) = next {
        go_to(stage, next, drawn);
    }
    true
}

fn go_to(stage: Stage, id: StepId, drawn: bool) {
    stage.choose(id);
    if drawn {
        stage.focus(Spot::Step(id));
    } else {
        show(&format!("outline-{id}"));
    }
}

/// Moves a step up or down in the order.
fn reorder(stage: Stage, by: isize) -> bool {
    let Some(id) = stage.chosen.with_untracked(Chosen::step) else { return false };
    stage.desk.change(Intention::Once, |definition| {
        if let Some(place) = definition.steps.iter().position(|step| step.id == id) {
            definition.move_step(place, by);
        }
    });
    let place = stage.desk.definition.with_untracked(|it| it.steps.iter().position(|step| step.id == id));
    stage.say(format!("{} is step {} now.", stage.name(id), place.unwrap_or_default() + 1));
    show(&format!("outline-{id}"));
    true
}

fn rename(stage: Stage, drawn: bool) -> bool {
    let chosen = stage.chosen.get_untracked();
    match (chosen.step(), chosen.way) {
        (Some(id), _) if drawn => stage.naming.set(Some(Spot::Step(id))),
        (_, Some((from, to))) if drawn => stage.naming.set(Some(Spot::Way(from, to))),
        (Some(id), _) => {
            stage.details.set(true);
            show(&format!("field-step-{id}-name"));
        }
        _ => return false,
    }
    true
}

fn remove(stage: Stage, drawn: bool) -> bool {
    if stage.chosen.with_untracked(|chosen| *chosen == Chosen::default()) {
        return false;
    }
    stage.remove_chosen();
    let next = stage.chosen.with_untracked(Chosen::step);
    match next {
        Some(next) if drawn => stage.focus(Spot::Step(next)),
        Some(next) => show(&format!("outline-{next}")),
        None if drawn => {
            if let Some(frame) = stage.frame.get_untracked() {
                frame.focus().ok();
            }
        }
        None => show("add-step"),
    }
    true
}

fn escape(stage: Stage) -> bool {
    if stage.menu.get_untracked().is_some() {
        stage.menu.set(None);
        return true;
    }
    if stage.tool.get_untracked() != Tool::Choose {
        stage.tool.set(Tool::Choose);
        return true;
    }
    let something = stage.chosen.with_untracked(|chosen| *chosen != Chosen::default());
    stage.choose_nothing();
    something
}

fn all(stage: Stage) -> bool {
    let steps = stage.desk.definition.with_untracked(|it| it.steps.iter().map(|step| step.id).collect());
    stage.chosen.set(Chosen { steps, way: None });
    true
}

/// Asks for the step that the chosen one leads to.
fn connect(stage: Stage) -> bool {
    let Some(id) = stage.chosen.with_untracked(Chosen::step) else { return false };
    stage.ask_behind(id, true);
    true
}

fn add(stage: Stage) -> bool {
    match stage.chosen.with_untracked(Chosen::step) {
        Some(id) => stage.ask_behind(id, false),
        None => stage.ask_here(),
    }
    true
}

/// Goes from way to way out of a step.
fn next_way(stage: Stage) -> bool {
    let chosen = stage.chosen.get_untracked();
    let Some(from) = chosen.step().or(chosen.way.map(|(from, _)| from)) else { return false };
    let next = stage.desk.definition.with_untracked(|definition| {
        let ways: Vec<StepId> = definition.ways_out(from).map(|way| way.to).collect();
        let place = chosen.way.and_then(|(_, to)| ways.iter().position(|way| *way == to));
        let next = place.map_or(0, |place| (place + 1) % ways.len().max(1));
        ways.get(next).copied()
    });
    match next {
        Some(to) => {
            stage.choose_way(from, to);
            let label = stage.drawing.with_untracked(|drawing| drawing.path(from, to).map(|path| path.label));
            if let Some(Point { x, y }) = label {
                let around = Rect { x: x - 60.0, y: y - 10.0, width: 120.0, height: 20.0 };
                let size = stage.size.get_untracked();
                stage.view.update(|view| *view = view.showing(around, size));
            }
            stage.focus(Spot::Way(from, to));
        }
        None => stage.say(format!("No way leads out of {}.", stage.name(from))),
    }
    true
}

/// Lets the program find better places: for what is chosen, if it is more than one step, else for everything.
pub fn arrange(stage: Stage) -> bool {
    let definition = stage.desk.definition.get_untracked();
    let chosen = stage.chosen.with_untracked(|chosen| chosen.steps.clone());
    let only = (1 < chosen.len()).then_some(chosen);
    spawn_local(async move {
        match api::arrange_steps(definition, only).await {
            Ok(places) => {
                if stage.frame.try_get_untracked().is_none() {
                    return;
                }
                stage.desk.change(Intention::Once, |definition| definition.put(&places));
                stage.say("The drawing is arranged.".to_owned());
                request_animation_frame(move || {
                    if stage.size.try_get_untracked().is_some() {
                        stage.fit();
                    }
                });
            }
            Err(error) => {
                stage.desk.toaster.show(ui::Toast::failed(error.to_string()));
            }
        }
    });
    true
}

/// Makes the same steps again beside those that are chosen.
pub fn duplicate(stage: Stage) -> bool {
    let chosen = stage.chosen.with_untracked(|chosen| chosen.steps.clone());
    let taken = stage.desk.definition.with_untracked(|definition| Fragment::of(definition, &chosen));
    taken.is_some_and(|taken| put(stage, taken, None))
}

/// What is chosen as text for the clipboard; cut takes it away.
pub fn copied(stage: Stage, cut: bool) -> Option<String> {
    let chosen = stage.chosen.with_untracked(|chosen| chosen.steps.clone());
    let taken = stage.desk.definition.with_untracked(|definition| Fragment::of(definition, &chosen))?;
    if cut {
        stage.remove_chosen();
    } else {
        stage.say(match chosen.len() {
            1 => "1 step is copied.".to_owned(),
            some => format!("{some} steps are copied."),
        });
    }
    Some(taken.text())
}

/// Takes in steps from the clipboard: in the middle of what is seen, unless they stood there already.
pub fn paste(stage: Stage, text: &str) -> bool {
    let Some(taken) = Fragment::read(text) else { return false };
    let seen = stage.view.get_untracked().area(stage.size.get_untracked());
    let middle = super::super::stage::place_around(seen.center());
    let first = taken.place();
    let is_seen = first.is_some_and(|at| seen.contains(Point { x: at.x.into(), y: at.y.into() }));
    put(stage, taken, (!is_seen).then_some(middle))
}

fn put(stage: Stage, taken: Fragment, at: Option<crate::definition::Place>) -> bool {
    let mut made = BTreeSet::new();
    stage.desk.change(Intention::Once, |definition| {
        made = taken.put_into(definition, at, fresh_id);
    });
    stage.say(match made.len() {
        1 => {
            let name = stage.desk.definition.with_untracked(|it| made.first().map(|id| called(it, *id)));
            format!("{} is added.", name.unwrap_or_default())
        }
        some => format!("{some} steps are added."),
    });
    if let Some(first) = made.first().copied() {
        stage.bring_into_view(first);
        stage.focus(Spot::Step(first));
    }
    stage.chosen.set(Chosen { steps: made, way: None });
    true
}

//! Drags: what they begin with, what they show, and what a release makes of them.

use std::{collections::BTreeSet, rc::Rc};

use gloo::timers::callback::Interval;
use kernel::StepId;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, PointerEvent};

use super::{Hands, On, Phase, distance};
use crate::{
    definition::Place,
    diagram::{
        arrange::{on_grid, snap},
        nodes,
        route::{Point, Rect},
        whole,
    },
    pages::design::stage::{Chosen, Doing, Spot, Tool, Wanted, place_around},
    parts::desk::Intention,
};

/// How near the border the view follows, by how much, and how often, in milliseconds.
const SCROLL_ZONE: f64 = 20.0;
const SCROLL_STEP: f64 = 10.0;
const SCROLL_EVERY: u32 = 15;
/// How near a step a release counts as on it, in CSS pixels.
const REACH: f64 = 20.0;

impl Hands {
    /// A press becomes a drag.
    pub(super) fn begin(self: &Rc<Self>) {
        let Phase::Pressed { at, on, pans, adds, .. } = self.phase.take() else { return };
        let stage = self.stage;
        let tool = stage.tool.get_untracked();
        let phase = match on {
            _ if pans => {
                stage.doing.set(Doing::Panning);
                Phase::Panning { at, view: stage.view.get_untracked() }
            }
            On::Port(from) => Phase::Connecting { from, _scroll: self.scroll() },
            On::Step(from) if tool == Tool::Connect => Phase::Connecting { from, _scroll: self.scroll() },
            _ if tool == Tool::Space => {
                let all = stage
                    .desk
                    .definition
                    .with_untracked(|it| nodes(it).map(|node| (node.key, node.rect)).collect());
                Phase::Spacing { from: at, all, made: None }
            }
            On::Step(id) => {
                if !stage.chosen.with_untracked(|chosen| chosen.steps.contains(&id)) {
                    if adds {
                        stage.toggle(id);
                    } else {
                        stage.chosen.set(Chosen { steps: BTreeSet::from([id]), way: None });
                    }
                }
                let chosen = stage.chosen.with_untracked(|chosen| chosen.steps.clone());
                let seen = stage.view.get_untracked().area(stage.size.get_untracked());
                let (moved, others) = stage.drawing.with_untracked(|drawing| {
                    let rect = |id: &StepId| Some((*id, drawing.rect(*id)?));
                    let others = drawing.nodes_within(seen).into_iter().filter(|id| !chosen.contains(id));
                    (
                        chosen.iter().filter_map(rect).collect(),
                        others.filter_map(|id| drawing.rect(id)).collect(),
                    )
                });
                Phase::Moving {
                    from: self.drawing_point(at),
                    moved,
                    by: (0.0, 0.0),
                    others,
                    _scroll: self.scroll(),
                }
            }
            On::Ground | On::Way(..) => {
                let before =
                    if adds { stage.chosen.with_untracked(|it| it.steps.clone()) } else { BTreeSet::new() };
                Phase::Choosing { from: self.drawing_point(at), before, _scroll: self.scroll() }
            }
        };
        *self.phase.borrow_mut() = phase;
    }

    /// Does what the drag does where the pointer is now.
    pub(super) fn go_on(&self) {
        let stage = self.stage;
        let (last, here) = (self.last.get(), self.drawing_point(self.last.get()));
        match &mut *self.phase.borrow_mut() {
            Phase::Idle | Phase::Pressed { .. } | Phase::Pinching { .. } => {}
            Phase::Panning { at, view } => stage.view.set(view.moved(last.x - at.x, last.y - at.y)),
            Phase::Choosing { from, before, .. } => {
                let area = between(*from, here);
                stage.doing.set(Doing::Lasso(area));
                let mut steps = before.clone();
                steps.extend(stage.drawing.with_untracked(|drawing| drawing.nodes_within(area)));
                if stage.chosen.with_untracked(|chosen| chosen.steps != steps) {
                    stage.chosen.set(Chosen { steps, way: None });
                }
            }
            Phase::Moving { from, moved, by, others, .. } => {
                let free = (here.x - from.x, here.y - from.y);
                let all = moved.iter().map(|(_, rect)| *rect).reduce(|one, other| one.union(other));
                let Some(all) = all else { return };
                let (snapped, guides) = snap(Rect { x: all.x + free.0, y: all.y + free.1, ..all }, others);
                let now = (free.0 + snapped.0, free.1 + snapped.1);
                if now != *by {
                    *by = now;
                    let shifted: Vec<_> = moved
                        .iter()
                        .map(|(id, rect)| (*id, Rect { x: rect.x + now.0, y: rect.y + now.1, ..*rect }))
                        .collect();
                    stage.drawing.update(|drawing| drawing.shift(&shifted));
                }
                stage.doing.set(Doing::Moving(guides));
            }
            Phase::Connecting { from, .. } => {
                let over = self.step_at(here).filter(|over| over != from);
                let over = over.map(|over| (over, stage.may_connect(*from, over)));
                stage.doing.set(Doing::Connecting { from: *from, to: here, over });
            }
            Phase::Spacing { from, all, made } => {
                let upright = (last.x - from.x).abs() < (last.y - from.y).abs();
                let start = self.drawing_point(*from);
                let (line, by) = if upright {
                    (start.y, on_grid(here.y - start.y))
                } else {
                    (start.x, on_grid(here.x - start.x))
                };
                *made = Some((upright, by));
                let moved = all.iter().map(|(id, rect)| {
                    let beyond = if upright { line <= rect.y } else { line <= rect.x };
                    let by = if beyond { f64::from(by) } else { 0.0 };
                    let (x, y) = if upright { (rect.x, rect.y + by) } else { (rect.x + by, rect.y) };
                    (*id, Rect { x, y, ..*rect })
                });
                let moved: Vec<_> = moved.collect();
                stage.doing.set(Doing::Spacing);
                stage.drawing.update(|drawing| drawing.shift(&moved));
            }
        }
    }

    /// The step that a release would be on.
    fn step_at(&self, at: Point) -> Option<StepId> {
        let reach = REACH / self.stage.view.get_untracked().scale;
        let around = Rect { x: at.x, y: at.y, width: 0.0, height: 0.0 }.grown(reach);
        self.stage.drawing.with_untracked(|drawing| {
            let near = drawing.nodes_within(around).into_iter();
            let near = near.filter_map(|id| Some((id, drawing.rect(id)?)));
            let distance = |rect: Rect| {
                let x = (rect.x - at.x).max(at.x - rect.right()).max(0.0);
                let y = (rect.y - at.y).max(at.y - rect.bottom()).max(0.0);
                x.hypot(y)
            };
            near.min_by(|one, other| distance(one.1).total_cmp(&distance(other.1))).map(|(id, _)| id)
        })
    }

    pub(super) fn release(self: &Rc<Self>, event: &Event) {
        let Some(event) = event.dyn_ref::<PointerEvent>() else { return };
        self.touches.borrow_mut().remove(&event.pointer_id());
        if !event.is_primary() && !matches!(*self.phase.borrow(), Phase::Pinching { .. }) {
            return;
        }
        let stage = self.stage;
        let here = self.drawing_point(self.last.get());
        let phase = self.phase.take();
        let doing = stage.doing.get_untracked();
        self.end();
        match phase {
            Phase::Idle | Phase::Panning { .. } | Phase::Pinching { .. } | Phase::Choosing { .. } => {}
            Phase::Pressed { on, adds, .. } => self.click(on, adds),
            Phase::Moving { moved, by, .. } => {
                let places: Vec<_> = moved
                    .iter()
                    .map(|(id, rect)| (*id, Place { x: whole(rect.x + by.0), y: whole(rect.y + by.1) }))
                    .collect();
                stage.desk.change(Intention::Once, |definition| definition.put(&places));
            }
            Phase::Connecting { from, .. } => match doing {
                Doing::Connecting { over: Some((to, true)), .. } => {
                    stage.connect(from, to);
                    stage.focus(Spot::Way(from, to));
                }
                Doing::Connecting { over: Some((to, false)), .. } => {
                    stage.say(format!("{} leads to {} already.", stage.name(from), stage.name(to)));
                    stage.choose_way(from, to);
                }
                Doing::Connecting { over: None, .. } => {
                    let start = stage.drawing.with_untracked(|drawing| drawing.rect(from));
                    if start.is_some_and(|start| !start.grown(REACH).contains(here)) {
                        let at = place_around(Point { x: here.x, y: here.y + 27.0 });
                        stage.wanted.set(Some(Wanted { at, from: Some(from), connects: false }));
                    }
                }
                _ => {}
            },
            Phase::Spacing { from, made, .. } => {
                let start = self.drawing_point(from);
                if let Some((upright, by)) = made {
                    let line = if upright { start.y } else { start.x };
                    stage.desk.change(Intention::Once, |definition| definition.make_space(upright, line, by));
                }
                stage.tool.set(Tool::Choose);
            }
        }
    }

    pub(super) fn pinch(&self) {
        self.stop();
        if let Some((center, spread)) = self.two() {
            self.stage.doing.set(Doing::Panning);
            *self.phase.borrow_mut() =
                Phase::Pinching { view: self.stage.view.get_untracked(), center, spread };
        }
    }

    pub(super) fn spread(&self) {
        let (Phase::Pinching { view, center, spread }, Some((now, wide))) =
            (&*self.phase.borrow(), self.two())
        else {
            return;
        };
        let moved = view.moved(now.x - center.x, now.y - center.y);
        self.stage.view.set(moved.zoomed(now, view.scale * wide / spread.max(1.0)));
    }

    /// The middle of two fingers, and how far they are apart.
    fn two(&self) -> Option<(Point, f64)> {
        let touches = self.touches.borrow();
        let mut touches = touches.values();
        let (one, other) = (*touches.next()?, *touches.next()?);
        let center = Point { x: (one.x + other.x) / 2.0, y: (one.y + other.y) / 2.0 };
        Some((center, distance(one, other)))
    }

    /// Moves the view while the pointer is near the border of the frame.
    fn scroll(self: &Rc<Self>) -> Interval {
        let hands = self.clone();
        Interval::new(SCROLL_EVERY, move || {
            let (at, size) = (hands.last.get(), hands.stage.size.get_untracked());
            let by = |at: f64, size: f64| {
                if at < SCROLL_ZONE {
                    SCROLL_STEP
                } else if size - SCROLL_ZONE < at {
                    -SCROLL_STEP
                } else {
                    0.0
                }
            };
            let (x, y) = (by(at.x, size.0), by(at.y, size.1));
            if x != 0.0 || y != 0.0 {
                hands.stage.view.update(|view| *view = view.moved(x, y));
                hands.go_on();
            }
        })
    }

    /// Ends a drag without a change.
    pub(super) fn stop(&self) {
        let phase = self.phase.take();
        self.end();
        if matches!(phase, Phase::Moving { .. } | Phase::Spacing { .. }) {
            // Everything stands where it stood, or where somebody else has put it meanwhile.
            self.stage.follow();
        }
    }

    fn end(&self) {
        if self.stage.doing.get_untracked() != Doing::Nothing {
            self.stage.doing.set(Doing::Nothing);
        }
    }
}

/// The rectangle with these corners.
fn between(one: Point, other: Point) -> Rect {
    Rect {
        x: one.x.min(other.x),
        y: one.y.min(other.y),
        width: (one.x - other.x).abs(),
        height: (one.y - other.y).abs(),
    }
}

//! Dragging an item to another step, lane or day, by mouse, pen or finger.
//!
//! A mouse drag starts after 5 px; a finger's after a press of 400 ms that stays in place, so that swiping still
//! scrolls. While dragging, the source keeps its place as an outline, columns show whether they are open, a tip says
//! what a release would do, and the page scrolls at its borders. Esc ends it without a change.

use std::{cell::RefCell, rc::Rc};

use gloo::{
    events::{EventListener, EventListenerOptions, EventListenerPhase},
    timers::callback::{Interval, Timeout},
};
use kernel::{ItemId, StepId};
use leptos::{html, prelude::*};
use send_wrapper::SendWrapper;
use ui::number::pixels;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, PointerEvent};

use crate::{model::Card, parts::state::BoardState};

/// How far a mouse moves before a press becomes a drag, in CSS pixels.
const THRESHOLD: f64 = 5.0;
/// How far a finger may tremble during the long press.
const TREMBLE: f64 = 10.0;
/// How long a finger presses before a drag starts, in milliseconds.
const LONG_PRESS: u32 = 400;
/// How near the border the board scrolls, and by how much a frame.
const SCROLL_ZONE: f64 = 44.0;
const SCROLL_STEP: f64 = 14.0;

/// What a page does with what is dragged on it.
pub trait Carrier {
    /// Whether the viewer may drag anything.
    fn may(&self) -> bool;
    /// Takes an item up. Tells whether there is one.
    fn take(&self, id: ItemId) -> bool;
    /// Learns what is under the pointer; told again and again while it moves.
    fn look(&self, below: Option<&Element>);
    /// Puts the item down where it was told last, or back where it was.
    fn put_down(&self, dropped: bool);
}

/// A card on its way.
#[derive(Debug, Clone, PartialEq)]
pub struct Dragging {
    /// The card.
    pub card: Card,
    /// The step under the pointer.
    pub over: Option<StepId>,
    /// The lane under the pointer, where there are any.
    pub lane: Option<String>,
}

/// Carries cards of a board to anything that names a step in `data-step`, in a lane or not.
#[derive(Clone, Copy)]
pub struct CardCarrier {
    /// The board.
    pub board: BoardState,
    /// What is on its way.
    pub dragging: RwSignal<Option<Dragging>>,
    /// What a release over a step does.
    pub drop: Callback<(Dragging, StepId)>,
}

impl Carrier for CardCarrier {
    fn may(&self) -> bool {
        self.board.scene.with_value(|scene| scene.may_move)
    }

    fn take(&self, id: ItemId) -> bool {
        let Some(card) = self.board.card(id) else { return false };
        self.dragging.set(Some(Dragging { card, over: None, lane: None }));
        true
    }

    fn look(&self, below: Option<&Element>) {
        let named = |name: &str| {
            let holder = below?.closest(&format!("[{name}]")).ok().flatten()?;
            holder.get_attribute(name)
        };
        let lane = named("data-lane");
        let step: Option<StepId> = named("data-step").and_then(|id| id.parse().ok());
        self.dragging.maybe_update(|dragging| {
            let Some(dragging) = dragging else { return false };
            // The head of a lane stands for the step where the card is.
            let over = step.or(lane.is_some().then_some(dragging.card.step_id));
            let changed = dragging.over != over || dragging.lane != lane;
            (dragging.over, dragging.lane) = (over, lane);
            changed
        });
    }

    fn put_down(&self, dropped: bool) {
        let Some(dragging) = self.dragging.get_untracked() else { return };
        self.dragging.set(None);
        if let Some(to) = dragging.over.filter(|_| dropped) {
            self.drop.run((dragging, to));
        }
    }
}

/// Lets the items inside `root` be dragged. What `scrolls` selects scrolls up and down under the pointer.
pub fn use_drag(root: NodeRef<html::Div>, carrier: impl Carrier + 'static, scrolls: &'static str) {
    let carrier: Rc<dyn Carrier> = Rc::new(carrier);
    Effect::new(move |_| {
        let Some(root) = root.get() else { return };
        let root: HtmlElement = root.into();
        let engine = Rc::new(Engine {
            carrier: carrier.clone(),
            scrolls,
            root: root.clone(),
            phase: RefCell::default(),
            dropped: RefCell::new(false),
        });
        let window = window();
        let on =
            |target: &web_sys::EventTarget, name: &'static str, options, act: fn(&Rc<Engine>, &Event)| {
                let engine = engine.clone();
                EventListener::new_with_options(target, name, options, move |event| act(&engine, event))
            };
        let plain = EventListenerOptions::default();
        let active = EventListenerOptions::enable_prevent_default();
        let first = EventListenerOptions { phase: EventListenerPhase::Capture, passive: false };
        let listeners = vec![
            on(&root, "pointerdown", plain, Engine::press),
            on(&root, "touchmove", active, Engine::hold),
            on(&root, "contextmenu", active, Engine::hold),
            on(&root, "dragstart", active, |_, event| event.prevent_default()),
            on(&root, "click", first, Engine::swallow_click),
            on(&window, "pointermove", plain, Engine::follow),
            on(&window, "pointerup", plain, Engine::release),
            on(&window, "pointercancel", plain, |engine, _| engine.stop()),
            on(&window, "keydown", active, Engine::key),
        ];
        let listeners = SendWrapper::new(listeners);
        on_cleanup(move || drop(listeners.take()));
    });
}

/// Through the style object, which the content security policy allows, unlike the attribute.
pub fn set_style(element: &HtmlElement, property: &str, value: &str) {
    HtmlElement::style(element).set_property(property, value).ok();
}

struct Engine {
    carrier: Rc<dyn Carrier>,
    scrolls: &'static str,
    root: HtmlElement,
    phase: RefCell<Phase>,
    /// A drag has just ended; the click that follows is not meant for the card.
    dropped: RefCell<bool>,
}

#[derive(Default)]
enum Phase {
    #[default]
    Idle,
    Pressed {
        at: Point,
        item: HtmlElement,
        id: ItemId,
        touch: Option<Timeout>,
    },
    Dragging {
        at: Point,
        item: HtmlElement,
        ghost: HtmlElement,
        grip: Point,
        _scroll: Interval,
    },
}

#[derive(Clone, Copy)]
struct Point {
    x: f64,
    y: f64,
}

impl Point {
    fn of(event: &PointerEvent) -> Self {
        Point { x: event.client_x().into(), y: event.client_y().into() }
    }

    fn distance(self, other: Point) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }
}

impl Engine {
    fn press(self: &Rc<Self>, event: &Event) {
        let Some(event) = event.dyn_ref::<PointerEvent>() else { return };
        *self.dropped.borrow_mut() = false;
        if !self.carrier.may() || event.button() != 0 || !event.is_primary() {
            return;
        }
        let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
            return;
        };
        if target.closest("button").ok().flatten().is_some() {
            return;
        }
        let Some(item) = target.closest("[data-item]").ok().flatten() else { return };
        let Some(id) = item.get_attribute("data-item").and_then(|id| id.parse().ok()) else { return };
        let Ok(item) = item.dyn_into::<HtmlElement>() else { return };
        let at = Point::of(event);
        let touch = (event.pointer_type() == "touch").then(|| {
            let engine = self.clone();
            Timeout::new(LONG_PRESS, move || engine.start(at))
        });
        *self.phase.borrow_mut() = Phase::Pressed { at, item, id, touch };
    }

    fn follow(self: &Rc<Self>, event: &Event) {
        let Some(event) = event.dyn_ref::<PointerEvent>() else { return };
        let now = Point::of(event);
        enum Next {
            Start,
            Stop,
            Move,
            Nothing,
        }
        let next = match &*self.phase.borrow() {
            Phase::Pressed { at, touch: None, .. } if THRESHOLD < at.distance(now) => Next::Start,
            Phase::Pressed { at, touch: Some(_), .. } if TREMBLE < at.distance(now) => Next::Stop,
            Phase::Dragging { .. } => Next::Move,
            _ => Next::Nothing,
        };
        match next {
            Next::Start => self.start(now),
            Next::Stop => self.stop(),
            Next::Move => self.carry(now),
            Next::Nothing => {}
        }
    }

    fn start(self: &Rc<Self>, now: Point) {
        let pressed = std::mem::take(&mut *self.phase.borrow_mut());
        let Phase::Pressed { at, item, id, touch } = pressed else { return };
        if let Some(timer) = touch {
            // The timer that called us must not be dropped as a cancelled one.
            timer.forget();
        }
        let Some(ghost) =
            item.clone_node_with_deep(true).ok().and_then(|node| node.dyn_into::<HtmlElement>().ok())
        else {
            return;
        };
        if !self.carrier.take(id) {
            return;
        }
        let rect = item.get_bounding_client_rect();
        ghost.remove_attribute("data-item").ok();
        ghost.class_list().add_1("is-dragging").ok();
        ghost.set_attribute("aria-hidden", "true").ok();
        set_style(&ghost, "width", &pixels(rect.width()));
        self.root.append_child(&ghost).ok();
        item.class_list().add_1("is-dragged").ok();
        self.root.class_list().add_1("is-dragging").ok();
        let engine = self.clone();
        let scroll = Interval::new(16, move || engine.scroll());
        let grip = Point { x: at.x - rect.left(), y: at.y - rect.top() };
        *self.phase.borrow_mut() = Phase::Dragging { at: now, item, ghost, grip, _scroll: scroll };
        self.carry(now);
    }

    fn carry(&self, now: Point) {
        if let Phase::Dragging { at, ghost, grip, .. } = &mut *self.phase.borrow_mut() {
            *at = now;
            let (x, y) = (pixels(now.x - grip.x), pixels(now.y - grip.y));
            set_style(ghost, "transform", &format!("translate({x}, {y}) rotate(1.2deg)"));
        }
        if let Some(tip) =
            document().get_element_by_id("drag-tip").and_then(|tip| tip.dyn_into::<HtmlElement>().ok())
        {
            let (x, y) = (pixels(now.x + 14.0), pixels(now.y + 22.0));
            set_style(&tip, "transform", &format!("translate({x}, {y})"));
        }
        self.look_below(now);
    }

    fn look_below(&self, now: Point) {
        self.carrier.look(below(now).as_ref());
    }

    /// Scrolls the page sideways and what is under the pointer up and down.
    fn scroll(&self) {
        let Phase::Dragging { at, .. } = &*self.phase.borrow() else { return };
        let at = *at;
        let push = |low: f64, high: f64, here: f64| {
            if here < low + SCROLL_ZONE {
                -SCROLL_STEP
            } else if high - SCROLL_ZONE < here {
                SCROLL_STEP
            } else {
                0.0
            }
        };
        let frame = self.root.get_bounding_client_rect();
        let sideways = push(frame.left(), frame.right(), at.x);
        if sideways != 0.0 {
            self.root.scroll_by_with_x_and_y(sideways, 0.0);
        }
        if let Some(column) = below(at).and_then(|element| element.closest(self.scrolls).ok().flatten()) {
            let frame = column.get_bounding_client_rect();
            let upright = push(frame.top(), frame.bottom(), at.y);
            if upright != 0.0 {
                column.scroll_by_with_x_and_y(0.0, upright);
            }
        }
        self.look_below(at);
    }

    fn release(self: &Rc<Self>, _: &Event) {
        let was_dragging = matches!(&*self.phase.borrow(), Phase::Dragging { .. });
        *self.dropped.borrow_mut() = was_dragging;
        self.end(was_dragging);
    }

    fn stop(&self) {
        self.end(false);
    }

    fn end(&self, dropped: bool) {
        if let Phase::Dragging { item, ghost, .. } = std::mem::take(&mut *self.phase.borrow_mut()) {
            ghost.remove();
            item.class_list().remove_1("is-dragged").ok();
            self.root.class_list().remove_1("is-dragging").ok();
        }
        self.carrier.put_down(dropped);
    }

    fn key(self: &Rc<Self>, event: &Event) {
        let escape = event.dyn_ref::<KeyboardEvent>().is_some_and(|event| event.key() == "Escape");
        if escape && matches!(&*self.phase.borrow(), Phase::Dragging { .. }) {
            event.prevent_default();
            event.stop_propagation();
            self.stop();
        }
    }

    /// Keeps the browser from scrolling or opening its menu once a finger carries a card.
    fn hold(self: &Rc<Self>, event: &Event) {
        let carrying = match &*self.phase.borrow() {
            Phase::Dragging { .. } => true,
            Phase::Pressed { touch: Some(_), .. } => event.type_() == "contextmenu",
            _ => false,
        };
        if carrying {
            event.prevent_default();
        }
    }

    fn swallow_click(self: &Rc<Self>, event: &Event) {
        if self.dropped.replace(false) {
            event.prevent_default();
            event.stop_propagation();
        }
    }
}

fn below(at: Point) -> Option<Element> {
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        reason = "screen coordinates are small"
    )]
    document().element_from_point(at.x as f32, at.y as f32)
}

//! What pointers do in the drawing, by mouse, pen or finger.
//!
//! A drag starts after 5 px. One finger moves the view or a step, two move and enlarge; a long press opens the menu, as
//! the right button does. Near the border the view follows. Esc ends a drag without a change.

mod drag;

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use gloo::{
    events::{EventListener, EventListenerOptions, EventListenerPhase},
    timers::callback::{Interval, Timeout},
};
use kernel::StepId;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlDivElement, KeyboardEvent, MouseEvent, PointerEvent, WheelEvent};

use super::{
    super::{
        stage::{Chosen, Spot, Stage, Tool, Wanted, place_around},
        view::View,
    },
    keys,
};
use crate::{
    diagram::route::{Point, Rect},
    parts::browser::is_behind_dialog,
};

/// How far a pointer moves before a press becomes a drag, in CSS pixels.
const THRESHOLD: f64 = 5.0;
/// How long a finger presses before the menu opens, in milliseconds.
const LONG_PRESS: u32 = 500;

/// Lets pointers work in the frame of the drawing.
pub fn use_gestures(stage: Stage) {
    Effect::new(move |_| {
        let Some(frame) = stage.frame.get() else { return };
        let hands = Rc::new(Hands {
            stage,
            frame: frame.clone(),
            phase: RefCell::default(),
            touches: RefCell::default(),
            last: Cell::new(Point { x: 0.0, y: 0.0 }),
            space: Cell::new(false),
        });
        let window = window();
        let document = document();
        let on = |target: &web_sys::EventTarget, name: &'static str, options, act: fn(&Rc<Hands>, &Event)| {
            let hands = hands.clone();
            EventListener::new_with_options(target, name, options, move |event| act(&hands, event))
        };
        let plain = EventListenerOptions::default();
        let active = EventListenerOptions::enable_prevent_default();
        // Esc ends a drag before it means anything else.
        let first = EventListenerOptions { phase: EventListenerPhase::Capture, passive: false };
        let listeners = vec![
            on(&frame, "pointerdown", plain, Hands::press),
            on(&frame, "pointerover", plain, Hands::hover),
            on(&frame, "pointerleave", plain, |hands, _| hands.stage.hovered.set(None)),
            on(&frame, "dblclick", active, Hands::twice),
            on(&frame, "click", plain, Hands::spoken_click),
            on(&frame, "contextmenu", active, Hands::menu),
            on(&frame, "wheel", active, Hands::wheel),
            on(&window, "pointerdown", plain, Hands::press_anywhere),
            on(&window, "pointermove", plain, Hands::follow),
            on(&window, "pointerup", plain, Hands::release),
            on(&window, "pointercancel", plain, Hands::cancel),
            on(&window, "keydown", first, Hands::key),
            on(&window, "keyup", plain, Hands::key_up),
            on(&document, "copy", active, |hands, event| hands.clipboard(event, false)),
            on(&document, "cut", active, |hands, event| hands.clipboard(event, true)),
            on(&document, "paste", active, Hands::paste),
        ];
        // A drag under way ends with the page: what scrolls for it would never stop.
        let kept = SendWrapper::new((listeners, hands));
        on_cleanup(move || drop(kept.take().1.phase.take()));
    });
}

struct Hands {
    stage: Stage,
    frame: HtmlDivElement,
    phase: RefCell<Phase>,
    /// The fingers on the frame.
    touches: RefCell<BTreeMap<i32, Point>>,
    /// Where the pointer was last, in the frame.
    last: Cell<Point>,
    /// Whether the space bar is held.
    space: Cell<bool>,
}

/// What was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum On {
    Ground,
    Step(StepId),
    Port(StepId),
    Way(StepId, StepId),
}

#[derive(Default)]
enum Phase {
    #[default]
    Idle,
    Pressed {
        at: Point,
        on: On,
        pans: bool,
        adds: bool,
        _long: Option<Timeout>,
    },
    Panning {
        at: Point,
        view: View,
    },
    Pinching {
        view: View,
        center: Point,
        spread: f64,
    },
    Choosing {
        from: Point,
        before: BTreeSet<StepId>,
        _scroll: Interval,
    },
    Moving {
        from: Point,
        moved: Vec<(StepId, Rect)>,
        by: (f64, f64),
        /// What else is seen, to be in line with.
        others: Vec<Rect>,
        _scroll: Interval,
    },
    Connecting {
        from: StepId,
        _scroll: Interval,
    },
    Spacing {
        from: Point,
        all: Vec<(StepId, Rect)>,
        made: Option<(bool, i32)>,
    },
}

impl Hands {
    /// Where a pointer is in the frame.
    fn spot(&self, event: &MouseEvent) -> Point {
        let frame = self.frame.get_bounding_client_rect();
        Point { x: f64::from(event.client_x()) - frame.left(), y: f64::from(event.client_y()) - frame.top() }
    }

    fn drawing_point(&self, at: Point) -> Point {
        self.stage.view.get_untracked().to_drawing(at)
    }

    fn press(self: &Rc<Self>, event: &Event) {
        let Some(event) = event.dyn_ref::<PointerEvent>() else { return };
        let Some(target) = target(event) else { return };
        if target.closest("[data-calm]").ok().flatten().is_some() {
            return;
        }
        let at = self.spot(event);
        self.last.set(at);
        let touch = event.pointer_type() == "touch";
        if touch {
            self.touches.borrow_mut().insert(event.pointer_id(), at);
            if self.touches.borrow().len() == 2 {
                self.pinch();
                return;
            }
        }
        if !matches!(event.button(), 0 | 1) || !event.is_primary() {
            return;
        }
        self.stop();
        let on = self.on(&target, at);
        let stage = self.stage;
        if let On::Way(from, to) = on {
            stage.choose_way(from, to);
        }
        let tool = stage.tool.get_untracked();
        let pans = event.button() == 1
            || self.space.get()
            || tool == Tool::Pan
            || (touch && matches!(on, On::Ground | On::Way(..)) && tool != Tool::Space);
        let long = touch.then(|| {
            let hands = self.clone();
            Timeout::new(LONG_PRESS, move || hands.long_press(at, on))
        });
        let adds = event.shift_key() || event.ctrl_key() || event.meta_key();
        *self.phase.borrow_mut() = Phase::Pressed { at, on, pans, adds, _long: long };
    }

    /// What lies at a point of the frame, also where steps are shapes only.
    fn on(&self, target: &Element, at: Point) -> On {
        match on(target) {
            On::Ground => {
                let at = self.drawing_point(at);
                let here = Rect { x: at.x, y: at.y, width: 0.0, height: 0.0 };
                let step = self.stage.drawing.with_untracked(|drawing| drawing.nodes_within(here).pop());
                step.map_or(On::Ground, On::Step)
            }
            other => other,
        }
    }

    /// A press beside the menu closes it.
    fn press_anywhere(self: &Rc<Self>, event: &Event) {
        let beside = target(event).is_none_or(|target| target.closest(".flow-menu").ok().flatten().is_none());
        if beside && self.stage.menu.get_untracked().is_some() {
            self.stage.menu.set(None);
        }
    }

    fn long_press(&self, at: Point, on: On) {
        if matches!(*self.phase.borrow(), Phase::Pressed { .. }) {
            *self.phase.borrow_mut() = Phase::Idle;
            self.open_menu(at, on);
        }
    }

    fn open_menu(&self, at: Point, on: On) {
        let stage = self.stage;
        match on {
            On::Step(id) | On::Port(id) => {
                if !stage.chosen.with_untracked(|chosen| chosen.steps.contains(&id)) {
                    stage.chosen.set(Chosen { steps: BTreeSet::from([id]), way: None });
                }
            }
            On::Way(from, to) => stage.choose_way(from, to),
            On::Ground => stage.choose_nothing(),
        }
        stage.menu.set(Some(at));
    }

    fn menu(self: &Rc<Self>, event: &Event) {
        let (Some(event), Some(target)) = (event.dyn_ref::<MouseEvent>(), target(event)) else { return };
        if target.closest("[data-calm]").ok().flatten().is_some() {
            return;
        }
        event.prevent_default();
        // A finger's long press has opened it.
        if self.touches.borrow().is_empty() {
            self.stop();
            let at = self.spot(event);
            self.open_menu(at, self.on(&target, at));
        }
    }

    fn follow(self: &Rc<Self>, event: &Event) {
        let Some(event) = event.dyn_ref::<PointerEvent>() else { return };
        let at = self.spot(event);
        if event.pointer_type() == "touch" {
            if let Some(touch) = self.touches.borrow_mut().get_mut(&event.pointer_id()) {
                *touch = at;
            }
            if matches!(*self.phase.borrow(), Phase::Pinching { .. }) {
                self.spread();
                return;
            }
        }
        if !event.is_primary() {
            return;
        }
        // It was let go where nobody heard it.
        if event.buttons() == 0 && !matches!(*self.phase.borrow(), Phase::Idle) {
            self.stop();
            return;
        }
        self.last.set(at);
        let begins = match &*self.phase.borrow() {
            Phase::Pressed { at: from, .. } => THRESHOLD <= distance(*from, at),
            _ => false,
        };
        if begins {
            self.begin();
        }
        self.go_on();
    }

    /// A press that stayed where it was.
    fn click(&self, on: On, adds: bool) {
        let stage = self.stage;
        match on {
            On::Step(id) | On::Port(id) => {
                let from = stage.chosen.with_untracked(Chosen::step).filter(|from| *from != id);
                match from {
                    // By two taps: the step that leads, then the one that it leads to.
                    Some(from) if stage.tool.get_untracked() == Tool::Connect => {
                        stage.connect(from, id);
                        stage.tool.set(Tool::Choose);
                    }
                    _ if adds => stage.toggle(id),
                    _ => stage.chosen.set(Chosen { steps: BTreeSet::from([id]), way: None }),
                }
            }
            On::Way(..) => {}
            On::Ground if adds => {}
            On::Ground => stage.choose_nothing(),
        }
    }

    /// A click that no pointer made, from a screen reader.
    fn spoken_click(self: &Rc<Self>, event: &Event) {
        let (Some(event), Some(target)) = (event.dyn_ref::<MouseEvent>(), target(event)) else { return };
        if event.detail() == 0 {
            match on(&target) {
                On::Way(from, to) => self.stage.choose_way(from, to),
                other => self.click(other, false),
            }
        }
    }

    fn twice(self: &Rc<Self>, event: &Event) {
        let (Some(event), Some(target)) = (event.dyn_ref::<MouseEvent>(), target(event)) else { return };
        if target.closest("[data-calm]").ok().flatten().is_some() {
            return;
        }
        event.prevent_default();
        match self.on(&target, self.spot(event)) {
            On::Step(id) | On::Port(id) => self.stage.naming.set(Some(Spot::Step(id))),
            On::Way(from, to) => self.stage.naming.set(Some(Spot::Way(from, to))),
            On::Ground => {
                let at = place_around(self.drawing_point(self.spot(event)));
                self.stage.wanted.set(Some(Wanted { at, from: None, connects: false }));
            }
        }
    }

    fn hover(self: &Rc<Self>, event: &Event) {
        let Some(target) = target(event) else { return };
        let over = match on(&target) {
            On::Step(id) | On::Port(id) => Some(id),
            On::Ground | On::Way(..) => None,
        };
        if self.stage.hovered.get_untracked() != over {
            self.stage.hovered.set(over);
        }
    }

    fn wheel(self: &Rc<Self>, event: &Event) {
        let Some(event) = event.dyn_ref::<WheelEvent>() else { return };
        if target(event).is_some_and(|target| target.closest("[data-calm]").ok().flatten().is_some()) {
            return;
        }
        event.prevent_default();
        // Lines and pages in px.
        let unit = match event.delta_mode() {
            WheelEvent::DOM_DELTA_PIXEL => 1.0,
            WheelEvent::DOM_DELTA_LINE => 16.0,
            _ => 400.0,
        };
        let (x, y) = (event.delta_x() * unit, event.delta_y() * unit);
        let view = self.stage.view.get_untracked();
        self.stage.view.set(if event.ctrl_key() || event.meta_key() {
            view.zoomed(self.spot(event), view.scale * (1.0 - y.clamp(-50.0, 50.0) / 200.0))
        } else if event.shift_key() {
            view.moved(-y - x, 0.0)
        } else {
            view.moved(-x, -y)
        });
    }

    fn key(self: &Rc<Self>, event: &Event) {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        match event.key().as_str() {
            "Escape" if !matches!(*self.phase.borrow(), Phase::Idle) => {
                event.prevent_default();
                event.stop_propagation();
                self.stop();
            }
            " " if self.is_ours(event, false) => {
                event.prevent_default();
                self.space.set(true);
            }
            _ => {}
        }
    }

    fn key_up(self: &Rc<Self>, event: &Event) {
        if event.dyn_ref::<KeyboardEvent>().is_some_and(|event| event.key() == " ") {
            self.space.set(false);
        }
    }

    /// Whether an event came from the drawing, or from nothing particular, or from the outline too, and not from a field.
    fn is_ours(&self, event: &Event, outline: bool) -> bool {
        let Some(target) = target(event) else { return false };
        let within = |name: &str| target.closest(name).ok().flatten().is_some();
        !within("input, textarea, select")
            && !is_behind_dialog()
            && (target.tag_name() == "BODY"
                || self.frame.contains(Some(&target))
                || outline && within(".outline-steps"))
    }

    fn clipboard(&self, event: &Event, cut: bool) {
        let Some(event) = event.dyn_ref::<web_sys::ClipboardEvent>() else { return };
        let Some(data) = event.clipboard_data().filter(|_| self.is_ours(event, true)) else { return };
        if let Some(text) = keys::copied(self.stage, cut) {
            event.prevent_default();
            data.set_data("text/plain", &text).ok();
        }
    }

    fn paste(self: &Rc<Self>, event: &Event) {
        let Some(event) = event.dyn_ref::<web_sys::ClipboardEvent>() else { return };
        let Some(data) = event.clipboard_data().filter(|_| self.is_ours(event, true)) else { return };
        if data.get_data("text/plain").is_ok_and(|text| keys::paste(self.stage, &text)) {
            event.prevent_default();
        }
    }

    fn cancel(self: &Rc<Self>, event: &Event) {
        if let Some(event) = event.dyn_ref::<PointerEvent>() {
            self.touches.borrow_mut().remove(&event.pointer_id());
        }
        self.stop();
    }
}

fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()
}

/// What lies at the element that an event came from.
fn on(target: &Element) -> On {
    let of = |name: &str| {
        let element = target.closest(&format!("[{name}]")).ok().flatten()?;
        element.get_attribute(name)?.parse::<StepId>().ok()
    };
    if let Some(id) = of("data-port") {
        On::Port(id)
    } else if let Some(id) = of("data-step") {
        On::Step(id)
    } else if let (Some(from), Some(to)) = (of("data-from"), of("data-to")) {
        On::Way(from, to)
    } else {
        On::Ground
    }
}

fn distance(one: Point, other: Point) -> f64 {
    (one.x - other.x).hypot(one.y - other.y)
}

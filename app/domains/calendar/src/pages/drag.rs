//! Dragging in the calendar, by mouse, pen or finger: entries to other times, their ends, something new on empty ground, and
//! what has no time yet into the days.
//!
//! A mouse drag starts after 5 px; a finger's after a press of 400 ms that stays in place, so that swiping still scrolls. Times
//! snap to a quarter of an hour. The old place stays as an outline, a dashed one shows the new. Esc ends it without a change.

use std::{cell::RefCell, rc::Rc};

use gloo::{
    events::{EventListener, EventListenerOptions, EventListenerPhase},
    timers::callback::{Interval, Timeout},
};
use leptos::{html, prelude::*};
use send_wrapper::SendWrapper;
use ui::number::pixels;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, PointerEvent};

use super::{
    entry::Card,
    focus::what_at,
    ghost::ghost,
    ground::{below, columns, day_of, minute_in},
    snap::{Gesture, Span},
    state::{Carried, EventAsk, Plan},
};
use crate::model::{BookingCard, DAY, Local};

/// How far a mouse moves before a press becomes a drag, in CSS pixels.
const THRESHOLD: f64 = 5.0;
/// How far a finger may tremble during the long press.
const TREMBLE: f64 = 10.0;
/// How long a finger presses before a drag starts, in milliseconds.
const LONG_PRESS: u32 = 400;
/// How near the border the days scroll, and by how much a frame.
const SCROLL_ZONE: f64 = 36.0;
const SCROLL_STEP: f64 = 10.0;
/// Where something without a time is held, in minutes after its beginning.
const HELD: i64 = 15;

/// Lets what is inside `root` be dragged.
pub(super) fn use_drag(root: NodeRef<html::Div>, plan: Plan) {
    Effect::new(move |_| {
        let Some(root) = root.get() else { return };
        let root: HtmlElement = root.into();
        let engine = Rc::new(Engine {
            plan,
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
            on(&window, "pointercancel", plain, |engine, _| engine.end(false)),
            on(&window, "keydown", first, Engine::key),
        ];
        let listeners = SendWrapper::new(listeners);
        on_cleanup(move || drop(listeners.take()));
    });
}

/// Through the style object, which the content security policy allows, unlike the attribute.
fn set_style(element: &HtmlElement, property: &str, value: &str) {
    HtmlElement::style(element).set_property(property, value).ok();
}

struct Engine {
    plan: Plan,
    root: HtmlElement,
    phase: RefCell<Phase>,
    /// A drag has just ended; the click that follows is not meant for what is below.
    dropped: RefCell<bool>,
}

#[derive(Default)]
enum Phase {
    #[default]
    Idle,
    Pressed {
        at: Point,
        taken: Taken,
        touch: Option<Timeout>,
    },
    Dragging {
        at: Point,
        taken: Taken,
        _scroll: Interval,
    },
}

/// What was pressed.
#[derive(Clone)]
struct Taken {
    card: Option<Card>,
    gesture: Gesture,
    /// The column that it stays in.
    column: Option<Element>,
    /// How large it is drawn, and where on it it was taken.
    size: Point,
    grip: Point,
}

#[derive(Clone, Copy, Default)]
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
        if event.button() != 0 || !event.is_primary() {
            return;
        }
        let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
            return;
        };
        let at = Point::of(event);
        let Some(taken) = self.taken(&target, at) else { return };
        let touch = (event.pointer_type() == "touch").then(|| {
            let engine = self.clone();
            Timeout::new(LONG_PRESS, move || engine.start(at))
        });
        *self.phase.borrow_mut() = Phase::Pressed { at, taken, touch };
    }

    /// What a press at a place takes up, if anything.
    fn taken(&self, target: &Element, at: Point) -> Option<Taken> {
        let column = target.closest(".agenda-column").ok().flatten();
        let Some(what) = what_at(target) else {
            // Empty ground: something new, for who may.
            let column = column.filter(|column| column.class_list().contains("may-make"))?;
            let gesture = Gesture::Make(Local::at(day_of(&column)?, minute_in(&column, at.y)));
            let (size, grip) = Default::default();
            return Some(Taken { card: None, gesture, column: Some(column), size, grip });
        };
        let element = target.closest("[data-mine]").ok().flatten()?;
        let card = self.plan.card(what).filter(Card::mine)?;
        let rect = element.get_bounding_client_rect();
        let size = Point { x: rect.width(), y: rect.height() };
        let grip = Point { x: at.x - rect.left(), y: at.y - rect.top() };
        let edge =
            target.closest("[data-edge]").ok().flatten().and_then(|edge| edge.get_attribute("data-edge"));
        let here =
            column.as_ref().and_then(|column| Some(Local::at(day_of(column)?, minute_in(column, at.y))));
        let (gesture, column) = match (card.span(), edge.as_deref()) {
            (Some(span), Some("end")) if card.all_day() => (Gesture::LastDay(span), None),
            (Some(span), Some("start")) => (Gesture::Start(span), column),
            (Some(span), Some("end")) => (Gesture::End(span), column),
            (Some(span), _) if card.all_day() => (Gesture::Days(span, self.pointed(at, true)?), None),
            (Some(span), _) => (Gesture::Move(span, here?.0 - span.starts.0), None),
            (None, _) => {
                let minutes =
                    if let Card::Booking(BookingCard { minutes, .. }) = &card { *minutes } else { 60 };
                (Gesture::Move(Span::from(Local(0), minutes), HELD.min(minutes / 2)), None)
            }
        };
        Some(Taken { card: Some(card), gesture, column, size, grip })
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
            Next::Stop => self.end(false),
            Next::Move => self.carry(now),
            Next::Nothing => {}
        }
    }

    fn start(self: &Rc<Self>, now: Point) {
        let pressed = std::mem::take(&mut *self.phase.borrow_mut());
        let Phase::Pressed { taken, touch, .. } = pressed else { return };
        if let Some(timer) = touch {
            // The timer that called us must not be dropped as a cancelled one.
            timer.forget();
        }
        if let Some(ghost) = ghost() {
            // What comes out of the list of unplanned ones is as wide as it was there.
            set_style(&ghost, "width", &pixels(taken.size.x.clamp(90.0, 260.0)));
        }
        let carried = Carried { card: taken.card.clone(), gesture: taken.gesture, to: None };
        if self.plan.carried.try_set(Some(carried)).is_some() {
            return;
        }
        let engine = self.clone();
        let scroll = Interval::new(16, move || engine.scroll());
        *self.phase.borrow_mut() = Phase::Dragging { at: now, taken, _scroll: scroll };
        self.carry(now);
    }

    fn carry(&self, now: Point) {
        if let Phase::Dragging { at, taken, .. } = &mut *self.phase.borrow_mut() {
            *at = now;
            if let Some(ghost) = ghost() {
                let grip = Point { x: taken.grip.x.min(240.0), y: taken.grip.y.min(60.0) };
                let (x, y) = (pixels(now.x - grip.x), pixels(now.y - grip.y));
                set_style(&ghost, "transform", &format!("translate({x}, {y})"));
            }
        }
        self.look(now);
    }

    /// Learns where it would be now.
    fn look(&self, now: Point) {
        let pointed = match &*self.phase.borrow() {
            Phase::Dragging { taken: Taken { column: Some(column), .. }, .. } => {
                day_of(column).map(|day| Local::at(day, minute_in(column, now.y).clamp(0, DAY)))
            }
            Phase::Dragging { taken: Taken { gesture, .. }, .. } => {
                self.pointed(now, matches!(gesture, Gesture::Days(..) | Gesture::LastDay(_)))
            }
            _ => return,
        };
        self.plan.carried.maybe_update(|carried| {
            let Some(carried) = carried else { return false };
            let to = pointed.map(|pointed| carried.gesture.to(pointed));
            let changed = carried.to != to;
            carried.to = to;
            changed
        });
    }

    /// The time at a place of the page, if there is one; of whole days only the day counts.
    fn pointed(&self, at: Point, whole_days: bool) -> Option<Local> {
        let frame = self.scroller()?.get_bounding_client_rect();
        let inside = |low: f64, here: f64, high: f64| low <= here && here <= high;
        if !inside(frame.left(), at.x, frame.right()) || !inside(frame.top(), at.y, frame.bottom()) {
            return None;
        }
        // What lies over the days is no place in them.
        let covered =
            below(at.x, at.y).is_some_and(|below| below.closest(".drawer").ok().flatten().is_some());
        if covered {
            return None;
        }
        let column = columns(&self.root).into_iter().find(|column| {
            let rect = column.get_bounding_client_rect();
            inside(rect.left(), at.x, rect.right())
        })?;
        let minute = if whole_days { 0 } else { minute_in(&column, at.y).clamp(0, DAY - 1) };
        Some(Local::at(day_of(&column)?, minute))
    }

    fn scroller(&self) -> Option<Element> {
        self.root.query_selector(".agenda-scroll").ok().flatten()
    }

    /// Scrolls the days up and down while something is held near their border.
    fn scroll(&self) {
        let at = match &*self.phase.borrow() {
            // Whole days have their place above the hours.
            Phase::Dragging {
                taken: Taken { gesture: Gesture::Days(..) | Gesture::LastDay(_), .. }, ..
            } => {
                return;
            }
            Phase::Dragging { at, .. } => *at,
            _ => return,
        };
        let Some(scroller) = self.scroller() else { return };
        let frame = scroller.get_bounding_client_rect();
        let head = scroller.query_selector(".agenda-heads").ok().flatten();
        let top = head.map_or(frame.top(), |head| head.get_bounding_client_rect().bottom());
        let inside = frame.left() <= at.x && at.x <= frame.right();
        let step = if !inside || at.y < frame.top() {
            0.0
        } else if at.y < top + SCROLL_ZONE {
            -SCROLL_STEP
        } else if frame.bottom() - SCROLL_ZONE < at.y {
            SCROLL_STEP
        } else {
            0.0
        };
        if step != 0.0 {
            scroller.scroll_by_with_x_and_y(0.0, step);
            self.look(at);
        }
    }

    fn release(self: &Rc<Self>, _: &Event) {
        let was_dragging = matches!(&*self.phase.borrow(), Phase::Dragging { .. });
        if was_dragging {
            *self.dropped.borrow_mut() = true;
        }
        self.end(was_dragging);
    }

    fn end(&self, dropped: bool) {
        drop(std::mem::take(&mut *self.phase.borrow_mut()));
        let Some(carried) = self.plan.carried.try_get_untracked().flatten() else { return };
        self.plan.carried.set(None);
        let Carried { card, to: Some(to), .. } = carried else { return };
        if !dropped {
            return;
        }
        match card {
            Some(card) => self.plan.move_to(card.what(), Some(to)),
            None => self.plan.event.set(Some(EventAsk::New(to))),
        }
    }

    fn key(self: &Rc<Self>, event: &Event) {
        let escape = event.dyn_ref::<KeyboardEvent>().is_some_and(|event| event.key() == "Escape");
        if escape && matches!(&*self.phase.borrow(), Phase::Dragging { .. }) {
            event.prevent_default();
            event.stop_propagation();
            // The button is still held: the click that comes when it is let go means nothing.
            *self.dropped.borrow_mut() = true;
            self.end(false);
        }
    }

    /// Keeps the browser from scrolling or opening its menu once a finger carries something.
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

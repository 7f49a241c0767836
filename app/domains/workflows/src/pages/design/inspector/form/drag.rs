//! Dragging fields to another place of the form or to another step, by mouse, pen or finger. By keys there are the buttons beside
//! them.

use gloo::events::{EventListener, EventListenerOptions, EventListenerPhase};
use kernel::{FieldId, StepId};
use leptos::{html, prelude::*};
use send_wrapper::SendWrapper;
use ui::{Icon, IconSize, Toast, number::pixels, use_toaster};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, PointerEvent};

use super::{super::super::stage::Stage, name};
use crate::parts::{desk::Intention, drag::set_style};

/// How near the border the details scroll, and by how much at a time.
const SCROLL_ZONE: f64 = 36.0;
const SCROLL_STEP: f64 = 12.0;
/// How far beside the list a field may be carried and still be put into it.
const BESIDE: f64 = 48.0;
/// How far a pointer moves before it carries something.
const THRESHOLD: f64 = 4.0;

/// Where a field would stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    /// Before another one of its step.
    Before(FieldId),
    /// Behind all of its step.
    Last,
    /// Behind all of another step.
    Step(StepId),
}

/// A field under the pointer.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Carried {
    id: FieldId,
    /// Where it was pressed.
    from: (f64, f64),
    /// Whether the pointer went far enough.
    moved: bool,
    to: Option<Target>,
}

/// The fields of a step that can be carried. Cheap to copy.
#[derive(Clone, Copy)]
pub struct FieldDrag {
    stage: Stage,
    step: Option<StepId>,
    ids: Memo<Vec<FieldId>>,
    /// The list in which they stand.
    pub list: NodeRef<html::Ul>,
    carried: RwSignal<Option<Carried>>,
    escape: StoredValue<Option<SendWrapper<EventListener>>>,
    toaster: ui::Toaster,
}

impl FieldDrag {
    /// Nothing is carried yet.
    pub fn new(stage: Stage, step: Option<StepId>, ids: Memo<Vec<FieldId>>) -> Self {
        FieldDrag {
            stage,
            step,
            ids,
            list: NodeRef::new(),
            carried: RwSignal::new(None),
            escape: StoredValue::new(None),
            toaster: use_toaster(),
        }
    }

    /// Whether this field is on its way.
    pub fn is_carried(self, id: FieldId) -> bool {
        self.carried.with(|carried| carried.is_some_and(|it| it.moved && it.id == id))
    }

    /// Whether what is carried would stand before this field.
    pub fn is_before(self, id: FieldId) -> bool {
        self.carried.with(|carried| carried.is_some_and(|it| it.to == Some(Target::Before(id))))
    }

    /// Whether what is carried would stand behind all others.
    pub fn is_last(self) -> bool {
        self.carried.with(|carried| carried.is_some_and(|it| it.to == Some(Target::Last)))
    }

    /// What a release does, in words, at the pointer.
    pub fn tip(self) -> impl IntoView {
        view! {
            <p
                class="drag-tip"
                class:is-shown=move || self.words().is_some()
                id="field-drag-tip"
                aria-hidden="true"
            >
                {move || self.words()}
            </p>
        }
    }

    fn words(self) -> Option<String> {
        let carried = self.carried.get().filter(|carried| carried.moved)?;
        self.stage.desk.definition.with(|it| {
            let called = |id| it.field(id).map(name).unwrap_or_default();
            let field = called(carried.id);
            Some(match carried.to {
                None => format!("{field} stays where it is"),
                Some(Target::Before(other)) => format!("{field} comes before {}", called(other)),
                Some(Target::Last) => format!("{field} comes last"),
                Some(Target::Step(step)) => format!("{field} is filled in in {}", self.stage.name(step)),
            })
        })
    }

    /// By which a field is taken up.
    pub fn grip(self, id: FieldId) -> impl IntoView {
        view! {
            <span
                class="field-grip"
                aria-hidden="true"
                on:pointerdown=move |event| self.press(id, &event)
                on:pointermove=move |event| self.follow(&event)
                on:pointerup=move |_| self.end(true)
                on:pointercancel=move |_| self.end(false)
                on:contextmenu=move |event| event.prevent_default()
            >
                <Icon name="grip-vertical" size=IconSize::Small/>
            </span>
        }
    }

    fn press(self, id: FieldId, event: &PointerEvent) {
        if event.button() != 0 || !event.is_primary() {
            return;
        }
        let grip = event.current_target().and_then(|grip| grip.dyn_into::<Element>().ok());
        // Moves are told to the grip wherever the pointer goes; without that nothing is carried.
        if grip.is_none_or(|grip| grip.set_pointer_capture(event.pointer_id()).is_err()) {
            return;
        }
        event.prevent_default();
        let carried = Carried { id, from: at(event), moved: false, to: None };
        self.carried.set(Some(carried));
        let options = EventListenerOptions { phase: EventListenerPhase::Capture, passive: false };
        let heard = EventListener::new_with_options(&window(), "keydown", options, move |event| {
            if event.dyn_ref::<KeyboardEvent>().is_some_and(|event| event.key() == "Escape") {
                event.prevent_default();
                event.stop_propagation();
                self.end(false);
            }
        });
        self.escape.set_value(Some(SendWrapper::new(heard)));
    }

    fn follow(self, event: &PointerEvent) {
        let Some(mut carried) = self.carried.get_untracked() else { return };
        let (x, y) = at(event);
        carried.moved |= THRESHOLD < (x - carried.from.0).hypot(y - carried.from.1);
        if !carried.moved {
            return;
        }
        carried.to = self.target(carried.id, (x, y));
        if self.carried.get_untracked() != Some(carried) {
            self.carried.set(Some(carried));
        }
        let tip = document().get_element_by_id("field-drag-tip");
        if let Some(tip) = tip.and_then(|tip| tip.dyn_into::<HtmlElement>().ok()) {
            // It stays on the page, also at its right border.
            let width: f64 = window().inner_width().ok().and_then(|width| width.as_f64()).unwrap_or_default();
            let left = (x + 14.0).min(width - f64::from(tip.offset_width()) - 8.0).max(8.0);
            set_style(&tip, "transform", &format!("translate({}, {})", pixels(left), pixels(y + 22.0)));
        }
        self.mark(match carried.to {
            Some(Target::Step(step)) => Some(step),
            _ => None,
        });
        self.scroll(y);
    }

    /// Where a field would stand if it was put down here; nowhere if nothing changed by that.
    fn target(self, id: FieldId, (x, y): (f64, f64)) -> Option<Target> {
        if let Some(step) = step_below((x, y)) {
            let is_there = self.stage.desk.definition.with_untracked(|it| it.step(step).is_some());
            return (is_there && Some(step) != self.step).then_some(Target::Step(step));
        }
        let list = self.list.get_untracked()?;
        let frame = list.get_bounding_client_rect();
        if x < frame.left() - BESIDE || frame.right() + BESIDE < x {
            return None;
        }
        let ids = self.ids.get_untracked();
        let rows = list.children();
        let is_below = |place: &usize| {
            let row = u32::try_from(*place).ok().and_then(|place| rows.item(place));
            row.is_some_and(|row| {
                let rect = row.get_bounding_client_rect();
                y < rect.top() + rect.height() / 2.0
            })
        };
        let place = (0..ids.len()).find(is_below).unwrap_or(ids.len());
        let own = ids.iter().position(|other| *other == id)?;
        match ids.get(place) {
            _ if place == own || place == own + 1 => None,
            Some(other) => Some(Target::Before(*other)),
            None => Some(Target::Last),
        }
    }

    /// Shows in the outline and in the drawing which step takes the field.
    fn mark(self, step: Option<StepId>) {
        let Ok(marked) = document().query_selector_all(".takes-field") else { return };
        for old in (0..marked.length()).filter_map(|place| marked.get(place)) {
            if let Some(old) = old.dyn_ref::<Element>() {
                old.class_list().remove_1("takes-field").ok();
            }
        }
        let Some(step) = step else { return };
        let Ok(all) = document().query_selector_all(&format!("[data-step=\"{step}\"]")) else { return };
        for one in (0..all.length()).filter_map(|place| all.get(place)) {
            if let Some(one) = one.dyn_ref::<Element>() {
                one.class_list().add_1("takes-field").ok();
            }
        }
    }

    /// Scrolls the details at their borders.
    fn scroll(self, y: f64) {
        let details = self.list.get_untracked().and_then(|list| list.closest(".inspector").ok().flatten());
        let Some(details) = details else { return };
        let frame = details.get_bounding_client_rect();
        if y < frame.top() + SCROLL_ZONE {
            details.scroll_by_with_x_and_y(0.0, -SCROLL_STEP);
        } else if frame.bottom() - SCROLL_ZONE < y {
            details.scroll_by_with_x_and_y(0.0, SCROLL_STEP);
        }
    }

    fn end(self, dropped: bool) {
        let Some(carried) = self.carried.get_untracked() else { return };
        self.carried.set(None);
        // It may be what is running at the moment.
        let heard = self.escape.try_update_value(Option::take).flatten();
        leptos::task::spawn_local(async move { drop(heard) });
        self.mark(None);
        let Some(to) = carried.to.filter(|_| dropped && carried.moved) else { return };
        let (desk, id) = (self.stage.desk, carried.id);
        let (step, before) = match to {
            Target::Before(other) => (self.step, Some(other)),
            Target::Last => (self.step, None),
            Target::Step(step) => (Some(step), None),
        };
        let called = desk.definition.with_untracked(|it| it.field(id).map(name).unwrap_or_default());
        desk.change(Intention::Once, |it| it.place_field(id, step, before));
        if let Target::Step(step) = to {
            let text = format!("{called} is filled in in {} now", self.stage.name(step));
            self.toaster.show(Toast::new(text));
        }
    }
}

fn at(event: &PointerEvent) -> (f64, f64) {
    (event.client_x().into(), event.client_y().into())
}

/// The step of the outline or the drawing under the pointer.
fn step_below((x, y): (f64, f64)) -> Option<StepId> {
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        reason = "screen coordinates are small"
    )]
    let below = document().element_from_point(x as f32, y as f32)?;
    let step = below.closest("[data-step]").ok().flatten()?;
    step.get_attribute("data-step")?.parse().ok()
}

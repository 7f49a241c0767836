//! All of the drawing in the corner, with the part that is seen.

use leptos::{html, prelude::*};
use web_sys::{KeyboardEvent, PointerEvent};

use super::super::stage::Stage;
use super::shapes::{far_steps, outline};
use crate::diagram::{
    route::{Drawing, Point, Rect},
    whole,
};

/// How large it is on the screen.
const SIZE: (f64, f64) = (168.0, 104.0);
/// How far a key moves the view, in px of the screen, and with Shift.
const STRIDES: (f64, f64) = (50.0, 200.0);

/// The overview. Pressing and dragging in it moves the view, as the arrows do.
#[component]
pub fn Minimap(stage: Stage) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    let held = StoredValue::new(false);
    let seen = move || stage.view.get().area(stage.size.get());
    // Everything there is and what is seen, so that the frame of the view is always inside.
    let bounds = Memo::new(move |_| {
        let all = stage.drawing.with(Drawing::bounds).unwrap_or(seen());
        let all = all.union(seen()).grown(20.0);
        // In the proportions of the overview.
        let scale = (all.width / SIZE.0).max(all.height / SIZE.1);
        let (width, height) = (SIZE.0 * scale, SIZE.1 * scale);
        let center = all.center();
        Rect { x: center.x - width / 2.0, y: center.y - height / 2.0, width, height }
    });
    let view_box = move || {
        let it = bounds.get();
        format!("{} {} {} {}", whole(it.x), whole(it.y), whole(it.width), whole(it.height))
    };
    let go = move |event: &PointerEvent| {
        let Some(node) = node.get_untracked() else { return };
        let place = node.get_bounding_client_rect();
        let all = bounds.get_untracked();
        let part = |at: f64, start: f64, length: f64| (at - start) / length.max(1.0);
        let at = Point {
            x: all.x + all.width * part(event.client_x().into(), place.left(), place.width()),
            y: all.y + all.height * part(event.client_y().into(), place.top(), place.height()),
        };
        let view = stage.view.get_untracked();
        let size = stage.size.get_untracked();
        let now = view.to_screen(at);
        stage.view.set(view.moved(size.0 / 2.0 - now.x, size.1 / 2.0 - now.y));
    };
    let on_key = move |event: KeyboardEvent| {
        let by = if event.shift_key() { STRIDES.1 } else { STRIDES.0 };
        let (x, y) = match event.key().as_str() {
            "ArrowLeft" => (by, 0.0),
            "ArrowRight" => (-by, 0.0),
            "ArrowUp" => (0.0, by),
            "ArrowDown" => (0.0, -by),
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        stage.view.update(|view| *view = view.moved(x, y));
    };
    view! {
        <div
            class="flow-minimap"
            node_ref=node
            data-calm=""
            role="group"
            tabindex="0"
            aria-label="Overview. Arrows move the view."
            on:keydown=on_key
            on:pointerdown=move |event| {
                if let Some(node) = node.get_untracked() {
                    node.set_pointer_capture(event.pointer_id()).ok();
                }
                held.set_value(true);
                go(&event);
            }
            on:pointermove=move |event| {
                if held.get_value() {
                    go(&event);
                }
            }
            on:pointerup=move |_| held.set_value(false)
            on:pointercancel=move |_| held.set_value(false)
        >
            <svg viewBox=view_box aria-hidden="true">
                <path class="flow-far" d=move || stage.drawing.with(far_steps)></path>
                <path class="flow-seen" d=move || outline(seen())></path>
            </svg>
        </div>
    }
}

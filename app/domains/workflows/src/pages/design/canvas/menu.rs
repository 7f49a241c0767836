//! What can be done with what is chosen, at the pointer: by the right button, or a long press.

use leptos::{html, prelude::*};
use ui::{Icon, IconSize};
use web_sys::{KeyboardEvent, MouseEvent};

use super::{
    super::stage::{Chosen, Spot, Stage, Wanted, place_around},
    keys,
};
use crate::{
    diagram::{route::Point, whole},
    parts::drag::set_style,
};

/// The menu while it is open.
#[component]
pub fn ActsMenu(stage: Stage) -> impl IntoView {
    move || stage.menu.get().map(|at| view! { <Panel stage at/> })
}

#[component]
fn Panel(stage: Stage, at: Point) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        let Some(node) = node.get() else { return };
        let (width, height) = stage.size.get_untracked();
        let left = at.x.min(width - f64::from(node.offset_width()) - 8.0).max(8.0);
        let top = at.y.min(height - f64::from(node.offset_height()) - 8.0).max(8.0);
        set_style(&node, "transform", &format!("translate({}px, {}px)", whole(left), whole(top)));
        focus(&node, 0);
    });
    // Whether a press began on the menu.
    let pressed = StoredValue::new(false);
    let chosen = stage.chosen.get_untracked();
    let act = move |icon: &'static str, label: &'static str, run: fn(Stage, Point)| {
        let on_click = move |event: MouseEvent| {
            // The finger that opened the menu lets go over it. Keys click without a count.
            if event.detail() != 0 && !pressed.get_value() {
                return;
            }
            stage.menu.set(None);
            run(stage, at);
            request_animation_frame(move || keys::keep_focus(stage));
        };
        view! {
            <button type="button" class="menu-item" role="menuitem" tabindex="-1" on:click=on_click>
                <Icon name=icon size=IconSize::Small/>
                <span>{label}</span>
            </button>
        }
        .into_any()
    };
    let acts = match (chosen.step(), chosen.way) {
        (Some(_), _) => vec![
            act("pencil", "Rename", |stage, _| rename(stage)),
            act("sliders-horizontal", "Details", |stage, _| stage.details.set(true)),
            act("spline", "Connect with …", |stage, _| ask(stage, true)),
            act("square-plus", "Add a step after it", |stage, _| ask(stage, false)),
            act("copy", "Duplicate", |stage, _| {
                keys::duplicate(stage);
            }),
            act("trash-2", "Remove", |stage, _| stage.remove_chosen()),
        ],
        (_, Some(_)) => vec![
            act("pencil", "Rename", |stage, _| rename(stage)),
            act("sliders-horizontal", "Details", |stage, _| stage.details.set(true)),
            act("trash-2", "Remove", |stage, _| stage.remove_chosen()),
        ],
        _ if !chosen.steps.is_empty() => vec![
            act("sliders-horizontal", "Details", |stage, _| stage.details.set(true)),
            act("network", "Arrange these", |stage, _| {
                keys::arrange(stage);
            }),
            act("copy", "Duplicate", |stage, _| {
                keys::duplicate(stage);
            }),
            act("trash-2", "Remove", |stage, _| stage.remove_chosen()),
        ],
        _ => vec![
            act("square-plus", "Add a step here", |stage, at| {
                let at = place_around(stage.view.get_untracked().to_drawing(at));
                stage.wanted.set(Some(Wanted { at, from: None, connects: false }));
            }),
            act("network", "Arrange", |stage, _| {
                keys::arrange(stage);
            }),
            act("scan", "Show everything", |stage, _| stage.fit()),
        ],
    };
    let on_key = move |event: KeyboardEvent| {
        let Some(node) = node.get_untracked() else { return };
        let items = node.child_element_count();
        let here = (0..items).find(|index| {
            let item = node.children().item(*index);
            item.is_some() && item == document().active_element()
        });
        match event.key().as_str() {
            "ArrowDown" => focus(&node, here.map_or(0, |here| (here + 1) % items.max(1))),
            "ArrowUp" => focus(&node, here.unwrap_or(0).checked_sub(1).unwrap_or(items.saturating_sub(1))),
            "Escape" | "Tab" => {
                stage.menu.set(None);
                request_animation_frame(move || keys::keep_focus(stage));
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    view! {
        <div
            class="flow-menu"
            role="menu"
            aria-label="What can be done"
            node_ref=node
            data-calm=""
            on:keydown=on_key
            on:pointerdown=move |_| pressed.set_value(true)
        >
            {acts}
        </div>
    }
}

fn focus(menu: &web_sys::HtmlElement, index: u32) {
    use wasm_bindgen::JsCast;
    let item = menu.children().item(index).and_then(|item| item.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(item) = item {
        item.focus().ok();
    }
}

fn rename(stage: Stage) {
    let chosen = stage.chosen.get_untracked();
    let spot = chosen.step().map(Spot::Step).or(chosen.way.map(|(from, to)| Spot::Way(from, to)));
    stage.naming.set(spot);
}

fn ask(stage: Stage, connects: bool) {
    if let Some(id) = stage.chosen.with_untracked(Chosen::step) {
        stage.ask_behind(id, connects);
    }
}

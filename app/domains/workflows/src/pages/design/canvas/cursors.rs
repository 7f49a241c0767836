//! Where others point in the drawing.

use kernel::{Doing, MemberId};
use leptos::{html, prelude::*};
use ui::Icon;

use super::super::stage::Stage;
use crate::parts::drag::set_style;

/// The pointers of everybody else who is at this design.
#[component]
pub fn Cursors(stage: Stage) -> impl IntoView {
    let me = stage.viewer.with_value(|viewer| viewer.member_id);
    let pointing = Memo::new(move |_| {
        let others = stage.company.others(me).into_iter();
        others.filter(|(_, doing)| place(*doing).is_some()).map(|(id, _)| id).collect::<Vec<_>>()
    });
    view! {
        <For each=move || pointing.get() key=|id| *id let:id>
            <Cursor stage me id/>
        </For>
    }
}

/// One of them, in its own size however large the drawing is seen.
#[component]
fn Cursor(stage: Stage, me: MemberId, id: MemberId) -> impl IntoView {
    let (node, hand) = (NodeRef::<html::Div>::new(), NodeRef::<html::Div>::new());
    let at = Memo::new(move |_| {
        let others = stage.company.others(me).into_iter();
        others.filter(|(other, _)| *other == id).find_map(|(_, doing)| place(doing))
    });
    Effect::new(move |_| {
        if let (Some(node), Some((x, y))) = (node.get(), at.get()) {
            set_style(&node, "transform", &format!("translate({x}px, {y}px)"));
        }
    });
    let size = Memo::new(move |_| stage.view.get().unscaled());
    Effect::new(move |_| {
        if let Some(hand) = hand.get() {
            set_style(&hand, "transform", &size.get());
        }
    });
    let (name, category) = stage.viewer.with_value(|viewer| {
        let person = viewer.directory.person(id);
        person.map_or_else(|| ("Somebody".to_owned(), 1), |person| (person.name.clone(), person.category))
    });
    let class = format!("flow-hand {}", ui::html::category_class(category));
    view! {
        <div class="flow-cursor" aria-hidden="true" node_ref=node>
            <div class=class node_ref=hand>
                <Icon name="mouse-pointer-2"/>
                <span>{name}</span>
            </div>
        </div>
    }
}

fn place(doing: Doing) -> Option<(i32, i32)> {
    match doing {
        Doing::Pointing { x, y } => Some((x, y)),
        Doing::Looking | Doing::Typing | Doing::Gone => None,
    }
}

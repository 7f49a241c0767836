//! Moving an item by keyboard or touch: the steps, which of them are open, and why the others are not.

use leptos::prelude::*;
use ui::{Dialog, StepGlyph};

use crate::{model::Card, parts::state::BoardState, rules};

/// The dialog that `M` and a card's move button open, on the [`BoardState`] of the context.
#[component]
pub fn MoveDialog() -> impl IntoView {
    let board = expect_context::<BoardState>();
    let open = RwSignal::new(false);
    // Opened by the board, closed by the dialog itself: each follows the other, and only on a change.
    Effect::new(move |_| {
        if board.moving.with(Option::is_some) {
            open.set(true);
        }
    });
    Effect::new(move |_| {
        if !open.get() && board.moving.with_untracked(Option::is_some) {
            board.moving.set(None);
        }
    });
    let title = Signal::derive(move || {
        board
            .moving
            .with(|card| card.as_ref().map(|card| format!("Move {}", board.key(card))))
            .unwrap_or_default()
    });
    view! {
        <Dialog id="move-item" open=open title=title>
            {move || board.moving.get().map(|card| steps(board, &card, open))}
        </Dialog>
    }
}

fn steps(board: BoardState, card: &Card, open: RwSignal<bool>) -> AnyView {
    // The dialog gives the focus to the first step that is open.
    let mut first = true;
    let rows = board.workflow.with_value(|workflow| {
        workflow
            .steps_beside(card.step_id)
            .iter()
            .map(|step| {
                let glyph = workflow.glyph(step);
                let name = step.name.clone();
                match rules::way(workflow, card.step_id, step.id, None) {
                    Ok(way) => {
                        let (card, to, note) = (card.clone(), step.id, way.name.clone());
                        let choose = move |_| {
                            open.set(false);
                            board.move_to(card.clone(), to);
                        };
                        view! {
                            <li>
                                <button type="button" class="move" autofocus=std::mem::take(&mut first) on:click=choose>
                                    <StepGlyph step=glyph/>
                                    <span>{name}</span>
                                    <span class="move-note">{note}</span>
                                </button>
                            </li>
                        }
                        .into_any()
                    }
                    Err(refusal) => {
                        let note = match refusal {
                            rules::Refusal::Here => "is here",
                            rules::Refusal::Undecided => "waits to be approved",
                            rules::Refusal::Apart => "waits for its parts",
                            _ => "no way from here",
                        };
                        view! {
                            <li class="move is-closed">
                                <StepGlyph step=glyph/>
                                <span>{name}</span>
                                <span class="move-note">{note}</span>
                            </li>
                        }
                        .into_any()
                    }
                }
            })
            .collect_view()
    });
    view! { <ul class="moves" on:keydown=walk>{rows}</ul> }.into_any()
}

/// Up and down go from one open step to the next.
fn walk(event: web_sys::KeyboardEvent) {
    use wasm_bindgen::JsCast;
    let forward = match event.key().as_str() {
        "ArrowDown" => true,
        "ArrowUp" => false,
        _ => return,
    };
    event.prevent_default();
    let Ok(list) = document().query_selector_all("#move-item button.move") else { return };
    let active = document().active_element();
    let here = (0..list.length()).find(|index| {
        list.item(*index).zip(active.as_ref()).is_some_and(|(node, active)| active.is_same_node(Some(&node)))
    });
    let next = match (here, forward) {
        (Some(index), true) => (index + 1) % list.length().max(1),
        (Some(index), false) => (index + list.length() - 1) % list.length().max(1),
        (None, _) => 0,
    };
    if let Some(button) = list.item(next).and_then(|node| node.dyn_into::<web_sys::HtmlElement>().ok()) {
        button.focus().ok();
    }
}

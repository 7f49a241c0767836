//! Choosing who of a team gets the card that was dropped into its lane.

use leptos::prelude::*;
use ui::Dialog;

use super::state::{Choosing, Lanes};

/// The dialog that asks. Closed without a choice, the card stays where it was.
#[component]
pub(super) fn ChooseMember(
    /// The board in lanes.
    lanes: Lanes,
) -> impl IntoView {
    let open = RwSignal::new(false);
    // Opened by a drop, closed by the dialog itself: each follows the other, and only on a change.
    Effect::new(move |_| {
        if lanes.choosing.with(Option::is_some) {
            open.set(true);
        }
    });
    Effect::new(move |_| {
        if !open.get() && lanes.choosing.with_untracked(Option::is_some) {
            lanes.choosing.set(None);
        }
    });
    let title = Signal::derive(move || {
        let title = lanes.choosing.with(|choosing| {
            let choosing = choosing.as_ref()?;
            Some(format!("Give {} to somebody of {}", lanes.board.key(&choosing.card), choosing.team))
        });
        title.unwrap_or_default()
    });
    view! {
        <Dialog id="choose-member" open=open title=title>
            {move || lanes.choosing.get().map(|choosing| members(lanes, choosing, open))}
        </Dialog>
    }
}

fn members(lanes: Lanes, choosing: Choosing, open: RwSignal<bool>) -> AnyView {
    let Choosing { card, to, members, .. } = choosing;
    // The dialog gives the focus to the first of them.
    let mut first = true;
    let rows = members
        .into_iter()
        .map(|id| {
            let card = card.clone();
            let choose = move |_| {
                open.set(false);
                lanes.carry(card.clone(), to, Some(id));
            };
            view! {
                <li>
                    <button type="button" class="move" autofocus=std::mem::take(&mut first) on:click=choose>
                        <span>{lanes.name(id)}</span>
                    </button>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="moves">{rows}</ul> }.into_any()
}

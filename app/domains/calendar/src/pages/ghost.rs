//! What follows the pointer while something is dragged.

use leptos::prelude::*;
use ui::html::category_class;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{
    snap::Gesture,
    state::{Carried, Plan},
};
use crate::parts::{Reading, length};

const ID: &str = "agenda-ghost";

/// The element that follows the pointer; placed by who moves it.
pub(super) fn ghost() -> Option<HtmlElement> {
    document().get_element_by_id(ID)?.dyn_into().ok()
}

/// What follows the pointer: what is carried, where it would be, and what that means.
#[component]
pub(super) fn Ghost(
    /// The calendar.
    plan: Plan,
    /// How the viewer reads times.
    reading: Reading,
) -> impl IntoView {
    let shown = Memo::new(move |_| {
        plan.carried.with(|carried| {
            let Carried { card, gesture, to } = carried.as_ref()?;
            let card = card.as_ref()?;
            let category = plan.category(card);
            let title = card.title().to_owned();
            let days = to.map(|to| reading.days(to.starts, to.ends)).unwrap_or_default();
            match gesture {
                // What is pulled stays in its place: only its days are said.
                Gesture::LastDay(_) => return Some((category, None, days)),
                Gesture::Move(..) | Gesture::Days(..) => {}
                Gesture::Start(_) | Gesture::End(_) | Gesture::Make(_) => return None,
            }
            let (time, tip) = match to {
                Some(_) if card.all_day() => (days, String::new()),
                Some(to) => {
                    let left = plan.left(card, *to).map(|left| match left {
                        left if left < 0 => format!(", over by {}", length(-left)),
                        left => format!(", {} left that day", length(left)),
                    });
                    let tip = format!("{}{}", reading.day(to.starts.day()), left.unwrap_or_default());
                    (reading.span(to.starts, to.ends), tip)
                }
                None => (String::new(), "Stays where it was".to_owned()),
            };
            Some((category, Some((title, time)), tip))
        })
    });
    let class = move || {
        let category = shown.with(|shown| shown.as_ref().map_or(1, |(category, ..)| *category));
        format!("agenda-ghost {}", category_class(category))
    };
    let content = move || {
        shown.get().map(|(_, block, tip)| {
            let block = block.map(|(title, time)| {
                view! {
                    <div class="agenda-ghost-block">
                        <span class="agenda-entry-title">{title}</span>
                        <b>{time}</b>
                    </div>
                }
            });
            view! {
                {block}
                <span class="agenda-tip">{tip}</span>
            }
        })
    };
    view! {
        <div id=ID class=class hidden=move || shown.with(Option::is_none) aria-hidden="true">
            {content}
        </div>
    }
}

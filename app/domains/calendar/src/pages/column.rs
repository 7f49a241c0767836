//! A day of the grid: when it is open, what is on it, and what is being drawn there.

use chrono::NaiveDate;
use leptos::prelude::*;
use ui::html::category_class;

use super::{
    block::{Block, stretch},
    ground::{is_on_entry, time_in},
    snap::{Gesture, Span, before},
    state::{EventAsk, Plan},
};
use crate::{model::Local, parts::Reading};

/// A day.
#[component]
pub(super) fn Column(
    /// The calendar.
    plan: Plan,
    /// The day.
    day: NaiveDate,
    /// Whether it is narrow, since it is empty.
    folded: Memo<bool>,
    /// What the clocks show.
    now: RwSignal<Local>,
    /// How the viewer reads times.
    reading: Reading,
) -> impl IntoView {
    let midnight = Local::at(day, 0);
    let placed = Memo::new(move |_| plan.placed(day));
    let open = Memo::new(move |_| {
        plan.loaded.with(|agenda| {
            let open = agenda.map(|agenda| agenda.open.as_slice()).unwrap_or_default();
            let here =
                open.iter().filter_map(|(starts, ends)| Span { starts: *starts, ends: *ends }.on(midnight));
            here.collect::<Vec<_>>()
        })
    });
    let open = move || {
        let spans = open.get().into_iter();
        spans.map(|part| view! { <div class=format!("agenda-open {}", stretch(part))></div> }).collect_view()
    };
    let slot = move || {
        plan.carried.with(|carried| {
            // What lasts whole days has its place above.
            let carried = carried.as_ref().filter(|it| !it.all_day())?;
            let part = carried.to?.on(midnight)?;
            let color = carried.card.as_ref().map(|card| plan.category(card)).map(category_class);
            let class = format!("agenda-slot {} {}", stretch(part), color.unwrap_or("is-new"));
            // What is drawn or pulled says its time in place; what is moved says it at the pointer.
            let words = match (carried.gesture, carried.to) {
                (Gesture::Move(..), _) | (_, None) => None,
                (_, Some(span)) => Some(reading.span(span.starts, span.ends)),
            };
            Some(view! { <div class=class aria-hidden="true"><b>{words}</b></div> })
        })
    };
    let line = move || {
        let now = now.get();
        let today = now.day();
        let class = if today == day {
            "agenda-now"
        } else if today.pred_opt() == Some(day) {
            "agenda-now is-before"
        } else {
            return None;
        };
        let class = format!("{class} h{} m{}", now.minute() / 60, now.minute() % 60);
        Some(view! { <div class=class aria-hidden="true"></div> })
    };
    let may_make = plan.may_make();
    let click = move |event: web_sys::MouseEvent| {
        if !may_make || is_on_entry(&event) {
            return;
        }
        if let Some(at) = time_in(day, &event) {
            plan.event.set(Some(EventAsk::New(Span::from(before(at), 60))));
        }
    };
    view! {
        <div
            class="agenda-column"
            class:is-today=day == reading.today()
            class:is-folded=move || folded.get()
            class:may-make=may_make
            data-day=day.to_string()
            role="group"
            aria-label=reading.long_day(day)
            on:click=click
        >
            {open}
            <div class="agenda-lines" aria-hidden="true"></div>
            <For each=move || placed.get() key=Clone::clone let:placed>
                <Block placed plan reading/>
            </For>
            {slot}
            {line}
        </div>
    }
}

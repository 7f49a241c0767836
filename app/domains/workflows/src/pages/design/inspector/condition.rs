//! The condition under which a way is open.

use kernel::StepId;
use leptos::prelude::*;
use ui::TextField;

use super::super::stage::{Stage, find_way};
use crate::{definition::GUARD_MAX, parts::desk::Intention};

/// The condition under which a way is open, with the names that it may read.
#[component]
pub fn Condition(stage: Stage, from: StepId, to: StepId) -> impl IntoView {
    // Whoever refuses an item chooses where it goes, whatever the condition: none is asked for there.
    let asks = Memo::new(move |_| {
        stage.desk.definition.with(|definition| {
            let approves = definition.step(from).is_some_and(|step| step.approval.is_some());
            find_way(definition, (from, to)).is_some_and(|way| !approves || !way.is_for_refused())
        })
    });
    view! {
        <Show when=move || asks.get()>
            <Fields stage from to/>
        </Show>
    }
}

#[component]
fn Fields(stage: Stage, from: StepId, to: StepId) -> impl IntoView {
    let desk = stage.desk;
    let guard =
        desk.text(move |it| find_way(it, (from, to)).map(|way| way.guard.clone()).unwrap_or_default());
    let names = desk.fields.with_value(|fields| {
        let own = fields.iter().map(|field| (field.key.clone(), field.label.clone()));
        let built_in = [
            ("priority", "0 to 4"),
            ("assigned", "yes or no"),
            ("overdue", "yes or no"),
            ("rework", "times sent back"),
            ("today", "a day"),
        ];
        let built_in = built_in.map(|(key, label)| (key.to_owned(), label.to_owned()));
        own.chain(built_in).collect::<Vec<_>>()
    });
    let name =
        |(key, label): (String, String)| view! { <li><code>{key}</code> " " <span>{label}</span></li> };
    view! {
        <TextField
            name=format!("way-{from}-{to}-guard")
            label="Open only if"
            placeholder="always open"
            maxlength=i64::try_from(GUARD_MAX).unwrap_or(500)
            bind=guard
            on_input=Callback::new(move |text: String| {
                desk.change_way(Intention::Guard(from, to), from, to, |way| way.guard = text);
            })
        />
        <details class="condition-names">
            <summary>"What a condition can read"</summary>
            <p class="text-meta">"For example " <code>"priority >= 3 && !overdue"</code></p>
            <ul>{names.into_iter().map(name).collect_view()}</ul>
        </details>
    }
}

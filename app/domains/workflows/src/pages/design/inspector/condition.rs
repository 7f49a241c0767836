//! The condition under which a way is open.

use kernel::StepId;
use leptos::prelude::*;
use ui::TextField;

use super::super::stage::{Stage, find_way};
use crate::{
    definition::{GUARD_MAX, form::BUILT_IN},
    model::{Field, FieldKind},
    parts::desk::Intention,
};

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

/// What stands beside the name of a field: its label, and how a list is asked for.
fn says(field: &Field) -> String {
    match field.choices.first().filter(|_| field.kind.is_list()) {
        Some(choice) => format!("{}, as in \"{choice}\" in {}", field.label, field.key),
        None if field.kind == FieldKind::File => format!("{}, as in size({}) > 0", field.label, field.key),
        None => field.label.clone(),
    }
}

#[component]
fn Fields(stage: Stage, from: StepId, to: StepId) -> impl IntoView {
    let desk = stage.desk;
    let guard =
        desk.text(move |it| find_way(it, (from, to)).map(|way| way.guard.clone()).unwrap_or_default());
    let name =
        |(key, label): (String, String)| view! { <li><code>{key}</code> " " <span>{label}</span></li> };
    let names = move || {
        let built_in = BUILT_IN.map(|(key, .., says)| (key.to_owned(), says.to_owned()));
        desk.definition.with(|it| {
            let own = it.form().iter().map(|field| (field.key.clone(), says(field)));
            own.chain(built_in).map(name).collect_view()
        })
    };
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
            <ul>{names}</ul>
        </details>
    }
}

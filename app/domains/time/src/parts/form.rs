//! The form that logs time, and what waits for the network.

use chrono::NaiveDate;
use leptos::prelude::*;
use ui::{
    Button, ButtonKind, ButtonVariant, DateField, FormError, Icon, TextField, error_of, field_error, waiting,
};

use super::{Acts, waiting::Act};
use crate::rules::NOTE_MAX;

/// Asks how long, when and at what; and on what, where the page does not say it.
#[component]
pub(crate) fn LogForm(
    /// What can be done.
    acts: Acts,
    /// Today, where the organisation is.
    today: NaiveDate,
    /// The key of the item of the page.
    #[prop(optional_no_strip, into)]
    item: Option<Signal<String>>,
) -> impl IntoView {
    let log = acts.log;
    let error = error_of(log.value());
    // Hydration reads the signals before anything was typed.
    if acts.day.with_untracked(String::is_empty) {
        acts.day.set(today.to_string());
    }
    let on = match item {
        Some(item) => {
            view! { <input type="hidden" name="item" prop:value=item value=item.get_untracked()/> }.into_any()
        }
        None => view! {
            <TextField
                name="item"
                label="Item"
                bind=acts.item
                placeholder="UC-12"
                required=true
                maxlength=40
                error=field_error(error, "item")
            />
        }
        .into_any(),
    };
    let note_max = i64::try_from(NOTE_MAX).unwrap_or_default();
    view! {
        <ActionForm action=log attr:class="time-form">
            <input type="hidden" name="key" prop:value=acts.act_key/>
            <FormError error/>
            {on}
            <TextField
                name="duration"
                label="Duration"
                bind=acts.duration
                placeholder="1h 30m"
                required=true
                maxlength=40
                autocomplete="off"
                error=field_error(error, "duration")
            />
            <DateField name="day" label="Day" bind=acts.day today=Some(today) required=true error=field_error(error, "day")/>
            <TextField name="note" label="Note" bind=acts.note maxlength=note_max error=field_error(error, "note")/>
            <Button kind=ButtonKind::Submit variant=ButtonVariant::Secondary pending=log.pending()>
                "Log time"
            </Button>
        </ActionForm>
    }
}

/// The time that waits here for the network, on this item or on any.
#[component]
pub(crate) fn WaitingHere(
    /// The key of the item of the page.
    #[prop(optional_no_strip, into)]
    item: Option<Signal<String>>,
    /// Loads again what the page shows: what waited may be written now.
    reload: Callback<()>,
) -> impl IntoView {
    let shown = RwSignal::new(Vec::new());
    Effect::new(move |before: Option<usize>| {
        let here = |act: &Act| {
            let Act::Time { item: on, .. } = act;
            item.is_none_or(|item| item.get() == *on)
        };
        let acts: Vec<Act> = waiting::list().iter().filter_map(waiting::Waiting::read).filter(here).collect();
        let count = acts.len();
        shown.set(acts);
        if before.is_some_and(|before| count < before) {
            reload.try_run(());
        }
        count
    });
    let row = |act| {
        let Act::Time { item, duration, day, note } = act;
        view! {
            <li class="time-waits">
                <Icon name="clock"/>
                <span class="time-length">{duration}</span>
                <span class="time-note">{format!("{item}, {day} {note}")}</span>
                <span>"Waiting for the network"</span>
            </li>
        }
    };
    view! {
        <ul class="time-list" class:is-empty=move || shown.with(Vec::is_empty) aria-label="Waiting for the network">
            {move || shown.get().into_iter().map(row).collect_view()}
        </ul>
    }
}

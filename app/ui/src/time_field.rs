//! A time of day, typed the way people type it (`1p`, `13`, `1330`) or picked from a list. The form sends what stands in
//! the field; the server reads it with [`crate::when::parse_time`], so that it works without WASM.

use chrono::{NaiveTime, TimeDelta};
use leptos::html::{Div, Input};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use crate::button::{ButtonSize, IconButton};
use crate::field::{Field, announce, bind_value, field_id};
use crate::menu::next_index;
use crate::overlay::{self, Side};
use crate::popover::toggled;
use crate::when::{self, Clock};
use crate::words::use_words;

/// A time of day.
#[component]
pub fn TimeField(
    /// The name that the form sends.
    #[prop(into)]
    name: String,
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The id; follows from the name when left out.
    #[prop(optional, into)]
    id: Option<String>,
    /// What it holds at first.
    #[prop(optional_no_strip, into)]
    value: Option<NaiveTime>,
    /// A signal that follows the text, and that the field follows.
    #[prop(optional, into)]
    bind: Option<RwSignal<String>>,
    /// How the person reads the time.
    #[prop(optional)]
    clock: Clock,
    /// How many minutes lie between two times of the list.
    #[prop(default = 15)]
    step_minutes: i64,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong and how to fix it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether it must be filled in.
    #[prop(optional)]
    required: bool,
    /// Whether it cannot be used.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let words = use_words();
    let id = id.unwrap_or_else(|| field_id(&name));
    let picker_id = format!("{id}-picker");
    let input = NodeRef::<Input>::new();
    let panel = NodeRef::<Div>::new();
    let open = RwSignal::new(false);
    let misread = RwSignal::new(false);
    let initial =
        bind.map_or_else(|| value.map(|value| when::time(value, clock)), |bind| Some(bind.get_untracked()));
    bind_value(input, bind);
    let error =
        Signal::derive(move || error.get().or_else(|| misread.get().then(|| words.time_hint.to_owned())));

    let hold = move |time: NaiveTime, events: &[&str]| {
        let Some(input) = input.get_untracked() else { return };
        let text = when::time(time, clock);
        if input.value() != text {
            input.set_value(&text);
            announce(&input, events);
        }
        misread.set(false);
    };
    let on_change = move |event| {
        let text = event_target_value(&event);
        match when::parse_time(&text) {
            Some(time) => hold(time, &["input"]),
            None => misread.set(!text.trim().is_empty()),
        }
    };
    let toggle_id = picker_id.clone();
    let on_toggle = move |_| {
        let Some(panel) = toggled(panel, &toggle_id, Side::BottomEnd, open) else { return };
        request_animation_frame(move || {
            let chosen = overlay::query_all(&panel, "[aria-selected=true]");
            let first = overlay::query_all(&panel, "[role=option]");
            if let Some(option) = chosen.first().or(first.first()) {
                overlay::focus(option);
                option.scroll_into_view_with_bool(false);
            }
        });
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        let Some(panel) = panel.get_untracked() else { return };
        let step = match event.key().as_str() {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            _ => return,
        };
        event.prevent_default();
        let options = overlay::query_all(&panel, "[role=option]");
        let focused = document().active_element();
        let current = options.iter().position(|option| Some(option.as_ref()) == focused.as_ref());
        if let Some(option) = next_index(current, options.len(), step).and_then(|index| options.get(index)) {
            overlay::focus(option);
        }
    };
    let list = move || {
        let held = input.get_untracked().and_then(|input| when::parse_time(&input.value()));
        times(step_minutes)
            .map(|time| {
                let chosen = Some(time) == held;
                view! {
                    <button
                        type="button"
                        role="option"
                        class="menu-item"
                        tabindex="-1"
                        aria-selected=if chosen { "true" } else { "false" }
                        on:click=move |_| {
                            hold(time, &["input", "change"]);
                            if let Some(panel) = panel.get_untracked() {
                                overlay::close(&panel.unchecked_into());
                            }
                        }
                    >
                        {when::time(time, clock)}
                    </button>
                }
            })
            .collect_view()
    };
    view! {
        <Field id=id.clone() label required hint error>
            <div class="input" class:is-disabled=move || disabled.get()>
                <input
                    id=id.clone()
                    name=name
                    type="text"
                    autocomplete="off"
                    value=initial
                    required=required
                    disabled=move || disabled.get()
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=format!("{id}-note")
                    on:input=move |event| {
                        if let Some(bind) = bind {
                            bind.set(event_target_value(&event));
                        }
                    }
                    on:change=on_change
                    node_ref=input
                />
                <IconButton
                    icon="clock"
                    label=words.choose_time
                    size=ButtonSize::Small
                    class="needs-script"
                    popover=picker_id.clone()
                    disabled
                />
            </div>
            <div
                id=picker_id
                popover="auto"
                class="menu panel is-end time-picker"
                on:toggle=on_toggle
                on:keydown=on_key
                node_ref=panel
            >
                <div role="listbox" aria-label=words.choose_time>
                    {move || open.get().then(list)}
                </div>
            </div>
        </Field>
    }
}

/// Returns the times of a day, so many minutes apart.
fn times(step_minutes: i64) -> impl Iterator<Item = NaiveTime> {
    let step = step_minutes.clamp(1, 24 * 60);
    (0..24 * 60 / step).map(move |index| NaiveTime::MIN + TimeDelta::minutes(index * step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_ninety_six_quarters() {
        assert_eq!(times(15).count(), 96);
        assert_eq!(times(60).last(), NaiveTime::from_hms_opt(23, 0, 0));
    }
}

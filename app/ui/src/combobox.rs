//! A field that narrows down a long list while one types. Before hydration it is the browser's own list, so that the
//! form works without WASM.

use leptos::ev::KeyboardEvent;
use leptos::html::{Div, Input, Select};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::field::{Field, field_id};
use crate::icon::{Icon, IconSize};
use crate::menu::next_index;
use crate::overlay::{self, Side};
use crate::words::use_words;

/// A value of a [`Combobox`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComboboxOption {
    /// The value that the form sends.
    pub value: String,
    /// The name that people read and type.
    pub label: String,
    /// What stands at the right, such as "free 14:00".
    pub hint: Option<String>,
    /// A person's or team's colour, shown as an avatar.
    pub person: Option<i64>,
}

impl ComboboxOption {
    /// Makes an option of a value and its name.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), ..Self::default() }
    }

    /// Sets what stands at the right.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Shows the option as a person of this colour.
    pub fn person(mut self, category: i64) -> Self {
        self.person = Some(category);
        self
    }
}

/// One of many values, found by typing.
#[component]
pub fn Combobox(
    /// The name that the form sends.
    #[prop(into)]
    name: String,
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The values.
    #[prop(into)]
    options: Signal<Vec<ComboboxOption>>,
    /// The id; follows from the name when left out.
    #[prop(optional, into)]
    id: Option<String>,
    /// What is chosen at first.
    #[prop(optional, into)]
    value: String,
    /// A signal that follows the choice, and that the field follows.
    #[prop(optional, into)]
    bind: Option<RwSignal<String>>,
    /// Shown while nothing is chosen.
    #[prop(optional, into)]
    placeholder: Option<String>,
    /// What helps to choose.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong and how to fix it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether something must be chosen.
    #[prop(optional)]
    required: bool,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| field_id(&name));
    let chosen = bind.unwrap_or_else(|| RwSignal::new(value));
    let live = RwSignal::new(false);
    let native = NodeRef::<Select>::new();
    Effect::new(move |_| {
        if let Some(select) = native.get() {
            if select.value() != chosen.get_untracked() {
                chosen.set(select.value());
            }
            live.set(true);
        }
    });
    let field_name = StoredValue::new(name);
    let control_id = StoredValue::new(id.clone());
    let placeholder = StoredValue::new(placeholder);
    let fallback = move || {
        let choices = options
            .get()
            .into_iter()
            .map(|option| {
                let selected = option.value == chosen.get_untracked();
                view! {
                    <option value=option.value selected=selected>
                        {option.label}
                    </option>
                }
            })
            .collect_view();
        view! {
            <div class="select">
                <select
                    id=control_id.get_value()
                    name=field_name.get_value()
                    required=required
                    aria-describedby=format!("{}-note", control_id.get_value())
                    node_ref=native
                >
                    {(!required).then(|| view! { <option value="">{placeholder.get_value().unwrap_or_default()}</option> })}
                    {choices}
                </select>
                <Icon name="chevrons-up-down" size=IconSize::Small/>
            </div>
        }
    };
    let scripted = move || {
        view! {
            <ComboboxControl
                id=control_id.get_value()
                name=field_name.get_value()
                options
                chosen
                placeholder=placeholder.get_value()
                required
                invalid=Signal::derive(move || error.with(Option::is_some))
            />
        }
    };
    view! {
        <Field id label required hint error>
            {move || if live.get() { scripted().into_any() } else { fallback().into_any() }}
        </Field>
    }
}

#[component]
fn ComboboxControl(
    id: String,
    name: String,
    options: Signal<Vec<ComboboxOption>>,
    chosen: RwSignal<String>,
    placeholder: Option<String>,
    required: bool,
    invalid: Signal<bool>,
) -> impl IntoView {
    let words = use_words();
    let input = NodeRef::<Input>::new();
    let panel = NodeRef::<Div>::new();
    let typed = RwSignal::new(None::<String>);
    let active = RwSignal::new(None::<usize>);
    let open = RwSignal::new(false);
    let label_of = move |value: &str| {
        options.with(|options| {
            options.iter().find(|option| option.value == value).map(|option| option.label.clone())
        })
    };
    let shown =
        move || typed.get().unwrap_or_else(|| chosen.with(|chosen| label_of(chosen)).unwrap_or_default());
    let found = Memo::new(move |_| {
        let query = typed.get().unwrap_or_default();
        options.with(|options| matches_of(options, &query))
    });

    let panel_element = move || panel.get_untracked().map(|panel| panel.unchecked_into::<HtmlElement>());
    let open_list = move || {
        if let (Some(panel), Some(input)) = (panel_element(), input.get_untracked()) {
            let anchor = input.closest(".input").ok().flatten().unwrap_or_else(|| input.into());
            overlay::open(&panel, &anchor, Side::BottomStart);
            open.set(true);
        }
    };
    let close_list = move || {
        if let Some(panel) = panel_element() {
            overlay::close(&panel);
        }
        open.set(false);
        active.set(None);
    };
    let choose = move |option: Option<ComboboxOption>| {
        if let Some(option) = option {
            chosen.set(option.value);
        }
        typed.set(None);
        close_list();
    };
    let option_at =
        move |index: Option<usize>| index.and_then(|index| found.with(|found| found.get(index).cloned()));
    let move_to = move |index: Option<usize>| {
        active.set(index);
        request_animation_frame(move || {
            let current =
                panel_element().and_then(|panel| panel.query_selector("[aria-selected=true]").ok().flatten());
            if let Some(current) = current {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                current.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    };
    let on_key = move |event: KeyboardEvent| {
        let count = found.with(Vec::len);
        match event.key().as_str() {
            "ArrowDown" | "ArrowUp" if !open.get_untracked() => open_list(),
            "ArrowDown" => move_to(next_index(active.get_untracked(), count, 1)),
            "ArrowUp" => move_to(next_index(active.get_untracked(), count, -1)),
            "Enter" if open.get_untracked() => choose(option_at(active.get_untracked())),
            "Escape" if open.get_untracked() => {
                typed.set(None);
                close_list();
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let list_id = format!("{id}-list");
    let option_prefix = StoredValue::new(format!("{id}-option"));
    let row = move |(index, option): (usize, ComboboxOption)| {
        let current = Memo::new(move |_| active.get() == Some(index));
        let ticked = option.value == chosen.get_untracked();
        let label = option.label.clone();
        let picked = option.clone();
        view! {
            <li
                class="menu-item"
                class:is-active=move || current.get()
                id=format!("{}-{index}", option_prefix.get_value())
                role="option"
                aria-selected=move || if current.get() { "true" } else { "false" }
                on:pointermove=move |_| active.set(Some(index))
                on:click=move |_| choose(Some(picked.clone()))
            >
                {option
                    .person
                    .map(|category| view! { <crate::Avatar name=option.label.clone() category/> })}
                <span class="menu-item-label">{move || marked(&label, &typed.get().unwrap_or_default())}</span>
                {option.hint.map(|hint| view! { <span class="menu-item-note">{hint}</span> })}
                {ticked.then(|| view! { <Icon name="check" size=IconSize::Small/> })}
            </li>
        }
    };
    view! {
        <div class="input combobox">
            <input
                id=id.clone()
                type="text"
                role="combobox"
                autocomplete="off"
                aria-autocomplete="list"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                aria-controls=list_id.clone()
                aria-activedescendant=move || {
                    active.get().map(|index| format!("{}-{index}", option_prefix.get_value()))
                }
                aria-invalid=move || invalid.get().then_some("true")
                aria-describedby=format!("{id}-note")
                placeholder=placeholder
                required=required
                prop:value=shown
                on:click=move |_| open_list()
                on:input=move |event| {
                    typed.set(Some(event_target_value(&event)));
                    active.set(Some(0));
                    open_list();
                }
                on:keydown=on_key
                on:blur=move |_| {
                    typed.set(None);
                    close_list();
                }
                node_ref=input
            />
            <Icon name="chevrons-up-down" size=IconSize::Small/>
            <input type="hidden" name=name prop:value=move || chosen.get()/>
        </div>
        <div
            class="menu panel combobox-panel"
            popover="manual"
            on:pointerdown=|event| event.prevent_default()
            on:mousedown=|event| event.prevent_default()
            node_ref=panel
        >
            <ul id=list_id role="listbox">
                {move || found.get().into_iter().enumerate().map(row).collect_view()}
            </ul>
            {move || {
                found.with(Vec::is_empty).then(|| view! { <p class="menu-empty">{words.no_match}</p> })
            }}
        </div>
    }
}

/// Returns the options that hold the typed text; those that begin with it come first.
fn matches_of(options: &[ComboboxOption], query: &str) -> Vec<ComboboxOption> {
    let query = query.trim().to_lowercase();
    let mut found: Vec<(bool, &ComboboxOption)> = options
        .iter()
        .filter_map(|option| option.label.to_lowercase().find(&query).map(|position| (position != 0, option)))
        .collect();
    if !query.is_empty() {
        found.sort_by_key(|(inside, _)| *inside);
    }
    found.into_iter().map(|(_, option)| option.clone()).collect()
}

/// Shows a name with the typed part marked.
fn marked(label: &str, query: &str) -> AnyView {
    let query = query.trim().to_lowercase();
    let position = if query.is_empty() { None } else { label.to_lowercase().find(&query) };
    let parts = position.and_then(|start| {
        let end = start + query.len();
        Some((
            label.get(..start)?.to_owned(),
            label.get(start..end)?.to_owned(),
            label.get(end..)?.to_owned(),
        ))
    });
    match parts {
        Some((before, part, after)) => view! { {before}<mark>{part}</mark>{after} }.into_any(),
        None => label.to_owned().into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_with_the_text_comes_first() {
        let options =
            ["Ingmar Falk", "Oskar Berg", "Marek Havel"].map(|name| ComboboxOption::new(name, name));
        let names: Vec<String> =
            matches_of(&options, " Mar").into_iter().map(|option| option.label).collect();
        assert_eq!(names, ["Marek Havel", "Ingmar Falk"]);
        assert_eq!(matches_of(&options, "").len(), 3);
    }

    #[test]
    fn the_server_sends_a_native_list() {
        let html = Owner::new().with(|| {
            let options =
                vec![ComboboxOption::new("1", "Marek Havel"), ComboboxOption::new("2", "Ingmar Falk")];
            view! { <Combobox name="assignee" label="Assignee" options value="2"/> }.to_html()
        });
        assert!(html.contains("<select") && html.contains("name=\"assignee\""), "{html}");
        assert!(html.contains("value=\"2\" selected"), "{html}");
    }
}

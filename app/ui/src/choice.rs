//! Choosing: checkboxes, radio buttons, switches, segmented controls.

use leptos::ev::MouseEvent;
use leptos::html::Input;
use leptos::prelude::*;

use crate::button::press;
use crate::icon::{Icon, IconSize};

/// A value that can be chosen, and its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// The value that the form sends.
    pub value: String,
    /// The name that people read.
    pub label: String,
    /// What choosing it means.
    pub hint: Option<String>,
    /// Whether it cannot be chosen now.
    pub disabled: bool,
}

impl Choice {
    /// Makes a choice of a value and its name.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), ..Self::default() }
    }

    /// Says what choosing it means.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl<V: Into<String>, L: Into<String>> From<(V, L)> for Choice {
    fn from((value, label): (V, L)) -> Self {
        Self::new(value, label)
    }
}

/// A yes or no.
#[component]
pub fn Checkbox(
    /// The name that the form sends.
    #[prop(into)]
    name: String,
    /// The value that the form sends when it is checked.
    #[prop(default = "true".to_owned(), into)]
    value: String,
    /// Whether it is checked at first.
    #[prop(optional)]
    checked: bool,
    /// A signal that follows it, and that it follows.
    #[prop(optional, into)]
    bind: Option<RwSignal<bool>>,
    /// Called with each change.
    #[prop(optional, into)]
    on_change: Option<Callback<bool>>,
    /// Whether it stands for several things that differ.
    #[prop(optional, into)]
    mixed: Signal<bool>,
    /// Whether it cannot be used.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether it must be checked.
    #[prop(optional)]
    required: bool,
    /// What checking it means.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What it says yes or no to.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<Input>::new();
    let initial = bind.map_or(checked, |bind| bind.get_untracked());
    bind_checked(node, bind);
    view! {
        <label class="choice">
            <input
                type="checkbox"
                class="checkbox"
                name=name
                value=value
                checked=initial
                required=required
                disabled=move || disabled.get()
                prop:indeterminate=move || mixed.get()
                on:change=move |event| tell(event_target_checked(&event), bind, on_change)
                node_ref=node
            />
            <span class="choice-text">
                {children()} {move || hint.get().map(|hint| view! { <span class="choice-hint">{hint}</span> })}
            </span>
        </label>
    }
}

/// A setting that takes effect at once.
#[component]
pub fn Switch(
    /// The name that the form sends.
    #[prop(into)]
    name: String,
    /// Whether it is on at first.
    #[prop(optional)]
    checked: bool,
    /// A signal that follows it, and that it follows.
    #[prop(optional, into)]
    bind: Option<RwSignal<bool>>,
    /// Called with each change.
    #[prop(optional, into)]
    on_change: Option<Callback<bool>>,
    /// Whether it cannot be used.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// What being on means.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What it switches.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<Input>::new();
    let initial = bind.map_or(checked, |bind| bind.get_untracked());
    bind_checked(node, bind);
    view! {
        <label class="choice">
            <input
                type="checkbox"
                role="switch"
                class="switch"
                name=name
                value="true"
                checked=initial
                disabled=move || disabled.get()
                on:change=move |event| tell(event_target_checked(&event), bind, on_change)
                node_ref=node
            />
            <span class="choice-text">
                {children()} {move || hint.get().map(|hint| view! { <span class="choice-hint">{hint}</span> })}
            </span>
        </label>
    }
}

/// One of a few values, all visible.
#[component]
pub fn RadioGroup(
    /// The name that the form sends.
    #[prop(into)]
    name: String,
    /// What is asked for.
    #[prop(into)]
    label: String,
    /// The values and their names.
    options: Vec<Choice>,
    /// What is chosen at first.
    #[prop(optional, into)]
    value: String,
    /// A signal that follows the choice, and that the group follows.
    #[prop(optional, into)]
    bind: Option<RwSignal<String>>,
    /// Whether something must be chosen.
    #[prop(optional)]
    required: bool,
    /// What is wrong and how to fix it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Hides the label from the eye.
    #[prop(optional)]
    label_hidden: bool,
) -> impl IntoView {
    let initial = bind.map_or(value, |bind| bind.get_untracked());
    let note_id = format!("{}-note", crate::field_id(&name));
    let described_by = note_id.clone();
    let radios = options
        .into_iter()
        .map(|choice| {
            let node = NodeRef::<Input>::new();
            let checked = choice.value == initial;
            let chosen = choice.value.clone();
            if let Some(bind) = bind {
                let value = choice.value.clone();
                Effect::new(move |_| {
                    let checked = bind.with(|bound| *bound == value);
                    if let Some(input) = node.get() {
                        input.set_checked(checked);
                    }
                });
            }
            view! {
                <label class="choice">
                    <input
                        type="radio"
                        class="radio"
                        name=name.clone()
                        value=choice.value
                        checked=checked
                        required=required
                        disabled=choice.disabled
                        on:change=move |_| {
                            if let Some(bind) = bind {
                                bind.set(chosen.clone());
                            }
                        }
                        node_ref=node
                    />
                    <span class="choice-text">
                        {choice.label} {choice.hint.map(|hint| view! { <span class="choice-hint">{hint}</span> })}
                    </span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="field choice-group" class:is-invalid=move || error.with(Option::is_some) aria-describedby=described_by>
            <legend class=if label_hidden { "visually-hidden" } else { "field-label" }>{label}</legend>
            {radios}
            <p class="field-note" id=note_id aria-live="polite">
                {move || error.get()}
            </p>
        </fieldset>
    }
}

/// A few views of the same thing, side by side.
#[component]
pub fn Segmented(
    /// What is chosen, for screen readers.
    #[prop(into)]
    label: String,
    /// The [`Segment`]s.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="segmented" role="group" aria-label=label>
            {children()}
        </div>
    }
}

/// One part of a segmented control: a link when it has an address, else a button.
#[component]
pub fn Segment(
    /// Where it leads.
    #[prop(optional, into)]
    href: MaybeProp<String>,
    /// Whether it is the chosen one.
    #[prop(optional, into)]
    selected: Signal<bool>,
    /// What pressing it does.
    #[prop(optional, into)]
    on_click: Option<Callback<MouseEvent>>,
    /// An icon before the label.
    #[prop(optional, into)]
    icon: Option<String>,
    /// The label.
    children: Children,
) -> impl IntoView {
    let content = view! { {icon.map(|name| view! { <Icon name size=IconSize::Small/> })} {children()} };
    if href.get_untracked().is_some() {
        view! {
            <a class="segment" href=move || href.get() aria-current=move || selected.get().then_some("true")>
                {content}
            </a>
        }
        .into_any()
    } else {
        view! {
            <button
                type="button"
                class="segment"
                aria-pressed=move || if selected.get() { "true" } else { "false" }
                on:click=move |event| press(on_click, event)
            >
                {content}
            </button>
        }
        .into_any()
    }
}

/// Keeps a checkbox and a signal alike. At first the checkbox wins: it may have been clicked before hydration.
fn bind_checked(node: NodeRef<Input>, bind: Option<RwSignal<bool>>) {
    let Some(bind) = bind else { return };
    Effect::new(move |taken_over: Option<bool>| {
        let wanted = bind.get();
        let Some(input) = node.get() else { return false };
        if input.checked() != wanted {
            if taken_over.unwrap_or_default() {
                input.set_checked(wanted);
            } else {
                bind.set(input.checked());
            }
        }
        true
    });
}

fn tell(checked: bool, bind: Option<RwSignal<bool>>, callback: Option<Callback<bool>>) {
    if let Some(bind) = bind {
        bind.set(checked);
    }
    if let Some(callback) = callback {
        callback.run(checked);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkbox_works_as_a_plain_form_control() {
        let html = Owner::new()
            .with(|| view! { <Checkbox name="stay" checked=true>"Stay signed in"</Checkbox> }.to_html());
        assert!(
            html.contains("name=\"stay\"") && html.contains("value=\"true\"") && html.contains("checked"),
            "{html}"
        );
    }

    #[test]
    fn a_segment_with_an_address_is_a_link() {
        let html = Owner::new().with(|| {
            view! {
                <Segmented label="View">
                    <Segment href="?view=board" selected=true>"Board"</Segment>
                    <Segment>"List"</Segment>
                </Segmented>
            }
            .to_html()
        });
        assert!(html.contains("<a href=\"?view=board\"") || html.contains("href=\"?view=board\""), "{html}");
        assert!(html.contains("aria-current=\"true\"") && html.contains("aria-pressed=\"false\""), "{html}");
    }
}

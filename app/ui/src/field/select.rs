//! One of a few values.

use leptos::html::Select;
use leptos::prelude::*;

use super::{Field, bind_value, field_id, tell};
use crate::choice::Choice;
use crate::icon::{Icon, IconSize};

/// One of a few values, in the browser's own list.
#[component]
pub fn SelectField(
    /// The name that the form sends.
    #[prop(into)]
    name: String,
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The values and their names.
    #[prop(into)]
    options: Signal<Vec<Choice>>,
    /// The id; follows from the name when left out.
    #[prop(optional, into)]
    id: Option<String>,
    /// What is chosen at first.
    #[prop(optional, into)]
    value: String,
    /// A signal that follows the choice, and that the field follows.
    #[prop(optional, into)]
    bind: Option<RwSignal<String>>,
    /// Called with each choice.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
    /// The name of the empty value; without it there is none.
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
    /// Whether it cannot be used.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Hides the label from the eye.
    #[prop(optional)]
    label_hidden: bool,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| field_id(&name));
    let node = NodeRef::<Select>::new();
    let initial = bind.map_or(value, |bind| bind.get_untracked());
    bind_value(node, bind);
    let choices = move || {
        let chosen = bind.map_or_else(|| initial.clone(), |bind| bind.get_untracked());
        options
            .get()
            .into_iter()
            .map(|choice| {
                let selected = choice.value == chosen;
                view! {
                    <option value=choice.value selected=selected disabled=choice.disabled>
                        {choice.label}
                    </option>
                }
            })
            .collect_view()
    };
    view! {
        <Field id=id.clone() label required hint error label_hidden>
            <div class="select" class:is-disabled=move || disabled.get()>
                <select
                    id=id.clone()
                    name=name
                    required=required
                    disabled=move || disabled.get()
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=format!("{id}-note")
                    on:change=move |event| tell(event_target_value(&event), bind, on_change)
                    node_ref=node
                >
                    {placeholder.map(|text| view! { <option value="">{text}</option> })}
                    {choices}
                </select>
                <Icon name="chevrons-up-down" size=IconSize::Small/>
            </div>
        </Field>
    }
}

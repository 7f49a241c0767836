//! Several lines of text.

use leptos::html::Textarea;
use leptos::prelude::*;

use super::{Field, bind_value, field_id, tell};

/// Several lines of text; grows with them where the browser can.
#[component]
pub fn TextArea(
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
    #[prop(optional, into)]
    value: String,
    /// A signal that follows what is typed, and that the field follows.
    #[prop(optional, into)]
    bind: Option<RwSignal<String>>,
    /// Called with each change.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
    /// How many lines it shows at least.
    #[prop(default = 3)]
    rows: i64,
    /// An example; never the only label.
    #[prop(optional, into)]
    placeholder: Option<String>,
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
    /// The longest text allowed.
    #[prop(optional, into)]
    maxlength: Option<i64>,
    /// Hides the label from the eye.
    #[prop(optional)]
    label_hidden: bool,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| field_id(&name));
    let node = NodeRef::<Textarea>::new();
    let initial = bind.map_or(value, |bind| bind.get_untracked());
    bind_value(node, bind);
    view! {
        <Field id=id.clone() label required hint error label_hidden>
            <textarea
                class="text-area"
                id=id.clone()
                name=name
                rows=rows
                placeholder=placeholder
                required=required
                disabled=move || disabled.get()
                maxlength=maxlength
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=format!("{id}-note")
                on:input=move |event| tell(event_target_value(&event), bind, on_input)
                node_ref=node
            >
                {initial}
            </textarea>
        </Field>
    }
}

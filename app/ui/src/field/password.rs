//! A password, hidden until it is asked for.

use leptos::html::Input;
use leptos::prelude::*;

use super::{Field, bind_value, field_id, input_class, tell};
use crate::button::IconButton;
use crate::words::use_words;

/// A password, which the person may show.
#[component]
pub fn PasswordField(
    /// The name that the form sends.
    #[prop(into)]
    name: String,
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The id; follows from the name when left out.
    #[prop(optional, into)]
    id: Option<String>,
    /// `current-password` or `new-password`.
    #[prop(default = "current-password")]
    autocomplete: &'static str,
    /// A signal that follows what is typed, and that the field follows.
    #[prop(optional, into)]
    bind: Option<RwSignal<String>>,
    /// The shortest password allowed.
    #[prop(optional, into)]
    minlength: Option<i64>,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong and how to fix it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Draws it 36 px high, for log-in forms.
    #[prop(optional)]
    large: bool,
    /// Takes the focus when the page opens.
    #[prop(optional)]
    autofocus: bool,
    /// What stands at the right of the label, such as "Forgot it".
    #[prop(optional, into)]
    aside: ViewFnOnce,
) -> impl IntoView {
    let words = use_words();
    let shown = RwSignal::new(false);
    let id = id.unwrap_or_else(|| field_id(&name));
    let node = NodeRef::<Input>::new();
    bind_value(node, bind);
    view! {
        <Field id=id.clone() label required=true hint error aside>
            <div class=input_class(large)>
                <input
                    id=id.clone()
                    name=name
                    type=move || if shown.get() { "text" } else { "password" }
                    required
                    minlength=minlength
                    autocomplete=autocomplete
                    autofocus=autofocus
                    autocapitalize="none"
                    spellcheck="false"
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=format!("{id}-note")
                    on:input=move |event| tell(event_target_value(&event), bind, None)
                    node_ref=node
                />
                <IconButton
                    icon=move || if shown.get() { "eye-off" } else { "eye" }
                    label=move || if shown.get() { words.hide_password } else { words.show_password }
                    size=crate::ButtonSize::Small
                    class="needs-script"
                    on_click=move |_| shown.update(|shown| *shown = !*shown)
                />
            </div>
        </Field>
    }
}

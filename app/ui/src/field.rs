//! Fields of forms: a label above, the control, and below it a hint, a warning or the error that says how to fix it.
//! All are native controls that send their value without WASM. A field that is bound to a signal takes over what was
//! typed before the page was hydrated.

mod area;
mod password;
mod select;
mod value;

use leptos::html::Input;
use leptos::prelude::*;

pub use self::area::TextArea;
pub use self::password::PasswordField;
pub use self::select::SelectField;
use self::value::tell;
pub(crate) use self::value::{announce, bind_value};
use crate::icon::{Icon, IconSize};
use crate::words::use_words;

/// Returns the id of the control that carries a name: the same on server and client.
pub fn field_id(name: &str) -> String {
    let mut id = String::with_capacity(name.len() + 6);
    id.push_str("field-");
    id.extend(name.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '-' }));
    id
}

/// A label, a control and the note below it. The other fields are made of it; use it for controls of your own, which
/// carry `id` and `aria-describedby="{id}-note"`.
#[component]
pub fn Field(
    /// The id of the control.
    #[prop(into)]
    id: String,
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// Marks the field as required.
    #[prop(optional)]
    required: bool,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong and how to fix it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// A rule that the value meets, such as a needed approval. Not an error.
    #[prop(optional, into)]
    warning: Signal<Option<String>>,
    /// What stands at the right of the label, such as a link.
    #[prop(optional, into)]
    aside: ViewFnOnce,
    /// Hides the label from the eye, where the place says it already.
    #[prop(optional)]
    label_hidden: bool,
    /// The control.
    children: Children,
) -> impl IntoView {
    let words = use_words();
    let class = move || match (error.get(), warning.get()) {
        (Some(_), _) => "field is-invalid",
        (None, Some(_)) => "field is-warned",
        (None, None) => "field",
    };
    let note_id = format!("{id}-note");
    let note = move || match (error.get(), warning.get(), hint.get()) {
        (Some(error), _, _) => Some(note_view("circle-alert", error)),
        (None, Some(warning), _) => Some(note_view("stamp", warning)),
        (None, None, Some(hint)) => Some(hint.into_any()),
        (None, None, None) => None,
    };
    view! {
        <div class=class>
            <div class=if label_hidden { "visually-hidden" } else { "field-head" }>
                <label class="field-label" for=id>
                    {move || label.get()}
                    {required
                        .then(|| {
                            view! {
                                <span class="field-required" aria-hidden="true">
                                    "*"
                                </span>
                                <span class="visually-hidden">", " {words.required}</span>
                            }
                        })}
                </label>
                {aside.run()}
            </div>
            {children()}
            <p class="field-note" id=note_id aria-live="polite">
                {note}
            </p>
        </div>
    }
}

/// A line of text.
#[component]
pub fn TextField(
    /// The name that the form sends.
    #[prop(into)]
    name: String,
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The id; follows from the name when left out.
    #[prop(optional, into)]
    id: Option<String>,
    /// `text`, `email`, `search`, `number`, `url`, `tel`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What it holds at first.
    #[prop(optional, into)]
    value: String,
    /// A signal that follows what is typed, and that the field follows.
    #[prop(optional, into)]
    bind: Option<RwSignal<String>>,
    /// Called with each change.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
    /// An example; never the only label.
    #[prop(optional, into)]
    placeholder: Option<String>,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong and how to fix it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// A rule that the value meets, such as a needed approval.
    #[prop(optional, into)]
    warning: Signal<Option<String>>,
    /// Whether it must be filled in.
    #[prop(optional)]
    required: bool,
    /// Whether it can be read only.
    #[prop(optional, into)]
    readonly: Signal<bool>,
    /// Whether it cannot be used.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// What the browser may fill in: `email`, `name`, `organization`, `off`.
    #[prop(optional, into)]
    autocomplete: Option<String>,
    /// The keyboard of a phone: `numeric`, `decimal`, `email`, `search`.
    #[prop(optional, into)]
    inputmode: Option<String>,
    /// The longest text allowed.
    #[prop(optional, into)]
    maxlength: Option<i64>,
    /// The pattern that the browser checks.
    #[prop(optional, into)]
    pattern: Option<String>,
    /// The least value, of kinds that have one.
    #[prop(optional, into)]
    min: Option<String>,
    /// What stands before the text, such as a currency.
    #[prop(optional, into)]
    prefix: Option<String>,
    /// What stands after the text, such as a unit.
    #[prop(optional, into)]
    suffix: Option<String>,
    /// An icon before the text.
    #[prop(optional, into)]
    icon: Option<String>,
    /// Draws it 36 px high, for log-in forms.
    #[prop(optional)]
    large: bool,
    /// Takes the focus when the page opens.
    #[prop(optional)]
    autofocus: bool,
    /// Hides the label from the eye.
    #[prop(optional)]
    label_hidden: bool,
    /// What stands at the right of the label.
    #[prop(optional, into)]
    aside: ViewFnOnce,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| field_id(&name));
    let node = NodeRef::<Input>::new();
    let initial = bind.map_or(value, |bind| bind.get_untracked());
    bind_value(node, bind);
    view! {
        <Field id=id.clone() label required hint error warning label_hidden aside>
            <div class=input_class(large) class:is-disabled=move || disabled.get()>
                {icon.map(|name| view! { <Icon name size=IconSize::Small/> })}
                {prefix.map(|text| view! { <span class="input-affix">{text}</span> })}
                <input
                    id=id.clone()
                    name=name
                    type=kind
                    value=initial
                    placeholder=placeholder
                    required=required
                    readonly=move || readonly.get()
                    disabled=move || disabled.get()
                    autocomplete=autocomplete
                    inputmode=inputmode
                    maxlength=maxlength
                    pattern=pattern
                    min=min
                    autofocus=autofocus
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=format!("{id}-note")
                    on:input=move |event| tell(event_target_value(&event), bind, on_input)
                    node_ref=node
                /> {suffix.map(|text| view! { <span class="input-affix">{text}</span> })}
            </div>
        </Field>
    }
}

fn input_class(large: bool) -> &'static str {
    if large { "input is-large" } else { "input" }
}

fn note_view(icon: &'static str, text: String) -> AnyView {
    view! {
        <Icon name=icon size=IconSize::Tiny/>
        <span>{text}</span>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choice::Choice;

    #[test]
    fn ids_follow_from_names() {
        assert_eq!(field_id("email"), "field-email");
        assert_eq!(field_id("form[name]"), "field-form-name-");
    }

    #[test]
    fn a_field_is_tied_to_its_label_and_its_note() {
        let html = Owner::new().with(|| {
            view! { <TextField name="email" label="Email" error=|| Some("Add the part after the @ sign".to_owned())/> }
                .to_html()
        });
        for part in [
            "for=\"field-email\"",
            "id=\"field-email\"",
            "aria-describedby=\"field-email-note\"",
            "id=\"field-email-note\"",
            "aria-invalid=\"true\"",
            "Add the part after the @ sign",
        ] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
    }

    #[test]
    fn a_select_marks_what_is_chosen() {
        let html = Owner::new().with(|| {
            let options = vec![Choice::new("a", "Alpha"), Choice::new("b", "Beta")];
            view! { <SelectField name="letter" label="Letter" options value="b"/> }.to_html()
        });
        assert!(html.contains("<option value=\"b\" selected"), "{html}");
        assert!(!html.contains("<option value=\"a\" selected"), "{html}");
    }
}

//! One field of a workflow's form as a control.

use leptos::prelude::*;
use serde_json::Value;
use ui::{Checkbox, Choice, DateField, SelectField, TextArea, TextField};

use crate::{
    model::{Field, FieldKind},
    rules,
};

/// The control of a field. Its name is `data[key]`, its mistakes are looked up under the same name.
#[component]
pub fn FieldControl(
    /// The field.
    field: Field,
    /// Its value now.
    #[prop(optional_no_strip)]
    value: Option<Value>,
    /// The organisation's currency.
    currency: String,
    /// The mistakes of the form it stands in.
    #[prop(into)]
    error: Signal<Option<kernel::Error>>,
) -> impl IntoView {
    let name = format!("data[{}]", field.key);
    let id = format!("field-{}", field.key);
    let message = {
        let name = name.clone();
        Signal::derive(move || error.with(|error| error.as_ref()?.field(&name).map(str::to_owned)))
    };
    let text = rules::form_value(&field, value.as_ref());
    let label = if field.required { format!("{} *", field.label) } else { field.label.clone() };
    match field.kind {
        FieldKind::LongText => view! { <TextArea name id label value=text error=message/> }.into_any(),
        FieldKind::Choice => {
            let mut options = vec![Choice::new("", "Not set")];
            options.extend(field.choices.iter().map(|choice| Choice::new(choice.clone(), choice.clone())));
            view! { <SelectField name id label options value=text error=message/> }.into_any()
        }
        FieldKind::Date => view! { <DateField name id label value=text.parse().ok() error=message/> }.into_any(),
        FieldKind::Flag => {
            let checked = text == "true";
            view! {
                <div class="field-flag">
                    // An unticked box sends nothing; this says that it was there.
                    <input type="hidden" name=name.clone() value=""/>
                    <Checkbox name checked=checked>{field.label.clone()}</Checkbox>
                </div>
            }
            .into_any()
        }
        FieldKind::Money => {
            view! { <TextField name id label value=text prefix=currency inputmode="decimal" error=message/> }.into_any()
        }
        FieldKind::Number => {
            view! { <TextField name id label value=text suffix=field.unit.clone() inputmode="numeric" error=message/> }
                .into_any()
        }
        FieldKind::Text | FieldKind::Plate => {
            view! { <TextField name id label value=text maxlength=200 error=message/> }.into_any()
        }
    }
}

//! One field of a workflow's form as a control.

use leptos::prelude::*;
use ui::{Checkbox, Choice, DateField, SelectField, TextArea, TextField};

use super::{file, people::assignees, sheet::Sheet, signature, table};
use crate::{
    form::{May, value::FIRST_YEAR},
    model::{Field, FieldKind},
    rules,
};

/// The control of a field. Its name is `data[key]`, its mistakes are looked up under the same name. What conditions hide is not
/// sent.
#[component]
pub fn FieldControl(
    /// The form it stands in.
    sheet: Sheet,
    /// The field.
    field: Field,
) -> impl IntoView {
    let may = sheet.may(&field);
    if may == May::Hidden {
        return ().into_any();
    }
    let depends = field.terms.show_when.is_some();
    let key = field.key.clone();
    let content = if may == May::Read || field.kind == FieldKind::Computed {
        reading(sheet, &field)
    } else {
        control(sheet, field)
    };
    if !depends {
        return content;
    }
    let is_hidden = Memo::new(move |_| sheet.hidden.with(|hidden| hidden.contains(&key)));
    view! {
        <fieldset class="field-when" hidden=move || is_hidden.get() disabled=move || is_hidden.get()>
            {content}
        </fieldset>
    }
    .into_any()
}

/// A field that is only read.
fn reading(sheet: Sheet, field: &Field) -> AnyView {
    if field.kind == FieldKind::Table && sheet.value(&field.key).is_some() {
        return table::reading(sheet, field);
    }
    let value = sheet.value(&field.key);
    if field.kind == FieldKind::Signature && value.is_some() {
        return signature::reading(sheet, field);
    }
    if field.kind == FieldKind::File && value.is_some() {
        return file::reading(sheet, field);
    }
    let shown = sheet
        .names
        .with_value(|names| rules::show_value(field, value.as_ref(), &names.currency, &names.directory));
    let shown = if shown.is_empty() { "\u{2014}".to_owned() } else { shown };
    let note = match (field.kind, value) {
        (FieldKind::Computed, None) => {
            Some(sheet.why(&field.key).unwrap_or_else(|| "Worked out once it is saved.".to_owned()))
        }
        _ => None,
    };
    let (label_id, labelled_by) =
        (format!("field-{}-label", field.key), format!("field-{}-label", field.key));
    view! {
        <div class="field" role="group" aria-labelledby=labelled_by>
            <div class="field-head">
                <span class="field-label" id=label_id>
                    {field.label.clone()}
                </span>
            </div>
            <p class="field-read">{shown}</p>
            <p class="field-note">{note}</p>
        </div>
    }
    .into_any()
}

fn control(sheet: Sheet, field: Field) -> AnyView {
    let name = format!("data[{}]", field.key);
    let id = format!("field-{}", field.key);
    let message = {
        let name = name.clone();
        Signal::derive(move || sheet.error.with(|error| error.as_ref()?.field(&name).map(str::to_owned)))
    };
    let value = sheet.value(&field.key);
    let text = sheet.text(&field);
    let (key, called) = (field.key.clone(), field.label.clone());
    let label = Signal::derive(move || {
        let needed = sheet.needed.with(|needed| needed.contains(&key));
        if needed { format!("{called} *") } else { called.clone() }
    });
    match field.kind {
        FieldKind::LongText => view! { <TextArea name id label value=text error=message/> }.into_any(),
        FieldKind::Choice | FieldKind::Person | FieldKind::Team => {
            let mut options = offered(sheet, &field, &text);
            // What it holds may be offered no more.
            if value.is_some() && options.iter().all(|option| option.value != text) {
                let shown = sheet.names.with_value(|names| {
                    rules::show_value(&field, value.as_ref(), &names.currency, &names.directory)
                });
                options.push(Choice::new(text.clone(), shown));
            }
            view! { <SelectField name id label options value=text error=message/> }.into_any()
        }
        FieldKind::Choices | FieldKind::Checklist => ticks(sheet, &field, label, message),
        FieldKind::Date => view! { <DateField name id label value=text.parse().ok() error=message/> }.into_any(),
        FieldKind::DateTime => {
            let zone = sheet.names.with_value(|names| names.zone.clone());
            view! {
                <TextField
                    name
                    id
                    label
                    kind="datetime-local"
                    min=format!("{FIRST_YEAR}-01-01T00:00")
                    value=text
                    hint=format!("Time in {zone}")
                    error=message
                />
            }
            .into_any()
        }
        FieldKind::Flag => {
            let checked = matches!(text.as_str(), "true" | "on" | "1");
            view! {
                <div class="field field-flag" class:is-invalid=move || message.with(Option::is_some)>
                    // An unticked box sends nothing; this says that it was there.
                    <input type="hidden" name=name.clone() value=""/>
                    <Checkbox name checked=checked>{move || label.get()}</Checkbox>
                    <p class="field-note" aria-live="polite">
                        {move || message.get()}
                    </p>
                </div>
            }
            .into_any()
        }
        FieldKind::Money => {
            let currency = sheet.names.with_value(|names| names.currency.clone());
            view! { <TextField name id label value=text prefix=currency inputmode="decimal" error=message/> }.into_any()
        }
        FieldKind::Number => {
            view! { <TextField name id label value=text suffix=field.unit.clone() inputmode="numeric" error=message/> }
                .into_any()
        }
        FieldKind::Text | FieldKind::Plate => {
            view! { <TextField name id label value=text maxlength=200 error=message/> }.into_any()
        }
        FieldKind::Signature => signature::filled_in(sheet, &field, label, message),
        FieldKind::Table => table::filled_in(sheet, field, label, message),
        FieldKind::File => file::filled_in(sheet, &field, label, message),
        FieldKind::Computed => ().into_any(),
    }
}

/// What a field offers to take one of.
fn offered(sheet: Sheet, field: &Field, held: &str) -> Vec<Choice> {
    let of_field = || field.choices.iter().map(|choice| Choice::new(choice.clone(), choice.clone()));
    sheet.names.with_value(|names| match field.kind {
        FieldKind::Person => assignees(&names.directory, held.parse().ok()),
        FieldKind::Team => {
            let teams = names.directory.teams.iter();
            let teams = teams.map(|team| Choice::new(team.id.to_string(), team.name.clone()));
            std::iter::once(Choice::new("", "No team")).chain(teams).collect()
        }
        _ => std::iter::once(Choice::new("", "Not set")).chain(of_field()).collect(),
    })
}

/// Boxes to tick: those that are offered, and those that are ticked already.
fn ticks(sheet: Sheet, field: &Field, label: Signal<String>, message: Signal<Option<String>>) -> AnyView {
    let held = sheet.ticked(field);
    let mut all = field.choices.clone();
    all.extend(held.iter().filter(|one| !field.choices.contains(one)).cloned());
    let key = field.key.clone();
    let boxes = all
        .into_iter()
        .enumerate()
        .map(|(place, choice)| {
            let checked = held.contains(&choice);
            let shown = choice.clone();
            view! { <Checkbox name=format!("data[{key}/{place}]") value=choice checked=checked>{shown}</Checkbox> }
        })
        .collect_view();
    let (note, described_by) = (format!("field-{}-note", field.key), format!("field-{}-note", field.key));
    view! {
        <fieldset
            class="field choice-group"
            class:is-invalid=move || message.with(Option::is_some)
            aria-describedby=described_by
        >
            <legend class="field-label">{move || label.get()}</legend>
            // Unticked boxes send nothing; this says that they were there.
            <input type="hidden" name=format!("data[{}]", field.key) value=""/>
            {boxes}
            <p class="field-note" id=note aria-live="polite">
                {move || message.get()}
            </p>
        </fieldset>
    }
    .into_any()
}

//! The data of an item.

use std::collections::BTreeMap;

use kernel::{Permission, Viewer};
use leptos::prelude::*;
use ui::{
    Button, ButtonKind, ButtonVariant, Choice, DateField, Filing, FormError, Pill, SelectField, TextField,
    Tone, error_of, field_error,
};

use super::acts::Acts;
use crate::{
    api,
    form::{FileNames, May, Place},
    model::{Field, Item, Priority, Seen, Workflow},
    parts::{
        field::FieldControl,
        people::assignees,
        sheet::{Names, Sheet, Strays},
    },
};

/// The data of the item. With scripts every change saves itself; without, there is the button.
#[component]
pub(super) fn ItemForm(
    workflow: Workflow,
    fields: Vec<Field>,
    item: Item,
    viewer: Viewer,
    /// Why computed fields have no value, by their keys.
    not_worked_out: BTreeMap<String, String>,
    /// The files of the item.
    filing: Filing,
    /// Those that its fields hold and that are gone, with their names.
    gone: FileNames,
    acts: Acts,
) -> impl IntoView {
    let card = item.card.clone();
    let seen = serde_json::to_string(&Seen::from(&item)).unwrap_or_default();
    let save = acts.save;
    let error = error_of(save.value());
    let status = move || {
        if save.pending().get() {
            Some(view! { <span>"Saving"</span> }.into_any())
        } else if error.with(Option::is_some) {
            Some(view! { <Pill tone=Tone::Danger>"Not saved"</Pill> }.into_any())
        } else if save.value().with(Option::is_some) {
            Some(view! { <span>"Saved"</span> }.into_any())
        } else {
            None
        }
    };
    let place = workflow.place(card.step_id);
    let step_name = workflow.step(card.step_id).map(|step| step.name.clone()).unwrap_or_default();
    let awaits = workflow.step(card.step_id).and_then(|step| step.does.clone()).map(|does| does.awaits);
    let is_awaited = |field: &Field| awaits.as_ref() == Some(&field.key);
    let here_is = Place { step: card.step_id, role: Some(viewer.role) };
    // What earlier steps asked for stays at hand; what later ones will ask for is not in the way yet.
    let groups: Vec<(String, bool, Vec<Field>)> = workflow
        .steps_beside(card.step_id)
        .iter()
        .filter(|step| workflow.place(step.id) <= place)
        .map(|step| {
            let here = step.id == card.step_id;
            let belongs = |field: &&Field| match field.step_id {
                // Where it waits for a day, that day is asked for, and what is needed here is, whichever step it is of.
                _ if is_awaited(field) || here_is.may(field) == May::Required => here,
                Some(id) => id == step.id,
                // What is filled in in every step is filled in here.
                None => here,
            };
            let fields = fields
                .iter()
                .filter(belongs)
                .filter(|field| here_is.may(field) != May::Hidden)
                .cloned()
                .collect();
            (step.name.clone(), here, fields)
        })
        .filter(|(_, _, fields): &(String, bool, Vec<Field>)| !fields.is_empty())
        .collect();
    let names = Names::of(&viewer);
    let sheet = Sheet::new(fields, item.data.clone(), Some(here_is), names, error)
        .lacking(not_worked_out)
        .about(card.id.to_string())
        .filing(filing, gone)
        .saving();
    let controls = move |fields: Vec<Field>| {
        fields.into_iter().map(|field| view! { <FieldControl sheet field/> }).collect_view()
    };
    let look = move || {
        if let Some(fields) = acts.fields.get_untracked() {
            sheet.look(&fields);
        }
    };
    // One tap may take a value away that took long to write.
    let before = StoredValue::new(card.clone());
    let note_loss = move || {
        let names = sheet.going();
        let loss = (!names.is_empty()).then(|| {
            let card = before.get_value();
            let back = api::SaveItem {
                item_id: card.id,
                version: card.version,
                title: card.title,
                priority: card.priority.level(),
                assignee_id: Some(card.assignee_id.map(|id| id.to_string()).unwrap_or_default()),
                due_on: Some(card.due_on.map(|day| day.to_string()).unwrap_or_default()),
                data: sheet.kept_texts(),
                seen: None,
            };
            (names, back)
        });
        acts.loss.set_value(loss);
    };
    let (mut current, mut earlier) = (Vec::new(), Vec::new());
    for (name, here, fields) in groups {
        if here {
            current.push(controls(fields));
        } else {
            let controls = controls(fields);
            earlier.push(view! {
                <details class="form-earlier">
                    <summary>{name}</summary>
                    <div class="form-grid">{controls}</div>
                </details>
            });
        }
    }
    let priorities: Vec<Choice> = Priority::ALL
        .into_iter()
        .map(|priority| Choice::new(priority.level().to_string(), priority.label()))
        .collect();
    let people = assignees(&viewer.directory, card.assignee_id);
    let assignee = card.assignee_id.map(|id| id.to_string()).unwrap_or_default();
    let may = viewer.may(Permission::ItemEdit);
    view! {
        <ActionForm action=save attr:class="panel-card">
            <header>
                <h2>{step_name}</h2>
                <span role="status" class="is-end">{status}</span>
            </header>
            <fieldset
                class="panel-card-body"
                disabled=!may
                node_ref=acts.fields
                on:input=move |_| look()
                on:change=move |_| {
                    look();
                    // What was hidden by that is switched off first, so that it is not sent.
                    note_loss();
                    leptos::task::spawn_local(async move {
                        leptos::task::tick().await;
                        acts.changed();
                    });
                }
            >
                <legend class="visually-hidden">"Data"</legend>
                <input type="hidden" name="item_id" value=card.id.to_string()/>
                <input type="hidden" name="version" value=card.version.to_string()/>
                <input type="hidden" name="seen" value=seen/>
                <FormError error/>
                <Strays sheet/>
                <div class="form-grid">
                    <div class="form-wide">
                        <TextField
                            name="title"
                            label="Title"
                            value=card.title.clone()
                            required=true
                            maxlength=200
                            error=field_error(error, "title")
                        />
                    </div>
                    <SelectField
                        name="assignee_id"
                        label="Assignee"
                        options=people
                        value=assignee
                        error=field_error(error, "assignee_id")
                    />
                    <SelectField
                        name="priority"
                        label="Priority"
                        options=priorities
                        value=card.priority.level().to_string()
                        error=field_error(error, "priority")
                    />
                    <DateField
                        name="due_on"
                        label="Due"
                        value=card.due_on
                        today=viewer.today.date()
                        error=field_error(error, "due_on")
                    />
                    {current}
                </div>
                {earlier}
                <div class="form-actions">
                    <Button kind=ButtonKind::Submit variant=ButtonVariant::Secondary pending=save.pending()>
                        "Save"
                    </Button>
                </div>
            </fieldset>
        </ActionForm>
    }
}

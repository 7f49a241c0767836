//! What is filled in: a field of the item, and a new item.

use std::collections::BTreeMap;

use kernel::WorkflowId;
use leptos::prelude::*;
use ui::{Choice, SelectField, TextField};

use super::{
    Scene,
    actions::{Deeds, change},
};
use crate::{automatic::VALUE_MAX, automation::Action, model::FieldKind};

/// What a place of what came begins with, where it is written as a value.
const PLACE: &str = "{/";

/// Which field is filled in, and with what.
#[component]
pub(super) fn SetFields(
    scene: StoredValue<Scene>,
    deeds: Deeds,
    id: u32,
    field: String,
    value: String,
    /// Whether what came can be read.
    reads: Signal<bool>,
) -> impl IntoView {
    let chosen = RwSignal::new(field);
    // Written as a place of what came, where else something is chosen.
    let written = RwSignal::new(value.starts_with(PLACE));
    let options: Vec<Choice> = scene.with_value(|scene| {
        let fields = scene.automation.fields.iter().filter(|field| field.kind != FieldKind::File);
        fields.map(|field| Choice::new(field.key.clone(), &field.label)).collect()
    });
    let value = StoredValue::new(value);
    let set = Callback::new(move |text: String| {
        value.set_value(text.clone());
        change(deeds, id, |action| {
            if let Action::Set { value, .. } = action {
                *value = text
            }
        });
    });
    let name = format!("rule-{id}-value");
    let control = move || {
        let found = chosen.with(|key| {
            scene.with_value(|scene| scene.automation.fields.iter().find(|field| field.key == *key).cloned())
        });
        let (name, value) = (name.clone(), value.get_value());
        let mut options = match found.map(|field| (field.kind, field.choices)) {
            Some((FieldKind::Flag, _)) => vec![Choice::new("", "No"), Choice::new("true", "Yes")],
            Some((FieldKind::Choice, choices)) => {
                let offered = choices.into_iter().map(|choice| Choice::new(choice.clone(), choice));
                std::iter::once(Choice::new("", "Nothing")).chain(offered).collect()
            }
            _ => Vec::new(),
        };
        if options.is_empty() || written.get() {
            let maxlength = i64::try_from(VALUE_MAX).unwrap_or(500);
            let placeholder = if reads.get() { "{/order/number}" } else { "nothing" };
            return view! { <TextField name label="With" placeholder maxlength value on_input=set/> }
                .into_any();
        }
        if reads.get() {
            options.push(Choice::new(PLACE, "What came\u{2026}"));
        }
        let choose = Callback::new(move |text: String| {
            if text == PLACE {
                set.run(String::new());
                written.set(true);
            } else {
                set.run(text);
            }
        });
        view! { <SelectField name label="With" options value on_change=choose/> }.into_any()
    };
    view! {
        <div class="rule-pair">
            <SelectField
                name=format!("rule-{id}-field")
                label="Fill in"
                options
                placeholder="Choose a field"
                value=chosen.get_untracked()
                on_change=Callback::new(move |key: String| {
                    set.run(String::new());
                    written.set(false);
                    change(
                        deeds,
                        id,
                        |action| if let Action::Set { field, .. } = action { field.clone_from(&key) },
                    );
                    chosen.set(key);
                })
            />
            {control}
        </div>
    }
}

/// The new item: where, and what it holds.
#[component]
pub(super) fn CreateFields(
    scene: StoredValue<Scene>,
    deeds: Deeds,
    id: u32,
    workflow: WorkflowId,
    title: String,
    values: BTreeMap<String, String>,
) -> impl IntoView {
    let chosen = RwSignal::new(workflow);
    let values = StoredValue::new(values);
    let options: Vec<Choice> = scene.with_value(|scene| {
        scene.automation.others.iter().map(|(id, name, _)| Choice::new(id.to_string(), name)).collect()
    });
    let form = move || {
        let workflow = chosen.get();
        let form = scene.with_value(|scene| {
            let found = scene.automation.others.iter().find(|(other, ..)| *other == workflow);
            found.map(|(.., form)| form.clone()).unwrap_or_default()
        });
        form.into_iter()
            .filter(|field| field.kind != FieldKind::File)
            .map(|field| {
                let key = field.key;
                let value = values.with_value(|values| values.get(&key).cloned().unwrap_or_default());
                let name = format!("rule-{id}-of-{key}");
                let set = Callback::new(move |text: String| {
                    change(deeds, id, |action| {
                        let Action::Create { fields, .. } = action else { return };
                        if text.trim().is_empty() {
                            fields.remove(&key);
                        } else {
                            fields.insert(key.clone(), text);
                        }
                    });
                });
                view! { <TextField name label=field.label value placeholder="nothing" on_input=set/> }
            })
            .collect_view()
    };
    view! {
        <div class="rule-pair">
            <SelectField
                name=format!("rule-{id}-workflow")
                label="In"
                options
                value=workflow.to_string()
                on_change=Callback::new(move |text: String| {
                    let Ok(to) = text.parse::<WorkflowId>() else { return };
                    values.set_value(Default::default());
                    change(deeds, id, |action| {
                        if let Action::Create { workflow, fields, .. } = action {
                            *workflow = to;
                            fields.clear();
                        }
                    });
                    chosen.set(to);
                })
            />
            <TextField
                name=format!("rule-{id}-title")
                label="Title"
                value=title
                placeholder="Follow up {key}"
                maxlength=200
                on_input=Callback::new(move |text: String| {
                    change(deeds, id, |action| if let Action::Create { title, .. } = action { *title = text });
                })
            />
        </div>
        <details class="condition-names">
            <summary>"Values of its fields"</summary>
            <div class="rule-values">{form}</div>
        </details>
    }
}

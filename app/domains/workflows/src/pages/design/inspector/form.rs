//! The fields that are filled in in a step, or in every step, and how the form looks.

mod access;
mod columns;
mod drag;
mod when;

use kernel::{FieldId, StepId};
use leptos::prelude::*;
use ui::{
    Button, ButtonSize, Checkbox, Choice, Icon, IconButton, IconSize, SelectField, TextArea, TextField,
};
use wasm_bindgen::JsCast;

use self::{
    access::AccessFields,
    columns::ColumnFields,
    drag::FieldDrag,
    when::{WhenFields, Which},
};
use super::super::stage::Stage;
use crate::{
    definition::form::{CHOICES_MAX, FIELDS_MAX, LABEL_MAX, UNIT_MAX},
    form::{FORMULA_MAX, Place},
    model::{Field, FieldKind, Values},
    parts::{
        browser::{fresh_id, show},
        desk::Intention,
        field::FieldControl,
        sheet::{Names, Sheet},
    },
};

const KINDS: [(FieldKind, &str, &str); 17] = [
    (FieldKind::Text, "Text", "type"),
    (FieldKind::LongText, "Long text", "file-text"),
    (FieldKind::Number, "Whole number", "hash"),
    (FieldKind::Money, "Amount of money", "credit-card"),
    (FieldKind::Date, "Day", "calendar"),
    (FieldKind::DateTime, "Day and time", "calendar-clock"),
    (FieldKind::Choice, "One of some choices", "list"),
    (FieldKind::Choices, "Several of some choices", "list-checks"),
    (FieldKind::Person, "A member", "user-round"),
    (FieldKind::Team, "A team", "users-round"),
    (FieldKind::Checklist, "Checklist", "clipboard-check"),
    (FieldKind::Computed, "Worked out of other fields", "wand-sparkles"),
    (FieldKind::Flag, "Yes or no", "square-check"),
    (FieldKind::Plate, "Registration plate", "car"),
    (FieldKind::Table, "Table of rows", "table"),
    (FieldKind::Signature, "Signature", "square-pen"),
    (FieldKind::File, "Files", "paperclip"),
];

/// The part of the form that belongs to a step, or to every step.
#[component]
pub fn FormFields(stage: Stage, step: Option<StepId>) -> impl IntoView {
    let desk = stage.desk;
    let ids = Memo::new(move |_| {
        desk.definition.with(|it| it.fields_of(step).map(|field| field.id).collect::<Vec<_>>())
    });
    let open = RwSignal::new(None::<FieldId>);
    let add = move |_| {
        let id: FieldId = fresh_id();
        desk.change(Intention::Once, |definition| definition.add_field(id, step));
        open.set(Some(id));
        show(&format!("field-form-{id}-label"));
    };
    let drag = FieldDrag::new(stage, step, ids);
    let full = Signal::derive(move || desk.definition.with(|it| FIELDS_MAX <= it.form().len()));
    let empty = if step.is_some() {
        "Nothing is filled in here."
    } else {
        "Nothing is filled in in every step. A step has fields of its own."
    };
    view! {
        <section class="inspector-part" aria-label="Form">
            <h3>"Form"</h3>
            <Show when=move || ids.with(Vec::is_empty)>
                <p class="text-meta">{empty}</p>
            </Show>
            <ul class="inspector-ways" class:is-last=move || drag.is_last() node_ref=drag.list>
                <For each=move || ids.get() key=|id| *id let:id>
                    <FieldRow stage id open drag/>
                </For>
            </ul>
            {drag.tip()}
            <Button size=ButtonSize::Small icon="plus" disabled=full on_click=add>
                "Add a field"
            </Button>
            <Preview stage step ids/>
        </section>
    }
}

/// A field: closed as a line, open with all that can be said of it.
#[component]
fn FieldRow(stage: Stage, id: FieldId, open: RwSignal<Option<FieldId>>, drag: FieldDrag) -> impl IntoView {
    let desk = stage.desk;
    let is_open = Memo::new(move |_| open.get() == Some(id));
    let field = Memo::new(move |_| desk.definition.with(|it| it.field(id).cloned()));
    let called = Signal::derive(move || field.with(|field| field.as_ref().map(name).unwrap_or_default()));
    let icon = move || {
        let kind = field.with(|field| field.as_ref().map(|field| field.kind));
        let icon = KINDS.iter().find(|(known, ..)| Some(*known) == kind).map_or("type", |(.., icon)| icon);
        view! { <Icon name=icon size=IconSize::Small/> }
    };
    let shift = move |back: bool| desk.change(Intention::Once, |definition| definition.move_field(id, back));
    let remove = move |_| {
        desk.change(Intention::Once, |definition| definition.remove_field(id));
        show("add-step");
    };
    view! {
        <li
            class="inspector-field"
            class:is-carried=move || drag.is_carried(id)
            class:is-before=move || drag.is_before(id)
        >
            <div class="inspector-person">
                {drag.grip(id)}
                <button
                    type="button"
                    class="inspector-field-name"
                    aria-expanded=move || if is_open.get() { "true" } else { "false" }
                    on:click=move |_| open.set(if is_open.get_untracked() { None } else { Some(id) })
                >
                    {icon}
                    <span class="truncate">{called}</span>
                    {move || {
                        field
                            .with(|field| field.as_ref().is_some_and(|it| it.required))
                            .then(|| view! { <span aria-hidden="true">"*"</span> <span class="visually-hidden">"needed"</span> })
                    }}
                </button>
                <IconButton
                    icon="arrow-up"
                    size=ButtonSize::Small
                    label=Signal::derive(move || format!("{} comes earlier", called.get()))
                    on_click=move |_| shift(true)
                />
                <IconButton
                    icon="arrow-down"
                    size=ButtonSize::Small
                    label=Signal::derive(move || format!("{} comes later", called.get()))
                    on_click=move |_| shift(false)
                />
                <IconButton
                    icon="x"
                    size=ButtonSize::Small
                    label=Signal::derive(move || format!("Remove {}", called.get()))
                    on_click=remove
                />
            </div>
            <Show when=move || is_open.get()>
                <FieldDetails stage id/>
            </Show>
        </li>
    }
}

fn name(field: &Field) -> String {
    match field.label.trim() {
        "" => "A field without a name".to_owned(),
        label => label.to_owned(),
    }
}

#[component]
fn FieldDetails(stage: Stage, id: FieldId) -> impl IntoView {
    let desk = stage.desk;
    let text =
        move |read: fn(&Field) -> String| desk.text(move |it| it.field(id).map(read).unwrap_or_default());
    let change = move |intention: Intention, act: &dyn Fn(&mut Field)| {
        desk.change(intention, |definition| definition.change_field(id, act));
    };
    // What items hold already stays under its key, and of its kind.
    let is_kept = desk.running.with_untracked(|running| running.field(id).is_some());
    let (label, unit) = (text(|field| field.label.clone()), text(|field| field.unit.clone()));
    let choices = text(|field| field.choices.join("\n"));
    let kind = text(|field| field.kind.as_str().to_owned());
    let key = text(|field| field.key.clone());
    let required = desk.flag(move |it| it.field(id).is_some_and(|field| field.required));
    let kinds: Vec<Choice> =
        KINDS.iter().map(|(kind, label, _)| Choice::new(kind.as_str(), *label)).collect();
    let holds = Memo::new(move |_| {
        let known = KINDS.iter().find(|(known, ..)| kind.with(|kind| kind == known.as_str()));
        known.map_or(FieldKind::Text, |(kind, ..)| *kind)
    });
    let is_computed = move || holds.get() == FieldKind::Computed;
    let money = text(|field| if field.terms.money { "money" } else { "number" }.to_owned());
    let has_unit =
        move || holds.get() == FieldKind::Number || is_computed() && money.with(|money| money == "number");
    let formula = text(|field| field.terms.formula.clone());
    let offer = Signal::derive(move || match holds.get() {
        FieldKind::Checklist => "Points, one a line".to_owned(),
        _ => "Choices, one a line".to_owned(),
    });
    view! {
        <div class="inspector-field-details">
            <TextField
                name=format!("form-{id}-label")
                label="Name of the field"
                placeholder="What is filled in?"
                maxlength=i64::try_from(LABEL_MAX).unwrap_or(60)
                bind=label
                on_input=Callback::new(move |text: String| {
                    desk.change(Intention::Field("label", id), |it| it.name_field(id, text, is_kept));
                })
                hint=Signal::derive(move || Some(format!("Conditions call it {}.", key.get())))
            />
            <SelectField
                name=format!("form-{id}-kind")
                label="It holds"
                options=kinds
                bind=kind
                disabled=is_kept
                hint=is_kept.then(|| "Items have it already, so it stays of this kind.".to_owned())
                on_change=Callback::new(move |text: String| {
                    let chosen = KINDS.iter().find(|(kind, ..)| kind.as_str() == text);
                    if let Some((kind, ..)) = chosen {
                        change(Intention::Once, &|field| field.kind = *kind);
                    }
                })
            />
            <Show when=is_computed>
                <TextField
                    name=format!("form-{id}-formula")
                    label="Formula"
                    placeholder="net + freight"
                    maxlength=i64::try_from(FORMULA_MAX).unwrap_or(500)
                    bind=formula
                    on_input=Callback::new(move |text: String| {
                        change(Intention::Field("formula", id), &|field| field.terms.formula.clone_from(&text));
                    })
                    hint="Numbers and amounts by what conditions call them, with + - * / and brackets. Days give days: due - start. size(checks) counts ticks, and size(lines) rows; sum(lines.amount) adds a column up. Write (discount == null ? 0 : discount) where one may be empty."
                />
                <SelectField
                    name=format!("form-{id}-money")
                    label="It gives"
                    options=[("number", "A number"), ("money", "An amount of money")].map(Choice::from).to_vec()
                    bind=money
                    on_change=Callback::new(move |text: String| {
                        change(Intention::Once, &|field| field.terms.money = text == "money");
                    })
                />
            </Show>
            <Show when=has_unit>
                <TextField
                    name=format!("form-{id}-unit")
                    label="Unit"
                    placeholder="none"
                    maxlength=i64::try_from(UNIT_MAX).unwrap_or(12)
                    bind=unit
                    on_input=Callback::new(move |text: String| {
                        change(Intention::Field("unit", id), &|field| field.unit.clone_from(&text));
                    })
                />
            </Show>
            <Show when=move || holds.get() == FieldKind::Table>
                <ColumnFields stage id/>
            </Show>
            <Show when=move || holds.get() == FieldKind::File>
                <p class="text-meta">
                    "Files are put in on the page of an item, once it is there: neither the form for a new one nor a public form asks for them."
                </p>
            </Show>
            <Show when=move || holds.get().offers()>
                <TextArea
                    name=format!("form-{id}-choices")
                    label=offer
                    rows=4
                    bind=choices
                    on_input=Callback::new(move |text: String| {
                        let lines: Vec<String> =
                            text.lines().take(CHOICES_MAX).map(|line| line.chars().take(LABEL_MAX).collect()).collect();
                        change(Intention::Field("choices", id), &|field| field.choices.clone_from(&lines));
                    })
                />
            </Show>
            <Show when=move || !is_computed()>
                <Checkbox
                    name=format!("form-{id}-required")
                    bind=required
                    on_change=Callback::new(move |on| change(Intention::Once, &|field| field.required = on))
                >
                    "Needed before an item goes on"
                </Checkbox>
            </Show>
            <WhenFields stage id which=Which::Show/>
            <Show when=move || !is_computed() && !required.get()>
                <WhenFields stage id which=Which::Require/>
            </Show>
            <AccessFields stage id/>
        </div>
    }
}

/// The form as people will see it, with nothing filled in; conditions work as they will.
#[component]
fn Preview(stage: Stage, step: Option<StepId>, ids: Memo<Vec<FieldId>>) -> impl IntoView {
    let fields = move || {
        let ids = ids.get();
        let all = stage.desk.definition.with(|it| it.form().to_vec());
        let shown: Vec<Field> =
            ids.iter().filter_map(|id| all.iter().find(|it| it.id == *id)).cloned().collect();
        let none = Signal::derive(|| None);
        let place =
            stage.viewer.with_value(|viewer| step.map(|step| Place { step, role: Some(viewer.role) }));
        let names = stage.viewer.with_value(Names::of);
        let sheet = Sheet::new(all, Values::new(), place, names, none);
        let look = move |event: web_sys::Event| {
            let holder = event.current_target().and_then(|holder| holder.dyn_into::<web_sys::Element>().ok());
            if let Some(holder) = holder {
                sheet.look(&holder);
            }
        };
        let controls = shown.into_iter().map(|field| view! { <FieldControl sheet field/> }).collect_view();
        view! {
            <fieldset class="inspector-preview" on:input=look on:change=look>
                <legend class="visually-hidden">"How it looks"</legend>
                {controls}
            </fieldset>
        }
    };
    view! {
        <Show when=move || !ids.with(Vec::is_empty)>
            <details class="condition-names">
                <summary>"How it looks"</summary>
                {fields}
            </details>
        </Show>
    }
}

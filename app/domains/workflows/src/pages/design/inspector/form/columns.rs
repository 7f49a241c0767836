//! The columns of a table.

use kernel::FieldId;
use leptos::prelude::*;
use ui::{
    Button, ButtonSize, Checkbox, Choice, Icon, IconButton, IconSize, SelectField, TextArea, TextField,
};

use super::{super::super::stage::Stage, KINDS};
use crate::{
    definition::form::{CHOICES_MAX, LABEL_MAX, UNIT_MAX},
    form::{Column, table::COLUMNS_MAX},
    model::FieldKind,
    parts::{browser::show, desk::Intention},
};

/// The columns of a table, in order.
#[component]
pub fn ColumnFields(stage: Stage, id: FieldId) -> impl IntoView {
    let desk = stage.desk;
    let count = Memo::new(move |_| {
        desk.definition.with(|it| it.field(id).map(|field| field.terms.columns.len()).unwrap_or_default())
    });
    let open = RwSignal::new(Some(0));
    let add = move |_| {
        let place = count.get_untracked();
        desk.change(Intention::Once, |it| it.add_column(id));
        open.set(Some(place));
        show(&format!("field-form-{id}-column-{place}-label"));
    };
    let full = Signal::derive(move || COLUMNS_MAX <= count.get());
    view! {
        <div class="inspector-when" role="group" aria-label="Columns">
            <ol class="inspector-ways" aria-label="Columns in their order">
                <For each=move || 0..count.get() key=|place| *place let:place>
                    <ColumnRow stage id place open/>
                </For>
            </ol>
            <Button size=ButtonSize::Small icon="plus" disabled=full on_click=add>
                "Add a column"
            </Button>
        </div>
    }
}

/// A column: closed as a line, open with all that can be said of it.
#[component]
fn ColumnRow(stage: Stage, id: FieldId, place: usize, open: RwSignal<Option<usize>>) -> impl IntoView {
    let desk = stage.desk;
    let is_open = Memo::new(move |_| open.get() == Some(place));
    let shown = Memo::new(move |_| {
        desk.definition.with(|it| {
            let column = it.field(id).and_then(|field| field.terms.columns.get(place));
            column.map(|column| (column.label.trim().to_owned(), column.kind, column.required))
        })
    });
    let called = Signal::derive(move || {
        let label = shown.with(|shown| shown.as_ref().map(|(label, ..)| label.clone()).unwrap_or_default());
        if label.is_empty() { format!("Column {} without a name", place + 1) } else { label }
    });
    let icon = move || {
        let kind = shown.with(|shown| shown.as_ref().map(|(_, kind, _)| *kind));
        let icon = KINDS.iter().find(|(known, ..)| Some(*known) == kind).map_or("type", |(.., icon)| icon);
        view! { <Icon name=icon size=IconSize::Small/> }
    };
    let shift = move |back: bool| {
        let to = if back { place.checked_sub(1) } else { place.checked_add(1) };
        desk.change(Intention::Once, |it| {
            it.change_field(id, |field| {
                let columns = &mut field.terms.columns;
                if let Some(to) = to.filter(|to| *to < columns.len() && place < columns.len()) {
                    columns.swap(place, to);
                }
            });
        });
    };
    let remove = move |_| {
        desk.change(Intention::Once, |it| {
            it.change_field(id, |field| {
                if place < field.terms.columns.len() {
                    field.terms.columns.remove(place);
                }
            });
        });
        show(&format!("field-form-{id}-kind"));
    };
    let needed = move || {
        shown.with(|shown| shown.as_ref().is_some_and(|(.., required)| *required)).then(
            || view! { <span aria-hidden="true">"*"</span> <span class="visually-hidden">"needed"</span> },
        )
    };
    view! {
        <li class="inspector-field">
            <div class="inspector-person">
                <button
                    type="button"
                    class="inspector-field-name"
                    aria-expanded=move || if is_open.get() { "true" } else { "false" }
                    on:click=move |_| open.set(if is_open.get_untracked() { None } else { Some(place) })
                >
                    {icon}
                    <span class="truncate">{called}</span>
                    {needed}
                </button>
                <IconButton
                    icon="arrow-up"
                    size=ButtonSize::Small
                    label=Signal::derive(move || format!("Column {} comes earlier", called.get()))
                    on_click=move |_| shift(true)
                />
                <IconButton
                    icon="arrow-down"
                    size=ButtonSize::Small
                    label=Signal::derive(move || format!("Column {} comes later", called.get()))
                    on_click=move |_| shift(false)
                />
                <IconButton
                    icon="x"
                    size=ButtonSize::Small
                    label=Signal::derive(move || format!("Remove column {}", called.get()))
                    on_click=remove
                />
            </div>
            <Show when=move || is_open.get()>
                <ColumnDetails stage id place/>
            </Show>
        </li>
    }
}

#[component]
fn ColumnDetails(stage: Stage, id: FieldId, place: usize) -> impl IntoView {
    let desk = stage.desk;
    let text = move |read: fn(&Column) -> String| {
        desk.text(move |it| {
            let column = it.field(id).and_then(|field| field.terms.columns.get(place));
            column.map(read).unwrap_or_default()
        })
    };
    let change = move |intention: Intention, act: &dyn Fn(&mut Column)| {
        desk.change(intention, |it| it.change_column(id, place, act));
    };
    let (label, unit) = (text(|column| column.label.clone()), text(|column| column.unit.clone()));
    let choices = text(|column| column.choices.join("\n"));
    let (kind, key) = (text(|column| column.kind.as_str().to_owned()), text(|column| column.key.clone()));
    let required = desk.flag(move |it| {
        it.field(id).and_then(|field| field.terms.columns.get(place)).is_some_and(|column| column.required)
    });
    let table = desk.text(move |it| it.field(id).map(|field| field.key.clone()).unwrap_or_default());
    // What rows hold already stays under its key, and of its kind.
    let is_kept = Memo::new(move |_| {
        desk.running.with(|running| {
            let columns = running.field(id).map(|field| field.terms.columns.as_slice()).unwrap_or_default();
            key.with(|key| columns.iter().any(|column| column.key == *key))
        })
    });
    let known = move || Column::KINDS.into_iter().find(|known| kind.with(|kind| kind == known.as_str()));
    let holds = Memo::new(move |_| known().unwrap_or(FieldKind::Text));
    let kinds: Vec<Choice> = KINDS
        .iter()
        .filter(|(kind, ..)| Column::KINDS.contains(kind))
        .map(|(kind, label, _)| Choice::new(kind.as_str(), *label))
        .collect();
    let hint = move || {
        let is_number = matches!(holds.get(), FieldKind::Number | FieldKind::Money);
        is_number.then(|| format!("Added up by sum({}.{}).", table.get(), key.get()))
    };
    let name = move |part: &str| format!("form-{id}-column-{place}-{part}");
    view! {
        <div class="inspector-field-details">
            <TextField
                name=name("label")
                label="Name of the column"
                placeholder="What stands in it?"
                maxlength=i64::try_from(LABEL_MAX).unwrap_or(60)
                bind=label
                on_input=Callback::new(move |text: String| {
                    desk.change(Intention::Field("column", id), |it| {
                        it.name_column(id, place, text, is_kept.get_untracked());
                    });
                })
                hint=Signal::derive(hint)
            />
            <SelectField
                name=name("kind")
                label="It holds"
                options=kinds
                bind=kind
                disabled=is_kept
                hint=Signal::derive(move || {
                    is_kept.get().then(|| "Rows have it already, so it stays of this kind.".to_owned())
                })
                on_change=Callback::new(move |text: String| {
                    if let Some(kind) = Column::KINDS.into_iter().find(|kind| kind.as_str() == text) {
                        change(Intention::Once, &|column| column.kind = kind);
                    }
                })
            />
            <Show when=move || holds.get() == FieldKind::Number>
                <TextField
                    name=name("unit")
                    label="Unit"
                    placeholder="none"
                    maxlength=i64::try_from(UNIT_MAX).unwrap_or(12)
                    bind=unit
                    on_input=Callback::new(move |text: String| {
                        change(Intention::Field("column-unit", id), &|column| column.unit.clone_from(&text));
                    })
                />
            </Show>
            <Show when=move || holds.get() == FieldKind::Choice>
                <TextArea
                    name=name("choices")
                    label="Choices, one a line"
                    rows=4
                    bind=choices
                    on_input=Callback::new(move |text: String| {
                        let lines: Vec<String> =
                            text.lines().take(CHOICES_MAX).map(|line| line.chars().take(LABEL_MAX).collect()).collect();
                        change(Intention::Field("column-choices", id), &|column| column.choices.clone_from(&lines));
                    })
                />
            </Show>
            <Checkbox
                name=name("required")
                bind=required
                on_change=Callback::new(move |on| change(Intention::Once, &|column| column.required = on))
            >
                "Needed in each row before an item goes on"
            </Checkbox>
        </div>
    }
}

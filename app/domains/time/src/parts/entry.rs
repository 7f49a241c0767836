//! One entry as a row, and in its place the form that changes it.

use kernel::{Permission, TimeEntryId, Viewer};
use leptos::prelude::*;
use ui::{
    Avatar, Button, ButtonKind, ButtonSize, ButtonVariant, DateField, FormError, IconButton, TextField,
    error_of, field_error, js, words::Language,
};

use super::Acts;
use crate::{
    model::{ItemName, TimeEntry},
    rules::{NOTE_MAX, show_duration},
};

/// What the row says besides how long it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Who, and when: on the page of an item.
    Who,
    /// On what: on the page of a week. None when the item is gone.
    What(Option<ItemName>),
}

/// An entry as a row of a list.
#[component]
pub(crate) fn Entry(
    /// The entry.
    entry: TimeEntry,
    /// What else the row says.
    shown: Shown,
    /// Who looks.
    viewer: Viewer,
    /// What can be done.
    acts: Acts,
) -> impl IntoView {
    let id = entry.id;
    let may_change = entry.member_id == viewer.member_id || viewer.may(Permission::ProjectManage);
    let length = show_duration(entry.minutes);
    let today = viewer.today.date();
    let day = ui::when::short_date(entry.day, today, Language::from_tag(&viewer.settings.language));
    let (lead, name) = match shown {
        Shown::Who => {
            let person = viewer.directory.person(entry.member_id);
            let (name, category, picture) = person.map_or_else(
                || ("Somebody".to_owned(), 1, None),
                |person| (person.name.clone(), person.category, person.picture()),
            );
            let label = format!("{length} by {name}, {day}");
            let lead = view! {
                <Avatar name=name.clone() category picture/>
                <span class="time-who">{name}</span>
                <time class="time-day" datetime=entry.day.to_string()>{day}</time>
            };
            (lead.into_any(), label)
        }
        Shown::What(Some(item)) => {
            let label = format!("{length} on {}, {day}", item.key);
            let href = format!("/items/{}", item.key);
            let lead = view! {
                <span class="time-key">{item.key}</span>
                <a class="time-item" href=href>{item.title}</a>
            };
            (lead.into_any(), label)
        }
        Shown::What(None) => {
            let lead = view! { <span class="time-item is-gone">"An item that was deleted"</span> };
            (lead.into_any(), format!("{length}, {day}"))
        }
    };
    let (edit_label, delete_label) = (format!("Change {name}"), format!("Delete {name}"));
    let buttons = may_change.then(|| {
        view! {
            <span class="time-acts">
                <IconButton
                    icon="pencil"
                    label=edit_label
                    size=ButtonSize::Small
                    on_click=move |_| edit(acts, id)
                />
                <IconButton
                    icon="trash-2"
                    label=delete_label
                    size=ButtonSize::Small
                    on_click=move |_| acts.delete(id)
                />
            </span>
        }
    });
    let note = entry.note.clone();
    let entry = StoredValue::new(entry);
    let form = move || {
        let editing = acts.editing.get() == Some(id);
        editing.then(|| view! { <EditForm entry=entry.get_value() today acts/> })
    };
    view! {
        <li class="time-entry" class:is-editing=move || acts.editing.get() == Some(id) data-entry=id.to_string()>
            <div class="time-row">
                {lead}
                <span class="time-note">{note}</span>
                <span class="time-length">{length}</span>
                {buttons}
            </div>
            {form}
        </li>
    }
}

/// Puts the form in the place of the row, and the focus into it.
fn edit(acts: Acts, id: TimeEntryId) {
    acts.change.clear();
    acts.editing.set(Some(id));
    request_animation_frame(|| {
        if let Some(field) = document().get_element_by_id("edit-duration") {
            js::call(&field, "select", &[]);
            js::call(&field, "focus", &[]);
        }
    });
}

#[component]
fn EditForm(entry: TimeEntry, today: chrono::NaiveDate, acts: Acts) -> impl IntoView {
    let change = acts.change;
    let error = error_of(change.value());
    let note_max = i64::try_from(NOTE_MAX).unwrap_or_default();
    view! {
        <ActionForm action=change attr:class="time-form">
            <input type="hidden" name="id" value=entry.id.to_string()/>
            <input type="hidden" name="version" value=entry.version/>
            <FormError error/>
            <TextField
                name="duration"
                id="edit-duration"
                label="Duration"
                value=show_duration(entry.minutes)
                required=true
                maxlength=40
                error=field_error(error, "duration")
            />
            <DateField
                name="day"
                id="edit-day"
                label="Day"
                value=Some(entry.day)
                today=Some(today)
                required=true
                error=field_error(error, "day")
            />
            <TextField
                name="note"
                id="edit-note"
                label="Note"
                value=entry.note
                maxlength=note_max
                error=field_error(error, "note")
            />
            <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary pending=change.pending()>
                "Save"
            </Button>
            <Button variant=ButtonVariant::Ghost on_click=move |_| acts.editing.set(None)>
                "Cancel"
            </Button>
        </ActionForm>
    }
}

//! The form of an item on a page: which of its fields are shown and needed with what is filled in at the moment.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Directory, Viewer};
use leptos::prelude::*;
use ui::Filing;
use web_sys::Element;

use super::browser::{field_of, held_in};
use crate::{
    form::{self, FileNames, May, Place, file, table},
    model::{Field, FieldKind, Values},
    rules,
};

/// A form that is filled in. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Sheet {
    /// What values are shown with.
    pub names: StoredValue<Names>,
    /// What is wrong about what was sent.
    pub error: Signal<Option<kernel::Error>>,
    /// The keys of the fields that conditions hide now.
    pub hidden: RwSignal<BTreeSet<String>>,
    /// The keys of the fields that are needed now.
    pub needed: RwSignal<BTreeSet<String>>,
    /// What the form is about: what somebody is writing about something else is not kept for it.
    pub about: StoredValue<String>,
    /// Whether every change is saved by itself.
    pub saves: StoredValue<bool>,
    /// What draws files, where there is something that has some.
    pub filing: StoredValue<Option<Filing>>,
    /// The files that fields hold and that are gone, with their names.
    pub gone: StoredValue<FileNames>,
    fields: StoredValue<Vec<Field>>,
    place: Option<Place>,
    /// The values that are kept.
    held: StoredValue<Values>,
    /// What was typed where it is not kept, as it was sent.
    typed: StoredValue<BTreeMap<String, String>>,
    /// Why computed fields have no value.
    not_worked_out: StoredValue<BTreeMap<String, String>>,
    /// Whether anything depends on what is filled in.
    moves: bool,
}

/// What values are shown with.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Who there is; nobody for whoever is not logged in.
    pub directory: Directory,
    /// The currency of amounts, as an ISO 4217 code.
    pub currency: String,
    /// The zone of the organisation's clocks.
    pub zone: String,
}

impl Names {
    /// Those of the organisation that somebody works in.
    pub fn of(viewer: &Viewer) -> Self {
        Names {
            directory: viewer.directory.clone(),
            currency: viewer.settings.currency.clone(),
            zone: viewer.settings.home_zone.clone(),
        }
    }
}

/// What is wrong about fields of a form that no control can say.
#[component]
pub fn Strays(sheet: Sheet) -> impl IntoView {
    move || {
        let said = sheet.strays().join(" ");
        (!said.is_empty()).then(|| {
            view! {
                <div class="banner is-danger" role="alert">
                    <div class="banner-text">{said}</div>
                </div>
            }
        })
    }
}

impl Sheet {
    /// A form with these values. `place` says where the item is; a form that is only looked at is nowhere.
    pub fn new(
        fields: Vec<Field>,
        held: Values,
        place: Option<Place>,
        names: Names,
        error: Signal<Option<kernel::Error>>,
    ) -> Self {
        let moves =
            fields.iter().any(|field| field.terms.show_when.is_some() || field.terms.require_when.is_some());
        let sheet = Sheet {
            names: StoredValue::new(names),
            error,
            hidden: RwSignal::default(),
            needed: RwSignal::default(),
            about: StoredValue::new(String::new()),
            saves: StoredValue::new(false),
            filing: StoredValue::new(None),
            gone: StoredValue::new(FileNames::new()),
            fields: StoredValue::new(fields),
            place,
            typed: StoredValue::new(BTreeMap::new()),
            not_worked_out: StoredValue::new(BTreeMap::new()),
            moves,
            held: StoredValue::new(Values::new()),
        };
        sheet.judge(&held);
        sheet.held.set_value(held);
        sheet
    }

    /// The same with the reasons why computed fields have no value.
    pub fn lacking(self, not_worked_out: BTreeMap<String, String>) -> Self {
        self.not_worked_out.set_value(not_worked_out);
        self
    }

    /// The same, about something that this names.
    pub fn about(self, what: String) -> Self {
        self.about.set_value(what);
        self
    }

    /// The same as a form that saves itself.
    pub fn saving(self) -> Self {
        self.saves.set_value(true);
        self
    }

    /// The same about something that has files, of which some are gone.
    pub fn filing(self, filing: Filing, gone: FileNames) -> Self {
        self.filing.set_value(Some(filing));
        if !gone.is_empty() {
            self.gone.set_value(gone);
            self.judge(&self.held.get_value());
        }
        self
    }

    /// What came back as it was typed, by the name under which it was sent.
    pub fn typed_text(self, name: &str) -> Option<String> {
        self.typed.with_value(|typed| typed.get(name).cloned())
    }

    /// The same with what was typed and could not be kept, as it was sent.
    pub fn typed(self, texts: BTreeMap<String, String>) -> Self {
        let data = self.fields.with_value(|fields| {
            form::draft(fields, &Values::new(), |key| texts.get(key).map(String::as_str))
        });
        self.judge(&data);
        self.typed.set_value(texts);
        self
    }

    /// What a control holds at first: what was typed, or what is kept.
    pub fn text(self, field: &Field) -> String {
        let typed = self.typed.with_value(|typed| typed.get(&field.key).cloned());
        typed.unwrap_or_else(|| rules::form_value(field, self.value(&field.key).as_ref()))
    }

    /// What of a list is ticked at first.
    pub fn ticked(self, field: &Field) -> Vec<String> {
        let prefix = format!("{}/", field.key);
        let typed: Vec<String> = self.typed.with_value(|typed| {
            let ticks = typed.iter().filter(|(name, _)| name.starts_with(&prefix));
            ticks.map(|(_, text)| text.clone()).filter(|text| field.choices.contains(text)).collect()
        });
        if !typed.is_empty() {
            return typed;
        }
        let held = self.value(&field.key);
        let held = held.as_ref().and_then(serde_json::Value::as_array).into_iter().flatten();
        held.filter_map(|one| one.as_str().map(str::to_owned)).collect()
    }

    /// The cells of a table at first, row by row: what was typed, or what is kept.
    pub fn cells(self, field: &Field) -> Vec<Vec<String>> {
        let columns = &field.terms.columns;
        let typed = self.typed.with_value(|typed| {
            let cell = |place, column| typed.get(&format!("{}/{}", field.key, table::name(place, column)));
            let row = |place| columns.iter().map(|column| cell(place, column).cloned()).collect::<Vec<_>>();
            let rows = (0..table::PLACES_MAX).map(row).filter(|row| row.iter().any(Option::is_some));
            let texts = rows.map(|row| row.into_iter().map(Option::unwrap_or_default).collect::<Vec<_>>());
            texts.collect::<Vec<_>>()
        });
        if typed.is_empty() { table::texts(field, self.value(&field.key).as_ref()) } else { typed }
    }

    /// What is kept under a key.
    pub fn value(self, key: &str) -> Option<serde_json::Value> {
        self.held.with_value(|held| held.get(key).cloned())
    }

    /// Why the computed field with this key has no value.
    pub fn why(self, key: &str) -> Option<String> {
        self.not_worked_out.with_value(|why| why.get(key).cloned())
    }

    /// What may be done with a field here.
    pub fn may(self, field: &Field) -> May {
        self.place.map(|place| place.may(field)).unwrap_or_default()
    }

    /// The names of fields with a kept value that conditions hide now: it goes once the form is saved.
    pub fn going(self) -> Vec<String> {
        let hidden = self.hidden.get_untracked();
        self.fields.with_value(|fields| {
            let goes = |field: &&Field| {
                hidden.contains(&field.key) && !form::is_empty(self.value(&field.key).as_ref())
            };
            fields.iter().filter(goes).map(|field| field.label.clone()).collect()
        })
    }

    /// The kept values of what can be filled in, as the form sends them.
    pub fn kept_texts(self) -> BTreeMap<String, String> {
        let mut texts = BTreeMap::new();
        self.fields.with_value(|fields| {
            // What was signed is not signed again by whoever brings the rest back.
            let is_sent = |field: &&Field| May::Edit <= self.may(field) && field.kind != FieldKind::Signature;
            for field in fields.iter().filter(is_sent) {
                let value = self.value(&field.key);
                texts.insert(field.key.clone(), rules::form_value(field, value.as_ref()));
                for (place, row) in table::texts(field, value.as_ref()).into_iter().enumerate() {
                    for (column, text) in field.terms.columns.iter().zip(row) {
                        texts.insert(format!("{}/{}", field.key, table::name(place, column)), text);
                    }
                }
                let ticks = value.as_ref().and_then(serde_json::Value::as_array);
                let ticks = ticks.filter(|_| field.kind.is_list());
                for (place, tick) in ticks.into_iter().flatten().enumerate() {
                    texts.insert(
                        format!("{}/{place}", field.key),
                        tick.as_str().unwrap_or_default().to_owned(),
                    );
                }
            }
        });
        texts
    }

    /// Looks at what the controls in `holder` hold now.
    pub fn look(self, holder: &Element) {
        if !self.moves {
            return;
        }
        let sent: BTreeMap<String, String> = held_in(holder)
            .into_iter()
            .filter_map(|(name, text)| Some((field_of(&name)?.to_owned(), text)))
            .collect();
        let data = self.fields.with_value(|fields| {
            self.held.with_value(|held| form::draft(fields, held, |key| sent.get(key).map(String::as_str)))
        });
        self.judge(&data);
    }

    /// What is wrong about fields that have no control to say it at: those that are hidden, read only, or not there.
    fn strays(self) -> Vec<String> {
        let has_control = |name: &str| {
            // What is no value of the form has a control of its own.
            let Some(key) = field_of(name) else { return true };
            let is_hidden = self.hidden.with(|hidden| hidden.contains(key));
            let is_there = |field: &Field| field.key == key && May::Edit <= self.may(field);
            !is_hidden && self.fields.with_value(|fields| fields.iter().any(is_there))
        };
        self.error.with(|error| match error {
            Some(kernel::Error::Invalid(mistakes)) => {
                let strays = mistakes.iter().filter(|mistake| !has_control(&mistake.field));
                strays.map(|mistake| mistake.message.clone()).collect()
            }
            _ => Vec::new(),
        })
    }

    fn judge(self, data: &Values) {
        let (hidden, needed) = self.fields.with_value(|fields| {
            let data = &self.gone.with_value(|gone| file::without(fields, data, gone));
            let (hidden, seen) = (form::hidden(fields, data), form::visible(fields, data));
            let is_needed = |field: &&Field| match self.place {
                Some(place) => form::is_needed(field, place, fields, &seen, &hidden),
                None => field.required,
            };
            let needed = fields.iter().filter(is_needed).map(|field| field.key.clone()).collect();
            (hidden, needed)
        });
        if self.hidden.with_untracked(|before| *before != hidden) {
            self.hidden.set(hidden);
        }
        if self.needed.with_untracked(|before| *before != needed) {
            self.needed.set(needed);
        }
    }
}

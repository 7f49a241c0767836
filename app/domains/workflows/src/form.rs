//! What a form asks of whom, and when: fields that conditions show, need or hide, and what who may do with them in which
//! step. Page and server judge alike.

pub mod condition;
pub mod file;
pub mod signature;
pub mod table;
pub mod value;

use std::collections::BTreeSet;

use kernel::{Error, FieldError, Result, Role, StepId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::{
    condition::{Is, Test, When},
    file::FileNames,
    table::Column,
};
use crate::model::{Field, FieldKind, Values};

/// As many rules a field has about who may do what with it.
pub const ACCESS_MAX: usize = 200;
/// The longest formula, in characters.
pub const FORMULA_MAX: usize = 500;

/// What a field asks for besides its kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = FieldTerms))]
pub struct Terms {
    /// When it is shown; always where there is nothing. What is hidden is not needed and not kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub show_when: Option<When>,
    /// When it is needed, where it is not always.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_when: Option<When>,
    /// What a computed field works out.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub formula: String,
    /// Whether that is an amount of money.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub money: bool,
    /// What may be done with it in which step, where that is not to fill it in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub access: Vec<Access>,
    /// The columns of a table. An item holds its rows as a list of objects: values by the keys of columns, each as a field of that
    /// kind holds it. What is empty is not there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Column>,
}

impl Terms {
    /// Whether a condition of it names the field with this key.
    pub fn names(&self, key: &str) -> bool {
        [&self.show_when, &self.require_when].into_iter().flatten().any(|when| when.names(key))
    }
}

/// What may be done with a field in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = FieldAccess))]
pub struct Access {
    /// The step.
    pub step: StepId,
    /// By members with this base role; by everybody where there is none. What is said of a role goes first.
    #[serde(default)]
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>, example = "member"))]
    pub role: Option<Role>,
    /// What.
    pub may: May,
}

/// What may be done with a field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = FieldMay))]
pub enum May {
    /// The form does not have it. This keeps forms short and no secret: history and programs have the value.
    Hidden,
    /// It is shown.
    Read,
    /// It can be filled in.
    #[default]
    Edit,
    /// It has to be filled in before an item leaves the step forward.
    Required,
}

impl May {
    /// All, least first.
    pub const ALL: [May; 4] = [May::Hidden, May::Read, May::Edit, May::Required];

    /// The name in forms.
    pub fn key(self) -> &'static str {
        match self {
            May::Hidden => "hidden",
            May::Read => "read",
            May::Edit => "edit",
            May::Required => "required",
        }
    }

    /// The name on pages.
    pub fn label(self) -> &'static str {
        match self {
            May::Hidden => "Hidden",
            May::Read => "Read only",
            May::Edit => "Filled in",
            May::Required => "Needed",
        }
    }
}

/// Where and for whom a form is: what may be done with a field depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The step that the item is in.
    pub step: StepId,
    /// The base role of whoever has the form; none for the program itself.
    pub role: Option<Role>,
}

impl Place {
    /// What may be done with a field here, as far as its rules say; conditions may still hide it.
    pub fn may(self, field: &Field) -> May {
        let here = field.terms.access.iter().filter(|rule| rule.step == self.step);
        let fitting = here.filter(|rule| rule.role.is_none() || rule.role == self.role);
        let may = fitting.max_by_key(|rule| rule.role.is_some()).map(|rule| rule.may).unwrap_or_default();
        // Nobody fills in what is worked out.
        if field.kind == FieldKind::Computed { may.min(May::Read) } else { may }
    }
}

/// Whether a value is none.
pub fn is_empty(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Array(list)) => list.is_empty(),
        Some(_) => false,
    }
}

/// What is known of a field while it is found out which are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    No,
    Busy,
    Shown(bool),
}

/// The keys of the fields that conditions hide, with these values. What is hidden counts as empty for the others.
pub fn hidden(fields: &[Field], data: &Values) -> BTreeSet<String> {
    let mut known = vec![Known::No; fields.len()];
    let is_hidden = |(place, field): (usize, &Field)| {
        (!is_shown(place, fields, data, &mut known)).then(|| field.key.clone())
    };
    fields.iter().enumerate().filter_map(is_hidden).collect()
}

fn is_shown(place: usize, fields: &[Field], data: &Values, known: &mut [Known]) -> bool {
    let Some(field) = fields.get(place) else { return false };
    let Some(when) = &field.terms.show_when else { return true };
    match known.get(place) {
        Some(Known::Shown(shown)) => return *shown,
        // It goes round, which no design may that is published.
        Some(Known::Busy) | None => return true,
        Some(Known::No) => {}
    }
    let note =
        |known: &mut [Known], what: Known| known.iter_mut().skip(place).take(1).for_each(|it| *it = what);
    note(known, Known::Busy);
    let shown = when.holds(|key| {
        let other = fields.iter().position(|field| field.key == key)?;
        let value = if is_shown(other, fields, data, known) { data.get(key) } else { None };
        Some((fields.get(other)?, value))
    });
    note(known, Known::Shown(shown));
    shown
}

/// The values without those that conditions hide.
pub fn visible(fields: &[Field], data: &Values) -> Values {
    let mut data = data.clone();
    if fields.iter().any(|field| field.terms.show_when.is_some()) {
        for key in hidden(fields, &data) {
            data.remove(&key);
        }
    }
    data
}

/// Whether a field has to be filled in before an item leaves a step forward; who may not fill it in waits for somebody who may.
/// `data` are the [`visible`] values, `hidden` the
/// keys that are not.
pub fn is_needed(
    field: &Field,
    place: Place,
    fields: &[Field],
    data: &Values,
    hidden: &BTreeSet<String>,
) -> bool {
    if field.kind == FieldKind::Computed || hidden.contains(&field.key) {
        return false;
    }
    let find = |key: &str| {
        let field = fields.iter().find(|field| field.key == key)?;
        Some((field, data.get(key)))
    };
    let may = match place.may(field) {
        // What the step asks of everybody.
        May::Hidden | May::Read => Place { role: None, ..place }.may(field),
        may => may,
    };
    match may {
        May::Required => true,
        May::Hidden | May::Read => false,
        May::Edit => {
            let belongs = field.step_id.is_none_or(|id| id == place.step);
            belongs
                && (field.required || field.terms.require_when.as_ref().is_some_and(|when| when.holds(find)))
        }
    }
}

/// Whether what is filled in in a field has to be complete before an item leaves a step forward, even if it may be left empty.
pub fn is_asked(field: &Field, place: Place, hidden: &BTreeSet<String>) -> bool {
    May::Edit <= place.may(field)
        && !hidden.contains(&field.key)
        && field.step_id.is_none_or(|id| id == place.step)
}

/// Whether a field lacks what is needed of it: a checklist all its ticks, a table what each row needs, every other a value. Files
/// that are gone are no value.
pub fn lacks(field: &Field, value: Option<&Value>) -> bool {
    match (field.kind, value) {
        (FieldKind::Table, _) => is_empty(value) || !table::gaps(field, value).is_empty(),
        (FieldKind::Checklist, Some(Value::Array(ticked))) => {
            field.choices.iter().any(|point| !ticked.iter().any(|one| one.as_str() == Some(point)))
        }
        _ => is_empty(value),
    }
}

/// The values `after` a form was read, as they are kept: without those that conditions hide. Refused is what the form must not
/// have changed: what is read only or hidden here, also where conditions would hide it from now on, and a new value of what
/// conditions hide. Files that are `gone` may come back: what is hidden only with them, or only without, stays and may be changed.
pub fn kept(
    fields: &[Field],
    place: Place,
    before: &Values,
    mut after: Values,
    gone: &FileNames,
) -> Result<Values> {
    let mut mistakes = Vec::new();
    let mut refuse = |field: &Field, message: String| {
        mistakes.push(FieldError { field: format!("data[{}]", field.key), message });
    };
    let hides = |data: &Values| {
        let all = hidden(fields, data);
        if gone.is_empty() { all } else { &all & &hidden(fields, &file::without(fields, data, gone)) }
    };
    let (hidden_before, hidden) = (hides(before), hides(&after));
    for field in fields {
        let changed = before.get(&field.key) != after.get(&field.key);
        let label = &field.label;
        // Who may not change a value cannot have a condition take it away either.
        let goes = !is_empty(before.get(&field.key))
            && hidden.contains(&field.key)
            && !hidden_before.contains(&field.key);
        match place.may(field) {
            May::Hidden if changed => refuse(field, format!("{label} is not asked for in this step.")),
            May::Read if changed => refuse(field, format!("{label} can only be read in this step.")),
            May::Hidden | May::Read if goes && field.kind != FieldKind::Computed => refuse(
                field,
                format!(
                    "{label} cannot be changed in this step, and would be lost with these values: {}.",
                    why_hidden(field, fields)
                ),
            ),
            _ if changed && hidden.contains(&field.key) && !is_empty(after.get(&field.key)) => refuse(
                field,
                format!("{label} is not asked for with these values: {}.", why_hidden(field, fields)),
            ),
            _ => {}
        }
    }
    if !mistakes.is_empty() {
        return Err(Error::Invalid(mistakes));
    }
    for key in hidden {
        after.remove(&key);
    }
    Ok(after)
}

/// When a field is shown, in words.
pub fn why_hidden(field: &Field, fields: &[Field]) -> String {
    let when = field.terms.show_when.as_ref();
    format!("it is shown only if {}", when.map(|when| when.sentence(fields)).unwrap_or_default())
}

/// Refuses values of fields that the form does not have, before anything of them is read. Ticks of a list are called
/// `key/0`, `key/1` and so on, cells of a table `key/0/column`,
/// and the name that somebody signs with `key/name`.
pub fn known<'a>(fields: &[Field], sent: impl Iterator<Item = &'a str>) -> Result<()> {
    let is_known = |name: &str| {
        let (key, tick) = name.split_once('/').map_or((name, None), |(key, tick)| (key, Some(tick)));
        let field = fields.iter().find(|field| field.key == key);
        field.is_some_and(|field| {
            tick.is_none_or(|tick| match field.kind {
                FieldKind::Table => table::is_cell(field, tick),
                FieldKind::Signature => tick == signature::NAME,
                kind => kind.is_list() && tick.parse().is_ok_and(|at: usize| at < value::TICKS_MAX),
            })
        })
    };
    let mistake = |name: &str| FieldError {
        field: format!("data[{name}]"),
        message: format!("There is no field {name:?} in this workflow."),
    };
    let mistakes: Vec<FieldError> = sent.filter(|name| !is_known(name)).map(mistake).collect();
    if mistakes.is_empty() { Ok(()) } else { Err(Error::Invalid(mistakes)) }
}

/// The values that a form holds which is being filled in. What cannot be read counts as empty.
pub fn draft<'a>(fields: &[Field], before: &Values, sent: impl Fn(&str) -> Option<&'a str>) -> Values {
    let mut data = before.clone();
    for field in fields {
        match value::of_form(field, before.get(&field.key), &sent, &value::Around::LOOSE) {
            None => {}
            Some(Ok(Some(value))) => {
                data.insert(field.key.clone(), value);
            }
            Some(Ok(None) | Err(_)) => {
                data.remove(&field.key);
            }
        }
    }
    data
}

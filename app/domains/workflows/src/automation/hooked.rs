//! Rules that something sets off which came by an incoming webhook: which item it is about, and what is read of it.

use std::collections::BTreeMap;

use kernel::HookId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::{Field, FieldKind};

/// The longest pointer into what came, in characters.
pub const PLACE_MAX: usize = 200;
/// What is said of a text that is no such pointer.
const NO_PLACE: &str = "Write where it stands in what comes, as /order/number.";
/// As many values a page shows of what came.
pub const PLACES_SHOWN: usize = 40;

/// What sets a rule off that came from another program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = RuleWebhook))]
pub struct Hooked {
    /// The incoming webhook by which it comes.
    pub hook: HookId,
    /// How the item that it is about is found; none where each adds one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finds: Option<Finds>,
    /// The item that is added where none is found; none where nothing is done then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adds: Option<Adds>,
}

/// How an item is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = RuleFinds))]
pub struct Finds {
    /// What of an item has to be the same.
    pub by: By,
    /// The place in what came where that stands: a JSON pointer.
    #[cfg_attr(feature = "ssr", schema(example = "/order/number", max_length = 200))]
    pub at: String,
}

impl Finds {
    /// By what people call it, to begin with.
    pub fn usual() -> Self {
        Finds { by: By::Key, at: String::new() }
    }
}

/// What of an item has to be the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = RuleFindsBy))]
pub enum By {
    /// What people call it, as `UC-101`.
    Key,
    /// A field of the form, by its key.
    Field(String),
}

/// An item that is added, out of places in what came.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = RuleAdds))]
pub struct Adds {
    /// Where its title stands: a JSON pointer.
    #[cfg_attr(feature = "ssr", schema(example = "/order/title", max_length = 200))]
    pub title: String,
    /// Where values of its fields stand, by their keys. The field by which items are found is filled in by itself.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
}

/// Whether an item can be found by a field of a kind: what is one value, and is written in one way only.
pub fn finds_by(kind: FieldKind) -> bool {
    match kind {
        FieldKind::Text
        | FieldKind::Number
        | FieldKind::Money
        | FieldKind::Date
        | FieldKind::Choice
        | FieldKind::Plate => true,
        FieldKind::LongText
        | FieldKind::DateTime
        | FieldKind::Choices
        | FieldKind::Person
        | FieldKind::Team
        | FieldKind::Checklist
        | FieldKind::Computed
        | FieldKind::Flag
        | FieldKind::Table
        | FieldKind::Signature
        | FieldKind::File => false,
    }
}

/// Whether a field of a kind can be filled in by what came.
pub fn takes(kind: FieldKind) -> bool {
    !matches!(kind, FieldKind::Computed | FieldKind::Table | FieldKind::Signature | FieldKind::File)
}

/// Whether a text is a JSON pointer (RFC 6901) that can stand between braces and is not the whole of what came.
pub fn is_place(text: &str) -> bool {
    let is_escaped = |part: &str| part.starts_with(['0', '1']);
    text.starts_with('/')
        && text.chars().count() <= PLACE_MAX
        && !text.contains(['{', '}'])
        && !text.chars().any(char::is_control)
        && text.split('~').skip(1).all(is_escaped)
}

/// What is wrong about what sets a rule off, for a workflow with these fields: the part of the form, and why.
pub(super) fn mistake_of(hooked: &Hooked, fields: &[Field]) -> Option<(&'static str, String)> {
    let place = |text: &str| (!is_place(text)).then(|| NO_PLACE.to_owned());
    let find = |key: &str| fields.iter().find(|field| field.key == key);
    if hooked.finds.is_none() && hooked.adds.is_none() {
        return Some(("finds", "Say how an item is found, or that one is added.".to_owned()));
    }
    if let Some(finds) = &hooked.finds {
        if let By::Field(key) = &finds.by
            && !find(key).is_some_and(|field| finds_by(field.kind))
        {
            return Some(("finds", "Choose the field by which an item is found.".to_owned()));
        }
        if let Some(message) = place(&finds.at) {
            return Some(("finds", message));
        }
    }
    let adds = hooked.adds.as_ref()?;
    if let Some(message) = place(&adds.title) {
        return Some(("adds", message));
    }
    adds.fields.iter().find_map(|(key, at)| {
        let message = match find(key) {
            None => Some(format!("The form has no field {key}.")),
            Some(field) if !takes(field.kind) => {
                Some(format!("{} cannot be filled in by what comes.", field.label))
            }
            Some(field) => place(at).map(|message| format!("{}: {message}", field.label)),
        };
        Some(("adds", message?))
    })
}

/// What came, as rules read it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent(Value);

impl Sent {
    /// Reads what was sent.
    ///
    /// # Errors
    /// A sentence that says why it is no JSON, with nothing of what was sent.
    pub fn read(body: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(body).map(Sent).map_err(|cause| format!("What came is no JSON: {cause}."))
    }

    /// The value at a place, as a form would send it: an empty text for null, a line for each of a list.
    ///
    /// # Errors
    /// A sentence that says why there is no such value.
    pub fn text(&self, place: &str) -> Result<String, String> {
        let value =
            self.0.pointer(place).ok_or_else(|| format!("There is nothing at {place} in what came."))?;
        let text = match value {
            Value::Array(values) => {
                let texts: Option<Vec<String>> = values.iter().map(scalar).collect();
                texts.map(|texts| texts.join("\n"))
            }
            value => scalar(value),
        };
        let text = text.ok_or_else(|| format!("What stands at {place} is not one value."))?;
        if text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')) {
            return Err(format!("What stands at {place} has signs that cannot be kept."));
        }
        Ok(text)
    }

    /// The places at which values stand, each with the beginning of its value, as far as a page shows them.
    pub fn places(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        gather(&self.0, String::new(), &mut found);
        found
    }
}

/// A value that is not made of others.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

fn gather(value: &Value, place: String, found: &mut Vec<(String, String)>) {
    if PLACES_SHOWN <= found.len() {
        return;
    }
    match value {
        Value::Array(values) => {
            for (number, value) in values.iter().enumerate() {
                gather(value, format!("{place}/{number}"), found);
            }
        }
        Value::Object(values) => {
            for (key, value) in values {
                let key = key.replace('~', "~0").replace('/', "~1");
                gather(value, format!("{place}/{key}"), found);
            }
        }
        value if is_place(&place) => {
            let text: String = scalar(value).unwrap_or_default().chars().take(80).collect();
            found.push((place, text));
        }
        _ => {}
    }
}

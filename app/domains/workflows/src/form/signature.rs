//! Signatures: drawn or typed by name, with who signed and when, which the server says.
//!
//! An item holds an object: `drawn`, the strokes as texts of points `x,y` between spaces and semicolons, or `typed`, a name;
//! `name`, who signed, and `by`, their id, both empty for somebody who is not logged in; and `at`, the moment. A form sends
//! `drawn:` with strokes under the key, [`KEPT`] for what is there already, or a name as `key/name`.

use chrono::{DateTime, Utc};
use kernel::MemberId;
use serde_json::{Map, Value};

use super::value::{self, Around};
use crate::model::Field;

/// Points of strokes lie between 0 and these.
pub const SIZE: (u16, u16) = (600, 200);
/// As many points the strokes of a signature have at most.
pub const POINTS_MAX: usize = 2_000;
/// The longest name, in characters.
pub const NAME_MAX: usize = 100;
/// What a form sends in the place of the signature that is kept.
pub const KEPT: &str = "kept";
/// The end of the name under which a form sends a typed name.
pub const NAME: &str = "name";
/// What begins strokes that a form sends.
const DRAWN: &str = "drawn:";
/// What a program may say besides.
const KEYS: [&str; 5] = ["drawn", "typed", "name", "by", "at"];

/// Who signs.
#[derive(Debug, Clone, Copy)]
pub enum Signer<'a> {
    /// It is not known yet: the form was not sent.
    Unknown,
    /// Nobody: the program itself fills something in.
    Nobody,
    /// Somebody, who is a member or not logged in.
    Somebody {
        /// Their id, if they are a member.
        member: Option<MemberId>,
        /// Their name, or empty.
        name: &'a str,
        /// When they sign.
        at: DateTime<Utc>,
    },
}

/// What is signed with.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Sign {
    Drawn(String),
    Typed(String),
}

/// A stroke: points in the order in which they were drawn.
pub type Stroke = Vec<(u16, u16)>;

/// The strokes in a text, if it is one.
pub fn strokes(text: &str) -> Option<Vec<Stroke>> {
    let number = |text: &str, most: u16| {
        let is_plain = !text.is_empty() && text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|number: &u16| is_plain && *number <= most)
    };
    let point = |text: &str| {
        let (x, y) = text.split_once(',')?;
        Some((number(x, SIZE.0)?, number(y, SIZE.1)?))
    };
    // Before anything of it is read.
    if (POINTS_MAX * 8) < text.len() {
        return None;
    }
    let strokes: Option<Vec<Stroke>> =
        text.split(';').map(|stroke| stroke.split(' ').map(point).collect()).collect();
    let points: usize = strokes.iter().flatten().map(Vec::len).sum();
    strokes.filter(|_| points <= POINTS_MAX)
}

/// Strokes as a text.
pub fn text_of(strokes: &[Stroke]) -> String {
    let stroke =
        |stroke: &Stroke| stroke.iter().map(|(x, y)| format!("{x},{y}")).collect::<Vec<_>>().join(" ");
    strokes.iter().map(stroke).collect::<Vec<_>>().join(";")
}

/// What a form sends for strokes.
pub fn sent(strokes: &[Stroke]) -> String {
    if strokes.is_empty() { String::new() } else { format!("{DRAWN}{}", text_of(strokes)) }
}

/// The strokes that a form would send.
pub fn of_sent(text: &str) -> Option<Vec<Stroke>> {
    strokes(text.strip_prefix(DRAWN)?)
}

/// A path of SVG along strokes; a point alone is a dot.
pub fn path(strokes: &[Stroke]) -> String {
    let mut path = String::new();
    for stroke in strokes {
        for (place, (x, y)) in stroke.iter().enumerate() {
            path.push_str(&format!("{}{x} {y}", if place == 0 { "M" } else { "L" }));
        }
        if stroke.len() == 1 {
            path.push_str("h1");
        }
    }
    path
}

/// Reads what a form sent: the text under the key, and the typed name.
pub fn of_form(
    field: &Field,
    text: &str,
    typed: Option<&str>,
    held: Option<&Value>,
    around: &Around<'_>,
) -> Result<Option<Value>, String> {
    let typed = typed.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    if text == KEPT {
        return match held {
            Some(held) => Ok(Some(held.clone())),
            None => Err(format!("The signature of {} is gone meanwhile: sign again.", field.label)),
        };
    }
    if !typed.is_empty() {
        return signed(field, Sign::Typed(typed), around).map(Some);
    }
    if text.is_empty() {
        return Ok(None);
    }
    of_text(field, text, around).map(Some)
}

/// Reads strokes in a text, as a form sends them.
pub fn of_text(field: &Field, text: &str, around: &Around<'_>) -> Result<Value, String> {
    let drawn = text.strip_prefix(DRAWN);
    let drawn = drawn.ok_or_else(|| format!("{} is signed and not filled in.", field.label))?;
    signed(field, Sign::Drawn(drawn.to_owned()), around)
}

/// Reads what a program sent. Who signed and when is what the server says, whatever it sent.
pub fn of_program(field: &Field, sent: &Map<String, Value>, around: &Around<'_>) -> Result<Value, String> {
    let text = |key: &str| sent.get(key).and_then(Value::as_str).map(str::to_owned);
    let is_known = sent.keys().all(|key| KEYS.contains(&key.as_str()));
    match (text("drawn"), text("typed")) {
        (Some(drawn), None) if is_known => signed(field, Sign::Drawn(drawn), around),
        (None, Some(typed)) if is_known => signed(field, Sign::Typed(typed.trim().to_owned()), around),
        _ => Err(format!("{} is an object with drawn strokes or a typed name.", field.label)),
    }
}

fn signed(field: &Field, sign: Sign, around: &Around<'_>) -> Result<Value, String> {
    let label = &field.label;
    let mut made = Map::new();
    match sign {
        Sign::Drawn(text) => {
            if strokes(&text).is_none() {
                return Err(format!(
                    "The signature of {label} cannot be read, or has too many strokes: draw it again."
                ));
            }
            made.insert("drawn".to_owned(), text.into());
        }
        Sign::Typed(name) => {
            if name.is_empty() || NAME_MAX < name.chars().count() || name.contains(char::is_control) {
                return Err(format!("Who signs {label} writes a name of {NAME_MAX} characters at most."));
            }
            made.insert("typed".to_owned(), name.into());
        }
    }
    match around.signer {
        Signer::Unknown => {}
        Signer::Nobody => return Err(format!("{label} is signed by people only.")),
        Signer::Somebody { member, name, at } => {
            made.insert("by".to_owned(), member.map(|id| id.to_string()).unwrap_or_default().into());
            made.insert("name".to_owned(), name.into());
            made.insert("at".to_owned(), value::stamped(at, around.clocks).into());
        }
    }
    Ok(Value::Object(made))
}

/// What was drawn, typed, who signed and what clocks showed then; empty where it is not known.
pub fn parts(value: Option<&Value>) -> Option<(Vec<Stroke>, String, String, String)> {
    let object = value?.as_object()?;
    let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let at = text("at").get(..16).unwrap_or_default().replace('T', " ");
    Some((strokes(&text("drawn")).unwrap_or_default(), text("typed"), text("name"), at))
}

/// A signature in words: `Signed by Elsa Berg, 2026-03-01 14:30`.
pub fn show(value: Option<&Value>) -> String {
    let Some((_, typed, name, at)) = parts(value) else { return String::new() };
    let who = match (name.as_str(), typed.as_str()) {
        ("", "") => String::new(),
        ("", typed) => format!(" as {typed}"),
        (name, typed) if typed.is_empty() || typed == name => format!(" by {name}"),
        (name, typed) => format!(" as {typed} by {name}"),
    };
    let at = if at.is_empty() { String::new() } else { format!(", {at}") };
    format!("Signed{who}{at}")
}

/// Who signed, or what was typed; empty where nobody did.
pub fn who(value: Option<&Value>) -> String {
    match parts(value) {
        Some((_, typed, name, _)) if name.is_empty() => {
            if typed.is_empty() {
                "signed".to_owned()
            } else {
                typed
            }
        }
        Some((_, _, name, _)) => name,
        None => String::new(),
    }
}

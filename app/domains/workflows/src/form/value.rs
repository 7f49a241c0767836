//! Reading the values of fields.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, SubsecRound, Utc};
use kernel::Directory;
use serde_json::Value;

use super::{
    file::{self, Offered},
    signature::{self, Signer},
    table,
};
use crate::{
    definition::form::CHOICES_MAX,
    model::{Field, FieldKind},
    rules::{TEXT_MAX, form_value, parse_money, parse_number},
};

/// As many ticks a list is read with: those of its choices, and of as many that it offers no more.
pub const TICKS_MAX: usize = 2 * CHOICES_MAX;

/// Moments lie in this year or later: controls have a year of few digits while it is typed.
pub const FIRST_YEAR: i32 = 1900;

/// What values are read against: who there is, and what clocks show.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// Who there is; anybody is taken where it is not known.
    pub directory: Option<&'a Directory>,
    /// What clocks show.
    pub clocks: &'a dyn Clocks,
    /// Who signs.
    pub signer: Signer<'a>,
    /// Which files can be put into fields.
    pub files: Offered<'a>,
}

/// Clocks of an organisation.
pub trait Clocks {
    /// What they show at an instant.
    fn local(&self, at: DateTime<Utc>) -> NaiveDateTime;

    /// The instant at which they show this; another one where they never do.
    fn instant(&self, local: NaiveDateTime) -> DateTime<Utc>;
}

/// Clocks that are never changed, for forms that are not sent yet.
struct Even;

impl Clocks for Even {
    fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.naive_utc()
    }

    fn instant(&self, local: NaiveDateTime) -> DateTime<Utc> {
        local.and_utc()
    }
}

impl Around<'static> {
    /// For forms that are not sent yet: anybody and every file is taken, and clocks skip nothing.
    pub const LOOSE: Around<'static> =
        Around { directory: None, clocks: &Even, signer: Signer::Unknown, files: Offered::Unknown };
}

/// What a form sent for a field: nothing where it sent nothing, else its value, or the mistake. What an item holds already may
/// stay, even if it could not be chosen now.
pub fn of_form<'a>(
    field: &Field,
    held: Option<&Value>,
    sent: &impl Fn(&str) -> Option<&'a str>,
    around: &Around<'_>,
) -> Option<Result<Option<Value>, String>> {
    let text = sent(&field.key)?.trim();
    if field.kind == FieldKind::Table {
        return Some(table::of_form(field, text, held, sent, around));
    }
    if field.kind == FieldKind::Signature {
        let typed = sent(&format!("{}/{}", field.key, signature::NAME));
        return Some(signature::of_form(field, text, typed, held, around));
    }
    if field.kind == FieldKind::File {
        return Some(file::of_form(field, text, held, around));
    }
    if field.kind.is_list() {
        let ticks = (0..TICKS_MAX).filter_map(|place| sent(&format!("{}/{place}", field.key)));
        return Some(list(field, parts(field, text).into_iter().chain(ticks), held));
    }
    if held.is_some() && text == form_value(field, held) {
        return Some(Ok(held.cloned()));
    }
    Some(of_text(field, text, around))
}

/// Reads a value as a person writes it.
pub fn of_text(field: &Field, text: &str, around: &Around<'_>) -> Result<Option<Value>, String> {
    let label = &field.label;
    if text.is_empty() {
        return Ok(None);
    }
    if field.kind != FieldKind::Signature && TEXT_MAX < text.chars().count() {
        return Err(format!("{label} may have {TEXT_MAX} characters."));
    }
    match field.kind {
        FieldKind::Text | FieldKind::LongText => Ok(Some(text.into())),
        FieldKind::Plate => Ok(Some(text.to_uppercase().into())),
        FieldKind::Number => parse_number(text)
            .map(|number| Some(number.into()))
            .ok_or_else(|| format!("{label} is a whole number, such as 142300.")),
        FieldKind::Money => parse_money(text)
            .map(|minor| Some(minor.into()))
            .ok_or_else(|| format!("{label} is an amount, such as 18900 or 18900.50.")),
        FieldKind::Date => text
            .parse::<NaiveDate>()
            .map(|date| Some(date.to_string().into()))
            .map_err(|_| format!("{label} is a day, such as 2025-11-24.")),
        FieldKind::DateTime => moment(label, text, around).map(|moment| Some(moment.into())),
        FieldKind::Choice if field.choices.iter().any(|choice| choice == text) => Ok(Some(text.into())),
        FieldKind::Choice => Err(format!("Choose one of the values of {label}.")),
        FieldKind::Choices | FieldKind::Checklist => list(field, parts(field, text).into_iter(), None),
        FieldKind::Person => {
            let id = text.parse().ok().filter(|id| {
                around.directory.is_none_or(|it| it.person(*id).is_some_and(|person| person.active))
            });
            id.map(|id: kernel::MemberId| Some(id.to_string().into()))
                .ok_or_else(|| format!("Choose a member of the organisation for {label}."))
        }
        FieldKind::Team => {
            let id = text.parse().ok().filter(|id| around.directory.is_none_or(|it| it.team(*id).is_some()));
            id.map(|id: kernel::TeamId| Some(id.to_string().into()))
                .ok_or_else(|| format!("Choose a team of the organisation for {label}."))
        }
        FieldKind::Computed => Err(worked_out(field)),
        FieldKind::Table => Err(table::not_one_value(field)),
        FieldKind::Signature => signature::of_text(field, text, around).map(Some),
        FieldKind::File => file::of_form(field, text, None, around),
        FieldKind::Flag => Ok(matches!(text, "true" | "on" | "1").then_some(Value::Bool(true))),
    }
}

/// Reads a value as a program sends it, which is as it is kept.
pub fn of_program(
    field: &Field,
    value: &Value,
    held: Option<&Value>,
    around: &Around<'_>,
) -> Result<Option<Value>, String> {
    let label = &field.label;
    match (field.kind, value) {
        (FieldKind::Computed, _) => Err(worked_out(field)),
        (_, Value::Null) => Ok(None),
        _ if held == Some(value) => Ok(Some(value.clone())),
        (FieldKind::Table, Value::Array(sent)) => table::of_program(field, sent, held, around),
        (FieldKind::Table, _) => {
            Err(format!("{label} is a list of rows, each an object of values by the keys of columns."))
        }
        (FieldKind::Signature, Value::Object(sent)) => signature::of_program(field, sent, around).map(Some),
        (FieldKind::Signature, _) => Err(format!("{label} is an object with drawn strokes or a typed name.")),
        (FieldKind::File, Value::Array(sent)) => file::of_program(field, sent, held, around),
        (FieldKind::File, _) => Err(file::not_files(field)),
        (FieldKind::Flag, Value::Bool(yes)) => Ok(yes.then_some(Value::Bool(true))),
        (FieldKind::Flag, _) => Err(format!("{label} is true or false.")),
        (FieldKind::Number | FieldKind::Money, Value::Number(number)) if number.is_i64() => {
            Ok(Some(value.clone()))
        }
        (FieldKind::Number, _) => Err(format!("{label} is a whole number, such as 142300.")),
        (FieldKind::Money, _) => Err(format!("{label} is a whole number of minor units, such as 1890050.")),
        (kind, Value::Array(sent)) if kind.is_list() && sent.iter().all(Value::is_string) => {
            list(field, sent.iter().filter_map(Value::as_str), held)
        }
        (kind, _) if kind.is_list() => Err(format!("{label} is a list of texts.")),
        (_, Value::String(text)) => of_text(field, text.trim(), around),
        _ => Err(format!("{label} is a text.")),
    }
}

fn worked_out(field: &Field) -> String {
    format!("{} is worked out and cannot be filled in.", field.label)
}

/// Reads a moment into the instant, written with what clocks of the organisation show then: `2026-03-29T09:00:00+02:00`.
fn moment(label: &str, text: &str, around: &Around<'_>) -> Result<String, String> {
    let unread = || format!("{label} is a day and a time, such as 2025-11-24 14:30.");
    let formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"];
    let written = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    let instant = match written {
        Some(written) => {
            let instant = around.clocks.instant(written);
            if around.clocks.local(instant) != written {
                let (time, day) = (written.format("%H:%M"), written.date());
                return Err(format!(
                    "There is no {time} on {day}: clocks are put forward then. Choose another time for {label}."
                ));
            }
            instant
        }
        None => DateTime::parse_from_rfc3339(text).map_err(|_| unread())?.to_utc(),
    };
    let instant = instant.trunc_subsecs(0);
    let local = around.clocks.local(instant);
    if !(FIRST_YEAR..=9998).contains(&local.year()) {
        return Err(format!("{label} is in {FIRST_YEAR} or later, with all four digits of its year."));
    }
    Ok(stamped(instant, around.clocks))
}

/// An instant, written with what clocks show then: `2026-03-29T09:00:00+02:00`.
pub fn stamped(at: DateTime<Utc>, clocks: &dyn Clocks) -> String {
    let instant = at.trunc_subsecs(0);
    let local = clocks.local(instant);
    let minutes = (local - instant.naive_utc()).num_minutes();
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    format!("{}{sign}{hours:02}:{rest:02}", local.format("%Y-%m-%dT%H:%M:%S"))
}

/// The values of a list in a text: between semicolons, or one a line.
fn parts<'a>(field: &Field, text: &'a str) -> Vec<&'a str> {
    if field.choices.iter().any(|choice| choice == text) {
        return vec![text];
    }
    text.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// Reads the values of a list, each once and in the order in which they are offered.
fn list<'a>(
    field: &Field,
    sent: impl Iterator<Item = &'a str>,
    held: Option<&Value>,
) -> Result<Option<Value>, String> {
    let there = held;
    let held: Vec<&str> =
        held.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let offered = field.choices.iter().map(String::as_str);
    // What is offered no more may stay.
    let old = held.iter().copied().filter(|one| !field.choices.iter().any(|choice| choice == one));
    let known: Vec<&str> = offered.chain(old).collect();
    let sent: Vec<&str> = sent.collect();
    if sent.iter().any(|one| !known.contains(one)) {
        return Err(format!("Choose among the values of {}.", field.label));
    }
    let mut chosen: Vec<Value> = Vec::new();
    for one in known.into_iter().filter(|one| sent.contains(one)) {
        if !chosen.iter().any(|there| there.as_str() == Some(one)) {
            chosen.push(one.into());
        }
    }
    // The same values are the same list, though they may be offered in another order by now.
    let is_same =
        chosen.len() == held.len() && chosen.iter().all(|one| held.iter().any(|it| one.as_str() == Some(it)));
    if is_same && !chosen.is_empty() {
        return Ok(there.cloned());
    }
    Ok((!chosen.is_empty()).then_some(Value::Array(chosen)))
}

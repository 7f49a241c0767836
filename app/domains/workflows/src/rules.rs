//! Decisions without a database: may this item move, and are these values right?

use kernel::{Directory, Error, FieldError, Result, Role, StepId};
use serde_json::Value;

use crate::{
    approval::Verdict,
    form::{
        self, FileNames, Place, file, signature, table,
        value::{self, Around},
    },
    model::{Change, Field, FieldKind, Item, Transition, Values, Workflow},
};

/// The longest title, in characters.
pub const TITLE_MAX: usize = 200;
/// The longest text of a field, in characters.
pub const TEXT_MAX: usize = 10_000;

/// Why an item may not move to a step, in words that go beside the step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It is there already.
    Here,
    /// No transition leads there.
    NoWay {
        /// Where the transitions do lead.
        ways: Vec<String>,
    },
    /// It waits until somebody approves it.
    Undecided,
    /// It waits until its parts have come together.
    Apart,
    /// Its condition does not hold.
    Closed {
        /// The condition, and what it read.
        why: String,
    },
    /// What has to be booked there has no time yet.
    Unbooked {
        /// The name of the job type.
        what: String,
    },
    /// Required values are missing.
    Missing {
        /// Labels of the fields.
        labels: Vec<String>,
    },
}

impl Refusal {
    /// The refusal as a sentence about the item called `key` in the step called `step`.
    pub fn sentence(&self, key: &str, step: &str) -> String {
        match self {
            Refusal::Here => format!("{key} is in {step} already."),
            Refusal::NoWay { ways } if ways.is_empty() => format!("{key} ends in {step}."),
            Refusal::NoWay { ways } => {
                format!("From {step} the workflow leads to {} only.", listed(ways, "or"))
            }
            Refusal::Undecided => {
                format!("{key} waits in {step} to be approved: who decides does so on its page.")
            }
            Refusal::Apart => format!("{key} waits in {step} for its parts, and goes on by itself then."),
            Refusal::Closed { why } => why.clone(),
            Refusal::Unbooked { what } => format!(
                "{key} needs a booking of {what} before it goes on from {step}. Give it a time in the calendar."
            ),
            Refusal::Missing { labels } => {
                format!("Fill in {} before {key} leaves {step}.", listed(labels, "and"))
            }
        }
    }

    /// The refusal in a few words, which are the same for all items that stay in `step` for this reason.
    pub fn reason(&self, step: &str) -> String {
        match self {
            Refusal::Here => "Already there".to_owned(),
            Refusal::NoWay { .. } => format!("No way leads there from {step}"),
            Refusal::Undecided => format!("Waits to be approved in {step}"),
            Refusal::Apart => format!("Waits in {step} for its parts"),
            Refusal::Closed { .. } => format!("The condition of the way from {step} does not hold"),
            Refusal::Unbooked { what } => format!("No time is booked for {what}"),
            Refusal::Missing { labels } => format!("{} not filled in", listed(labels, "and")),
        }
    }
}

/// Words one after another, as in `a, b and c`.
pub fn listed(words: &[impl AsRef<str>], joint: &str) -> String {
    match words {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} {joint} {}", first.join(", "), last.as_ref())
        }
    }
}

/// The transition that takes an item from one step to another, or why there is none. Out of a step where somebody approves
/// lead the ways for what is `decided` there.
pub fn way(
    workflow: &Workflow,
    from: StepId,
    to: StepId,
    decided: Option<Verdict>,
) -> Result<&Transition, Refusal> {
    if from == to {
        return Err(Refusal::Here);
    }
    let step = workflow.step(from);
    // Its ways on are those of its parts; it may be sent back.
    if gathers(workflow, from) && !workflow.ways_out(from).any(|way| way.to_step_id == to && way.rework) {
        return Err(Refusal::Apart);
    }
    let approves = step.is_some_and(|step| step.approval.is_some());
    if approves && decided.is_none() {
        return Err(Refusal::Undecided);
    }
    let is_meant =
        |way: &&Transition| !approves || way.is_for_refused() == (decided == Some(Verdict::Refused));
    workflow.ways_out(from).filter(is_meant).find(|way| way.to_step_id == to).ok_or_else(|| Refusal::NoWay {
        ways: workflow
            .ways_out(from)
            .filter(is_meant)
            .filter_map(|way| workflow.step(way.to_step_id))
            .map(|step| step.name.clone())
            .collect(),
    })
}

/// Whether items wait in a step for their parts, so that nobody moves them on.
pub fn gathers(workflow: &Workflow, step: StepId) -> bool {
    let does = workflow.step(step).and_then(|step| step.does.as_ref());
    does.is_some_and(|does| does.kind.gathers())
}

/// Whether an item with these values may take the transition: a way back is always open, a way forward asks for
/// the required fields of the step it leaves. `role` is that of whoever moves it, none for the program itself.
pub fn may_take(
    transition: &Transition,
    role: Option<Role>,
    fields: &[Field],
    data: &Values,
) -> Result<(), Refusal> {
    if transition.rework { Ok(()) } else { may_leave(transition.from_step_id, role, fields, data) }
}

/// Whether an item with these values has what it needs to leave a step forward.
pub fn may_leave(step: StepId, role: Option<Role>, fields: &[Field], data: &Values) -> Result<(), Refusal> {
    let (place, hidden, seen) =
        (Place { step, role }, form::hidden(fields, data), form::visible(fields, data));
    let lacking = |field: &Field| {
        let value = seen.get(&field.key);
        let gaps = table::gaps(field, value);
        let is_needed = form::is_needed(field, place, fields, &seen, &hidden);
        match gaps.first() {
            // What is begun has to be complete.
            Some(gap) if is_needed || form::is_asked(field, place, &hidden) => {
                Some(format!("{} ({gap})", field.label))
            }
            _ => (is_needed && form::lacks(field, value)).then(|| field.label.clone()),
        }
    };
    let labels: Vec<String> = fields.iter().filter_map(lacking).collect();
    if labels.is_empty() { Ok(()) } else { Err(Refusal::Missing { labels }) }
}

/// The step to which an item may go back straight away, since it was sent back from there.
pub fn returning(workflow: &Workflow, item: &Item) -> Option<StepId> {
    let step = workflow.step(item.returns_to?)?;
    // Another approval is not passed by.
    workflow.step(item.card.step_id).filter(|here| here.approval.is_none())?;
    (step.approval.is_some() && step.id != item.card.step_id).then_some(step.id)
}

/// Reads the values that a form sent for `fields`. A field the form did not send keeps its value; an empty one
/// loses it. All mistakes are reported at once, under `data[key]`.
pub fn read_values<'a>(
    fields: &[Field],
    before: &Values,
    sent: impl Fn(&str) -> Option<&'a str>,
    around: &Around<'_>,
) -> Result<Values> {
    let read = fields.iter().filter_map(|field| {
        let read = value::of_form(field, before.get(&field.key), &sent, around)?;
        Some((field.key.as_str(), read))
    });
    put_values(before, read)
}

/// Reads the values that a program sent for `fields`, each as it is kept. A field that was not sent keeps its value; null
/// and an empty text take it away. All mistakes are reported at once, under `data[key]`.
pub fn take_values(fields: &[Field], before: &Values, sent: &Values, around: &Around<'_>) -> Result<Values> {
    let read = sent.iter().map(|(key, value)| {
        let taken = match fields.iter().find(|field| field.key == *key) {
            None => Err(format!("There is no field {key:?} in this workflow.")),
            Some(field) => value::of_program(field, value, before.get(key), around),
        };
        (key.as_str(), taken)
    });
    put_values(before, read)
}

/// The values of before with those that were read, or all mistakes.
fn put_values<'a>(
    before: &Values,
    read: impl Iterator<Item = (&'a str, Result<Option<Value>, String>)>,
) -> Result<Values> {
    let mut data = before.clone();
    let mut mistakes = Vec::new();
    for (key, read) in read {
        match read {
            Ok(Some(value)) => {
                data.insert(key.to_owned(), value);
            }
            Ok(None) => {
                data.remove(key);
            }
            Err(message) => mistakes.push(FieldError { field: format!("data[{key}]"), message }),
        }
    }
    if mistakes.is_empty() { Ok(data) } else { Err(Error::Invalid(mistakes)) }
}

/// Reads a whole number, with or without spaces, commas or apostrophes between the thousands.
pub fn parse_number(text: &str) -> Option<i64> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, ',' | '\'')).collect();
    digits.replace('\u{2212}', "-").parse().ok()
}

/// Reads an amount into minor units: `18900`, `18 900`, `18,900.50`, `18900,50`.
pub fn parse_money(text: &str) -> Option<i64> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    // A hyphen, or the minus that amounts are shown with.
    let (negative, text) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, text.as_str()),
    };
    // The last mark with one or two digits behind it separates the minor units; every other one groups thousands.
    let (whole, minor) = match text.rfind(['.', ',']) {
        Some(mark) if (1..=2).contains(&(text.len() - mark - 1)) => {
            (text.get(..mark)?, text.get(mark + 1..)?)
        }
        _ => (text, ""),
    };
    let whole: String = whole.chars().filter(|c| !matches!(c, '.' | ',' | '\'')).collect();
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(&whole) || !digits(minor) {
        return None;
    }
    let minor: i64 = format!("{minor:0<2}").parse().ok()?;
    let total = whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(minor)?;
    Some(if negative { -total } else { total })
}

/// A value as people read it.
pub fn show_value(field: &Field, value: Option<&Value>, currency: &str, directory: &Directory) -> String {
    let Some(value) = value else { return String::new() };
    let with_unit = |number: String| {
        if field.unit.is_empty() { number } else { format!("{number} {}", field.unit) }
    };
    match (field.kind, value) {
        (FieldKind::Money, Value::Number(minor)) => show_money(minor.as_i64().unwrap_or_default(), currency),
        (FieldKind::Computed, Value::Number(number)) if field.terms.money => {
            show_money(parse_money(&number.to_string()).unwrap_or_default(), currency)
        }
        (FieldKind::Computed, Value::Number(number)) => {
            let written = number.to_string();
            let minor = parse_money(&written).unwrap_or_default();
            let shown = show_money(minor, "");
            with_unit(shown.trim_start().to_owned())
        }
        (FieldKind::Number, Value::Number(number)) => {
            with_unit(ui::number::grouped(number.as_i64().unwrap_or_default()))
        }
        (FieldKind::Person, Value::String(id)) => {
            let person = id.parse().ok().and_then(|id| directory.person(id));
            person.map_or_else(|| "Somebody who is gone".to_owned(), |person| person.name.clone())
        }
        (FieldKind::Team, Value::String(id)) => {
            let team = id.parse().ok().and_then(|id| directory.team(id));
            team.map_or_else(|| "A team that is gone".to_owned(), |team| team.name.clone())
        }
        (FieldKind::DateTime, Value::String(text)) => clock_text(text).replace('T', " "),
        (_, Value::Bool(true)) => "Yes".into(),
        (_, Value::String(text)) => text.clone(),
        (FieldKind::Table, _) => table::show(field, Some(value), currency),
        (FieldKind::Signature, _) => signature::show(Some(value)),
        (FieldKind::File, _) => file::count(Some(value)),
        (kind, Value::Array(list)) if kind.is_list() => {
            list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        _ => String::new(),
    }
}

/// What clocks of the organisation show at a moment as it is kept: `2026-03-29T09:00`.
fn clock_text(moment: &str) -> String {
    moment.get(..16).unwrap_or_default().to_owned()
}

/// Writes so many minutes as `35 min`, `6 h` or `1.4 d`.
pub fn show_span(minutes: i64) -> String {
    match minutes {
        ..60 => format!("{} min", minutes.max(0)),
        60..1440 => format!("{} h", minutes / 60),
        _ => {
            let tenths = minutes * 10 / 1440;
            if tenths % 10 == 0 {
                format!("{} d", tenths / 10)
            } else {
                format!("{}.{} d", tenths / 10, tenths % 10)
            }
        }
    }
}

/// An amount with its currency: `SEK 18,900`, with minor units only where there are some.
pub fn show_money(minor: i64, currency: &str) -> String {
    let (whole, cents) = (minor / 100, (minor % 100).abs());
    let sign = if minor < 0 && whole == 0 { "\u{2212}" } else { "" };
    let whole = ui::number::grouped(whole);
    if cents == 0 {
        format!("{currency} {sign}{whole}")
    } else {
        format!("{currency} {sign}{whole}.{cents:02}")
    }
}

/// A value as a form control holds it.
pub fn form_value(field: &Field, value: Option<&Value>) -> String {
    match (field.kind, value) {
        (FieldKind::Money, Some(Value::Number(minor))) => {
            let minor = minor.as_i64().unwrap_or_default();
            show_money(minor, "").trim_start().to_owned()
        }
        (FieldKind::Signature, Some(Value::Object(_))) => signature::KEPT.to_owned(),
        (FieldKind::File, Some(Value::Array(_))) => file::text(file::ids(value)),
        (_, Some(Value::Number(number))) => ui::number::grouped(number.as_i64().unwrap_or_default()),
        (_, Some(Value::Bool(true))) => "true".into(),
        (FieldKind::DateTime, Some(Value::String(text))) => clock_text(text),
        (_, Some(Value::String(text))) => text.clone(),
        _ => String::new(),
    }
}

/// What differs between two sets of values, in words of the form. `files` are the names of those that fields hold, as far as they
/// are known.
pub fn changes(
    fields: &[Field],
    before: &Values,
    after: &Values,
    currency: &str,
    directory: &Directory,
    files: &FileNames,
) -> Vec<Change> {
    let show = |field: &Field, data: &Values| show_value(field, data.get(&field.key), currency, directory);
    fields
        .iter()
        .filter(|field| before.get(&field.key) != after.get(&field.key))
        .flat_map(|field| match field.kind {
            FieldKind::Table => {
                table::changes(field, before.get(&field.key), after.get(&field.key), currency)
            }
            // The name alone, which goes where a person asks to be forgotten.
            FieldKind::Signature => {
                let who = |data: &Values| signature::who(data.get(&field.key));
                let label = format!("the signature of {}", field.label);
                vec![Change { label, from: who(before), to: who(after) }]
            }
            FieldKind::File => {
                vec![file::change(field, before.get(&field.key), after.get(&field.key), files)]
            }
            _ => {
                let (from, to) = (show(field, before), show(field, after));
                vec![Change { label: field.label.clone(), from, to }]
            }
        })
        .collect()
}

/// Reads a title: something, and not too long.
pub fn read_title(text: &str) -> Result<String> {
    let title = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.is_empty() {
        return Err(Error::invalid("title", "Give it a title."));
    }
    if TITLE_MAX < title.chars().count() {
        return Err(Error::invalid("title", format!("A title may have {TITLE_MAX} characters.")));
    }
    Ok(title)
}

/// The plate and the amount that cards show: the first field of each kind.
pub fn summary(fields: &[Field], data: &Values) -> (String, Option<i64>) {
    let first = |kind: FieldKind| {
        fields.iter().filter(|field| field.kind == kind).find_map(|field| data.get(&field.key))
    };
    let tag = first(FieldKind::Plate).and_then(Value::as_str).unwrap_or_default().to_owned();
    (tag, first(FieldKind::Money).and_then(Value::as_i64))
}

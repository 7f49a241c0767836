//! Guards: conditions that decide whether a transition is open, such as `amount > 5000 && category == "Electric"`.
//!
//! A guard is a small, closed part of CEL, the Common Expression Language: `&& || !`, `? :`, `== != < <= > >=`, `in [..]`,
//! `+ - * / %`, `size`, `contains`, `startsWith`, `endsWith` and literals. What it reads is checked when it is written:
//!
//! - Numbers are decimals. Money counts in whole units of the currency, so 320000 minor units are `3200`.
//! - Days are compared with days and with texts such as `"2026-01-31"`; `due < today + 7` counts in days. A day with a time
//!   is what clocks of the organisation show then, `"2026-01-31 14:30"`, whoever asks, and lies between its day and the next.
//!   The difference of two is the time that passes between them, in days.
//! - Lists, such as of several choices: `"Red" in colours`, `colours.contains("Red")`, `size(colours)`.
//! - Tables: `size(lines)` counts the rows, `sum(lines.amount)` adds up a column of numbers or amounts, to 0 without rows.
//! - Files: `size(contract)` counts those that are there.
//! - A signature is the name of who signed, or `null`.
//! - A member or a team is a text that means nothing, or `null`.
//! - A flag without value is false, a text without value is `""` and also `null`.
//! - A number or a day without value is `null`, and no comparison or sum with it has an answer: the guard does not hold,
//!   unless `&&` or `||` is decided by its other side. Only `== null` and `!= null` ask for it.

// `cel`, since cel-rust releases it every month, its syntax tree is open and it needs little without its features; with its
// Pratt parser, since the ANTLR one overflows 2 MB of stack at 16 brackets in debug builds, which nothing can catch.
mod check;
pub mod formula;

use cel::common::ast::IdedExpr;
use cel::extractors::Arguments;
use cel::{Context, DeclarationError, ExecutionError, Value as Cel};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime};
use serde_json::{Number, Value};
use std::{
    fmt,
    sync::{Arc, LazyLock},
};

use crate::{
    definition::GUARD_MAX,
    form::{file, signature, table},
    model::{Field, FieldKind, Item, Values},
};

/// As many characters of a text are shown.
const SHOWN_MAX: usize = 60;

/// What is wrong with a guard, as a sentence for the person who writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault(pub String);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Fault {}

fn fault<T>(message: impl Into<String>) -> Result<T, Fault> {
    Err(Fault(message.into()))
}

/// What a guard can read of an item besides its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Builtins {
    /// The item's title: `title`.
    pub title: String,
    /// 0 none to 4 urgent: `priority`.
    pub priority: i64,
    /// Whether somebody works on it: `assigned`.
    pub assigned: bool,
    /// Whether its day has passed: `overdue`.
    pub overdue: bool,
    /// How often it was sent back: `rework`.
    pub rework: i64,
    /// The day in the organisation's zone: `today`.
    pub today: NaiveDate,
}

impl Builtins {
    fn value(&self, key: &str) -> Option<Value> {
        Some(match key {
            "title" => self.title.clone().into(),
            "priority" => self.priority.into(),
            "assigned" => self.assigned.into(),
            "overdue" => self.overdue.into(),
            "rework" => self.rework.into(),
            "today" => self.today.to_string().into(),
            _ => return None,
        })
    }
}

/// A condition that was read and checked. It holds no values and can be kept for many items.
#[derive(Debug, Clone, PartialEq)]
pub struct Guard {
    text: String,
    expression: IdedExpr,
    names: Vec<Name>,
}

/// A name in a guard and where its value comes from.
#[derive(Debug, Clone, PartialEq)]
struct Name {
    key: String,
    label: String,
    kind: FieldKind,
    unit: String,
    built_in: bool,
    /// The table and the column that it adds up.
    sum: Option<(String, String)>,
}

impl Name {
    /// The value that it stands for.
    fn value(&self, values: &Values) -> Option<Value> {
        match &self.sum {
            Some((table, column)) => Some(table::sum(values.get(table), column).into()),
            None => values.get(&self.key).cloned(),
        }
    }
}

/// What a guard says about an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the transition is open. Never with a fault.
    pub holds: bool,
    /// What the guard read, in the order in which it names it.
    pub reads: Vec<Read>,
    /// Why it could not be worked out, as a sentence. A value that is missing is no fault: `reads` tells.
    pub fault: Option<String>,
}

/// One value that a guard read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The key of the field or the built-in name.
    pub key: String,
    /// Its name on pages.
    pub label: String,
    /// The value as people read it, on one line: `3,200`, `Diesel`, `yes`, `empty`. Money is without its currency.
    pub shown: String,
}

impl Guard {
    /// Reads and checks a guard for a workflow with these fields. The first mistake is returned.
    pub fn parse(text: &str, fields: &[Field]) -> Result<Guard, Fault> {
        let text = text.trim();
        if text.is_empty() {
            return fault("Write a condition, such as `amount > 5000`.");
        }
        if GUARD_MAX < text.chars().count() {
            return fault(format!("A condition has {GUARD_MAX} characters at most."));
        }
        if text.contains(|c: char| c.is_control() && c != '\t') {
            return fault("Write the condition on one line.");
        }
        let (expression, names) = check::read(text, fields)?;
        Ok(Guard { text: text.to_owned(), expression, names })
    }

    /// The condition as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Decides for an item with these values, kept as the forms keep them. What does not fit its field counts as empty.
    pub fn evaluate(&self, values: &Values, builtins: &Builtins) -> Verdict {
        let mut bound = Vec::new();
        let mut reads = Vec::new();
        let mut lacks = false;
        for name in &self.names {
            let built_in = name.built_in.then(|| builtins.value(&name.key)).flatten();
            let value = built_in.or_else(|| name.value(values));
            let (input, shown) = read(name, value.as_ref());
            lacks |= input == Cel::Null;
            bound.extend(bindings(name, value.as_ref(), input));
            reads.push(Read { key: name.key.clone(), label: name.label.clone(), shown });
        }
        let result = context(bound).map(|context| context.resolve(&self.expression));
        let (holds, fault) = match result {
            Some(Ok(Cel::Bool(holds))) => (holds, None),
            Some(Err(ExecutionError::DivisionByZero(_))) => (false, Some("It divides by zero.".to_owned())),
            // The sorts were checked, so that nothing else fails but an operation on a missing value.
            Some(Err(_)) if lacks => (false, None),
            _ => (false, Some("It cannot be worked out with these values.".to_owned())),
        };
        Verdict { holds, reads, fault }
    }

    /// The guard and what it read, as one line: `Open only if amount > 5000: Amount is 3,200.`
    pub fn explain(&self, verdict: &Verdict) -> String {
        let fault = verdict.fault.iter().map(|fault| format!(" {fault}")).collect::<String>();
        format!("Open only if {}.{fault}", self.said(verdict))
    }

    /// The guard and what it read: `amount > 5000: Amount is 6,200`.
    fn said(&self, verdict: &Verdict) -> String {
        let reads: Vec<String> =
            verdict.reads.iter().map(|read| format!("{} is {}", read.label, read.shown)).collect();
        let colon = if reads.is_empty() { "" } else { ": " };
        format!("{}{colon}{}", self.text, reads.join(", "))
    }
}

/// What an expression runs with: the functions, and these values. There is nothing else for it to call.
fn context(values: Vec<(String, Cel)>) -> Option<Context<'static, 'static>> {
    static FUNCTIONS: LazyLock<Option<Context<'static, 'static>>> = LazyLock::new(|| functions().ok());
    let mut context = FUNCTIONS.as_ref()?.new_inner_scope();
    for (key, value) in values {
        context.add_variable_from_value(key, value);
    }
    Some(context)
}

fn functions() -> Result<Context<'static, 'static>, DeclarationError> {
    let mut context = Context::empty();
    context.add_function("@equal", |Arguments(all): Arguments| equal(&all))?;
    context.add_function("@differ", |Arguments(all): Arguments| equal(&all).map(|same| !same))?;
    context.add_function("@divide", |a: f64, b: f64| nonzero(b).map(|b| a / b))?;
    context.add_function("@remainder", |a: f64, b: f64| nonzero(b).map(|b| a % b))?;
    context.add_function("size", |text: Arc<String>| {
        real(text.chars().count().try_into().unwrap_or(i64::MAX))
    })?;
    context.add_function("@includes", |list: Arc<Vec<Cel>>, text: Arc<String>| {
        list.contains(&Cel::String(text))
    })?;
    context.add_function("@count", |list: Arc<Vec<Cel>>| real(list.len().try_into().unwrap_or(i64::MAX)))?;
    context.add_function("contains", |text: Arc<String>, part: Arc<String>| text.contains(&*part))?;
    context.add_function("startsWith", |text: Arc<String>, part: Arc<String>| text.starts_with(&*part))?;
    context.add_function("endsWith", |text: Arc<String>, part: Arc<String>| text.ends_with(&*part))?;
    Ok(context)
}

/// Whether the first value is among the others. There is no answer when the one that would decide is missing.
fn equal(values: &[Cel]) -> Result<bool, ExecutionError> {
    match values.split_first() {
        Some((first, rest)) if *first != Cel::Null && rest.contains(first) => Ok(true),
        Some(_) if values.contains(&Cel::Null) => Err(ExecutionError::missing_argument_or_target()),
        _ => Ok(false),
    }
}

fn nonzero(number: f64) -> Result<f64, ExecutionError> {
    if number == 0.0 { Err(ExecutionError::DivisionByZero(Cel::Null)) } else { Ok(number) }
}

/// A whole number as a decimal; beyond 2^53 it is rounded.
fn real(number: i64) -> f64 {
    Number::from(number).as_f64().unwrap_or_default()
}

/// A day as a number of days.
fn days(day: NaiveDate) -> f64 {
    f64::from(day.num_days_from_ce())
}

/// A day with a time as a number of days.
fn moments(moment: NaiveDateTime) -> f64 {
    let since_midnight = moment.time().signed_duration_since(NaiveTime::MIN).num_seconds();
    days(moment.date()) + real(since_midnight) / 86_400.0
}

/// The name under which an expression has the instant of a day with a time: what clocks show cannot be subtracted where they are
/// changed between.
fn instant_of(key: &str) -> String {
    format!("@instant {key}")
}

/// What an expression knows of a value that it reads as `input`.
fn bindings(name: &Name, value: Option<&Value>, input: Cel) -> Vec<(String, Cel)> {
    if name.kind != FieldKind::DateTime {
        return vec![(name.key.clone(), input)];
    }
    let text = value.and_then(Value::as_str).and_then(|text| DateTime::parse_from_rfc3339(text).ok());
    let instant = match (text, &input) {
        (Some(moment), Cel::Float(_)) => Cel::Float(real(moment.timestamp()) / 86_400.0),
        _ => Cel::Null,
    };
    vec![(name.key.clone(), input), (instant_of(&name.key), instant)]
}

/// A value as the expression and as people read it.
fn read(name: &Name, value: Option<&Value>) -> (Cel, String) {
    let whole = value.and_then(Value::as_i64);
    let text = value.and_then(Value::as_str).filter(|text| !text.is_empty());
    let found = match name.kind {
        FieldKind::Flag => {
            let yes = value == Some(&Value::Bool(true));
            Some((Cel::Bool(yes), if yes { "yes" } else { "no" }.to_owned()))
        }
        FieldKind::Number => whole.map(|number| {
            let shown = format!("{} {}", grouped(number), name.unit);
            (Cel::Float(real(number)), shown.trim_end().to_owned())
        }),
        FieldKind::Money => whole.map(|minor| (Cel::Float(real(minor) / 100.0), money(minor))),
        FieldKind::Date => text
            .and_then(|text| text.parse::<NaiveDate>().ok())
            .map(|day| (Cel::Float(days(day)), day.to_string())),
        FieldKind::DateTime => text
            .and_then(|text| NaiveDateTime::parse_from_str(text.get(..16)?, "%Y-%m-%dT%H:%M").ok())
            .map(|moment| (Cel::Float(moments(moment)), moment.format("%Y-%m-%d %H:%M").to_string())),
        FieldKind::Computed => value.and_then(Value::as_f64).map(|number| {
            let shown = format!("{} {}", formula::shown(number), name.unit);
            (Cel::Float(number), shown.trim_end().to_owned())
        }),
        FieldKind::Choices | FieldKind::Checklist => {
            let list: Vec<&str> =
                value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
            let shown = if list.is_empty() { "empty".to_owned() } else { one_line(&list.join(", ")) };
            let list: Vec<Cel> = list.into_iter().map(Cel::from).collect();
            Some((Cel::List(Arc::new(list)), shown))
        }
        FieldKind::Table => {
            let many = table::rows(value).count();
            let shown = if many == 0 { "empty".to_owned() } else { table::count(value) };
            Some((Cel::List(Arc::new(vec![Cel::Null; many])), shown))
        }
        FieldKind::File => {
            let many = file::ids(value).count();
            let shown = if many == 0 { "empty".to_owned() } else { file::count(value) };
            Some((Cel::List(Arc::new(vec![Cel::Null; many])), shown))
        }
        FieldKind::Signature => {
            let who = signature::who(value);
            let shown = if who.is_empty() { "empty".to_owned() } else { one_line(&who) };
            Some((who.into(), shown))
        }
        // Its name is not known here.
        FieldKind::Person | FieldKind::Team => text
            .map(|text| (text.into(), "filled in".to_owned()))
            .or_else(|| Some(("".into(), "empty".to_owned()))),
        FieldKind::Text | FieldKind::LongText | FieldKind::Choice | FieldKind::Plate => {
            text.map(|text| (text.into(), one_line(text))).or_else(|| Some(("".into(), "empty".to_owned())))
        }
    };
    found.unwrap_or_else(|| (Cel::Null, "empty".to_owned()))
}

fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let sign = if number < 0 { "\u{2212}" } else { "" };
    let places = (0..digits.len()).rev();
    let marks = places.map(|left| if left != 0 && left % 3 == 0 { "," } else { "" });
    digits.chars().zip(marks).fold(sign.to_owned(), |text, (digit, mark)| format!("{text}{digit}{mark}"))
}

fn money(minor: i64) -> String {
    let sign = if (-99..0).contains(&minor) { "\u{2212}" } else { "" };
    match (minor % 100).abs() {
        0 => grouped(minor / 100),
        cents => format!("{sign}{}.{cents:02}", grouped(minor / 100)),
    }
}

/// Whether a transition with this condition is open to an item, and what the condition read; nothing where there is none.
/// Else why not, as a sentence.
pub fn ask(text: &str, fields: &[Field], item: &Item, builtins: &Builtins) -> Result<String, String> {
    if text.is_empty() {
        return Ok(String::new());
    }
    // The form may have been changed since the condition was published.
    let guard = Guard::parse(text, fields).map_err(|fault| format!("Open only if {text}. {fault}"))?;
    let verdict = guard.evaluate(&formula::seen(fields, &item.data), builtins);
    if verdict.holds { Ok(guard.said(&verdict)) } else { Err(guard.explain(&verdict)) }
}

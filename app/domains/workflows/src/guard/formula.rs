//! Formulas: numbers that are worked out of the other fields of an item, such as `net + freight` or `size(done) * 10`.
//!
//! A formula is an expression as in conditions that gives a number, and reads fields only. Nothing is kept: it is worked out
//! whenever it is asked for, out of what counts then.

use std::collections::BTreeMap;

use cel::{ExecutionError, Value as Cel, common::ast::IdedExpr};
use serde_json::{Number, Value};

use super::{Fault, Name, bindings, check, context, fault, read};
use crate::{
    form::{self, FORMULA_MAX},
    model::{Field, FieldKind, Values},
};

/// What is worked out has fewer digits than this before the point.
const LARGEST: f64 = 1e13;
/// As many decimal digits of a number are always exact.
const SURE_DIGITS: usize = 15;

/// A formula that was read and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    expression: IdedExpr,
    names: Vec<Name>,
}

impl Formula {
    /// Reads and checks a formula for a workflow with these fields. The first mistake is returned.
    pub fn parse(text: &str, fields: &[Field]) -> Result<Formula, Fault> {
        let text = text.trim();
        if text.is_empty() {
            return fault("Write what is worked out, such as `net + freight`.");
        }
        if FORMULA_MAX < text.chars().count() || text.contains(char::is_control) {
            return fault(format!("A formula is one line of {FORMULA_MAX} characters at most."));
        }
        let (expression, names) = check::read_formula(text, fields)?;
        Ok(Formula { expression, names })
    }

    /// The number for these values, or why there is none, as a sentence.
    fn evaluate(&self, values: &Values) -> Result<f64, String> {
        let mut lacking = None;
        let mut bound = Vec::new();
        for name in &self.names {
            let value = name.value(values);
            let (input, _) = read(name, value.as_ref());
            if input == Cel::Null && lacking.is_none() {
                lacking = Some(&name.label);
            }
            bound.extend(bindings(name, value.as_ref(), input));
        }
        let result = context(bound).map(|context| context.resolve(&self.expression));
        match (result, lacking) {
            (Some(Ok(Cel::Float(number))), _) if number.abs() < LARGEST => Ok(number),
            (Some(Ok(Cel::Float(_))), _) => Err("The number is too large.".to_owned()),
            (Some(Err(ExecutionError::DivisionByZero(_))), _) => Err("It divides by zero.".to_owned()),
            (_, Some(label)) => Err(format!("{label} is empty.")),
            _ => Err("It cannot be worked out with these values.".to_owned()),
        }
    }
}

/// What is known of a computed field while all are worked out.
enum Known {
    Busy,
    Done(Result<f64, String>),
}

/// The formulas of a form, read once for many items.
#[derive(Debug)]
pub struct Formulas<'a> {
    fields: &'a [Field],
    read: BTreeMap<&'a str, Result<Formula, Fault>>,
}

/// The values that count: without those that conditions hide, and with those that are worked out.
pub fn seen(fields: &[Field], data: &Values) -> Values {
    Formulas::of(fields).seen(data)
}

/// Puts what is worked out beside the values of an item. Gives the sentences of what could not be, by the key of the field.
pub fn fill(fields: &[Field], data: &mut Values) -> BTreeMap<String, String> {
    Formulas::of(fields).fill(data)
}

impl<'a> Formulas<'a> {
    /// Those of these fields.
    pub fn of(fields: &'a [Field]) -> Self {
        let computed = fields.iter().filter(|field| field.kind == FieldKind::Computed);
        let read = |field: &'a Field| (field.key.as_str(), Formula::parse(&field.terms.formula, fields));
        Formulas { fields, read: computed.map(read).collect() }
    }

    /// See [`seen`].
    pub fn seen(&self, data: &Values) -> Values {
        let mut data = form::visible(self.fields, data);
        self.fill(&mut data);
        data
    }

    /// See [`fill`].
    pub fn fill(&self, data: &mut Values) -> BTreeMap<String, String> {
        let mut why = BTreeMap::new();
        if self.read.is_empty() {
            return why;
        }
        // Under the key of such a field may stand what another field left there.
        for key in self.read.keys() {
            data.remove(*key);
        }
        let hidden = form::hidden(self.fields, data);
        let mut seen = form::visible(self.fields, data);
        let mut known = BTreeMap::new();
        let (gone, shown): (Vec<&str>, Vec<&str>) = self.read.keys().partition(|key| hidden.contains(**key));
        // What is hidden is empty for the others.
        known.extend(gone.into_iter().map(|key| (key, Known::Done(Err("It is hidden.".to_owned())))));
        for key in shown {
            self.work_out(key, &mut seen, &mut known);
            match (seen.get(key), known.get(key)) {
                (Some(value), _) => {
                    data.insert(key.to_owned(), value.clone());
                }
                (None, Some(Known::Done(Err(reason)))) => {
                    why.insert(key.to_owned(), reason.clone());
                }
                _ => {}
            }
        }
        why
    }

    fn work_out(&self, key: &'a str, data: &mut Values, known: &mut BTreeMap<&'a str, Known>) {
        if known.contains_key(key) {
            return;
        }
        known.insert(key, Known::Busy);
        let result = match self.read.get(key) {
            Some(Ok(formula)) => {
                let mut goes_round = false;
                for name in formula.names.iter().filter(|name| name.kind == FieldKind::Computed) {
                    if let Some((other, _)) = self.read.get_key_value(name.key.as_str()) {
                        self.work_out(other, data, known);
                        goes_round |= matches!(known.get(other), Some(Known::Busy));
                    }
                }
                if goes_round {
                    Err("It is worked out of itself.".to_owned())
                } else {
                    formula.evaluate(data)
                }
            }
            Some(Err(fault)) => Err(fault.to_string()),
            None => Err("There is no such field.".to_owned()),
        };
        if let Some(number) = result.as_ref().ok().and_then(|number| kept(*number)) {
            data.insert(key.to_owned(), Value::Number(number));
        }
        known.insert(key, Known::Done(result));
    }
}

/// A number to the cent: whole where it is.
fn kept(number: f64) -> Option<Number> {
    let text = shown(number);
    text.parse::<i64>().map(Number::from).ok().or_else(|| Number::from_f64(text.parse().ok()?))
}

/// A number with up to two digits behind the point; a half goes away from zero. Binary numbers hold few decimals exactly, so it is
/// read to as many digits as are sure first: `0.06 * 1.25` is 0.075, and not a little less.
pub(super) fn shown(number: f64) -> String {
    let whole = format!("{:.0}", number.abs()).len();
    let places = SURE_DIGITS.saturating_sub(whole).clamp(2, 8);
    let sure = format!("{number:.places$}");
    let digits: String = sure.chars().filter(|letter| *letter != '.').collect();
    let Ok(scaled) = digits.parse::<i64>() else { return sure };
    let unit = (2..places).fold(1, |unit, _| unit * 10);
    let cents = (scaled.abs() + unit / 2) / unit;
    let sign = if scaled < 0 && 0 < cents { "-" } else { "" };
    let text = format!("{sign}{}.{:02}", cents / 100, cents % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

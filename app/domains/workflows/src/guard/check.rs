//! Reads and checks the text of a guard.
//!
//! CEL itself looks at the sorts of values only while it runs, and then says nothing that the writer of a guard would
//! understand. The checks also rewrite what CEL means otherwise than people do: whole numbers become decimals, texts
//! beside days become days, and equality and division go to functions of ours that know missing values and zero.

use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, operators as op};
use cel::parser::{ParseErrors, PrattParser};
use chrono::{NaiveDate, NaiveDateTime};
use std::{iter, mem};

use super::{Fault, Name, days, fault, instant_of, moments, one_line, real};
use crate::{
    definition::form::BUILT_IN,
    model::{Field, FieldKind},
};

/// How deep a guard may be nested, or sums follow each other; `&&`, `||` and lists may be long. Each level takes `cel`
/// 40 kB of stack in debug builds.
const DEPTH_MAX: u16 = 12;

/// The functions that a guard may call.
const FUNCTIONS: [&str; 5] = ["size", "sum", "contains", "startsWith", "endsWith"];

/// How a column is added up.
const SUM: &str = "Write `sum(lines.amount)` to add up a column of a table.";

/// Reads a guard into an expression that is a condition, and the names in it.
pub fn read(text: &str, fields: &[Field]) -> Result<(IdedExpr, Vec<Name>), Fault> {
    let (expression, names, sort) = parse(text, fields, true)?;
    match sort {
        Sort::Flag => Ok((expression, names)),
        sort => {
            let given = describe(&expression, sort);
            fault(format!("A condition is true or false, but this is {given}: compare it with something."))
        }
    }
}

/// Reads a formula into an expression that is a number, and the names in it, which are all fields.
pub fn read_formula(text: &str, fields: &[Field]) -> Result<(IdedExpr, Vec<Name>), Fault> {
    let (expression, names, sort) = parse(text, fields, false)?;
    match sort {
        Sort::Number => Ok((expression, names)),
        sort => {
            fault(format!("What is worked out is a number, but this is {}.", describe(&expression, sort)))
        }
    }
}

fn parse(text: &str, fields: &[Field], with_item: bool) -> Result<(IdedExpr, Vec<Name>, Sort), Fault> {
    let parser = PrattParser::new().max_recursion_depth(DEPTH_MAX).error_recovery_limit(0);
    let mut expression = parser.parse(text).map_err(|errors| syntax(text, &errors))?;
    let mut check = Check { fields, with_item, names: Vec::new() };
    let sort = check.sort(&mut expression, DEPTH_MAX)?;
    Ok((expression, check.names, sort))
}

/// What an expression gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Flag,
    Number,
    Text,
    Day,
    List,
    Rows,
    Files,
    Null,
}

impl From<FieldKind> for Sort {
    fn from(kind: FieldKind) -> Self {
        match kind {
            FieldKind::Flag => Sort::Flag,
            FieldKind::Number | FieldKind::Money | FieldKind::Computed => Sort::Number,
            FieldKind::Date | FieldKind::DateTime => Sort::Day,
            FieldKind::Choices | FieldKind::Checklist => Sort::List,
            FieldKind::Table => Sort::Rows,
            FieldKind::File => Sort::Files,
            FieldKind::Text
            | FieldKind::LongText
            | FieldKind::Choice
            | FieldKind::Plate
            | FieldKind::Signature
            | FieldKind::Person
            | FieldKind::Team => Sort::Text,
        }
    }
}

/// The checks of one guard.
struct Check<'a> {
    fields: &'a [Field],
    /// Whether it reads what items have besides their fields, too.
    with_item: bool,
    names: Vec<Name>,
}

impl Check<'_> {
    fn sort(&mut self, node: &mut IdedExpr, depth: u16) -> Result<Sort, Fault> {
        let Some(depth) = depth.checked_sub(1) else { return Err(too_deep()) };
        if let Expr::Call(call) = &node.expr
            && call.func_name == "sum"
        {
            node.expr = Expr::Ident(self.sum(call)?);
            return Ok(Sort::Number);
        }
        let number = match &mut node.expr {
            Expr::Call(call) => return self.call(call, depth),
            Expr::Ident(key) => return self.name(key),
            Expr::Literal(LiteralValue::Boolean(_)) => return Ok(Sort::Flag),
            Expr::Literal(LiteralValue::String(_)) => return Ok(Sort::Text),
            Expr::Literal(LiteralValue::Null) => return Ok(Sort::Null),
            Expr::Literal(LiteralValue::Double(number)) => *number.inner(),
            Expr::Literal(LiteralValue::Int(number)) => real(*number.inner()),
            Expr::List(_) => {
                return fault("A list stands behind `in` only, as in `category in [\"A\", \"B\"]`.");
            }
            Expr::Select(_) => {
                return fault("Fields have no parts: a point stands in numbers and before functions.");
            }
            Expr::Comprehension(_) => {
                return fault("`all`, `exists`, `filter` and `map` are not for conditions.");
            }
            _ => return fault("Conditions have no objects, bytes or unsigned numbers."),
        };
        node.expr = Expr::Literal(LiteralValue::Double(number.into()));
        Ok(Sort::Number)
    }

    fn name(&mut self, key: &str) -> Result<Sort, Fault> {
        if let Some(name) = self.names.iter().find(|name| name.key == key) {
            return Ok(name.kind.into());
        }
        let fields = self.fields.iter().map(|f| (f.key.as_str(), f.label.as_str(), f.kind, f.unit.as_str()));
        let built_in = BUILT_IN.iter().filter(|_| self.with_item);
        let built_in = built_in.map(|(key, label, kind, _)| (*key, *label, *kind, ""));
        let Some((place, (_, label, kind, unit))) =
            fields.clone().chain(built_in.clone()).enumerate().find(|(_, name)| name.0 == key)
        else {
            let known = fields.chain(built_in).flat_map(|(key, label, ..)| [(key, key), (label, key)]);
            return fault(format!("There is no field called `{key}`.{}", hint(key, known, '`')));
        };
        let (label, unit) = (label.to_owned(), unit.to_owned());
        self.names.push(Name {
            key: key.to_owned(),
            label,
            kind,
            unit,
            built_in: self.fields.len() <= place,
            sum: None,
        });
        Ok(kind.into())
    }

    /// The name that stands for the sum of a column.
    fn sum(&mut self, call: &CallExpr) -> Result<String, Fault> {
        let (None, [IdedExpr { expr: Expr::Select(part), .. }]) = (&call.target, call.args.as_slice()) else {
            return fault(SUM);
        };
        let Expr::Ident(table) = &part.operand.expr else { return fault(SUM) };
        let field = self.fields.iter().find(|field| field.key == *table);
        let Some(field) = field.filter(|field| field.kind == FieldKind::Table) else {
            // Says that there is no such field, where there is none.
            self.name(table)?;
            return fault(format!("`{table}` is no table. {SUM}"));
        };
        let mut columns = field.terms.columns.iter();
        let Some(column) = columns.find(|column| column.key == part.field) else {
            let known = field.terms.columns.iter();
            let known = known.flat_map(|it| [(it.key.as_str(), it.key.as_str()), (&it.label, &it.key)]);
            let hint = hint(&part.field, known, '`');
            return fault(format!("`{table}` has no column called `{}`.{hint}", part.field));
        };
        if !column.is_numeric() {
            return fault(format!("The column `{}` holds no numbers that could be added up.", part.field));
        }
        let key = format!("{table}.{}", column.key);
        if self.names.iter().all(|name| name.key != key) {
            self.names.push(Name {
                key: key.clone(),
                label: format!("Sum of {}", column.label),
                kind: column.kind,
                unit: column.unit.clone(),
                built_in: false,
                sum: Some((table.clone(), column.key.clone())),
            });
        }
        Ok(key)
    }

    fn call(&mut self, call: &mut CallExpr, depth: u16) -> Result<Sort, Fault> {
        // `a.f(b)` is `f(a, b)`.
        if let Some(target) = call.target.take() {
            call.args.insert(0, *target);
        }
        if let (op::IN, [text, list]) = (call.func_name.as_str(), call.args.as_mut_slice())
            && self.is_list(list)
        {
            // `"Red" in colours` is `colours.contains("Red")`.
            call.func_name = "contains".to_owned();
            std::mem::swap(text, list);
        }
        if let (op::IN, [left, list]) = (call.func_name.as_str(), call.args.as_mut_slice()) {
            let args = self.one_of(left, list, depth)?;
            *call = CallExpr { func_name: "@equal".to_owned(), target: None, args };
            return Ok(Sort::Flag);
        }
        match call.func_name.as_str() {
            op::INDEX => return fault("Fields have no parts: brackets stand behind `in` only."),
            name if name.starts_with(char::is_alphabetic) && !FUNCTIONS.contains(&name) => {
                let known = FUNCTIONS.map(|known| (known, known));
                return fault(format!("There is no function called `{name}`.{}", hint(name, known, '`')));
            }
            _ => {}
        }
        let mut sorts = Vec::new();
        for arg in &mut call.args {
            sorts.push(self.sort(arg, depth)?);
        }
        let args = call.args.as_mut_slice();
        match (call.func_name.as_str(), args, sorts.as_slice()) {
            (op::CONDITIONAL, [_, yes, no], [Sort::Flag, a, b]) => return self.meet((yes, *a), (no, *b)),
            (name @ (op::EQUALS | op::NOT_EQUALS), [left, right], [a, b]) => {
                self.meet((left, *a), (right, *b))?;
                if !is_null(left) && !is_null(right) {
                    call.func_name = if name == op::EQUALS { "@equal" } else { "@differ" }.to_owned();
                }
                return Ok(Sort::Flag);
            }
            (op::LESS | op::LESS_EQUALS | op::GREATER | op::GREATER_EQUALS, [left, right], [a, b]) => {
                let sort = self.meet((left, *a), (right, *b))?;
                if matches!(sort, Sort::Number | Sort::Day) && !is_null(left) && !is_null(right) {
                    return Ok(Sort::Flag);
                }
            }
            _ => {}
        }
        let sort = match (call.func_name.as_str(), sorts.as_slice()) {
            (op::LOGICAL_AND | op::LOGICAL_OR, [Sort::Flag, Sort::Flag]) => Sort::Flag,
            (op::LOGICAL_NOT, [Sort::Flag]) => Sort::Flag,
            ("contains" | "startsWith" | "endsWith", [Sort::Text, Sort::Text]) => Sort::Flag,
            ("contains", [Sort::List, Sort::Text]) => {
                if let [list, text] = call.args.as_slice() {
                    self.choice(list, text)?;
                }
                call.func_name = "@includes".to_owned();
                Sort::Flag
            }
            ("size", [Sort::List | Sort::Rows | Sort::Files]) => {
                call.func_name = "@count".to_owned();
                Sort::Number
            }
            ("size", [Sort::Text]) => Sort::Number,
            (op::NEGATE, [Sort::Number]) => Sort::Number,
            (op::ADD | op::SUBSTRACT, [Sort::Day, Sort::Number]) => Sort::Day,
            (op::ADD, [Sort::Number, Sort::Day]) => Sort::Day,
            (op::SUBSTRACT, [Sort::Day, Sort::Day]) => {
                self.between(&mut call.args);
                Sort::Number
            }
            (op::ADD | op::SUBSTRACT | op::MULTIPLY, [Sort::Number, Sort::Number]) => Sort::Number,
            (name @ (op::DIVIDE | op::MODULO), [Sort::Number, Sort::Number]) => {
                call.func_name = if name == op::DIVIDE { "@divide" } else { "@remainder" }.to_owned();
                Sort::Number
            }
            (name, sorts) => {
                let args = call.args.iter().zip(sorts).map(|(arg, sort)| describe(arg, *sort));
                let args = args.reduce(|all, arg| format!("{all} and {arg}"));
                let symbol = name.trim_matches('_').replace('_', " ");
                let args = args.unwrap_or_else(|| "empty brackets".to_owned());
                return fault(format!("`{symbol}` does not go with {args}."));
            }
        };
        Ok(sort)
    }

    /// Lets the difference of two days with a time be that of their instants.
    fn between(&self, args: &mut [IdedExpr]) {
        let is_moment = |arg: &IdedExpr| {
            let Expr::Ident(key) = &arg.expr else { return false };
            self.names.iter().any(|name| name.key == *key && name.kind == FieldKind::DateTime)
        };
        if !args.iter().all(is_moment) {
            return;
        }
        for arg in args {
            if let Expr::Ident(key) = &mut arg.expr {
                *key = instant_of(key);
            }
        }
    }

    /// Whether an expression is a field that holds a list.
    fn is_list(&self, node: &IdedExpr) -> bool {
        let Expr::Ident(key) = &node.expr else { return false };
        self.fields.iter().any(|field| field.key == *key && field.kind.is_list())
    }

    /// Checks `x in [a, b]` and returns `x`, `a` and `b`.
    fn one_of(
        &mut self,
        left: &mut IdedExpr,
        list: &mut IdedExpr,
        depth: u16,
    ) -> Result<Vec<IdedExpr>, Fault> {
        let Expr::List(list) = &mut list.expr else {
            return fault("Behind `in` stands a list in brackets, as in `category in [\"A\", \"B\"]`.");
        };
        let sort = self.sort(left, depth)?;
        let mut elements = mem::take(&mut list.elements);
        for element in &mut elements {
            let other = self.sort(element, depth)?;
            self.meet((&mut *left, sort), (&mut *element, other))?;
            if is_null(left) || is_null(element) {
                return fault("Write `== null` to ask whether something is empty.");
            }
        }
        Ok(iter::once(mem::take(left)).chain(elements).collect())
    }

    /// The sort that two expressions share, so that they can be compared; literals are turned into it.
    fn meet(&self, left: (&mut IdedExpr, Sort), right: (&mut IdedExpr, Sort)) -> Result<Sort, Fault> {
        let words = |a: &IdedExpr, b: &IdedExpr| {
            let (a, b) = (describe(a, left.1), describe(b, right.1));
            Fault(format!("You cannot compare {a} with {b}."))
        };
        match (left.1, right.1) {
            (Sort::Day, Sort::Text) => day(right.0)?.ok_or_else(|| words(left.0, right.0)),
            (Sort::Text, Sort::Day) => day(left.0)?.ok_or_else(|| words(left.0, right.0)),
            (Sort::Text, Sort::Null) => Ok(blank(right.0)),
            (Sort::Null, Sort::Text) => Ok(blank(left.0)),
            (sort @ (Sort::Number | Sort::Day), Sort::Null) => Ok(sort),
            (Sort::Null, sort @ (Sort::Number | Sort::Day)) => Ok(sort),
            (sort, other) if sort == other && sort != Sort::Null => {
                self.choice(left.0, right.0).and_then(|()| self.choice(right.0, left.0)).map(|()| sort)
            }
            _ => Err(words(left.0, right.0)),
        }
    }

    /// Refuses a text that is none of the choices of the field that it is compared with.
    fn choice(&self, name: &IdedExpr, text: &IdedExpr) -> Result<(), Fault> {
        let (Expr::Ident(key), Some(text)) = (&name.expr, literal(text)) else { return Ok(()) };
        let Some(field) = self.fields.iter().find(|field| field.key == *key) else { return Ok(()) };
        if text.is_empty() || field.choices.is_empty() || field.choices.iter().any(|choice| choice == text) {
            return Ok(());
        }
        let known = field.choices.iter().map(|choice| (choice.as_str(), choice.as_str()));
        fault(format!("{} has no choice \"{}\".{}", field.label, one_line(text), hint(text, known, '"')))
    }
}

fn too_deep() -> Fault {
    Fault("The condition is nested too deeply: write it more simply.".to_owned())
}

fn literal(node: &IdedExpr) -> Option<&str> {
    if let Expr::Literal(LiteralValue::String(text)) = &node.expr { Some(text.inner()) } else { None }
}

fn is_null(node: &IdedExpr) -> bool {
    node.expr == Expr::Literal(LiteralValue::Null)
}

/// Turns `null` into the text that stands for none.
fn blank(node: &mut IdedExpr) -> Sort {
    node.expr = Expr::Literal(LiteralValue::String("".into()));
    Sort::Text
}

/// Turns the text of a day into that day; there is none in a text that is worked out.
fn day(node: &mut IdedExpr) -> Result<Option<Sort>, Fault> {
    let Some(text) = literal(node) else { return Ok(None) };
    let moment = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").map(moments);
    node.expr = Expr::Literal(match text.parse::<NaiveDate>().map(days).or(moment) {
        Ok(day) => LiteralValue::Double(day.into()),
        Err(_) if text.is_empty() => LiteralValue::Null,
        Err(_) => {
            return fault(format!("\"{text}\" is not a day: write it as \"2025-11-24\"."));
        }
    });
    Ok(Some(Sort::Day))
}

/// An expression in a sentence: `the number `amount``.
fn describe(node: &IdedExpr, sort: Sort) -> String {
    let noun = match sort {
        Sort::Flag => "condition",
        Sort::Number => "number",
        Sort::Text => "text",
        Sort::Day => "day",
        Sort::List => "list",
        Sort::Rows => "table",
        Sort::Files => "list of files",
        Sort::Null => return "`null`".to_owned(),
    };
    match &node.expr {
        Expr::Ident(key) => format!("the {noun} `{key}`"),
        Expr::Literal(LiteralValue::String(text)) => format!("the {noun} \"{}\"", one_line(text.inner())),
        Expr::Literal(LiteralValue::Double(number)) if sort == Sort::Number => {
            format!("the number {}", number.inner())
        }
        _ => format!("a {noun}"),
    }
}

/// Asks whether somebody meant something else, of pairs of what may be written and what it stands for.
fn hint<'a>(word: &str, known: impl IntoIterator<Item = (&'a str, &'a str)>, quote: char) -> String {
    let word = word.to_lowercase();
    let near = |other: &str| strsim::normalized_damerau_levenshtein(&word, &other.to_lowercase());
    let scores = known.into_iter().map(|(written, meant)| (near(written), meant));
    let best = scores.filter(|(score, _)| 0.6 <= *score).max_by(|a, b| a.0.total_cmp(&b.0));
    best.map(|(_, meant)| format!(" Did you mean {quote}{meant}{quote}?")).unwrap_or_default()
}

/// What the parser found first, in plain words.
fn syntax(text: &str, errors: &ParseErrors) -> Fault {
    if errors.errors.iter().any(|error| error.msg.contains("recursion limit")) {
        return too_deep();
    }
    let first = errors.errors.iter().find(|error| 0 < error.pos.0);
    let message = first.map(|error| error.msg.as_str()).unwrap_or_default();
    // Columns count bytes, from 1.
    let start = first.and_then(|error| usize::try_from(error.pos.1).ok()?.checked_sub(1)).unwrap_or_default();
    let rest = text.get(start..).unwrap_or_default();
    let word = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
    Fault(match (rest.chars().next(), word.as_str()) {
        (None, _) => "The condition ends too early.".to_owned(),
        (Some('='), _) => "Write `==` for the same, `>=` and `<=` for at least and at most.".to_owned(),
        (Some('&' | '|'), _) | (_, "and" | "or") => "Write `&&` for and, `||` for or.".to_owned(),
        (Some(','), _) => "Write numbers without commas, such as 5000.50.".to_owned(),
        (Some('“' | '”' | '„' | '‘' | '’' | '«' | '»'), _) => {
            "Write straight quotation marks, as in \"A\".".to_owned()
        }
        _ if message.contains("has()") => "Write `!= null` to ask whether a field has a value.".to_owned(),
        _ if message.contains("unterminated") => {
            format!("No quotation mark ends the text {}.", one_line(rest))
        }
        _ => format!("The condition cannot be understood from `{}` on.", one_line(rest)),
    })
}

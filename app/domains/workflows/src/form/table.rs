//! Fields that hold rows: each is an object of values by the keys of its columns, as a field of the column's kind holds them.
//!
//! A form sends a cell as `key/row/column`, rows counted from 0 as they stand on the page, and the bare key as a sign that the
//! table was there. Rows in which nothing is filled in are left out.

use kernel::{Directory, FieldId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::value::{self, Around};
use crate::{
    model::{Change, Field, FieldKind},
    rules,
};

/// As many columns a table has at most.
pub const COLUMNS_MAX: usize = 12;
/// As many rows a table holds at most.
pub const ROWS_MAX: usize = 100;
/// A form may send so many places for rows: some of them stay empty.
pub const PLACES_MAX: usize = 2 * ROWS_MAX;
/// The longest text of a cell, in characters.
pub const CELL_MAX: usize = 1_000;
/// As many mistakes of one table are said at once.
const SAID_MAX: usize = 5;
/// As many changes of one table a history tells one by one.
const CHANGES_MAX: usize = 12;

/// A row: values by the keys of columns.
pub type Row = Map<String, Value>;

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = FieldColumn))]
pub struct Column {
    /// Its name in the rows of items.
    #[cfg_attr(feature = "ssr", schema(example = "quantity"))]
    pub key: String,
    /// Its name on pages.
    #[cfg_attr(feature = "ssr", schema(example = "Quantity"))]
    pub label: String,
    /// What it holds: `text`, `number`, `money`, `date`, `choice` or `flag`.
    #[cfg_attr(feature = "ssr", schema(inline))]
    pub kind: FieldKind,
    /// Written behind a number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// Whether each row needs it before an item leaves the step forward.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// The values of a choice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
}

impl Column {
    /// What columns can hold.
    pub const KINDS: [FieldKind; 6] = [
        FieldKind::Text,
        FieldKind::Number,
        FieldKind::Money,
        FieldKind::Date,
        FieldKind::Choice,
        FieldKind::Flag,
    ];

    /// A column of texts.
    pub fn new(key: &str, label: &str) -> Self {
        Column {
            key: key.to_owned(),
            label: label.to_owned(),
            kind: FieldKind::Text,
            unit: String::new(),
            required: false,
            choices: Vec::new(),
        }
    }

    /// A cell as a field of its own, which is called by this name.
    fn cell(&self, label: String) -> Field {
        let mut cell = Field::new(FieldId::from(Uuid::nil()), None, &self.key, "", self.kind);
        (cell.label, cell.unit, cell.choices) = (label, self.unit.clone(), self.choices.clone());
        cell
    }

    /// What is wrong about the text of a cell in the row with this number, counted from 1.
    pub fn fault(&self, number: usize, text: &str) -> Option<String> {
        self.read(number, text.trim(), &Around::LOOSE).err()
    }

    fn read(&self, number: usize, text: &str, around: &Around<'_>) -> Result<Option<Value>, String> {
        let label = self.at(number);
        if CELL_MAX < text.chars().count() {
            return Err(format!("{label} may have {CELL_MAX} characters."));
        }
        value::of_text(&self.cell(label), text, around)
    }

    /// What a cell is called in sentences.
    fn at(&self, number: usize) -> String {
        format!("Row {number}, {}", self.label.trim())
    }

    /// A cell as a control holds it.
    pub fn text(&self, value: Option<&Value>) -> String {
        rules::form_value(&self.cell(String::new()), value)
    }

    /// A cell as people read it in its column.
    pub fn show(&self, value: Option<&Value>, currency: &str) -> String {
        rules::show_value(&self.cell(String::new()), value, currency, &Directory::default())
    }

    /// Whether its values are numbers.
    pub fn is_numeric(&self) -> bool {
        matches!(self.kind, FieldKind::Number | FieldKind::Money)
    }
}

/// The rows of a value.
pub fn rows(value: Option<&Value>) -> impl Iterator<Item = &Row> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
}

/// The texts of a value's cells, row by row, each as long as there are columns.
pub fn texts(field: &Field, value: Option<&Value>) -> Vec<Vec<String>> {
    let columns = &field.terms.columns;
    let texts =
        |row: &Row| columns.iter().map(|column| column.text(row.get(&column.key))).collect::<Vec<_>>();
    rows(value).map(texts).collect()
}

/// What a form calls a cell, behind the key of the field.
pub fn name(place: usize, column: &Column) -> String {
    format!("{place}/{}", column.key)
}

/// Whether a form may send a cell by this name, behind the key of the field.
pub fn is_cell(field: &Field, name: &str) -> bool {
    name.split_once('/').is_some_and(|(place, key)| {
        let is_place = place.parse().is_ok_and(|place: usize| place < PLACES_MAX);
        is_place && field.terms.columns.iter().any(|column| column.key == key)
    })
}

/// The sum of a column, in the unit in which it is kept.
pub fn sum(value: Option<&Value>, column: &str) -> i64 {
    let numbers = rows(value).filter_map(|row| row.get(column)?.as_i64());
    numbers.fold(0, i64::saturating_add)
}

/// Reads the rows that a form sent.
pub fn of_form<'a>(
    field: &Field,
    text: &str,
    held: Option<&Value>,
    sent: &impl Fn(&str) -> Option<&'a str>,
    around: &Around<'_>,
) -> Result<Option<Value>, String> {
    if !text.is_empty() {
        return Err(not_one_value(field));
    }
    let read = (0..PLACES_MAX).filter_map(|place| {
        let cells = field.terms.columns.iter().filter_map(|column| {
            let text = sent(&format!("{}/{}", field.key, name(place, column)))?.trim();
            (!text.is_empty()).then_some((column, text))
        });
        let cells: Vec<(&Column, &str)> = cells.collect();
        (!cells.is_empty()).then_some((place + 1, cells))
    });
    let read = read.map(|(number, cells)| {
        let cells = cells.into_iter().map(|(column, text)| {
            // What is offered no more may stay.
            let stays = column.kind == FieldKind::Choice
                && rows(held).any(|row| row.get(&column.key).and_then(Value::as_str) == Some(text));
            let read = if stays { Ok(Some(text.into())) } else { column.read(number, text, around) };
            (column.key.clone(), read)
        });
        cells.collect()
    });
    put(field, read.collect(), held)
}

/// Reads the rows that a program sent.
pub fn of_program(
    field: &Field,
    sent: &[Value],
    held: Option<&Value>,
    around: &Around<'_>,
) -> Result<Option<Value>, String> {
    let (label, columns) = (&field.label, &field.terms.columns);
    let mut read = Vec::new();
    for (number, row) in (1..).zip(sent) {
        let Some(row) = row.as_object() else {
            return Err(format!("Row {number} of {label} is an object of values by the keys of columns."));
        };
        let cells = row.iter().map(|(key, value)| {
            let read = match columns.iter().find(|column| column.key == *key) {
                None => Err(format!("Row {number} of {label} has no column {key:?}.")),
                Some(column) => {
                    let old = rows(held).filter_map(|row| row.get(key)).find(|old| *old == value);
                    let is_long = value.as_str().is_some_and(|text| CELL_MAX < text.chars().count());
                    if is_long {
                        Err(format!("{} may have {CELL_MAX} characters.", column.at(number)))
                    } else {
                        value::of_program(&column.cell(column.at(number)), value, old, around)
                    }
                }
            };
            (key.clone(), read)
        });
        read.push(cells.collect());
    }
    put(field, read, held)
}

/// The cells of a row by their columns, each read or not.
type Cells = Vec<(String, Result<Option<Value>, String>)>;

/// The value of rows that were read, or their mistakes.
fn put(field: &Field, read: Vec<Cells>, held: Option<&Value>) -> Result<Option<Value>, String> {
    let (mut made, mut mistakes) = (Vec::new(), Vec::new());
    for cells in read {
        let mut row = Map::new();
        for (key, read) in cells {
            match read {
                Ok(Some(value)) => drop(row.insert(key, value)),
                Ok(None) => {}
                Err(mistake) => mistakes.push(mistake),
            }
        }
        if !row.is_empty() {
            made.push(Value::Object(row));
        }
    }
    if !mistakes.is_empty() {
        let more = mistakes.len().saturating_sub(SAID_MAX);
        mistakes.truncate(SAID_MAX);
        if 0 < more {
            mistakes.push(format!("{more} more cells cannot be read."));
        }
        return Err(mistakes.join(" "));
    }
    if ROWS_MAX < made.len() {
        return Err(format!("{} may have {ROWS_MAX} rows.", field.label));
    }
    let made = (!made.is_empty()).then_some(Value::Array(made));
    Ok(if made.as_ref() == held { held.cloned() } else { made })
}

/// What is said where a table is given a single text.
pub fn not_one_value(field: &Field) -> String {
    format!("{} is a table, which is filled in row by row.", field.label)
}

/// What rows lack that each of them needs, such as `Row 2, Price`.
pub fn gaps(field: &Field, value: Option<&Value>) -> Vec<String> {
    if field.kind != FieldKind::Table {
        return Vec::new();
    }
    let needed: Vec<&Column> = field.terms.columns.iter().filter(|column| column.required).collect();
    let of_row = |(number, row): (usize, &Row)| {
        let lacks = |column: &&&Column| super::is_empty(row.get(&column.key));
        needed.iter().filter(lacks).map(|column| column.at(number)).collect::<Vec<_>>()
    };
    (1..).zip(rows(value)).flat_map(of_row).collect()
}

/// A value in one line: `Tyres, 4 pcs, SEK 3,200; Bolts, 20 pcs`.
pub fn show(field: &Field, value: Option<&Value>, currency: &str) -> String {
    rows(value).map(|row| show_row(field, row, currency)).collect::<Vec<_>>().join("; ")
}

fn show_row(field: &Field, row: &Row, currency: &str) -> String {
    let cells = field.terms.columns.iter().map(|column| match column.kind {
        FieldKind::Flag if row.get(&column.key) == Some(&Value::Bool(true)) => column.label.clone(),
        _ => column.show(row.get(&column.key), currency).trim().to_owned(),
    });
    cells.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
}

/// How many rows, in words.
pub fn count(value: Option<&Value>) -> String {
    match rows(value).count() {
        0 => String::new(),
        1 => "1 row".to_owned(),
        many => format!("{many} rows"),
    }
}

/// What differs between two values, row by row; as a whole where that is too much.
pub fn changes(field: &Field, before: Option<&Value>, after: Option<&Value>, currency: &str) -> Vec<Change> {
    let (old, new): (Vec<_>, Vec<_>) = (rows(before).collect(), rows(after).collect());
    let same = |(a, b): &(&&Row, &&Row)| a == b;
    let start = old.iter().zip(&new).take_while(same).count();
    let shorter = old.len().min(new.len()) - start;
    let end = old.iter().rev().zip(new.iter().rev()).take(shorter).take_while(same).count();
    let (old, new) = (between(&old, start, end), between(&new, start, end));
    let label = &field.label;
    let mut found = Vec::new();
    if old.len() == new.len() {
        for ((number, old), (_, new)) in old.iter().zip(&new) {
            let differs = |column: &&Column| old.get(&column.key) != new.get(&column.key);
            for column in field.terms.columns.iter().filter(differs) {
                let show = |row: &Row| column.show(row.get(&column.key), currency).trim().to_owned();
                found.push(Change {
                    label: format!("{label}, row {number}, {}", column.label),
                    from: show(old),
                    to: show(new),
                });
            }
        }
    } else {
        let line = |(number, row): &(usize, &Row), gone: bool| {
            let (label, text) = (format!("{label}, row {number}"), show_row(field, row, currency));
            let (from, to) = if gone { (text, String::new()) } else { (String::new(), text) };
            Change { label, from, to }
        };
        found.extend(old.iter().map(|row| line(row, true)));
        found.extend(new.iter().map(|row| line(row, false)));
    }
    if CHANGES_MAX < found.len() {
        return vec![Change { label: label.clone(), from: count(before), to: count(after) }];
    }
    found
}

/// The rows with their numbers, without so many at the start and at the end.
fn between<'a>(all: &[&'a Row], start: usize, end: usize) -> Vec<(usize, &'a Row)> {
    let many = all.len().saturating_sub(start + end);
    (1..).zip(all.iter().copied()).skip(start).take(many).collect()
}

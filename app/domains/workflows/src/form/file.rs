//! Fields that hold files, which belong to the item itself.
//!
//! An item holds a list of their ids as texts, in the order in which they were put in. A form sends them under the key as one text,
//! between spaces. What was deleted or refused stays in the list, so that it is there again once it is brought back; until then it
//! counts as not there.

use std::collections::{BTreeMap, BTreeSet};

use kernel::FileId;
use serde_json::Value;

use super::value::Around;
use crate::model::{Change, Field, FieldKind, Values};

/// As many files a field holds at most.
pub const FILES_MAX: usize = 20;
/// As many files a history calls by their names.
const NAMED_MAX: usize = 5;

/// What files are called.
pub type FileNames = BTreeMap<FileId, String>;

/// Which files can be put into fields.
#[derive(Debug, Clone, Copy)]
pub enum Offered<'a> {
    /// It is not known yet: the form was not sent.
    Unknown,
    /// None: there is no item yet, or the program itself fills something in.
    None,
    /// Some of an item's.
    Of(&'a Shelf),
}

/// Which files can be put into fields of an item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shelf {
    /// What the item is called, e.g. `UC-414`.
    pub item: String,
    /// Those of its own that were asked for, each with why it cannot be put in, if it cannot.
    pub files: BTreeMap<FileId, Option<String>>,
}

/// The files of a value.
pub fn ids(value: Option<&Value>) -> impl Iterator<Item = FileId> {
    let list = value.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(|id| id.as_str()?.parse().ok())
}

/// The files that fields hold with these values.
pub fn all(fields: &[Field], data: &Values) -> BTreeSet<FileId> {
    fields
        .iter()
        .filter(|field| field.kind == FieldKind::File)
        .flat_map(|field| ids(data.get(&field.key)))
        .collect()
}

/// A list of files, as an item holds it.
pub fn value(files: &[FileId]) -> Option<Value> {
    (!files.is_empty()).then(|| Value::Array(files.iter().map(|id| id.to_string().into()).collect()))
}

/// The files of a value as a form sends them.
pub fn text(files: impl Iterator<Item = FileId>) -> String {
    files.map(|id| id.to_string()).collect::<Vec<_>>().join(" ")
}

/// The values as they count: without files that are gone.
pub fn without(fields: &[Field], data: &Values, gone: &FileNames) -> Values {
    let mut data = data.clone();
    if gone.is_empty() {
        return data;
    }
    for field in fields.iter().filter(|field| field.kind == FieldKind::File) {
        let left: Vec<FileId> = ids(data.get(&field.key)).filter(|id| !gone.contains_key(id)).collect();
        match value(&left) {
            Some(left) => drop(data.insert(field.key.clone(), left)),
            None => drop(data.remove(&field.key)),
        }
    }
    data
}

/// Puts files that are gone back into values that were judged without them, where conditions do not hide their fields: they may be
/// brought back, and whoever fills in the form sees them.
pub fn put_back(fields: &[Field], counted: &mut Values, held: &Values, gone: &FileNames) {
    let holds_gone = |field: &&Field| {
        field.kind == FieldKind::File && ids(held.get(&field.key)).any(|id| gone.contains_key(&id))
    };
    let hidden = super::hidden(fields, counted);
    for field in fields.iter().filter(holds_gone).filter(|field| !hidden.contains(&field.key)) {
        if let Some(files) = held.get(&field.key) {
            counted.insert(field.key.clone(), files.clone());
        }
    }
}

/// The values without any files: those belong to one item only.
pub fn without_any(fields: &[Field], mut data: Values) -> Values {
    for field in fields.iter().filter(|field| field.kind == FieldKind::File) {
        data.remove(&field.key);
    }
    data
}

/// Reads what a form sent.
pub fn of_form(
    field: &Field,
    text: &str,
    held: Option<&Value>,
    around: &Around<'_>,
) -> Result<Option<Value>, String> {
    read(field, text.split_whitespace(), held, around)
}

/// Reads what a program sent.
pub fn of_program(
    field: &Field,
    sent: &[Value],
    held: Option<&Value>,
    around: &Around<'_>,
) -> Result<Option<Value>, String> {
    // What is no text is no id.
    read(field, sent.iter().map(|id| id.as_str().unwrap_or_default()), held, around)
}

/// Reads files, each once. What the item holds already may stay.
fn read<'a>(
    field: &Field,
    sent: impl Iterator<Item = &'a str>,
    held: Option<&Value>,
    around: &Around<'_>,
) -> Result<Option<Value>, String> {
    let mut files: Vec<FileId> = Vec::new();
    for text in sent {
        let id = text.parse().map_err(|_| not_files(field))?;
        if files.contains(&id) {
            continue;
        }
        if files.len() == FILES_MAX {
            return Err(too_many(&field.label));
        }
        files.push(id);
    }
    let held: BTreeSet<FileId> = ids(held).collect();
    let fault = files.iter().filter(|id| !held.contains(id)).find_map(|id| fault(field, *id, around));
    fault.map_or_else(|| Ok(value(&files)), Err)
}

/// Why a file cannot be put into a field.
fn fault(field: &Field, id: FileId, around: &Around<'_>) -> Option<String> {
    match around.files {
        Offered::Unknown => None,
        Offered::None => {
            Some(format!("Files are put into {} on the page of an item, by people.", field.label))
        }
        Offered::Of(shelf) => match shelf.files.get(&id) {
            Some(why) => why.clone(),
            None => Some(format!("This file does not belong to {}.", shelf.item)),
        },
    }
}

/// What is said where something else is sent for a field that holds files.
pub fn not_files(field: &Field) -> String {
    format!("{} is a list of ids of files.", field.label)
}

/// What is said of more files than the field with this label may have.
pub fn too_many(label: &str) -> String {
    format!("{label} may have {FILES_MAX} files.")
}

/// How many files, in words.
pub fn count(value: Option<&Value>) -> String {
    match ids(value).count() {
        0 => String::new(),
        1 => "1 file".to_owned(),
        many => format!("{many} files"),
    }
}

/// The files by their names, where those are known and few; else how many they are.
fn called(value: Option<&Value>, names: &FileNames) -> String {
    let called: Option<Vec<&str>> = ids(value).map(|id| names.get(&id).map(String::as_str)).collect();
    match called {
        Some(called) if called.len() <= NAMED_MAX => called.join(", "),
        _ => count(value),
    }
}

/// What differs between two values, in words.
pub fn change(field: &Field, before: Option<&Value>, after: Option<&Value>, names: &FileNames) -> Change {
    Change { label: field.label.clone(), from: called(before, names), to: called(after, names) }
}

/// What two people made of files that both saw as `base`: what either put in is in, what either took out is out.
pub fn merged(base: Option<&Value>, mine: Option<&Value>, theirs: Option<&Value>) -> Option<Value> {
    let (base, mine): (Vec<FileId>, Vec<FileId>) = (ids(base).collect(), ids(mine).collect());
    let mut made: Vec<FileId> = ids(theirs).filter(|id| mine.contains(id) || !base.contains(id)).collect();
    let come: Vec<FileId> = mine.into_iter().filter(|id| !base.contains(id) && !made.contains(id)).collect();
    made.extend(come);
    value(&made)
}

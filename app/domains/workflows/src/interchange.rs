//! Designs as files: as BPMN 2.0, which other programs read and write, and as JSON, which holds all that a design says.
//!
//! Files come from anywhere. Whatever is in one, reading it ends soon, keeps little, and gives a design that can be kept as
//! a draft, or a sentence why there is none. JSON holds the form as well; with BPMN it stays with its workflow. Nothing here
//! knows a database.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Error, StepId};
use serde::{Deserialize, Serialize};

use crate::{
    automatic::{Automatic, Children, Deed, Gives, Wait},
    bpmn,
    definition::{
        Definition, FILE_MAX, GUARD_MAX, LIMIT_MAX, NAME_MAX, NOUN_MAX, Place, STEPS_MAX, TRANSITIONS_MAX,
        form::{FIELDS_MAX, LABEL_MAX},
    },
    model::{Field, Imported},
};

/// As many sentences a report has, before it only counts.
pub const REPORT_MAX: usize = 100;

/// What tells our JSON from others.
const KIND: &str = "mediap/workflow";
/// How it is written now.
const VERSION: u32 = 1;

/// How a design is written to a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// BPMN 2.0 XML, with our own words in a namespace of theirs.
    #[default]
    Bpmn,
    /// Our own JSON.
    Json,
}

impl Format {
    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Format::Bpmn => "application/xml",
            Format::Json => "application/json",
        }
    }

    /// What the name of such a file ends with.
    pub fn ending(self) -> &'static str {
        match self {
            Format::Bpmn => "bpmn",
            Format::Json => "json",
        }
    }
}

/// Why there is no design in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It is too large.
    TooLarge,
    /// It is no UTF-8.
    NotUtf8,
    /// It is neither XML nor JSON.
    Unknown,
    /// It is XML that is not well formed.
    NotXml,
    /// It declares a document type, and so entities.
    DocumentType,
    /// Its elements hold each other too deep.
    TooDeep,
    /// It has too many elements or attributes.
    TooManyElements,
    /// It is XML, but not of BPMN 2.0.
    NotBpmn,
    /// It has no process.
    NoProcess,
    /// It has no step.
    NoSteps,
    /// It is JSON, but not ours.
    NotOurs,
    /// It is our JSON as a later version of the program writes it.
    TooNew,
    /// It has so many steps.
    TooManySteps(usize),
    /// It has so many ways.
    TooManyWays(usize),
}

impl Fault {
    /// What is wrong, and what to do about it.
    pub fn sentence(&self) -> String {
        match self {
            Fault::TooLarge => Imported::TOO_LARGE.into(),
            Fault::NotUtf8 => Imported::NOT_UTF8.into(),
            Fault::Unknown => "The file is neither BPMN nor a design that was exported as JSON.".into(),
            Fault::NotXml => "The file is no well-formed XML. It may be cut off.".into(),
            Fault::DocumentType => {
                "The file declares a document type or entities, which BPMN does not need. Remove them.".into()
            }
            Fault::TooDeep => format!("The file nests more than {} elements.", bpmn::DEPTH_MAX),
            Fault::TooManyElements => {
                format!("The file has more than {} elements, or too many attributes.", bpmn::ELEMENTS_MAX)
            }
            Fault::NotBpmn => "The file is XML, but not BPMN 2.0.".into(),
            Fault::NoProcess => "The file holds no process.".into(),
            Fault::NoSteps => "The process in the file has no steps.".into(),
            Fault::NotOurs => "The file is JSON, but not a design of a workflow.".into(),
            Fault::TooNew => "The file was written by a later version of the program.".into(),
            Fault::TooManySteps(count) => {
                format!("The process has {count} steps. A workflow has {STEPS_MAX} at most.")
            }
            Fault::TooManyWays(count) => {
                format!("The process has {count} ways. A workflow has {TRANSITIONS_MAX} at most.")
            }
        }
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Error::invalid("file", fault.sentence())
    }
}

/// What could not be carried, a sentence each, as many as somebody reads.
#[derive(Debug, Default)]
pub struct Report {
    lines: Vec<String>,
    more: usize,
}

impl Report {
    /// Adds a sentence. One that is only counted is not made.
    pub fn say(&mut self, text: impl FnOnce() -> String) {
        if self.lines.len() < REPORT_MAX { self.lines.push(text()) } else { self.more += 1 }
    }

    /// The sentences, and how many more there would be.
    pub fn into_lines(mut self) -> Vec<String> {
        if self.more != 0 {
            self.lines.push(format!("And {} more.", self.more));
        }
        self.lines
    }
}

/// What was read from a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The design. It can be kept as a draft; its version is none, and steps may stand nowhere.
    pub definition: Definition,
    /// What of the file it does not carry, a sentence each.
    pub report: Vec<String>,
}

/// Writes a design to a file.
pub fn write(definition: &Definition, format: Format) -> String {
    match format {
        Format::Bpmn => bpmn::write(definition),
        Format::Json => write_json(definition),
    }
}

/// Reads a file of either format. `fresh` gives ids for steps that bring none of ours.
pub fn read(file: &[u8], fresh: impl FnMut() -> StepId) -> Result<Read, Fault> {
    let text = text_of(file)?;
    match text.trim_start().chars().next() {
        Some('{') => read_json(text, fresh),
        Some('<') => bpmn::read(file, fresh),
        _ => Err(Fault::Unknown),
    }
}

/// The text of a file, without its mark of byte order.
pub(crate) fn text_of(file: &[u8]) -> Result<&str, Fault> {
    if FILE_MAX < file.len() {
        return Err(Fault::TooLarge);
    }
    // What is UTF-16 has them in every tag.
    if file.contains(&0) {
        return Err(Fault::NotUtf8);
    }
    let text = std::str::from_utf8(file).map_err(|_| Fault::NotUtf8)?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

#[derive(Serialize, Deserialize)]
struct Document {
    kind: String,
    version: u32,
    #[serde(flatten)]
    definition: Definition,
}

fn write_json(definition: &Definition) -> String {
    let definition = Definition { base: 0, ..definition.clone() };
    let document = Document { kind: KIND.to_owned(), version: VERSION, definition };
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

fn read_json(text: &str, mut fresh: impl FnMut() -> StepId) -> Result<Read, Fault> {
    #[derive(Deserialize)]
    struct Head {
        kind: String,
        version: u32,
    }
    let head: Head = serde_json::from_str(text).map_err(|_| Fault::NotOurs)?;
    if head.kind != KIND {
        return Err(Fault::NotOurs);
    }
    if VERSION < head.version {
        return Err(Fault::TooNew);
    }
    let mut document: Document = serde_json::from_str(text).map_err(|_| Fault::NotOurs)?;
    let mut report = Report::default();
    let mut known = BTreeSet::new();
    for step in &mut document.definition.steps {
        if !known.insert(step.id) {
            report.say(|| {
                format!("{} had the id of another step, and so no ways of its own.", called(&step.name))
            });
            step.id = fresh();
            known.insert(step.id);
        }
    }
    let definition = clamped(document.definition, &mut report)?;
    Ok(Read { definition, report: report.into_lines() })
}

/// What a step is called in a sentence.
pub(crate) fn called(name: &str) -> String {
    let name = tidy_start(name, NAME_MAX);
    if name.is_empty() { "A step without a name".to_owned() } else { name }
}

/// A text in one line, without what controls a terminal.
pub(crate) fn tidy(text: &str) -> String {
    tidy_start(text, usize::MAX)
}

/// As much of a name as is kept while a file is read, in one line. It may be very long and wanted very often; so much of it
/// still shows that it is longer than a name may be, even where a space stands at that place.
pub(crate) fn bounded(name: &str) -> String {
    tidy_start(name, NAME_MAX + 2)
}

/// The first letters of a text in one line, without what controls a terminal. What stands behind them is not looked at.
fn tidy_start(text: &str, most: usize) -> String {
    let mut line = String::new();
    let mut left = most;
    for word in text.split_whitespace() {
        if left == 0 {
            break;
        }
        let mut letters = word.chars().filter(|letter| !letter.is_control()).peekable();
        if letters.peek().is_none() {
            continue;
        }
        if !line.is_empty() {
            line.push(' ');
            left -= 1;
        }
        for letter in letters.take(left) {
            line.push(letter);
            left -= 1;
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// The same as it can be kept as a draft, with what was wrong about it said. The ids of its steps are unlike each other.
pub(crate) fn clamped(mut read: Definition, report: &mut Report) -> Result<Definition, Fault> {
    if read.steps.is_empty() {
        return Err(Fault::NoSteps);
    }
    if STEPS_MAX < read.steps.len() {
        return Err(Fault::TooManySteps(read.steps.len()));
    }
    read.base = 0;
    if let Some(fields) = read.fields.take() {
        let any = !fields.is_empty();
        let kept = kept_fields(fields, &read, report);
        if any && kept.is_empty() {
            report.say(|| "No field of its form could be kept: the form stays as it is.".to_owned());
        } else {
            read.fields = Some(kept);
        }
    }
    read.name = cut(&read.name, NAME_MAX, report);
    read.item_noun = cut(&read.item_noun, NOUN_MAX, report);
    for step in &mut read.steps {
        step.name = cut(&step.name, NAME_MAX, report);
        step.wip_limit = step.wip_limit.map(|limit| limit.clamp(1, LIMIT_MAX));
        step.place = step.place.map(|place| Place { x: 0, y: 0 }.moved(place.x, place.y));
        if step.approval.as_ref().is_some_and(|approval| !approval.is_valid()) {
            report.say(|| format!("Who approves in {} could not be read.", called(&step.name)));
            step.approval = None;
        }
        if step.sla.as_ref().is_some_and(|sla| !sla.is_valid() || sla.twin().is_some()) {
            report.say(|| format!("The time limit of {} could not be read.", called(&step.name)));
            step.sla = None;
        }
        if let Some(Gives::Field(field)) = &mut step.gives {
            *field = without_nul(field);
        }
        if step.gives.as_ref().is_some_and(|gives| !gives.is_valid()) {
            report.say(|| format!("Whom {} gives items to could not be read.", called(&step.name)));
            step.gives = None;
        }
        if step.booking.as_ref().is_some_and(|booking| !booking.is_valid()) {
            report.say(|| format!("The booking of {} could not be read.", called(&step.name)));
            step.booking = None;
        }
        if let Some(automatic) = &mut step.automatic {
            clean(automatic);
            if !automatic.is_valid() || step.ends || step.approval.is_some() {
                report.say(|| format!("What {} does by itself could not be carried.", called(&step.name)));
                step.automatic = None;
            }
        }
    }
    let names: BTreeMap<StepId, String> =
        read.steps.iter().map(|step| (step.id, called(&step.name))).collect();
    let mut ways = BTreeSet::new();
    read.transitions.retain(|way| match (names.get(&way.from), names.get(&way.to)) {
        (Some(name), Some(_)) if way.from == way.to => {
            report.say(|| format!("A way from {name} to itself was left out."));
            false
        }
        (Some(from), Some(to)) if !ways.insert((way.from, way.to)) => {
            report.say(|| format!("A second way from {from} to {to} was left out."));
            false
        }
        (Some(_), Some(_)) => true,
        _ => {
            report.say(|| "A way from or to nowhere was left out.".to_owned());
            false
        }
    });
    if TRANSITIONS_MAX < read.transitions.len() {
        return Err(Fault::TooManyWays(read.transitions.len()));
    }
    for way in &mut read.transitions {
        way.name = cut(&way.name, NAME_MAX, report);
        way.guard = without_nul(way.guard.trim());
        if GUARD_MAX < way.guard.chars().count() {
            let of = if way.name.is_empty() { "a way" } else { way.name.as_str() };
            report.say(|| {
                format!("The condition of {of} is longer than {GUARD_MAX} characters and was left out.")
            });
            way.guard.clear();
        }
    }
    Ok(read)
}

/// The fields of a form that can be kept.
fn kept_fields(fields: Vec<Field>, read: &Definition, report: &mut Report) -> Vec<Field> {
    let steps: BTreeSet<StepId> = read.steps.iter().map(|step| step.id).collect();
    let (mut ids, mut keys) = (BTreeSet::new(), BTreeSet::new());
    let mut kept = Vec::new();
    for mut field in fields {
        field.label = tidy(&field.label);
        field.unit = tidy(&field.unit);
        for choice in &mut field.choices {
            *choice = tidy(choice);
        }
        for column in &mut field.terms.columns {
            column.label = tidy(&column.label);
            column.unit = tidy(&column.unit);
            column.choices.iter_mut().for_each(|choice| *choice = tidy(choice));
        }
        let called = match tidy_start(&field.label, LABEL_MAX) {
            label if label.is_empty() => "without a name".to_owned(),
            label => label,
        };
        let fits = kept.len() < FIELDS_MAX && field.fits(&steps);
        if fits && ids.insert(field.id) && keys.insert(field.key.clone()) {
            kept.push(field);
        } else {
            report.say(|| format!("The field {called} could not be kept and was left out."));
        }
    }
    kept
}

fn cut(text: &str, most: usize, report: &mut Report) -> String {
    let text = tidy(text);
    if text.chars().count() <= most {
        return text;
    }
    let short: String = text.chars().take(most).collect();
    report.say(|| format!("A name was too long: it is {short} now."));
    short.trim_end().to_owned()
}

/// PostgreSQL keeps no text with it.
fn without_nul(text: &str) -> String {
    text.replace('\0', "")
}

fn clean(automatic: &mut Automatic) {
    match automatic {
        Automatic::Wait(Wait::Until { field }) => *field = without_nul(field),
        Automatic::Act(deeds) => {
            for deed in deeds {
                if let Deed::Set { field, value } = deed {
                    (*field, *value) = (without_nul(field), without_nul(value));
                }
            }
        }
        Automatic::Children(Children { rows: Some(field), .. }) => *field = without_nul(field),
        Automatic::Branch
        | Automatic::Wait(Wait::For { .. })
        | Automatic::Parallel
        | Automatic::Join(_)
        | Automatic::Children(_) => {}
    }
}

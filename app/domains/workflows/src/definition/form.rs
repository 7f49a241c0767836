//! The form of a design: what is kept of each item, and in which step it is filled in.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Error, FieldId, Result, StepId};

use super::{Definition, Finding};
use crate::{
    form::{
        ACCESS_MAX, Access, Column, FORMULA_MAX, When,
        condition::{TESTS_MAX, VALUE_MAX},
        table::COLUMNS_MAX,
    },
    model::{Field, FieldKind},
};

/// As many fields a workflow may have.
pub const FIELDS_MAX: usize = 200;
/// The longest label of a field and the longest choice, in characters.
pub const LABEL_MAX: usize = 60;
/// The longest unit, in characters.
pub const UNIT_MAX: usize = 12;
/// As many choices a field may offer.
pub const CHOICES_MAX: usize = 100;
/// The longest key of a field, in characters.
const KEY_MAX: usize = 40;

/// What a condition can read besides the fields: name, label, kind and what it says.
pub const BUILT_IN: [(&str, &str, FieldKind, &str); 6] = [
    ("title", "Title", FieldKind::Text, "the title"),
    ("priority", "Priority", FieldKind::Number, "0 none to 4 urgent"),
    ("assigned", "Assigned", FieldKind::Flag, "whether it is somebody's"),
    ("overdue", "Overdue", FieldKind::Flag, "whether its day has passed"),
    ("rework", "Times sent back", FieldKind::Number, "how often it was sent back"),
    ("today", "Today", FieldKind::Date, "the day of today"),
];
/// Words that CEL keeps for itself.
const RESERVED: [&str; 21] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "false",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "namespace",
    "null",
    "package",
    "return",
    "true",
    "var",
    "void",
    "while",
];

impl Definition {
    /// The fields, in order; none of a design that leaves them as they are.
    pub fn form(&self) -> &[Field] {
        self.fields.as_deref().unwrap_or_default()
    }

    /// The field with this id.
    pub fn field(&self, id: FieldId) -> Option<&Field> {
        self.form().iter().find(|field| field.id == id)
    }

    /// The fields that are filled in in a step, or in every step.
    pub fn fields_of(&self, step: Option<StepId>) -> impl Iterator<Item = &Field> {
        self.form().iter().filter(move |field| field.step_id == step)
    }

    /// Adds a field of text to a step, or to every step.
    pub fn add_field(&mut self, id: FieldId, step_id: Option<StepId>) {
        let key = key_of("", &self.keys_besides(id));
        self.fields.get_or_insert_default().push(Field::new(id, step_id, &key, "", FieldKind::Text));
    }

    /// Changes a field.
    pub fn change_field(&mut self, id: FieldId, change: impl FnOnce(&mut Field)) {
        let mut fields = self.fields.iter_mut().flatten();
        if let Some(field) = fields.find(|field| field.id == id) {
            change(field);
            settle(field);
        }
    }

    /// Calls a field otherwise. Its key follows, unless items have values under it already or something refers to it.
    pub fn name_field(&mut self, id: FieldId, label: String, is_kept: bool) {
        let fixed = is_kept || self.field(id).is_some_and(|field| self.refers_to(&field.key));
        let key = (!fixed).then(|| key_of(&label, &self.keys_besides(id)));
        self.change_field(id, |field| {
            field.label = label;
            if let Some(key) = key {
                field.key = key;
            }
        });
    }

    /// Adds a column of texts to a table.
    pub fn add_column(&mut self, id: FieldId) {
        self.change_field(id, |field| {
            let columns = &mut field.terms.columns;
            if columns.len() < COLUMNS_MAX {
                let key = column_key("", columns);
                columns.push(Column::new(&key, ""));
            }
        });
    }

    /// Changes the column at this place of a table.
    pub fn change_column(&mut self, id: FieldId, place: usize, change: impl FnOnce(&mut Column)) {
        self.change_field(id, |field| {
            if let Some(column) = field.terms.columns.get_mut(place) {
                change(column);
            }
        });
    }

    /// Calls a column otherwise. Its key follows, unless items have values under it already or something adds it up.
    pub fn name_column(&mut self, id: FieldId, place: usize, label: String, is_kept: bool) {
        let Some(field) = self.field(id) else { return };
        let Some(column) = field.terms.columns.get(place) else { return };
        let others: Vec<Column> =
            field.terms.columns.iter().filter(|other| other.key != column.key).cloned().collect();
        let fixed = is_kept || self.adds_up(&field.key, &column.key);
        let key = (!fixed).then(|| column_key(&label, &others));
        self.change_column(id, place, |column| {
            column.label = label;
            if let Some(key) = key {
                column.key = key;
            }
        });
    }

    /// Whether a condition or a formula adds this column up.
    fn adds_up(&self, table: &str, column: &str) -> bool {
        let part = format!("{table}.{column}");
        let guards = self.transitions.iter().map(|way| way.guard.as_str());
        guards
            .chain(self.form().iter().map(|field| field.terms.formula.as_str()))
            .any(|text| text.contains(&part))
    }

    /// Takes a field away.
    pub fn remove_field(&mut self, id: FieldId) {
        self.fields.iter_mut().for_each(|fields| fields.retain(|field| field.id != id));
    }

    /// Moves a field before or behind its neighbour in the same step.
    pub fn move_field(&mut self, id: FieldId, back: bool) {
        let Some(fields) = &mut self.fields else { return };
        let Some(at) = fields.iter().position(|field| field.id == id) else { return };
        let step = fields.get(at).and_then(|field| field.step_id);
        let is_beside = |(_, field): &(usize, &Field)| field.step_id == step;
        let places = fields.iter().enumerate();
        let other = if back { places.take(at).rfind(is_beside) } else { places.skip(at + 1).find(is_beside) };
        if let Some((other, _)) = other {
            fields.swap(at, other);
        }
    }

    /// Puts a field into a step, or every step: before another field of it, or behind all that are filled in there.
    pub fn place_field(&mut self, id: FieldId, step: Option<StepId>, before: Option<FieldId>) {
        let Some(fields) = &mut self.fields else { return };
        let Some(at) = fields.iter().position(|field| field.id == id) else { return };
        if before == Some(id) {
            return;
        }
        let mut field = fields.remove(at);
        field.step_id = step;
        let last = fields.iter().rposition(|other| other.step_id == step).map(|last| last + 1);
        let to = before.and_then(|before| fields.iter().position(|other| other.id == before)).or(last);
        fields.insert(to.unwrap_or(at), field);
    }

    /// Lets the fields of a step that goes be filled in in another one.
    pub(super) fn hand_fields_on(&mut self, from: StepId, to: Option<StepId>) {
        for field in self.fields.iter_mut().flatten().filter(|field| field.step_id == Some(from)) {
            field.step_id = to;
        }
        for field in self.fields.iter_mut().flatten() {
            field.terms.access.retain(|rule| rule.step != from);
        }
    }

    /// Whether a condition or a step that does something by itself names the field with this key.
    fn refers_to(&self, key: &str) -> bool {
        let asks = |field: &Field| field.terms.names(key) || works_with(&field.terms.formula, key);
        self.transitions.iter().any(|way| works_with(&way.guard, key))
            || self.form().iter().any(asks)
            || self.steps.iter().any(|step| step.names(key))
    }

    fn keys_besides(&self, id: FieldId) -> BTreeSet<String> {
        self.form().iter().filter(|field| field.id != id).map(|field| field.key.clone()).collect()
    }

    /// Whether the form can be kept.
    pub(super) fn validate_form(&self, steps: &BTreeSet<StepId>) -> Result<()> {
        let refuse = |message: String| Err(Error::invalid("definition", message));
        let form = self.form();
        if FIELDS_MAX < form.len() {
            return refuse(format!("A workflow has {FIELDS_MAX} fields at most."));
        }
        let is_long = |text: &str, most: usize| most < text.chars().count();
        for field in form {
            if is_long(&field.label, LABEL_MAX) || is_long(&field.unit, UNIT_MAX) {
                return refuse(format!(
                    "A field is called in {LABEL_MAX} characters at most, and its unit in {UNIT_MAX}."
                ));
            }
            let choices = &field.choices;
            if CHOICES_MAX < choices.len() || choices.iter().any(|choice| is_long(choice, LABEL_MAX)) {
                return refuse(format!(
                    "A field has {CHOICES_MAX} choices at most, of {LABEL_MAX} characters each."
                ));
            }
            let terms = &field.terms;
            let is_short = |when: &When| {
                when.tests.len() <= TESTS_MAX
                    && when
                        .tests
                        .iter()
                        .all(|test| !is_long(&test.value, VALUE_MAX) && !is_long(&test.field, KEY_MAX))
            };
            let conditions = [&terms.show_when, &terms.require_when];
            if !conditions.into_iter().flatten().all(is_short) || is_long(&terms.formula, FORMULA_MAX) {
                return refuse(format!(
                    "A field asks {TESTS_MAX} things at most before it is shown or needed, and compares with {VALUE_MAX} \
                     characters at most. A formula has {FORMULA_MAX}."
                ));
            }
            if ACCESS_MAX < terms.access.len() || terms.access.iter().any(|rule| !steps.contains(&rule.step))
            {
                return refuse("A field is hidden, read or needed in steps of the workflow.".into());
            }
            if !field.terms.columns.is_empty() {
                fit(&field.terms.columns)?;
            }
            if !is_key(&field.key) || field.step_id.is_some_and(|step| !steps.contains(&step)) {
                return refuse("A field has a key of small letters, and a step of the workflow.".into());
            }
        }
        let ids: BTreeSet<FieldId> = form.iter().map(|field| field.id).collect();
        let keys: BTreeSet<&str> = form.iter().map(|field| field.key.as_str()).collect();
        if ids.len() != form.len() || keys.len() != form.len() {
            return refuse("Each field is there once.".into());
        }
        Ok(())
    }
}

fn is_key(key: &str) -> bool {
    key.starts_with(|letter: char| letter.is_ascii_lowercase())
        && key.len() <= KEY_MAX
        && key.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// Whether the columns of a table can be kept.
fn fit(columns: &[Column]) -> Result<()> {
    let refuse = |message: String| Err(Error::invalid("definition", message));
    if COLUMNS_MAX < columns.len() {
        return refuse(format!("A table has {COLUMNS_MAX} columns at most."));
    }
    let is_long = |text: &str, most: usize| most < text.chars().count();
    for column in columns {
        let choices = &column.choices;
        if is_long(&column.label, LABEL_MAX) || is_long(&column.unit, UNIT_MAX) {
            return refuse(format!(
                "A column is called in {LABEL_MAX} characters at most, and its unit in {UNIT_MAX}."
            ));
        }
        if CHOICES_MAX < choices.len() || choices.iter().any(|choice| is_long(choice, LABEL_MAX)) {
            return refuse(format!(
                "A column has {CHOICES_MAX} choices at most, of {LABEL_MAX} characters each."
            ));
        }
        if !is_key(&column.key) || !Column::KINDS.contains(&column.kind) {
            return refuse(
                "A column has a key of small letters, and holds a text, number, amount, day, choice or yes and no."
                    .into(),
            );
        }
    }
    let keys: BTreeSet<&str> = columns.iter().map(|column| column.key.as_str()).collect();
    if keys.len() != columns.len() {
        return refuse("Each column is there once.".into());
    }
    Ok(())
}

#[cfg(feature = "ssr")]
impl Field {
    /// Whether a form of these steps can keep it, beside others of other keys.
    pub fn fits(&self, steps: &BTreeSet<StepId>) -> bool {
        let alone = Definition { fields: Some(vec![self.clone()]), ..Definition::default() };
        alone.validate_form(steps).is_ok()
    }
}

/// Takes away what a field does not ask for beside what else it does: what is always needed is needed under no condition, and what
/// is worked out never.
pub(super) fn settle(field: &mut Field) {
    if field.kind == FieldKind::Table && field.terms.columns.is_empty() {
        field.terms.columns.push(Column::new(&column_key("", &[]), ""));
    }
    if field.kind == FieldKind::Computed {
        field.required = false;
    }
    if field.required || field.kind == FieldKind::Computed {
        field.terms.require_when = None;
    }
}

/// Tidies what a field asks for.
pub(super) fn tidy_terms(field: &mut Field, tidy: impl Fn(&mut String)) {
    let terms = &mut field.terms;
    terms.formula = terms.formula.trim().to_owned();
    let conditions = [&mut terms.show_when, &mut terms.require_when].into_iter().flatten();
    conditions.flat_map(|when| &mut when.tests).for_each(|test| tidy(&mut test.value));
    for column in &mut terms.columns {
        tidy(&mut column.label);
        tidy(&mut column.unit);
        column.choices.iter_mut().for_each(&tidy);
        column.choices.retain(|choice| !choice.is_empty());
    }
    // What a field of another kind asked for is of no use.
    if field.kind != FieldKind::Table {
        terms.columns.clear();
    }
    if field.kind != FieldKind::Computed {
        (terms.formula, terms.money) = (String::new(), false);
    }
    settle(field);
}

/// What is wrong about the form.
pub(super) fn check(definition: &Definition, found: &mut Vec<Finding>) {
    let mut labels: BTreeMap<String, usize> = BTreeMap::new();
    for field in definition.form() {
        let label = field.label.trim();
        let mut block = |text: String| found.push(Finding { blocks: true, step: field.step_id, text });
        if label.is_empty() {
            block("A field of the form has no name.".into());
            continue;
        }
        let count = labels.entry(label.to_lowercase()).or_default();
        *count += 1;
        if *count == 2 {
            block(format!("Two fields are called {label}."));
        }
        if field.kind.offers() && field.choices.iter().all(|choice| choice.trim().is_empty()) {
            block(if field.kind == FieldKind::Checklist {
                format!("{label} has no points to tick.")
            } else {
                format!("{label} offers nothing to choose.")
            });
        }
        if field.kind == FieldKind::Table {
            columns_fault(field).into_iter().for_each(&mut block);
        }
        let terms = &field.terms;
        for (place, rule) in terms.access.iter().enumerate() {
            let is_same = |other: &&Access| (other.step, other.role) == (rule.step, rule.role);
            // Once of each.
            if terms.access.iter().take(place).filter(is_same).count() == 1 {
                let whom =
                    rule.role.map_or("everybody".to_owned(), |role| format!("the role {}", role.label()));
                let step = definition.step(rule.step).map(|step| step.name.trim()).unwrap_or_default();
                block(format!("Two rules say what may be done with {label} in {step} by {whom}."));
            }
        }
        for (verb, when) in [("shown", &terms.show_when), ("needed", &terms.require_when)] {
            let Some(when) = when else { continue };
            if when.tests.is_empty() {
                block(format!("Say when {label} is {verb}."));
            }
            for fault in when.tests.iter().filter_map(|test| test.fault(definition.form())) {
                block(format!("The condition under which {label} is {verb} {fault}."));
            }
        }
    }
    for (step, text) in rounds(definition.form()) {
        found.push(Finding { blocks: true, step, text });
    }
}

/// What is wrong about the columns of a table.
fn columns_fault(field: &Field) -> Vec<String> {
    let (label, columns) = (field.label.trim(), &field.terms.columns);
    if columns.is_empty() {
        return vec![format!("{label} has no columns.")];
    }
    let mut labels: BTreeMap<String, usize> = BTreeMap::new();
    let mut found = Vec::new();
    for column in columns {
        let called = column.label.trim();
        if called.is_empty() {
            found.push(format!("A column of {label} has no name."));
            continue;
        }
        let count = labels.entry(called.to_lowercase()).or_default();
        *count += 1;
        if *count == 2 {
            found.push(format!("Two columns of {label} are called {called}."));
        }
        if column.kind == FieldKind::Choice && column.choices.iter().all(|choice| choice.trim().is_empty()) {
            found.push(format!("The column {called} of {label} offers nothing to choose."));
        }
    }
    found
}

/// Fields that are shown only if they are shown, or worked out of themselves: the step of the first of each round, and a
/// sentence.
fn rounds(form: &[Field]) -> Vec<(Option<StepId>, String)> {
    let shows = |field: &Field, key: &str| field.terms.show_when.as_ref().is_some_and(|when| when.names(key));
    let works_out =
        |field: &Field, key: &str| field.kind == FieldKind::Computed && works_with(&field.terms.formula, key);
    let mut said = Vec::new();
    for field in going_round(form, shows) {
        let text = format!("{} is shown only if it is shown: its conditions go round.", field.label.trim());
        said.push((field.step_id, text));
    }
    for field in going_round(form, works_out) {
        let text = format!("{} is worked out of itself: formulas go round.", field.label.trim());
        said.push((field.step_id, text));
    }
    said
}

/// The fields from which one comes back to them, where a field leads to those that it names.
fn going_round(form: &[Field], names: impl Fn(&Field, &str) -> bool) -> Vec<&Field> {
    let leads: BTreeMap<&str, Vec<&Field>> = form
        .iter()
        .map(|field| (field.key.as_str(), form.iter().filter(|other| names(field, &other.key)).collect()))
        .collect();
    let comes_back = |start: &&Field| {
        let mut seen = BTreeSet::new();
        let mut next = vec![start.key.as_str()];
        while let Some(key) = next.pop() {
            for other in leads.get(key).into_iter().flatten() {
                if other.key == start.key {
                    return true;
                }
                if seen.insert(other.key.as_str()) {
                    next.push(&other.key);
                }
            }
        }
        false
    };
    form.iter().filter(comes_back).collect()
}

/// Whether a condition or a formula names the field with this key. What follows a point is a column or a function.
fn works_with(text: &str, key: &str) -> bool {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    text.match_indices(key).any(|(at, _)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let behind = text.get(at + key.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(|letter| is_part(letter) || letter == '.') && !behind.is_some_and(is_part)
    })
}

/// The key of a column with this label, unlike those of the others of its table.
pub fn column_key(label: &str, others: &[Column]) -> String {
    key_of(label, &others.iter().map(|column| column.key.clone()).collect())
}

/// The key of a field with this label, unlike those that are taken: `Asking price` has the key `asking_price`.
fn key_of(label: &str, taken: &BTreeSet<String>) -> String {
    let plain: String = label
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { ' ' })
        .collect();
    let stem = plain.split_whitespace().collect::<Vec<_>>().join("_");
    let stem = stem.trim_start_matches(|letter: char| !letter.is_ascii_lowercase());
    let stem: String = stem.chars().take(KEY_MAX - 4).collect();
    let stem = match stem.as_str() {
        "" => "field".to_owned(),
        word if RESERVED.contains(&word) || BUILT_IN.iter().any(|(name, ..)| *name == word) => {
            format!("{word}_field")
        }
        _ => stem,
    };
    let numbered = (2..).map(|number: u32| format!("{stem}_{number}"));
    std::iter::once(stem.clone()).chain(numbered).find(|key| !taken.contains(key)).unwrap_or(stem)
}

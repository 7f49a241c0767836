//! Public forms: what people who are not logged in are asked when they start an item by a link. Page and server judge alike,
//! by fields that say nothing of what is not asked.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Error, FieldError, FieldId, Result, Role, StepId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    form::{self, May, Place, When, table, value::Around},
    model::{Field, FieldKind, Values, WorkflowHead},
    rules,
};

/// The longest heading, in characters.
pub const HEADING_MAX: usize = 100;
/// The longest introduction, and the longest text afterwards, in characters.
pub const WORDS_MAX: usize = 2_000;
/// The longest label of the title, in characters.
pub const LABEL_MAX: usize = 60;
/// The longest name of a sender, in characters.
pub const NAME_MAX: usize = 100;
/// The longest e-mail of a sender, in characters.
pub const EMAIL_MAX: usize = 254;
/// As many items a link starts in an hour.
pub const PER_HOUR: usize = 60;
/// As many characters of the name of an unknown field are said again.
const ECHO_MAX: usize = 40;

/// Who is said to have written what came by a public form.
pub const AUTHOR: &str = "Public form";

/// Whether a form asks who sends it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(sqlx::Type), sqlx(rename_all = "snake_case", type_name = "text"))]
pub enum Contact {
    /// It does not.
    None,
    /// It asks for name and e-mail, which can be left empty.
    #[default]
    Asked,
    /// It needs both.
    Needed,
}

impl Contact {
    /// All, least first.
    pub const ALL: [Contact; 3] = [Contact::None, Contact::Asked, Contact::Needed];

    /// The name in forms.
    pub fn key(self) -> &'static str {
        match self {
            Contact::None => "none",
            Contact::Asked => "asked",
            Contact::Needed => "needed",
        }
    }

    /// The name on pages.
    pub fn label(self) -> &'static str {
        match self {
            Contact::None => "Not asked",
            Contact::Asked => "Asked, may be left empty",
            Contact::Needed => "Needed",
        }
    }

    /// Reads the name in forms.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|contact| contact.key() == key)
    }
}

/// What a public form says and asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intake {
    /// Its heading.
    pub heading: String,
    /// What it says before it asks, or empty.
    pub introduction: String,
    /// What the title of the item is asked as.
    pub title_label: String,
    /// What it says once it is sent, or empty.
    pub afterwards: String,
    /// Whether it asks who sends it.
    pub contact: Contact,
    /// The fields that it asks for besides those that it always asks for.
    pub fields: BTreeSet<FieldId>,
}

impl Intake {
    /// What a form says and asks before anybody has said otherwise: all that it may.
    pub fn begin(head: &WorkflowHead, fields: &[Field], first: StepId) -> Self {
        Intake {
            heading: head.name.clone(),
            introduction: String::new(),
            title_label: "What is it about?".to_owned(),
            afterwards: "Thank you. We will look at it soon.".to_owned(),
            contact: Contact::default(),
            fields: fields.iter().filter(|field| may_be_asked(field, first)).map(|field| field.id).collect(),
        }
    }

    /// The same as it is kept, or all that is wrong about it.
    pub fn tidied(self) -> Result<Self> {
        let line = |text: &str| plain(text).split_whitespace().collect::<Vec<_>>().join(" ");
        let made = Intake {
            heading: line(&self.heading),
            introduction: plain(&self.introduction).trim().to_owned(),
            title_label: line(&self.title_label),
            afterwards: plain(&self.afterwards).trim().to_owned(),
            ..self
        };
        let mut mistakes = Vec::new();
        let mut check = |field: &str, text: &str, most: usize, needed: bool| {
            let message = if needed && text.is_empty() {
                "Write something here.".to_owned()
            } else if most < text.chars().count() {
                format!("At most {most} characters are shown.")
            } else {
                return;
            };
            mistakes.push(FieldError { field: field.to_owned(), message });
        };
        check("heading", &made.heading, HEADING_MAX, true);
        check("introduction", &made.introduction, WORDS_MAX, false);
        check("title_label", &made.title_label, LABEL_MAX, true);
        check("afterwards", &made.afterwards, WORDS_MAX, false);
        if mistakes.is_empty() { Ok(made) } else { Err(Error::Invalid(mistakes)) }
    }
}

/// The public form of a workflow, for whoever decides about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntakePage {
    /// The workflow.
    pub head: WorkflowHead,
    /// The fields of its form.
    pub fields: Vec<Field>,
    /// The step in which items begin.
    pub first: StepId,
    /// What the public form says and asks.
    pub intake: Intake,
    /// Whether its link opens it.
    pub open: bool,
    /// The link; none as long as nothing is kept.
    pub link: Option<String>,
    /// The version that a change is made on; 0 as long as nothing is kept.
    pub version: i64,
}

/// A public form as it is shown to anybody: what is not asked does not leave the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicForm {
    /// The name of the organisation.
    pub organisation: String,
    /// Its currency, as an ISO 4217 code.
    pub currency: String,
    /// The zone of its clocks.
    pub zone: String,
    /// See [`Intake`].
    pub heading: String,
    /// See [`Intake`].
    pub introduction: String,
    /// See [`Intake`].
    pub title_label: String,
    /// See [`Intake`].
    pub contact: Contact,
    /// What is asked, as [`asked`] makes it.
    pub fields: Vec<Field>,
    /// Names this form as it stands before somebody, so that it is taken once.
    pub key: Uuid,
    /// What came of it, where it was sent without scripts.
    pub answered: Option<Answered>,
}

/// What somebody filled in, as they typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// What it is about.
    pub title: String,
    /// Who sends it.
    pub name: String,
    /// Where they can be reached.
    pub email: String,
    /// Texts by field key.
    pub data: BTreeMap<String, String>,
}

/// A form that was sent without scripts, and what came of it: nothing that was typed is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// What was filled in.
    pub sent: Sent,
    /// What came of it.
    pub outcome: Result<Received>,
}

/// What whoever sent a form is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// What the item is called, e.g. `UC-414`.
    pub item: String,
    /// What is said afterwards, or empty.
    pub afterwards: String,
}

/// What was read of a form that may be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The title of the item.
    pub title: String,
    /// Who sent it, as a comment says it; nothing where nobody said so.
    pub sender: Option<String>,
}

/// Where a public form is filled in, and by whom: who is not logged in may do what a guest may.
pub fn place(first: StepId) -> Place {
    Place { step: first, role: Some(Role::Guest) }
}

/// Whether a public form may ask for a field where items begin in this step: for what is filled in there or in every step, for
/// no members and teams, whose names are for nobody outside, and for no files, which are put in once there is an item.
pub fn may_be_asked(field: &Field, first: StepId) -> bool {
    let may = place(first).may(field);
    let is_of_the_step = field.step_id.is_none_or(|step| step == first) || may == May::Required;
    !matches!(field.kind, FieldKind::Person | FieldKind::Team | FieldKind::Computed | FieldKind::File)
        && is_of_the_step
        && May::Edit <= may
}

/// Whether a public form asks for a field whatever is said of it: without it the item could not go on.
pub fn is_always_asked(field: &Field, first: StepId) -> bool {
    may_be_asked(field, first)
        && (field.required || field.terms.require_when.is_some() || place(first).may(field) == May::Required)
}

/// What a condition comes to where some of the fields that it asks are not asked, and so are empty.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Settled {
    Always,
    Never,
    When(When),
}

fn settled(when: &When, asked: &BTreeSet<&str>, fields: &[Field]) -> Settled {
    let mut open = Vec::new();
    for test in &when.tests {
        if asked.contains(test.field.as_str()) {
            open.push(test.clone());
            continue;
        }
        let alone = When { any: false, tests: vec![test.clone()] };
        let is_met = alone.holds(|key| Some((fields.iter().find(|field| field.key == key)?, None)));
        match (when.any, is_met) {
            (true, true) => return Settled::Always,
            (false, false) => return Settled::Never,
            _ => {}
        }
    }
    match (open.is_empty(), when.any) {
        (true, true) => Settled::Never,
        (true, false) => Settled::Always,
        (false, any) => Settled::When(When { any, tests: open }),
    }
}

/// What a public form asks, in order: the `chosen` fields and those that are always asked. They stand by themselves: their
/// conditions name only each other, and nothing says in which step or by whom they are filled in. What could never be shown is
/// left out.
pub fn asked(fields: &[Field], first: StepId, chosen: &BTreeSet<FieldId>) -> Vec<Field> {
    let is_asked = |field: &&Field| {
        is_always_asked(field, first) || chosen.contains(&field.id) && may_be_asked(field, first)
    };
    let mut all: Vec<&Field> = fields.iter().filter(is_asked).collect();
    loop {
        let keys: BTreeSet<&str> = all.iter().map(|field| field.key.as_str()).collect();
        let is_never_shown = |field: &&Field| {
            let when = field.terms.show_when.as_ref();
            when.is_some_and(|when| settled(when, &keys, fields) == Settled::Never)
        };
        let Some(never) = all.iter().position(is_never_shown) else {
            return all.iter().map(|field| by_itself(field, first, &keys, fields)).collect();
        };
        all.remove(never);
    }
}

fn by_itself(field: &Field, first: StepId, asked: &BTreeSet<&str>, fields: &[Field]) -> Field {
    let mut made = field.clone();
    made.step_id = None;
    made.required |= place(first).may(field) == May::Required;
    made.terms.access.clear();
    made.terms.show_when = match field.terms.show_when.as_ref().map(|when| settled(when, asked, fields)) {
        Some(Settled::When(when)) => Some(when),
        _ => None,
    };
    made.terms.require_when = match field.terms.require_when.as_ref().map(|when| settled(when, asked, fields))
    {
        Some(Settled::When(when)) if !made.required => Some(when),
        Some(Settled::Always) => {
            made.required = true;
            None
        }
        _ => None,
    };
    made
}

/// What a field is called where it is chosen. A name that begins with a digit would be read as a place in a list.
pub fn name_of(id: FieldId) -> String {
    format!("id_{id}")
}

/// The field that is called so where it is chosen.
pub fn named(name: &str) -> Option<FieldId> {
    name.strip_prefix("id_")?.parse().ok()
}

/// Where a field that stands by itself is judged: it belongs to no step.
pub fn nowhere() -> Place {
    Place { step: Uuid::nil().into(), role: None }
}

/// Reads a form that asks for these fields, as [`asked`] makes them, or gives all mistakes, each under the name of its field.
pub fn read(fields: &[Field], contact: Contact, sent: &Sent, around: &Around<'_>) -> Result<Letter> {
    let mut mistakes = Vec::new();
    let mut note = |found: Error| match found {
        Error::Invalid(found) => mistakes.extend(found),
        other => mistakes.push(FieldError { field: String::new(), message: other.to_string() }),
    };
    let title = if sent.title.trim().is_empty() {
        Err(Error::invalid("title", "Say in a few words what it is about."))
    } else {
        rules::read_title(&sent.title)
    };
    let title = title.map_err(&mut note).unwrap_or_default();
    let sender = read_sender(contact, sent).map_err(&mut note).unwrap_or_default();
    // What is not known is not read any further.
    match known(fields, sent) {
        Err(unknown) => note(unknown),
        Ok(()) => read_data(fields, sent, around).unwrap_or_else(&mut note),
    }
    if mistakes.is_empty() { Ok(Letter { title, sender }) } else { Err(Error::Invalid(mistakes)) }
}

fn known(fields: &[Field], sent: &Sent) -> Result<()> {
    let names = sent.data.keys();
    let unknown = names.filter(|name| form::known(fields, std::iter::once(name.as_str())).is_err());
    let say = |name: &String| {
        let name: String = name.chars().take(ECHO_MAX).collect();
        FieldError {
            field: format!("data[{name}]"),
            message: format!("This form does not ask for {name:?}."),
        }
    };
    // One is enough to see what is wrong.
    match unknown.map(say).next() {
        None => Ok(()),
        Some(mistake) => Err(Error::Invalid(vec![mistake])),
    }
}

fn read_data(fields: &[Field], sent: &Sent, around: &Around<'_>) -> Result<()> {
    let get = |key: &str| sent.data.get(key).map(String::as_str);
    let mut mistakes = match rules::read_values(fields, &Values::new(), get, around) {
        Ok(_) => Vec::new(),
        Err(Error::Invalid(mistakes)) => mistakes,
        Err(other) => return Err(other),
    };
    let data = form::draft(fields, &Values::new(), get);
    let (hidden, seen) = (form::hidden(fields, &data), form::visible(fields, &data));
    for field in fields {
        let (name, label) = (format!("data[{}]", field.key), &field.label);
        if mistakes.iter().any(|mistake| mistake.field == name) {
            continue;
        }
        let message = if hidden.contains(&field.key) {
            if form::is_empty(data.get(&field.key)) {
                continue;
            }
            format!(
                "{label} is not asked with these answers, so it was left out. Look at the form again and send it."
            )
        } else if let Some(gap) = table::gaps(field, seen.get(&field.key)).first() {
            format!("{gap} is needed.")
        } else if form::is_needed(field, nowhere(), fields, &seen, &hidden)
            && form::lacks(field, seen.get(&field.key))
        {
            match field.kind {
                FieldKind::Flag => format!("{label} has to be ticked."),
                FieldKind::Signature => format!("{label} has to be signed."),
                FieldKind::Checklist => format!("All points of {label} have to be ticked."),
                _ => format!("{label} is needed."),
            }
        } else if field.terms.show_when.is_some() && get(&field.key).is_none() {
            // Without scripts it was not shown when the form was filled in.
            format!("With these answers {label} is asked, too. It may be left empty.")
        } else {
            continue;
        };
        mistakes.push(FieldError { field: name, message });
    }
    if mistakes.is_empty() { Ok(()) } else { Err(Error::Invalid(mistakes)) }
}

/// Who sent a form, as its comment says it.
fn read_sender(contact: Contact, sent: &Sent) -> Result<Option<String>> {
    if contact == Contact::None {
        return Ok(None);
    }
    let name = sent.name.split_whitespace().collect::<Vec<_>>().join(" ");
    let email = sent.email.trim();
    let mut mistakes = Vec::new();
    let mut refuse = |field: &str, message: String| {
        mistakes.push(FieldError { field: field.to_owned(), message });
    };
    if NAME_MAX < name.chars().count() {
        refuse("sender_name", format!("A name may have {NAME_MAX} characters."));
    } else if name.is_empty() && contact == Contact::Needed {
        refuse("sender_name", "Write your name.".to_owned());
    }
    if !email.is_empty() && !is_email(email) {
        refuse("sender_email", "Write an address such as name@example.org.".to_owned());
    } else if email.is_empty() && contact == Contact::Needed {
        refuse("sender_email", "Write your e-mail.".to_owned());
    }
    if !mistakes.is_empty() {
        return Err(Error::Invalid(mistakes));
    }
    let said: Vec<&str> = [name.as_str(), email].into_iter().filter(|text| !text.is_empty()).collect();
    Ok((!said.is_empty()).then(|| format!("Sent by {}", said.join(", "))))
}

fn is_email(text: &str) -> bool {
    let parts = text.rsplit_once('@').filter(|(name, place)| !name.is_empty() && place.contains('.'));
    parts.is_some_and(|(_, place)| !place.starts_with('.') && !place.ends_with('.'))
        && text.chars().count() <= EMAIL_MAX
        && !text.contains(|letter: char| letter.is_whitespace() || letter.is_control() || letter == ',')
}

/// A text without letters that nobody types and that a database may not take.
pub fn plain(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control() || letter.is_whitespace()).collect()
}

impl Sent {
    /// The same with texts as they are read.
    pub fn plain(self) -> Self {
        Sent {
            title: plain(&self.title),
            name: plain(&self.name),
            email: plain(&self.email),
            data: self.data.into_iter().map(|(key, text)| (plain(&key), plain(&text))).collect(),
        }
    }
}

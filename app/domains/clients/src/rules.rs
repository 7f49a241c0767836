//! Decisions about clients that need no database.

use kernel::{ClientId, Error, FieldError, Permission, ProjectId, Result, Scope, ScopedGrant};

use crate::model::{Form, Project, ProjectForm, State};

/// The longest name, in characters.
pub const NAME_MAX: usize = 100;
/// The longest note, in characters.
pub const NOTE_MAX: usize = 4_000;
/// The longest address, number or place on the web, in characters.
pub const LINE_MAX: usize = 200;
/// The longest tax number, in characters.
pub const TAX_ID_MAX: usize = 40;
/// The highest hourly rate, in minor units.
pub const RATE_MAX: i64 = 100_000_000;

/// In which clients and projects somebody has a permission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// Whether it counts everywhere.
    pub everywhere: bool,
    /// The clients where it counts.
    pub clients: Vec<ClientId>,
    /// The single projects where it counts.
    pub projects: Vec<ProjectId>,
}

impl Reach {
    /// What grants in parts of the organisation come to.
    pub fn new(everywhere: bool, grants: &[ScopedGrant], permission: Permission) -> Self {
        let mut reach = Reach { everywhere, clients: Vec::new(), projects: Vec::new() };
        for grant in grants.iter().filter(|grant| grant.permissions.has(permission)) {
            match grant.scope {
                Scope::Client(id) => reach.clients.push(id),
                Scope::Project(id) => reach.projects.push(id),
                Scope::Brand(_) | Scope::Team(_) => (),
            }
        }
        reach
    }

    /// Whether the client is in it.
    pub fn has_client(&self, client: ClientId) -> bool {
        self.everywhere || self.clients.contains(&client)
    }

    /// Whether the project of this client is in it.
    pub fn has_project(&self, client: ClientId, project: ProjectId) -> bool {
        self.has_client(client) || self.projects.contains(&project)
    }
}

/// Tidies what was written of a client, or says what is wrong with it, all at once.
pub fn check(form: &Form) -> Result<Form> {
    let mut wrong = Vec::new();
    let rate = form.hourly_rate.flatten();
    if rate.is_some_and(|rate| !(0..=RATE_MAX).contains(&rate)) {
        wrong.push(field("hourly_rate", "Write an amount from 0 to 1,000,000.".into()));
    }
    let mut line = |name: &str, text: &str, max| keep(&mut wrong, name, optional(text, max));
    let (phone, website) = (line("phone", &form.phone, LINE_MAX), line("website", &form.website, LINE_MAX));
    let email = line("email", &form.email, LINE_MAX);
    let tax_id = form.tax_id.as_deref().map(|text| line("tax_id", text, TAX_ID_MAX));
    if !email.is_empty() && !looks_like_mail(&email) {
        wrong.push(field("email", "Write an address such as office@client.example.".into()));
    }
    if !website.is_empty() && !looks_like_web(&website) {
        wrong.push(field("website", "Write an address that begins with https:// or http://.".into()));
    }
    let name = keep(&mut wrong, "name", required(&form.name, "Write the client's name."));
    let note = keep(&mut wrong, "note", lines(&form.note));
    let tidy = Form { name, note, email, phone, website, tax_id, hourly_rate: form.hourly_rate };
    if wrong.is_empty() { Ok(tidy) } else { Err(Error::Invalid(wrong)) }
}

/// The same for a project.
pub fn check_project(form: &ProjectForm) -> Result<ProjectForm> {
    let mut wrong = Vec::new();
    let name = keep(&mut wrong, "name", required(&form.name, "Write the project's name."));
    let note = keep(&mut wrong, "note", lines(&form.note));
    let tidy = ProjectForm { name, note, state: form.state };
    if wrong.is_empty() { Ok(tidy) } else { Err(Error::Invalid(wrong)) }
}

/// What became of a project, in words; none if all is as it was.
pub fn what_changed(before: &Project, after: &ProjectForm) -> Option<String> {
    let mut said = Vec::new();
    if before.state != after.state {
        said.push(match after.state {
            State::Active => "It goes on.".to_owned(),
            State::Done => "It is done.".to_owned(),
        });
    }
    if before.name != after.name {
        said.push(format!("It was called {}.", before.name));
    }
    if before.note != after.note {
        said.push(if after.note.is_empty() { "The note is gone.".to_owned() } else { after.note.clone() });
    }
    (!said.is_empty()).then(|| said.join(" "))
}

fn field(name: &str, message: String) -> FieldError {
    FieldError { field: name.to_owned(), message }
}

fn keep(wrong: &mut Vec<FieldError>, name: &str, read: Result<String, String>) -> String {
    read.unwrap_or_else(|message| {
        wrong.push(field(name, message));
        String::new()
    })
}

fn required(text: &str, empty: &str) -> Result<String, String> {
    let text = optional(text, NAME_MAX)?;
    if text.is_empty() { Err(empty.to_owned()) } else { Ok(text) }
}

/// One line: spaces are tidied, control characters refused.
fn optional(text: &str, max: usize) -> Result<String, String> {
    plain(text)?;
    short(text.split_whitespace().collect::<Vec<_>>().join(" "), max)
}

/// Several lines; spaces at their ends count for nothing.
fn lines(text: &str) -> Result<String, String> {
    plain(text)?;
    let tidy = text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    short(tidy.trim_matches('\n').to_owned(), NOTE_MAX)
}

fn plain(text: &str) -> Result<(), String> {
    let wrong = text.chars().any(|letter| letter.is_control() && !letter.is_whitespace());
    if wrong { Err("Remove the control characters.".into()) } else { Ok(()) }
}

fn short(text: String, max: usize) -> Result<String, String> {
    let length = text.chars().count();
    if max < length { Err(format!("Use at most {max} characters; these are {length}.")) } else { Ok(text) }
}

fn looks_like_mail(text: &str) -> bool {
    !text.contains(' ')
        && text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
}

/// Nothing but the web: a link to such an address cannot run anything.
fn looks_like_web(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    !text.contains(' ') && host.is_some_and(|host| !host.is_empty())
}

/// Reads the field `hourly_rate` into minor units: `950`, `950.50`, `950,50`, `1 200`; nothing takes it away.
pub fn parse_rate(text: &str) -> Result<Option<i64>> {
    let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    if text.is_empty() {
        return Ok(None);
    }
    read_rate(&text)
        .filter(|rate| (0..=RATE_MAX).contains(rate))
        .map(Some)
        .ok_or_else(|| Error::invalid("hourly_rate", "Write an amount such as 950 or 950.50."))
}

fn read_rate(text: &str) -> Option<i64> {
    let (whole, minor) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|letter| letter.is_ascii_digit());
    if whole.is_empty() || 2 < minor.len() || !digits(whole) || !digits(minor) {
        return None;
    }
    let minor: i64 = format!("{minor:0<2}").parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(minor)
}

/// How [`parse_rate`] reads it again.
pub fn rate_text(rate: Option<i64>) -> String {
    match rate {
        None => String::new(),
        Some(rate) if rate % 100 == 0 => (rate / 100).to_string(),
        Some(rate) => format!("{}.{:02}", rate / 100, rate % 100),
    }
}

/// Where a page of the list ended: the last client, and what it was sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The client.
    pub id: ClientId,
    /// Its name, as the database sorts it.
    pub name: String,
}

impl std::str::FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (id, name) = text.split_once('.').ok_or(())?;
        if name.contains('\0') {
            return Err(());
        }
        Ok(Cursor { id: id.parse().map_err(|_| ())?, name: name.to_owned() })
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.id, self.name)
    }
}

//! What a mail says and how it looks: a [`Letter`] is its content, a [`Letterhead`] the paper, [`Letter::render`] puts one
//! on the other.
//!
//! A letter is written once, in parts, and both of its forms are made from them: text for those who read text, HTML for
//! the rest. So the two can never say different things. The two layouts are templates that are compiled with the program;
//! everything that comes from outside is escaped by them.
//!
//! The HTML is what mail programs of all ages understand: tables and inline styles. The few rules of the style sheet only
//! make it dark where the reader's screen is; a program that drops them shows the light form, which is complete.

use askama::Template;
use serde::{Deserialize, Serialize};

/// What a mail says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Who is greeted; nobody in particular if there is none.
    greeting: Option<String>,
    parts: Vec<Part>,
}

/// A part of a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Part {
    /// A paragraph.
    Text(String),
    /// What somebody wrote, with its lines.
    Quote(String),
    /// The one thing to do.
    Button { label: String, url: String },
    /// Something else that can be done.
    Link { label: String, url: String },
    /// One of several things, with where it is and a line about it.
    Entry { label: String, url: String, text: String },
    /// What is said last, and more quietly.
    Note(String),
}

impl Letter {
    /// A letter that greets somebody by name.
    pub fn to(name: impl Into<String>) -> Self {
        Letter { greeting: Some(name.into()), parts: Vec::new() }
    }

    /// A letter to whoever reads the mailbox.
    pub fn to_whom_it_concerns() -> Self {
        Letter { greeting: None, parts: Vec::new() }
    }

    /// Adds a paragraph.
    #[must_use]
    pub fn says(self, text: impl Into<String>) -> Self {
        self.with(Part::Text(text.into()))
    }

    /// Adds what somebody wrote; its lines stay.
    #[must_use]
    pub fn quotes(self, text: impl Into<String>) -> Self {
        self.with(Part::Quote(text.into()))
    }

    /// Adds the one thing to do. In the text the address stands on a line of its own.
    #[must_use]
    pub fn button(self, label: impl Into<String>, url: impl Into<String>) -> Self {
        self.with(Part::Button { label: label.into(), url: url.into() })
    }

    /// Adds something else that can be done. In the text the address stands on a line of its own.
    #[must_use]
    pub fn link(self, label: impl Into<String>, url: impl Into<String>) -> Self {
        self.with(Part::Link { label: label.into(), url: url.into() })
    }

    /// Adds one of several things: its name leads to it, and a line says what about it.
    #[must_use]
    pub fn lists(self, label: impl Into<String>, url: impl Into<String>, text: impl Into<String>) -> Self {
        self.with(Part::Entry { label: label.into(), url: url.into(), text: text.into() })
    }

    /// Adds something that is said quietly: how long a link works, what to do if it was not you.
    #[must_use]
    pub fn note(self, text: impl Into<String>) -> Self {
        self.with(Part::Note(text.into()))
    }

    fn with(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    /// The letter as text.
    pub fn text(&self, head: &Letterhead) -> Result<String, Error> {
        Ok(Text { letter: self, head }.render()?)
    }

    /// The letter in both forms.
    pub fn render(&self, subject: &str, head: &Letterhead) -> Result<Rendered, Error> {
        Ok(Rendered { text: self.text(head)?, html: Html { letter: self, head, subject }.render()? })
    }
}

/// A letter in both of its forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// For those who read text.
    pub text: String,
    /// A whole document. The logo, if there is one, is `cid:` and [`Logo::CID`].
    pub html: String,
}

/// Why a letter was not rendered.
#[derive(Debug)]
pub struct Error(askama::Error);

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the template fails: {}", self.0)
    }
}

impl std::error::Error for Error {}

impl From<askama::Error> for Error {
    fn from(cause: askama::Error) -> Self {
        Error(cause)
    }
}

/// The paper: whose mail it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letterhead {
    /// The organisation, or the product where there is none.
    pub name: String,
    /// The address that people type.
    pub site: String,
    /// The colours of buttons and links.
    pub accent: Accent,
    /// Stands in the place of the name.
    pub logo: Option<Logo>,
}

/// A picture that travels inside the mail.
///
/// Not by its address: mail programs show no pictures from elsewhere until they are asked to, logos are answered to members
/// only, and fetching one would tell when a mail is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// The file.
    pub bytes: Vec<u8>,
    /// For example `image/png`.
    pub media_type: String,
}

impl Logo {
    /// What the HTML calls it.
    pub const CID: &'static str = "logo";
}

/// Colours that follow from the brand's, on light and on dark ground.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accent {
    /// On light ground.
    pub light: Shades,
    /// On dark ground.
    pub dark: Shades,
}

/// The colours of one ground, as `#rrggbb`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shades {
    /// Buttons.
    pub solid: Hex,
    /// The edge of buttons.
    pub edge: Hex,
    /// Text on buttons.
    pub on: Hex,
    /// Links.
    pub text: Hex,
}

/// A colour as `#rrggbb`: nothing else can get into a style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hex(String);

impl Hex {
    /// Reads `#rrggbb`; anything else is black.
    pub fn new(text: &str) -> Self {
        let digits = text.strip_prefix('#').unwrap_or_default();
        let is_hex = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        Hex(if is_hex { text.to_owned() } else { "#000000".to_owned() })
    }
}

impl std::fmt::Display for Hex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Template)]
#[template(path = "mail.txt")]
struct Text<'a> {
    letter: &'a Letter,
    head: &'a Letterhead,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct Html<'a> {
    letter: &'a Letter,
    head: &'a Letterhead,
    subject: &'a str,
}

#[cfg(test)]
mod tests;

//! Texts in which `{title}` stands for the title of an item, and `{/order/number}` for a value of what came.

use super::hooked::is_place;

/// What a text can say of an item besides its fields, with what that is.
pub const NAMES: [(&str, &str); 7] = [
    ("key", "what people call it, as UC-414"),
    ("title", "its title"),
    ("step", "the step where it is"),
    ("priority", "how pressing it is"),
    ("assignee", "who works on it"),
    ("due", "when it should be done"),
    ("link", "the address of its page"),
];

/// A part of a text.
enum Piece<'a> {
    Plain(&'a str),
    Name(&'a str),
}

/// Splits a text. What is in no pair of braces, or cannot be a name, stays as it is.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        let is_name = |name: &str| {
            let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
            is_place(name) || !name.is_empty() && name.chars().all(is_word)
        };
        match behind.split_once('}').filter(|(name, _)| is_name(name)) {
            Some((name, behind)) => {
                pieces.push(Piece::Plain(before));
                pieces.push(Piece::Name(name));
                rest = behind;
            }
            None => {
                let end = rest.len() - behind.len();
                let (plain, behind) = rest.split_at(end);
                pieces.push(Piece::Plain(plain));
                rest = behind;
            }
        }
    }
    pieces.push(Piece::Plain(rest));
    pieces
}

/// The names in a text, in its order.
pub fn names_in(text: &str) -> Vec<&str> {
    let name = |piece| match piece {
        Piece::Name(name) => Some(name),
        Piece::Plain(_) => None,
    };
    pieces(text).into_iter().filter_map(name).collect()
}

/// The text with values in the place of their names. What `find` does not know stays as it is written.
pub fn filled(text: &str, find: impl Fn(&str) -> Option<String>) -> String {
    let piece = |piece| match piece {
        Piece::Plain(plain) => plain.to_owned(),
        Piece::Name(name) => find(name).unwrap_or_else(|| format!("{{{name}}}")),
    };
    pieces(text).into_iter().map(piece).collect()
}

/// The places of what came in a text, in its order.
pub fn places_in(text: &str) -> impl Iterator<Item = &str> {
    names_in(text).into_iter().filter(|name| is_place(name))
}

//! Conversations and messages for other programs: those that the member is in whom the key acts as, and no others.

mod conversation;
mod message;

use chrono::{DateTime, Datelike, Utc};
use kernel::Permission;
use rest::{Answer, Needs, Problem, Routes};
use uuid::Uuid;

/// What a program must be given.
const USE: Needs = Needs::May(Permission::MessageUse);

/// The longest search, in characters.
const WORDS_MAX: usize = 100;

/// What is published, kind by kind.
pub fn routes() -> Vec<Routes> {
    vec![conversation::routes(), message::routes()]
}

/// Where a page ended that goes by time.
fn cursor(at: DateTime<Utc>, id: Uuid) -> String {
    format!("{}_{id}", at.timestamp_micros())
}

fn read_cursor<I: From<Uuid>>(text: &str) -> Answer<(DateTime<Utc>, I)> {
    let read = |text: &str| {
        let (at, id) = text.split_once('_')?;
        let at = known(DateTime::from_timestamp_micros(at.parse().ok()?)?)?;
        Some((at, I::from(id.parse::<Uuid>().ok()?)))
    };
    read(text).ok_or_else(wrong_after)
}

/// What is said of a cursor that no page has given.
fn wrong_after() -> Problem {
    Problem::parameter("after", "Send what the page before said as next, and the same sort.")
}

/// Not every database knows the moments of other years.
fn known(at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    (0..=9999).contains(&at.year()).then_some(at)
}

fn read_moment(name: &str, at: Option<DateTime<Utc>>) -> Answer<Option<DateTime<Utc>>> {
    let refuse = || Problem::parameter(name, "Send a year of four digits.");
    at.map(|at| known(at).ok_or_else(refuse)).transpose()
}

/// Reads what is searched for: nothing, or enough that not everything would match.
fn read_words(text: Option<&str>, least: usize) -> Answer<Option<String>> {
    let words = text.map(str::trim).filter(|words| !words.is_empty());
    let Some(words) = words else { return Ok(None) };
    if !(least..=WORDS_MAX).contains(&words.chars().count()) {
        let text = format!("Search for {least} to {WORDS_MAX} characters.");
        return Err(Problem::parameter("q", text));
    }
    Ok(Some(words.to_owned()))
}

#[cfg(test)]
mod tests {
    use kernel::MessageId;

    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        let at = DateTime::from_timestamp_micros(1_764_323_783_123_456).unwrap();
        let id = Uuid::from_u128(7);
        assert_eq!(read_cursor::<MessageId>(&cursor(at, id)).unwrap(), (at, id.into()));
        let far = format!("{}_{id}", i64::MAX);
        for text in ["", "_", "7", "x_00000000-0000-0000-0000-000000000007", "7_7", far.as_str()] {
            assert!(read_cursor::<MessageId>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_search_has_enough_letters() {
        assert_eq!(read_words(Some(" "), 2).unwrap(), None);
        assert_eq!(read_words(Some(" ab "), 2).unwrap().as_deref(), Some("ab"));
        for text in ["a".to_owned(), "a".repeat(101)] {
            assert!(read_words(Some(&text), 2).is_err());
        }
    }
}

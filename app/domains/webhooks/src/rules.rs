//! Pure decisions: which addresses and events there are, how a message is signed, when it is tried again.

mod attempt;
mod event;
mod signature;
mod url;

pub use self::{
    attempt::{
        ATTEMPTS, Found, MOST_AT_ONCE, PARKED, STALE, Step, Verdict, is_hopeless, next_attempt, retry_after,
        step, verdict,
    },
    event::{fits, parse_events},
    signature::{Refused, Secret, Signed, TOLERANCE, same, verify},
    url::WebhookUrl,
};

#[cfg(test)]
pub(crate) use self::attempt::next_jittered;

use kernel::{Error, Result};

use crate::model::LONGEST_NAME;

/// The name of a webhook or a hook, as somebody typed it into the field `name`.
pub fn parse_name(text: &str) -> Result<String> {
    if text.chars().any(|letter| letter.is_control() && !letter.is_whitespace()) {
        return Err(Error::invalid("name", "Remove the control characters."));
    }
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = name.chars().count();
    if length == 0 {
        Err(Error::invalid("name", "Write what it is for."))
    } else if LONGEST_NAME < length {
        Err(Error::invalid("name", format!("Use at most {LONGEST_NAME} characters; these are {length}.")))
    } else {
        Ok(name)
    }
}

/// The beginning of what somebody else wrote, as it can be kept: at most so many bytes, and no character that a database
/// refuses.
pub fn excerpt(text: &str, bytes: usize) -> String {
    let mut short = String::new();
    for letter in text.chars().filter(|letter| *letter != '\0') {
        if bytes < short.len() + letter.len_utf8() {
            break;
        }
        short.push(letter);
    }
    short
}

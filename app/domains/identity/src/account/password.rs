//! Which passwords are good enough: long, not about oneself, and not among the first a stranger would try.

use kernel::{Error, Result};
use zxcvbn::{Score, zxcvbn};

/// The 3000 most common passwords of at least [`MIN`] characters, in lower case and in order: from the list of ten million
/// passwords that SecLists keeps.
const COMMON: &str = include_str!("common_passwords.txt");

/// Words that everybody who stands before this log-in knows.
const OURS: [&str; 1] = ["mediap"];

/// The shortest password.
pub const MIN: usize = 12;
/// The longest password.
pub const MAX: usize = 200;

/// Refuses a password that is too short, too long, or easily guessed by somebody who knows `about` the person
/// (address, name).
pub fn check(password: &str, about: &[&str]) -> Result<()> {
    let wrong = |message: String| Err(Error::invalid("password", message));
    let length = password.chars().count();
    if length < MIN {
        return wrong(format!("Use at least {MIN} characters. A few words in a row are easy to remember."));
    }
    if MAX < length {
        return wrong(format!("Use at most {MAX} characters."));
    }
    let lowered = password.to_lowercase();
    if is_common(&lowered) {
        return wrong("This password is among the first that others would try. Choose other words.".into());
    }
    if about.iter().any(|known| !known.is_empty() && lowered == known.to_lowercase()) {
        return wrong("Use something else than your name or address.".into());
    }
    // Parts of the address and name count as known words, not only the whole.
    let words: Vec<&str> = about
        .iter()
        .flat_map(|known| known.split(['@', '.', ' ', '+', '-', '_']).chain([*known]))
        .chain(OURS)
        .filter(|word| 2 < word.chars().count())
        .collect();
    if zxcvbn(password, &words).score() < Score::Two {
        return wrong("This password is among the first that others would try. Add a word or two.".into());
    }
    Ok(())
}

/// Whether a password in lower case is one of [`COMMON`].
fn is_common(lowered: &str) -> bool {
    COMMON.lines().any(|common| common == lowered)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABOUT: [&str; 2] = ["elsa.lindqvist@nordvik.example", "Elsa Lindqvist"];

    #[test]
    fn good_passwords() {
        for password in ["demo-drive-2026", "four quiet winter cars", "k3#mVq9!xZ2p", "åäö-blå-vagn-i-snö"]
        {
            assert_eq!(check(password, &ABOUT), Ok(()), "{password}");
        }
    }

    #[test]
    fn bad_passwords() {
        for password in [
            "",
            "short",
            "password123",
            "1234567890",
            "qwertyuiop",
            "aaaaaaaaaaaa",
            "Elsa Lindqvist",
            "ELSA.LINDQVIST@NORDVIK.EXAMPLE",
            "lindqvist1",
        ] {
            assert!(check(password, &ABOUT).unwrap_err().field("password").is_some(), "{password}");
        }
        assert!(check(&"long ".repeat(41), &ABOUT).is_err());
    }

    #[test]
    fn every_common_password_is_refused_in_any_case() {
        let common: Vec<&str> = COMMON.lines().collect();
        assert_eq!(common.len(), 3000);
        for password in common {
            assert!(MIN <= password.chars().count() && is_common(password), "{password}");
        }
        for password in ["1qaz2wsx3edc", "1QAZ2wsx3EDC", "qwertyqwerty", "leavemealone", "Entrepreneur"] {
            assert!(check(password, &ABOUT).unwrap_err().field("password").is_some(), "{password}");
        }
    }

    #[test]
    fn twelve_characters_are_enough_and_two_hundred_are_not_too_many() {
        assert!(check("k3#mVq9!xZ2", &ABOUT).is_err());
        assert_eq!(check("k3#mVq9!xZ2p", &ABOUT), Ok(()));
        let long: String =
            ('a'..='z').cycle().step_by(7).take(100).chain("Q4!".chars().cycle().take(100)).collect();
        assert_eq!(long.chars().count(), 200);
        assert_eq!(check(&long, &ABOUT), Ok(()));
        assert!(check(&format!("{long}x"), &ABOUT).is_err());
    }
}

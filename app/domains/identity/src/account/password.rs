//! Which passwords are good enough: long, not about oneself, and not among the first a stranger would try.

use kernel::{Error, Result};
use zxcvbn::{Score, zxcvbn};

/// The shortest password.
pub const MIN: usize = 10;
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
    if about.iter().any(|known| !known.is_empty() && lowered == known.to_lowercase()) {
        return wrong("Use something else than your name or address.".into());
    }
    // Parts of the address and name count as known words, not only the whole.
    let words: Vec<&str> = about
        .iter()
        .flat_map(|known| known.split(['@', '.', ' ', '+', '-', '_']).chain([*known]))
        .filter(|word| 2 < word.chars().count())
        .collect();
    if zxcvbn(password, &words).score() < Score::Two {
        return wrong("This password is among the first that others would try. Add a word or two.".into());
    }
    Ok(())
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
}

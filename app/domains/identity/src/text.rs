//! What people type into one line.

use kernel::{Error, Result};

/// Parses one line of text: spaces are tidied, control characters refused, and it has 1 to `max` characters.
pub(crate) fn line(field: &str, text: &str, max: usize, empty: &str) -> Result<String> {
    if text.chars().any(|letter| letter.is_control() && !letter.is_whitespace()) {
        return Err(Error::invalid(field, "Remove the control characters."));
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = text.chars().count();
    if length == 0 {
        Err(Error::invalid(field, empty))
    } else if max < length {
        Err(Error::invalid(field, format!("Use at most {max} characters; these are {length}.")))
    } else {
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_tidied() {
        assert_eq!(line("name", "  Nordvik \t Cars\n", 20, "").unwrap(), "Nordvik Cars");
    }

    #[test]
    fn a_line_has_a_length() {
        assert_eq!(line("name", "  ", 20, "Write a name.").unwrap_err().field("name"), Some("Write a name."));
        assert!(line("name", "ååååå", 5, "").is_ok());
        assert!(line("name", "ååååå", 4, "").is_err());
    }

    #[test]
    fn control_characters_are_refused() {
        assert!(line("name", "Nord\u{0}vik", 20, "").is_err());
        assert!(line("name", "Nord\u{1b}[31mvik", 20, "").is_err());
    }
}

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

/// The same for a line that may be left empty.
#[cfg(feature = "ssr")]
pub(crate) fn optional_line(field: &str, text: &str, max: usize) -> Result<String> {
    if text.trim().is_empty() { Ok(String::new()) } else { line(field, text, max, "") }
}

/// Parses several lines of text: spaces at their ends and empty lines around are dropped, control characters refused,
/// and it has at most `max` characters.
#[cfg(feature = "ssr")]
pub(crate) fn lines(field: &str, text: &str, max: usize) -> Result<String> {
    // Browsers send line ends with a carriage return, which counts for nobody.
    let text = text.replace("\r\n", "\n");
    if text.chars().any(|letter| letter.is_control() && !letter.is_whitespace()) {
        return Err(Error::invalid(field, "Remove the control characters."));
    }
    let text = text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    let text = text.trim_matches('\n').trim_end();
    let length = text.chars().count();
    if max < length {
        Err(Error::invalid(field, format!("Use at most {max} characters; these are {length}.")))
    } else {
        Ok(text.to_owned())
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
    fn lines_keep_their_ends() {
        assert_eq!(lines("bio", "\r\n Hello  \r\n\r\nworld \n\n", 20).unwrap(), " Hello\n\nworld");
        assert_eq!(lines("bio", " \n ", 5).unwrap(), "");
        assert!(lines("bio", "ååååå", 5).is_ok() && lines("bio", "åååååå", 5).is_err());
        assert!(lines("bio", "a\u{7}", 5).is_err());
    }

    #[test]
    fn a_line_may_be_left_empty() {
        assert_eq!(optional_line("location", " ", 5).unwrap(), "");
        assert_eq!(optional_line("location", " Malmö ", 5).unwrap(), "Malmö");
        assert!(optional_line("location", "Stockholm", 5).is_err());
    }

    #[test]
    fn control_characters_are_refused() {
        assert!(line("name", "Nord\u{0}vik", 20, "").is_err());
        assert!(line("name", "Nord\u{1b}[31mvik", 20, "").is_err());
    }
}

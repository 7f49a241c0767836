//! What people type into one line, and how several wrong fields become one answer.

use kernel::{Error, FieldError, Result};

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

/// What an optional form field holds, if it holds anything.
pub(crate) fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// Collects the wrong fields of a form, so that all are shown at once.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<FieldError>);

impl Problems {
    /// The value, or nothing and a note of what is wrong with it.
    pub(crate) fn take<T>(&mut self, result: Result<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(Error::Invalid(fields)) => {
                self.0.extend(fields);
                None
            }
            Err(other) => {
                self.0.push(FieldError { field: String::new(), message: other.to_string() });
                None
            }
        }
    }

    /// All of it as one error.
    pub(crate) fn into_error(self) -> Error {
        Error::Invalid(self.0)
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

    #[test]
    fn wrong_fields_come_together() {
        let mut problems = Problems::default();
        assert_eq!(problems.take(Ok(1)), Some(1));
        assert_eq!(problems.take::<i64>(Err(Error::invalid("a", "A."))), None);
        assert_eq!(problems.take::<i64>(Err(Error::invalid("b", "B."))), None);
        let error = problems.into_error();
        assert_eq!((error.field("a"), error.field("b")), (Some("A."), Some("B.")));
    }
}

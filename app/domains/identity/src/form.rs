//! What forms hold, and how several wrong fields become one answer.

use kernel::{Error, FieldError, Result};

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
    fn wrong_fields_come_together() {
        let mut problems = Problems::default();
        assert_eq!(problems.take(Ok(1)), Some(1));
        assert_eq!(problems.take::<i64>(Err(Error::invalid("a", "A."))), None);
        assert_eq!(problems.take::<i64>(Err(Error::invalid("b", "B."))), None);
        let error = problems.into_error();
        assert_eq!((error.field("a"), error.field("b")), (Some("A."), Some("B.")));
    }
}

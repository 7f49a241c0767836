//! What is wrong with a setting, in one line.

/// A setting that cannot be used: which, where it stands, what may stand there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Error(String);

impl Error {
    /// A value that is not allowed. `shown` is left out for secrets.
    pub(super) fn value(key: &str, origin: &str, shown: Option<&str>, allowed: &str) -> Self {
        let shown = shown.map(|value| format!(" is `{value}`, which")).unwrap_or_default();
        Error(format!("setting `{key}` ({origin}){shown} is not allowed: it takes {allowed}"))
    }

    /// A key that does not exist.
    pub(super) fn unknown(key: &str, origin: &str, known: &[&'static str]) -> Self {
        let guess =
            known.iter().filter(|name| distance(name, key) <= 3).min_by_key(|name| distance(name, key));
        let hint = match guess {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("known are {}", known.join(", ")),
        };
        Error(format!("there is no setting `{key}` ({origin}): {hint}"))
    }

    /// A key that another one asks for.
    pub(super) fn missing(key: &str, because: &str, allowed: &str) -> Self {
        Error(format!("setting `{key}` is missing, and {because}: it takes {allowed}"))
    }

    /// A file that cannot be read.
    pub(super) fn file(path: &std::path::Path, cause: &dyn std::fmt::Display) -> Self {
        // TOML errors are drawn over several lines.
        let cause = cause.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
        Error(format!("settings file {} cannot be read: {cause}", path.display()))
    }

    /// `--set` without `=`.
    pub(crate) fn pair(text: &str) -> Self {
        Error(format!("--set takes KEY=VALUE, not `{text}`"))
    }
}

/// How many letters must be changed, added or left out to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (line, letter) in one.chars().enumerate() {
        let mut diagonal = line;
        let mut left = line + 1;
        let mut next = vec![left];
        for (above, candidate) in row.iter().skip(1).zip(other.chars()) {
            left = (diagonal + usize::from(letter != candidate)).min(left + 1).min(above + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn a_slip_of_the_finger_is_near() {
        assert_eq!(distance("database_url", "database_url"), 0);
        assert_eq!(distance("database_url", "databse_url"), 1);
        assert_eq!(distance("listen", "lisetn"), 2);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }
}

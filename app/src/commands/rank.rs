//! How well a text fits what was typed.

/// How well a text fits, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// The name begins with it.
    Begins,
    /// A word of the name begins with it.
    Word,
    /// Each typed word is somewhere in the name or among the further words.
    Inside,
}

/// How well a name and further words fit what was typed; nothing typed fits everything.
pub(super) fn fit(typed: &str, name: &str, also: &str) -> Option<Fit> {
    let typed = typed.trim().to_lowercase();
    let name = name.to_lowercase();
    if name.starts_with(&typed) {
        return Some(Fit::Begins);
    }
    if name.split_whitespace().any(|word| word.starts_with(&typed)) {
        return Some(Fit::Word);
    }
    let also = also.to_lowercase();
    let inside = |word: &str| name.contains(word) || also.contains(word);
    typed.split_whitespace().all(inside).then_some(Fit::Inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_fit_best() {
        assert_eq!(fit("mem", "Members", ""), Some(Fit::Begins));
        assert_eq!(fit("car", "Used car intake", ""), Some(Fit::Word));
        assert_eq!(fit("ntak", "Used car intake", ""), Some(Fit::Inside));
        assert_eq!(fit("intake used", "Used car intake", ""), Some(Fit::Inside));
        assert_eq!(fit("people", "Members", "people invite"), Some(Fit::Inside));
        assert_eq!(fit("boat", "Used car intake", "board"), None);
        assert_eq!(fit("  ", "Members", ""), Some(Fit::Begins));
        assert!(Fit::Begins < Fit::Word && Fit::Word < Fit::Inside);
    }
}

//! The public keys of the maker, each with a name so that it can be replaced by another.

use base64::{Engine, engine::general_purpose::STANDARD};

/// Bytes of a public key.
const LENGTH: usize = 32;
/// The list that a build brings.
const COMPILED_IN: &str = include_str!("../keys.txt");

/// A public key with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    name: String,
    bytes: [u8; LENGTH],
}

impl PublicKey {
    /// A key, if the name may be one.
    pub fn new(name: &str, bytes: [u8; LENGTH]) -> Option<Self> {
        is_name(name).then(|| PublicKey { name: name.to_owned(), bytes })
    }

    /// The name that licences give it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What signatures are checked with.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The line that `keys.txt` has for it.
    pub fn line(&self) -> String {
        format!("{} {}", self.name, STANDARD.encode(self.bytes))
    }

    fn parse(line: &str) -> Option<Self> {
        let (name, bytes) = line.split_once(' ')?;
        Self::new(name, STANDARD.decode(bytes.trim()).ok()?.try_into().ok()?)
    }
}

/// The keys that licences are checked against.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keys(Vec<PublicKey>);

impl Keys {
    /// Just these.
    pub fn new(keys: impl IntoIterator<Item = PublicKey>) -> Self {
        Keys(keys.into_iter().collect())
    }

    /// Those that this build brings. A line that is no key is left out; a test keeps such lines from being there.
    pub fn compiled_in() -> Self {
        Self::new(lines(COMPILED_IN).filter_map(PublicKey::parse))
    }

    /// The key of this name.
    pub fn get(&self, name: &str) -> Option<&PublicKey> {
        self.0.iter().find(|key| key.name == name)
    }
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Whether a key may be called so: the name of a key is shown before anything about the file is known to be true.
pub(crate) fn is_name(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_line_of_the_list_is_a_key_of_its_own_name() {
        let names: BTreeSet<String> =
            lines(COMPILED_IN).map(|line| PublicKey::parse(line).unwrap().name).collect();
        assert_eq!(names.len(), lines(COMPILED_IN).count());
        assert_eq!(names.len(), Keys::compiled_in().0.len());
    }

    #[test]
    fn a_key_is_its_line() {
        let key = PublicKey::new("2026", [7; LENGTH]).unwrap();
        assert_eq!(PublicKey::parse(&key.line()), Some(key));
        let long = "a".repeat(41);
        for wrong in ["", "2026", "2026 AAAA", "a b AAAA"] {
            assert_eq!(PublicKey::parse(wrong), None, "{wrong}");
        }
        for wrong in ["", "a b", "å", "a\u{1b}", &long] {
            assert_eq!(PublicKey::new(wrong, [7; LENGTH]), None, "{wrong}");
        }
    }
}

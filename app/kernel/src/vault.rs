//! Secrets that the database keeps for the program: sealed, so that a copy of the database tells nothing.
//!
//! A sealed text is `v1:<key>:<nonce>:<text>`, encrypted by XChaCha20-Poly1305. It is bound to its place (table, column,
//! row), so that it cannot be moved to another row. The first key seals; all keys open, so that keys can be changed:
//! put the new one first, seal what is old again, then remove the old key.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};

const VERSION: &str = "v1";
const NONCE: usize = 24;

/// Bytes of a key.
pub const KEY: usize = 32;

/// The keys of the running program. Cheap to clone.
#[derive(Clone, Default)]
pub struct Vault(Arc<[Key]>);

struct Key {
    id: String,
    cipher: XChaCha20Poly1305,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|key| &key.id)).finish()
    }
}

/// What went wrong with a sealed text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Sealed {
    /// The program has no key at all.
    #[error("the program has no secret key")]
    NoKey,
    /// The key that sealed it is not among the keys.
    #[error("the key that sealed it is not among the secret keys")]
    UnknownKey,
    /// It was changed, stands in another place, or was sealed by another key of the same name.
    #[error("it does not open: it was changed, moved, or sealed by another key")]
    Broken,
}

impl Vault {
    /// The keys by their names; the first one seals. A name holds letters, digits, `-` and `_`.
    pub fn new<I: Into<String>>(keys: impl IntoIterator<Item = (I, [u8; KEY])>) -> Vault {
        let keys = keys
            .into_iter()
            .map(|(id, key)| Key { id: id.into(), cipher: XChaCha20Poly1305::new(&key.into()) })
            .collect();
        Vault(keys)
    }

    /// Seals a text for its place, such as `totp.secret` and the id of the row.
    pub fn seal(&self, place: &str, row: uuid::Uuid, secret: &[u8]) -> Result<String, Sealed> {
        let key = self.0.first().ok_or(Sealed::NoKey)?;
        let nonce: [u8; NONCE] = rand::random();
        let aad = bound(place, row);
        let sealed = key
            .cipher
            .encrypt(&XNonce::from(nonce), Payload { msg: secret, aad: aad.as_bytes() })
            .map_err(|_| Sealed::Broken)?;
        Ok(format!("{VERSION}:{}:{}:{}", key.id, BASE64.encode(nonce), BASE64.encode(sealed)))
    }

    /// Opens what [`Vault::seal`] sealed for the same place.
    pub fn open(&self, place: &str, row: uuid::Uuid, sealed: &str) -> Result<Vec<u8>, Sealed> {
        let mut parts = sealed.splitn(4, ':');
        let (version, id, nonce, text) = (parts.next(), parts.next(), parts.next(), parts.next());
        let (Some(VERSION), Some(id), Some(nonce), Some(text)) = (version, id, nonce, text) else {
            return Err(Sealed::Broken);
        };
        let key = self.0.iter().find(|key| key.id == id).ok_or(Sealed::UnknownKey)?;
        let nonce = BASE64.decode(nonce).ok().and_then(|nonce| <[u8; NONCE]>::try_from(nonce).ok());
        let (Some(nonce), Ok(text)) = (nonce, BASE64.decode(text)) else { return Err(Sealed::Broken) };
        let aad = bound(place, row);
        key.cipher
            .decrypt(&XNonce::from(nonce), Payload { msg: &text, aad: aad.as_bytes() })
            .map_err(|_| Sealed::Broken)
    }

    /// Whether the text was sealed by another key than the first, and should be sealed again.
    pub fn is_old(&self, sealed: &str) -> bool {
        let id = sealed.split(':').nth(1);
        self.0.first().is_some_and(|key| id != Some(key.id.as_str()))
    }
}

fn bound(place: &str, row: uuid::Uuid) -> String {
    format!("{place}/{row}")
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const PLACE: &str = "totp.secret";

    #[test]
    fn what_is_sealed_opens_in_its_place_only() {
        let vault = Vault::new([("a", [1; KEY])]);
        let (row, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let sealed = vault.seal(PLACE, row, b"JBSWY3DP").unwrap();
        assert!(sealed.starts_with("v1:a:") && !sealed.contains("JBSWY3DP"), "{sealed}");
        assert_eq!(vault.open(PLACE, row, &sealed).unwrap(), b"JBSWY3DP");
        assert_eq!(vault.open(PLACE, other, &sealed), Err(Sealed::Broken));
        assert_eq!(vault.open("totp.name", row, &sealed), Err(Sealed::Broken));
        assert_ne!(vault.seal(PLACE, row, b"JBSWY3DP").unwrap(), sealed, "each has a nonce of its own");
    }

    #[test]
    fn a_key_is_changed_without_losing_what_is_old() {
        let row = Uuid::from_u128(1);
        let old = Vault::new([("a", [1; KEY])]);
        let both = Vault::new([("b", [2; KEY]), ("a", [1; KEY])]);
        let new = Vault::new([("b", [2; KEY])]);
        let sealed = old.seal(PLACE, row, b"secret").unwrap();
        assert!(both.is_old(&sealed));
        let again = both.seal(PLACE, row, &both.open(PLACE, row, &sealed).unwrap()).unwrap();
        assert!(!both.is_old(&again));
        assert_eq!(new.open(PLACE, row, &again).unwrap(), b"secret");
        assert_eq!(new.open(PLACE, row, &sealed), Err(Sealed::UnknownKey));
    }

    #[test]
    fn what_is_broken_does_not_open() {
        let vault = Vault::new([("a", [1; KEY])]);
        let row = Uuid::from_u128(1);
        let sealed = vault.seal(PLACE, row, b"secret").unwrap();
        let mut changed = sealed.clone().into_bytes();
        let last = changed.len() - 2;
        changed[last] = if changed[last] == b'A' { b'B' } else { b'A' };
        for text in ["", "v1", "v1:a:b", "v2:a:b:c", "v1:a:!!:c", &String::from_utf8(changed).unwrap()] {
            assert_eq!(vault.open(PLACE, row, text), Err(Sealed::Broken), "{text}");
        }
        // The same name with another key.
        assert_eq!(Vault::new([("a", [9; KEY])]).open(PLACE, row, &sealed), Err(Sealed::Broken));
        assert_eq!(Vault::default().seal(PLACE, row, b"x"), Err(Sealed::NoKey));
    }
}

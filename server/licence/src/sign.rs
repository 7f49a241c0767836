//! Making keys and licences. The product never does: this is for the maker's tools, and for tests with a key of their own.

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::{
    rand::{SecureRandom, SystemRandom},
    signature::{Ed25519KeyPair, KeyPair},
};

use crate::{
    Licence, PublicKey,
    document::message,
    keys::{Keys, is_name},
};

const SEED: usize = 32;

/// A private key with its name.
pub struct PrivateKey {
    name: String,
    seed: [u8; SEED],
    pair: Ed25519KeyPair,
    public: PublicKey,
}

/// Without the key itself: what is printed may be kept.
impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("PrivateKey").field(&self.name).finish()
    }
}

impl PrivateKey {
    /// The key that follows from a seed, if the name may be one.
    pub fn new(name: &str, seed: [u8; SEED]) -> Option<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).ok()?;
        let public = PublicKey::new(name, pair.public_key().as_ref().try_into().ok()?)?;
        Some(PrivateKey { name: name.to_owned(), seed, pair, public })
    }

    /// A new key, if the name may be one and the system has randomness.
    pub fn generate(name: &str) -> Option<Self> {
        let mut seed = [0; SEED];
        SystemRandom::new().fill(&mut seed).ok()?;
        Self::new(name, seed)
    }

    /// Reads what [`PrivateKey::text`] has written.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let (name, seed) = lines.next()?.split_once(':')?;
        let key = Self::new(name, STANDARD.decode(seed.trim()).ok()?.try_into().ok()?)?;
        lines.next().is_none().then_some(key)
    }

    /// The content of a file that keeps the key.
    pub fn text(&self) -> String {
        format!(
            "# The private key that Mediap licences are signed with. Keep it secret, and outside of every checkout.\n\
             {}:{}\n",
            self.name,
            STANDARD.encode(self.seed)
        )
    }

    /// The half that everybody may know.
    pub fn public(&self) -> PublicKey {
        self.public.clone()
    }

    /// The content of a licence file.
    pub fn sign(&self, licence: &Licence) -> String {
        let payload = licence.payload();
        let signature = self.pair.sign(&message(&payload));
        let file = serde_json::json!({
            "licence": STANDARD.encode(&payload),
            "signature": STANDARD.encode(signature.as_ref()),
            "key": self.name,
        });
        format!("{file:#}\n")
    }

    /// The same, if it can be read again: what a person typed may not fit into a field.
    pub fn sign_checked(&self, licence: &Licence) -> Result<String, crate::Error> {
        let file = self.sign(licence);
        Licence::read(file.as_bytes(), &Keys::new([self.public()]))?;
        Ok(file)
    }
}

/// Whether a key may be called so.
pub fn is_key_name(text: &str) -> bool {
    is_name(text)
}

/// A number for a new licence or the name of a new key: some letters that nobody has had before.
pub fn random_word() -> Option<String> {
    let mut bytes = [0; 6];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_what_its_file_says() {
        let key = PrivateKey::generate("2026").unwrap();
        let again = PrivateKey::parse(&key.text()).unwrap();
        assert_eq!((again.public(), again.seed), (key.public(), key.seed));
        assert_ne!(PrivateKey::generate("2026").unwrap().seed, key.seed);
        let shown = format!("{key:?}");
        assert!(shown.contains("2026") && !shown.contains(&STANDARD.encode(key.seed)), "{shown}");
        for wrong in ["", "2026", "2026:AAAA", &key.text().replace("2026:", "a b:"), &key.text().repeat(2)] {
            assert!(PrivateKey::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_licence_that_could_not_be_read_is_not_written() {
        let key = PrivateKey::generate("2026").unwrap();
        let nobody = Licence { licensee: " ".into(), ..crate::tests::licence() };
        assert!(matches!(key.sign_checked(&nobody), Err(crate::Error::Field { field: "licensee", .. })));
        assert!(key.sign_checked(&crate::tests::licence()).is_ok());
    }
}

//! The key that push services know the program by, and what is signed with it (RFC 8292).

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use http::Uri;
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::json;

/// How long a signature is good for: less than the day that services allow.
const VALID_SECS: i64 = 12 * 60 * 60;

/// A key of the program.
pub struct Key(EcdsaKeyPair);

/// The bytes are no key, or nothing can be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key for push services is broken")]
pub struct BadKey;

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Key").field(&self.public()).finish()
    }
}

impl Key {
    /// A new key, as it is kept (PKCS #8).
    pub fn generate() -> Result<Vec<u8>, BadKey> {
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        made.map(|made| made.as_ref().to_vec()).map_err(|_| BadKey)
    }

    /// Reads what [`Key::generate`] made.
    pub fn read(kept: &[u8]) -> Result<Self, BadKey> {
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, kept, &SystemRandom::new())
            .map(Key)
            .map_err(|_| BadKey)
    }

    /// What browsers subscribe with: the point, in base64.
    pub fn public(&self) -> String {
        BASE64.encode(self.0.public_key())
    }

    /// The header that says who asks the service at `endpoint`. `now` is in seconds since 1970.
    pub(crate) fn sign(&self, endpoint: &Uri, contact: &str, now: i64) -> Result<String, BadKey> {
        let scheme = endpoint.scheme_str().ok_or(BadKey)?;
        let authority = endpoint.authority().ok_or(BadKey)?;
        let audience = format!("{scheme}://{authority}");
        let claims = json!({ "aud": audience, "exp": now + VALID_SECS, "sub": contact });
        let head = BASE64.encode(json!({ "typ": "JWT", "alg": "ES256" }).to_string());
        let text = format!("{head}.{}", BASE64.encode(claims.to_string()));
        let signature = self.0.sign(&SystemRandom::new(), text.as_bytes()).map_err(|_| BadKey)?;
        Ok(format!("vapid t={text}.{}, k={}", BASE64.encode(signature), self.public()))
    }
}

#[cfg(test)]
mod tests {
    use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    use super::*;

    #[test]
    fn a_signature_is_checked_by_the_public_key_and_names_the_service() {
        let key = Key::read(&Key::generate().unwrap()).unwrap();
        let endpoint = "https://push.example.net:8443/push/abc".parse().unwrap();
        let header = key.sign(&endpoint, "mailto:ops@example.com", 1_800_000_000).unwrap();
        let token = header.strip_prefix("vapid t=").unwrap().split(", k=").next().unwrap();
        let (text, signature) = token.rsplit_once('.').unwrap();
        let public = BASE64.decode(key.public()).unwrap();
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public)
            .verify(text.as_bytes(), &BASE64.decode(signature).unwrap())
            .unwrap();
        let claims = BASE64.decode(text.split('.').nth(1).unwrap()).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims["aud"], "https://push.example.net:8443");
        assert_eq!(claims["exp"], 1_800_043_200);
    }

    #[test]
    fn what_is_no_key_is_refused() {
        assert_eq!(Key::read(b"nothing").unwrap_err(), BadKey);
    }
}

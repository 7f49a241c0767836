//! What a key looks like: `mdp_` and 64 bytes, which say the organisation, the key, and a secret.
//!
//! The organisation stands in it because its rows can only be read by who names it: a made-up one leads to no key.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{ApiKeyId, OrganisationId};
use uuid::Uuid;

const PREFIX: &str = "mdp_";

/// What a token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) organisation: OrganisationId,
    pub(crate) key: ApiKeyId,
    secret: [u8; 32],
}

impl Token {
    /// A token with a new secret.
    pub(crate) fn new(organisation: OrganisationId, key: ApiKeyId) -> Self {
        Token { organisation, key, secret: rand::random() }
    }

    /// The token as it is sent.
    pub(crate) fn text(&self) -> String {
        let (organisation, key) = (self.organisation.uuid(), self.key.uuid());
        let parts = [organisation.as_bytes(), key.as_bytes(), self.secret.as_slice()];
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(parts.concat()))
    }

    /// Reads what somebody sent.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok()?;
        let (organisation, rest) = bytes.split_first_chunk::<16>()?;
        let (key, secret) = rest.split_first_chunk::<16>()?;
        Some(Token {
            organisation: Uuid::from_bytes(*organisation).into(),
            key: Uuid::from_bytes(*key).into(),
            secret: secret.try_into().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_was_written_and_no_other_way() {
        let token = Token::new(Uuid::from_u128(7).into(), Uuid::from_u128(8).into());
        let text = token.text();
        assert_eq!(Token::read(&text), Some(token));
        assert_eq!(text.len(), 90);
        for wrong in ["", "mdp_", "mdp_x", text.trim_start_matches("mdp_"), &text[..80], &format!("{text}AA")]
        {
            assert_eq!(Token::read(wrong), None, "{wrong}");
        }
    }
}

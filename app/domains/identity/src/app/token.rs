//! What an app shows: a prefix that says what it is, and 64 bytes, which say the organisation, the row, and a secret.
//!
//! As with keys, the organisation stands in it because its rows can only be read by who names it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{AppId, OrganisationId};
use uuid::Uuid;

/// How the id of an app begins.
const CLIENT: &str = "mdapp_";

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// To begin with.
    Code,
    /// To ask with.
    Access,
    /// To get new ones.
    Refresh,
}

impl Kind {
    fn prefix(self) -> &'static str {
        match self {
            Kind::Code => "mdc_",
            Kind::Access => "mda_",
            Kind::Refresh => "mdr_",
        }
    }

    /// As the database has it. Codes stand at their connection.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Kind::Code => "code",
            Kind::Access => "access",
            Kind::Refresh => "refresh",
        }
    }
}

/// What a token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) organisation: OrganisationId,
    pub(crate) row: Uuid,
    secret: [u8; 32],
}

impl Token {
    /// A token with a new secret.
    pub(crate) fn new(kind: Kind, organisation: OrganisationId, row: Uuid) -> Self {
        Token { kind, organisation, row, secret: rand::random() }
    }

    /// The token as it is sent.
    pub(crate) fn text(&self) -> String {
        let organisation = self.organisation.uuid();
        let parts = [organisation.as_bytes(), self.row.as_bytes(), self.secret.as_slice()];
        format!("{}{}", self.kind.prefix(), URL_SAFE_NO_PAD.encode(parts.concat()))
    }

    /// Reads what somebody sent as a token of this kind.
    pub(crate) fn read(kind: Kind, text: &str) -> Option<Self> {
        let (organisation, row, secret) = read(text.strip_prefix(kind.prefix())?)?;
        Some(Token { kind, organisation: organisation.into(), row, secret: secret.try_into().ok()? })
    }
}

/// The id by which an app calls itself.
pub(crate) fn client_id(organisation: OrganisationId, app: AppId) -> String {
    let parts = [organisation.uuid().into_bytes(), app.uuid().into_bytes()];
    format!("{CLIENT}{}", URL_SAFE_NO_PAD.encode(parts.concat()))
}

/// Reads such an id.
pub(crate) fn read_client(text: &str) -> Option<(OrganisationId, AppId)> {
    let (organisation, app, rest) = read(text.strip_prefix(CLIENT)?)?;
    rest.is_empty().then(|| (organisation.into(), app.into()))
}

/// Two ids and what stands behind them.
fn read(text: &str) -> Option<(Uuid, Uuid, Vec<u8>)> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (organisation, rest) = bytes.split_first_chunk::<16>()?;
    let (row, secret) = rest.split_first_chunk::<16>()?;
    Some((Uuid::from_bytes(*organisation), Uuid::from_bytes(*row), secret.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_what_it_is_and_no_other_way() {
        let token = Token::new(Kind::Access, Uuid::from_u128(7).into(), Uuid::from_u128(8));
        let text = token.text();
        assert_eq!((Token::read(Kind::Access, &text), text.len()), (Some(token), 90));
        assert_eq!(Token::read(Kind::Refresh, &text), None);
        let client = client_id(token.organisation, token.row.into());
        assert_eq!(read_client(&client), Some((token.organisation, token.row.into())));
        for wrong in ["", "mda_", "mda_x", &text[..80], &format!("{text}AA"), &client] {
            assert_eq!(Token::read(Kind::Access, wrong), None, "{wrong}");
            assert!(wrong == client || read_client(wrong).is_none(), "{wrong}");
        }
    }
}

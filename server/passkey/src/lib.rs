//! Passkeys: what the server asks a browser, and whether the answer is right.
//!
//! The library behind it (`webauthn-rs`) is heavy, so it stands alone here, behind a few functions that speak JSON.
//! Challenges and credentials leave this crate as JSON values that nobody else looks into; they belong into tables of
//! the server, never into the browser. When they end is the caller's business.
//!
//! Every passkey is discoverable and every use of it is verified by the device (PIN, finger, face), so that it stands
//! for the person by itself: nothing has to be typed before it and no second step follows.

use serde_json::Value;
use uuid::Uuid;
use webauthn_rs::prelude::{
    CreationChallengeResponse, DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, RequestChallengeResponse, Url, Webauthn, WebauthnBuilder, WebauthnError,
};
use webauthn_rs_proto::ResidentKeyRequirement;

#[cfg(feature = "testing")]
pub mod testing;

/// Why a site can have no passkeys: browsers tie them to a name under HTTPS.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// The address of the site is a number.
    #[error("Passkeys need a site with a name, and this one is reached at {address}.")]
    Number {
        /// The site's address, as people type it.
        address: String,
    },
    /// The address of the site is not encrypted.
    #[error("Passkeys need a site with https://, and this one is reached at {address}.")]
    Plain {
        /// The site's address, as people type it.
        address: String,
    },
}

/// Why an answer was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The answer is no answer of a browser.
    #[error("the answer cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// The answer names no person, as only a passkey does that is none of ours.
    #[error("the answer names no person")]
    Nameless,
    /// The counter of the passkey went backwards: there may be a copy of it.
    #[error("the counter of the passkey went backwards")]
    Copied,
    /// Signature, challenge, origin or verification are not right.
    #[error("the answer is not right: {0}")]
    Wrong(WebauthnError),
}

impl From<WebauthnError> for Error {
    fn from(cause: WebauthnError) -> Self {
        match cause {
            WebauthnError::CredentialPossibleCompromise => Error::Copied,
            cause => Error::Wrong(cause),
        }
    }
}

/// A question to the browser.
#[derive(Debug, Clone)]
pub struct Question {
    /// What the browser is given: the JSON form of `PublicKeyCredentialCreationOptions` or
    /// `PublicKeyCredentialRequestOptions`.
    pub options: String,
    /// What the server keeps until the answer comes. Used once.
    pub state: Value,
}

/// A passkey that has just been made.
#[derive(Debug, Clone)]
pub struct Made {
    /// Its id, as the browser will name it.
    pub id: Vec<u8>,
    /// Its public key and counter, for [`Party::finish_log_in`].
    pub credential: Value,
}

/// The site as browsers know it: its name and its address.
#[derive(Debug)]
pub struct Party {
    webauthn: Webauthn,
}

impl Party {
    /// The site at `address`, such as `https://mediap.example.com` or, for trying out, `http://localhost:3000`.
    pub fn at(address: &str) -> Result<Party, Unfit> {
        let number = || Unfit::Number { address: address.to_owned() };
        let url = Url::parse(address).map_err(|_| number())?;
        let name = url.domain().ok_or_else(number)?;
        let local = name == "localhost" || name.ends_with(".localhost");
        if url.scheme() != "https" && !local {
            return Err(Unfit::Plain { address: address.to_owned() });
        }
        let builder = WebauthnBuilder::new(name, &url).map_err(|_| number())?;
        let webauthn = builder.rp_name("Mediap").build().map_err(|_| number())?;
        Ok(Party { webauthn })
    }

    /// Asks for a new passkey of `account`, on a device that has none of `known` (ids of passkeys) yet.
    pub fn start_making(
        &self,
        account: Uuid,
        email: &str,
        name: &str,
        known: Vec<Vec<u8>>,
    ) -> Result<Question, Error> {
        let (mut question, state) =
            self.webauthn.start_passkey_registration(account, email, name, Some(known))?;
        // The library leaves it to the device whether the passkey can be found without a name typed first. Ours are
        // found that way only.
        if let Some(wanted) = &mut question.public_key.authenticator_selection {
            wanted.resident_key = Some(ResidentKeyRequirement::Required);
            wanted.require_resident_key = true;
        }
        let CreationChallengeResponse { public_key } = question;
        Ok(Question { options: serde_json::to_string(&public_key)?, state: serde_json::to_value(&state)? })
    }

    /// Reads the answer to [`Party::start_making`].
    pub fn finish_making(&self, answer: &str, state: Value) -> Result<Made, Error> {
        let answer: RegisterPublicKeyCredential = serde_json::from_str(answer)?;
        let state: PasskeyRegistration = serde_json::from_value(state)?;
        let passkey = self.webauthn.finish_passkey_registration(&answer, &state)?;
        Ok(Made { id: passkey.cred_id().to_vec(), credential: serde_json::to_value(&passkey)? })
    }

    /// Asks whoever is there for any passkey of this site.
    pub fn start_log_in(&self) -> Result<Question, Error> {
        let (question, state) = self.webauthn.start_discoverable_authentication()?;
        // Whether the browser offers it in a field or in a window is decided by the page.
        let RequestChallengeResponse { public_key, .. } = question;
        Ok(Question { options: serde_json::to_string(&public_key)?, state: serde_json::to_value(&state)? })
    }

    /// Whom the answer to [`Party::start_log_in`] names, and by which passkey. Nothing is proved yet.
    pub fn named_in(&self, answer: &str) -> Result<(Uuid, Vec<u8>), Error> {
        let answer: PublicKeyCredential = serde_json::from_str(answer)?;
        match self.webauthn.identify_discoverable_authentication(&answer) {
            Ok((account, id)) => Ok((account, id.to_vec())),
            Err(_) => Err(Error::Nameless),
        }
    }

    /// Proves the answer with the passkey it names. Hands back the credential when its counter has moved on, to be
    /// kept in the place of the old one.
    pub fn finish_log_in(
        &self,
        answer: &str,
        state: Value,
        credential: Value,
    ) -> Result<Option<Value>, Error> {
        let answer: PublicKeyCredential = serde_json::from_str(answer)?;
        let state: DiscoverableAuthentication = serde_json::from_value(state)?;
        let mut passkey: Passkey = serde_json::from_value(credential)?;
        let result = self.webauthn.finish_discoverable_authentication_v2(&answer, state, &passkey)?;
        // The library asks for it in the question already; this is the promise that the rest of the house builds on.
        if !result.user_verified() {
            return Err(Error::Wrong(WebauthnError::UserNotVerified));
        }
        match passkey.update_credential(&result) {
            Some(true) => Ok(Some(serde_json::to_value(&passkey)?)),
            _ => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests;

//! The document, and whether a file is one: JSON with the payload, its signature and the name of the key, all in text.
//!
//! Nothing of the payload is looked at before its signature is right.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::NaiveDate;
use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::Value;

use crate::{
    Plan,
    keys::{Keys, is_name},
};

/// What is signed begins with this, so that no signature over anything else is ever one of a licence.
const DOMAIN: &[u8] = b"mediap licence v1\n";
/// The longest text of a field: names are written on a page.
const LONGEST: usize = 200;

const TEXT: &str = "a text of at most 200 letters";
const DATE: &str = "a day, such as \"2026-11-21\"";

/// What was bought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Licence {
    /// What the maker calls this licence, for letters about it.
    pub id: String,
    /// Who bought it.
    pub licensee: String,
    /// The key of a [`Plan`]; perhaps one that only a newer build knows.
    pub plan: String,
    /// For how many members of an organisation it was bought; none for any number.
    pub seats: Option<u32>,
    /// Keys of [`crate::Entitlement`]s beyond those of the plan.
    pub entitlements: Vec<String>,
    /// The day it was written.
    pub issued: NaiveDate,
    /// The last day it counts for; none for ever.
    pub expires: Option<NaiveDate>,
}

/// Why a file is no licence. The words go on after "The licence file cannot be used: ".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The system does not give it out.
    #[error("it cannot be read ({0})")]
    Unreadable(String),
    /// Far too long.
    #[error("it is longer than any licence")]
    TooLong,
    /// No JSON at all, or a list, a number, …
    #[error("it is not a JSON object")]
    NotJson,
    /// Signed with a key that this build does not have.
    #[error("it is signed with the key `{0}`, which this version of Mediap does not know; a newer one may")]
    UnknownKey(String),
    /// Not what the maker wrote.
    #[error("its signature is wrong, so it was changed or does not come from the maker of Mediap")]
    Signature,
    /// A field that is missing or wrong.
    #[error("its field `{field}` is missing or wrong: it takes {allowed}")]
    Field {
        /// Which one.
        field: &'static str,
        /// What may stand there.
        allowed: &'static str,
    },
}

impl Licence {
    /// Reads the content of a file and checks it against the keys.
    pub fn read(file: &[u8], keys: &Keys) -> Result<Self, Error> {
        let file: Value = serde_json::from_slice(file).map_err(|_| Error::NotJson)?;
        if !file.is_object() {
            return Err(Error::NotJson);
        }
        let name = file.get("key").and_then(Value::as_str).filter(|name| is_name(name));
        let name = name.ok_or(wrong("key", "the name of a key"))?;
        let payload = bytes(&file, "licence").ok_or(wrong("licence", "base64"))?;
        let signature = bytes(&file, "signature").ok_or(wrong("signature", "base64"))?;
        let key = keys.get(name).ok_or_else(|| Error::UnknownKey(name.to_owned()))?;
        UnparsedPublicKey::new(&ED25519, key.bytes())
            .verify(&message(&payload), &signature)
            .map_err(|_| Error::Signature)?;
        Self::of_payload(&payload)
    }

    /// The name of the plan; its key, if only a newer build knows it.
    pub fn plan_label(&self) -> &str {
        Plan::of_key(&self.plan).map_or(self.plan.as_str(), |plan| plan.label())
    }

    fn of_payload(payload: &[u8]) -> Result<Self, Error> {
        let payload: Value =
            serde_json::from_slice(payload).map_err(|_| wrong("licence", "a JSON object in base64"))?;
        let issued = date(payload.get("issued")).ok_or(wrong("issued", DATE))?;
        let expires = optional(&payload, "expires", |value| date(Some(value)))
            .filter(|expires| expires.is_none_or(|expires| issued <= expires))
            .ok_or(wrong("expires", "a day that is not before `issued`, or null"))?;
        Ok(Licence {
            id: text(payload.get("id")).ok_or(wrong("id", TEXT))?,
            licensee: text(payload.get("licensee")).ok_or(wrong("licensee", TEXT))?,
            plan: text(payload.get("plan")).ok_or(wrong("plan", TEXT))?,
            seats: optional(&payload, "seats", seats)
                .ok_or(wrong("seats", "a whole number from 1, or null"))?,
            entitlements: optional(&payload, "entitlements", texts)
                .ok_or(wrong("entitlements", "a list of texts"))?
                .unwrap_or_default(),
            issued,
            expires,
        })
    }

    /// What is signed.
    #[cfg(any(test, feature = "sign"))]
    pub(crate) fn payload(&self) -> Vec<u8> {
        serde_json::json!({
            "id": self.id,
            "licensee": self.licensee,
            "plan": self.plan,
            "seats": self.seats,
            "entitlements": self.entitlements,
            "issued": self.issued.to_string(),
            "expires": self.expires.map(|day| day.to_string()),
        })
        .to_string()
        .into_bytes()
    }
}

/// The bytes that the signature is over.
pub(crate) fn message(payload: &[u8]) -> Vec<u8> {
    [DOMAIN, payload].concat()
}

fn wrong(field: &'static str, allowed: &'static str) -> Error {
    Error::Field { field, allowed }
}

fn bytes(file: &Value, field: &str) -> Option<Vec<u8>> {
    STANDARD.decode(file.get(field)?.as_str()?).ok()
}

/// A field that may be missing or null; none if it is there and wrong.
fn optional<T>(payload: &Value, field: &str, parse: impl Fn(&Value) -> Option<T>) -> Option<Option<T>> {
    match payload.get(field) {
        None | Some(Value::Null) => Some(None),
        Some(value) => parse(value).map(Some),
    }
}

fn text(value: Option<&Value>) -> Option<String> {
    let text = value?.as_str()?.trim();
    let fits = !text.is_empty() && text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

fn texts(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|one| text(Some(one))).collect()
}

fn date(value: Option<&Value>) -> Option<NaiveDate> {
    let text = value?.as_str()?;
    let date: NaiveDate = text.parse().ok()?;
    // Chrono also reads `2026-1-5`, and years of six digits.
    (date.to_string() == text && text.len() == 10).then_some(date)
}

fn seats(value: &Value) -> Option<u32> {
    u32::try_from(value.as_u64()?).ok().filter(|seats| 0 < *seats)
}

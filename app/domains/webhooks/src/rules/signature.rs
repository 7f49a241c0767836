//! Secrets and signatures, as Standard Webhooks has them: HMAC-SHA256 of id, time and body, in base64.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use chrono::{DateTime, Duration, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What a secret begins with.
const PREFIX: &str = "whsec_";
/// What a signature of this kind begins with.
const VERSION: &str = "v1,";
/// Bytes of a new secret. The convention takes 24 to 64.
const BYTES: usize = 32;
/// How far the clock of a sender may be from ours.
pub const TOLERANCE: Duration = Duration::minutes(5);
/// Signatures that are looked at. Senders send one for each secret that counts.
const MOST_SIGNATURES: usize = 10;
/// Letters of a sender's id at most.
const LONGEST_ID: usize = 255;

/// What signs.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    /// A new one.
    pub fn random() -> Self {
        Secret(rand::random::<[u8; BYTES]>().to_vec())
    }

    /// The one of these bytes, as they were sealed.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Secret(bytes)
    }

    /// The bytes, to be sealed.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// As it is shown and typed: `whsec_…`.
    pub fn text(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.0))
    }

    /// As a part of an address.
    pub fn token(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.0)
    }

    /// The signature of a message, with its version.
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let code = self.mac(id, timestamp, body).map(|mac| STANDARD.encode(mac.finalize().into_bytes()));
        format!("{VERSION}{}", code.unwrap_or_default())
    }

    fn signed(&self, id: &str, timestamp: i64, body: &[u8], code: &[u8]) -> bool {
        self.mac(id, timestamp, body).is_some_and(|mac| mac.verify_slice(code).is_ok())
    }

    /// There is one for keys of any length.
    fn mac(&self, id: &str, timestamp: i64, body: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        Some(mac)
    }
}

/// Whether two texts are the same, in a time that does not tell where they differ.
pub fn same(one: &str, other: &str) -> bool {
    let key = rand::random::<[u8; BYTES]>();
    let mac = |text: &str| {
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
        mac.update(text.as_bytes());
        Some(mac)
    };
    match (mac(one), mac(other)) {
        (Some(one), Some(other)) => one.verify_slice(&other.finalize().into_bytes()).is_ok(),
        _ => false,
    }
}

/// The three headers of a signed message.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// `webhook-id`
    pub id: Option<&'a str>,
    /// `webhook-timestamp`
    pub timestamp: Option<&'a str>,
    /// `webhook-signature`
    pub signature: Option<&'a str>,
}

/// Why a message is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A header is missing or cannot be read.
    #[error(
        "Send the headers webhook-id, webhook-timestamp and webhook-signature, as Standard Webhooks says."
    )]
    NotSigned,
    /// It was sent too long ago, or a clock is wrong.
    #[error("The webhook-timestamp is more than five minutes off.")]
    Old,
    /// It was not signed with the secret of this hook, or was changed on the way.
    #[error("No signature fits.")]
    Forged,
}

/// The id of a message, if one of the secrets signed it and it was sent just now.
pub fn verify<'a>(
    secrets: &[Secret],
    signed: Signed<'a>,
    body: &[u8],
    now: DateTime<Utc>,
) -> Result<&'a str, Refused> {
    let (Some(id), Some(timestamp), Some(signatures)) = (signed.id, signed.timestamp, signed.signature)
    else {
        return Err(Refused::NotSigned);
    };
    let timestamp: i64 = timestamp.parse().map_err(|_| Refused::NotSigned)?;
    if id.is_empty() || LONGEST_ID < id.len() {
        return Err(Refused::NotSigned);
    }
    let off = now.timestamp().saturating_sub(timestamp).saturating_abs();
    if TOLERANCE.num_seconds() < off {
        return Err(Refused::Old);
    }
    let codes =
        signatures.split_whitespace().take(MOST_SIGNATURES).filter_map(|one| one.strip_prefix(VERSION));
    let codes: Vec<Vec<u8>> = codes.filter_map(|code| STANDARD.decode(code).ok()).collect();
    let fits = |secret: &Secret| codes.iter().any(|code| secret.signed(id, timestamp, body, code));
    if secrets.iter().any(fits) { Ok(id) } else { Err(Refused::Forged) }
}

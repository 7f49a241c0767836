//! Signatures by which a receiver sees that a mail comes from the domain it names (DKIM, RFC 6376 and 8463).

use std::path::Path;

use base64::{Engine, engine::general_purpose::STANDARD};
use lettre::message::{
    dkim::{
        DkimCanonicalization, DkimCanonicalizationType, DkimConfig, DkimSigningAlgorithm, DkimSigningKey,
    },
    header::HeaderName,
};
use pkcs8::{ObjectIdentifier, PrivateKeyInfo, SecretDocument, der::pem::LineEnding};

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const PKCS1: &str = "RSA PRIVATE KEY";

/// What is signed besides the body: all that a reader is shown. Not `Content-Type`, which the library keeps with the body.
const HEADERS: [&str; 6] = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version"];

/// Signs messages for a domain.
#[derive(Debug)]
pub struct Dkim(DkimConfig);

impl Dkim {
    /// Reads the private key in `file`, as `openssl genrsa` or `openssl genpkey` writes it: RSA or Ed25519. Its public half
    /// stands in the DNS under `<selector>._domainkey.<domain>`.
    pub fn read(domain: &str, selector: &str, file: &Path) -> Result<Self, String> {
        let pem = std::fs::read_to_string(file)
            .map_err(|cause| format!("the key {} cannot be read: {cause}", file.display()))?;
        Self::new(domain, selector, &pem).map_err(|cause| format!("the key {} {cause}", file.display()))
    }

    fn new(domain: &str, selector: &str, pem: &str) -> Result<Self, String> {
        let headers = HEADERS.into_iter().map(HeaderName::new_from_ascii_str).collect();
        // Relaxed: servers on the way may fold lines anew.
        let canonicalization = DkimCanonicalization {
            header: DkimCanonicalizationType::Relaxed,
            body: DkimCanonicalizationType::Relaxed,
        };
        let key = key(pem)?;
        Ok(Dkim(DkimConfig::new(selector.to_owned(), domain.to_owned(), key, headers, canonicalization)))
    }

    pub(super) fn sign(&self, mail: &mut lettre::Message) {
        mail.sign(&self.0);
    }
}

/// The library takes RSA keys in PKCS #1 only, and of an Ed25519 key its 32 bytes; OpenSSL writes both as PKCS #8.
fn key(pem: &str) -> Result<DkimSigningKey, String> {
    let strange = |cause: &dyn std::fmt::Display| {
        format!("is no private key in PEM (RSA or Ed25519, without a password): {cause}")
    };
    let (label, document) = SecretDocument::from_pem(pem).map_err(|cause| strange(&cause))?;
    let (text, algorithm) = if label == PKCS1 {
        (pem.to_owned(), DkimSigningAlgorithm::Rsa)
    } else {
        let info = PrivateKeyInfo::try_from(document.as_bytes()).map_err(|cause| strange(&cause))?;
        match info.algorithm.oid {
            RSA => {
                let inner = SecretDocument::try_from(info.private_key).map_err(|cause| strange(&cause))?;
                let pem = inner.to_pem(PKCS1, LineEnding::LF).map_err(|cause| strange(&cause))?;
                (pem.to_string(), DkimSigningAlgorithm::Rsa)
            }
            ED25519 => {
                // An octet string of 32 bytes inside the octet string.
                let seed =
                    info.private_key.strip_prefix(&[4, 32]).ok_or_else(|| strange(&"it is cut off"))?;
                (STANDARD.encode(seed), DkimSigningAlgorithm::Ed25519)
            }
            other => return Err(format!("is neither RSA nor Ed25519 but {other}")),
        }
    };
    DkimSigningKey::new(&text, algorithm).map_err(|cause| strange(&cause))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_key_says_so() {
        let refused = |pem: &str| Dkim::new("example.com", "mail", pem).unwrap_err();
        assert!(refused("hello").starts_with("is no private key in PEM"), "{}", refused("hello"));
        // A P-256 key: DKIM knows no such signature.
        let p256 = "-----BEGIN PRIVATE KEY-----\n\
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2\n\
            OF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r\n\
            1RTwjmYSi9R/zpBnuQ4EiMnCqfMPWiZqB4QdbAd0E7oH50VpuZ1P087G\n\
            -----END PRIVATE KEY-----\n";
        assert_eq!(refused(p256), "is neither RSA nor Ed25519 but 1.2.840.10045.2.1");
        let missing = Dkim::read("example.com", "mail", Path::new("/nowhere/dkim.pem")).unwrap_err();
        assert!(missing.starts_with("the key /nowhere/dkim.pem cannot be read"), "{missing}");
    }
}

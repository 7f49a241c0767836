//! Secrets: random tokens, their fingerprints, and passwords under argon2id.

use std::sync::LazyLock;

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Result, Visit};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use crate::fault;

/// How many passwords are hashed at once. Each takes 19 MiB and a whole core for some tens of milliseconds.
const AT_ONCE: usize = 2;

static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);

/// Stands in for the hash of an address nobody has, so that the answer takes as long.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now(&token()).unwrap_or_default());

/// A new token: 256 random bits, fit for cookies and links.
pub(crate) fn token() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// What the database keeps of a token. The tokens are random, so a plain hash is enough.
pub(crate) fn fingerprint(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}

/// The fingerprint as a word: names what a token is for without giving it away.
pub(crate) fn mark(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(fingerprint(token))
}

/// The argon2id hash of a password, made off the async threads.
pub(crate) async fn hash(password: &str) -> Result<String> {
    let password = password.to_owned();
    off_the_async_threads(move || hash_now(&password))
        .await?
        .map_err(|cause| fault::internal("Password cannot be hashed", &cause))
}

/// The same for a visitor, whose connection others use meanwhile.
pub(crate) async fn hash_for(visit: &Visit, password: &str) -> Result<String> {
    visit.rest().await;
    hash(password).await
}

/// Whether a visitor's password is the one of `hash`; others use their connection meanwhile.
pub(crate) async fn verify_for(visit: &Visit, password: &str, hash: Option<&str>) -> Result<bool> {
    visit.rest().await;
    verify(password, hash).await
}

/// Whether the password is the one of `hash`. An unusable hash (nobody, or no password yet) costs the same time.
async fn verify(password: &str, hash: Option<&str>) -> Result<bool> {
    let password = password.to_owned();
    let hash = hash.unwrap_or_default().to_owned();
    off_the_async_threads(move || match PasswordHash::new(&hash) {
        Ok(hash) => Argon2::default().verify_password(password.as_bytes(), &hash).is_ok(),
        Err(_) => {
            if let Ok(nobody) = PasswordHash::new(&NOBODY) {
                // The outcome is of no interest, the time it takes is.
                Argon2::default().verify_password(password.as_bytes(), &nobody).ok();
            }
            false
        }
    })
    .await
}

/// Does heavy work on a blocking thread, a bounded number at once. Who goes away while waiting frees no turn early:
/// the turn belongs to the work.
async fn off_the_async_threads<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let turn = TURNS.acquire().await.map_err(|cause| fault::internal("No turn for hashing", &cause))?;
    tokio::task::spawn_blocking(move || {
        let done = work();
        drop(turn);
        done
    })
    .await
    .map_err(|cause| fault::internal("Hashing was interrupted", &cause))
}

fn hash_now(password: &str) -> Result<String, argon2::password_hash::Error> {
    Ok(Argon2::default().hash_password(password.as_bytes())?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_are_long() {
        assert_ne!(token(), token());
        assert_eq!(token().len(), 43);
    }

    #[tokio::test]
    async fn a_password_is_verified_against_its_hash() {
        let hash = hash("a long enough password").await.unwrap();
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert!(verify("a long enough password", Some(&hash)).await.unwrap());
        assert!(!verify("another password", Some(&hash)).await.unwrap());
    }

    #[tokio::test]
    async fn nobody_has_no_password() {
        assert!(!verify("", None).await.unwrap());
        assert!(!verify("", Some("")).await.unwrap());
    }
}

//! Where the holders of tokens were last.

use std::sync::{Arc, Mutex, PoisonError};

use hashlink::LruCache;

use crate::{AccountId, OrganisationId};

/// How many tokens are remembered.
const KEPT: usize = 10_000;

/// Whose a token was and where they worked when it was last shown, so that the next request can begin there.
///
/// Only ever a guess, kept by this process: the statement that begins by it must find out whether it is still true. Cheap
/// to clone; the clones are one memory.
#[derive(Clone)]
pub struct Whereabouts(Arc<Mutex<Kept>>);

type Kept = LruCache<Box<[u8]>, (AccountId, OrganisationId)>;

impl Whereabouts {
    /// What is remembered of the token with this SHA-256.
    pub fn of(&self, token_hash: &[u8]) -> Option<(AccountId, OrganisationId)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(token_hash).copied()
    }

    /// Remembers it, in place of what was shown longest ago.
    pub fn note(&self, token_hash: &[u8], account: AccountId, organisation: OrganisationId) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(token_hash.into(), (account, organisation));
    }
}

impl Default for Whereabouts {
    fn default() -> Self {
        Whereabouts(Arc::new(Mutex::new(LruCache::new(KEPT))))
    }
}

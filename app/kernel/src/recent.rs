//! Who showed a token a moment ago.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};
use hashlink::LruCache;

/// How many tokens are remembered.
const KEPT: usize = 10_000;

/// How long what was read is believed at most: what another process changes is heard of at once, but a message can be late.
const BELIEVED: Duration = Duration::seconds(2);

/// What the database said of the holders of tokens, for as long as nothing that it stands on has changed (see
/// [`db::rights`]). Who has been put out is out with the next request.
///
/// Cheap to clone; the clones are one memory.
#[derive(Debug)]
pub struct Recent<T>(Arc<Mutex<Memory<T>>>);

type Memory<T> = LruCache<Box<[u8]>, Kept<T>>;

#[derive(Debug)]
struct Kept<T> {
    who: Arc<T>,
    rights: u64,
    read_at: DateTime<Utc>,
    until: DateTime<Utc>,
}

/// The moment before something is read that is to be remembered.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    rights: u64,
    now: DateTime<Utc>,
}

impl Moment {
    /// This one.
    pub(crate) fn new(db: &db::Db, now: DateTime<Utc>) -> Moment {
        Moment { rights: db.rights(), now }
    }
}

impl<T> Recent<T> {
    /// Who showed the token with this SHA-256, if that is known now.
    pub fn of(&self, token_hash: &[u8], moment: Moment) -> Option<Arc<T>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.get(token_hash)?;
        let counts = found.rights == moment.rights
            && found.read_at <= moment.now
            && moment.now < found.until.min(found.read_at + BELIEVED);
        counts.then(|| found.who.clone())
    }

    /// Remembers what was read after `moment` and says nothing beyond `until`, in place of what was asked for longest ago.
    pub fn keep(&self, token_hash: &[u8], moment: Moment, until: DateTime<Utc>, who: Arc<T>) {
        let Moment { rights, now } = moment;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(token_hash.into(), Kept { who, rights, read_at: now, until });
    }
}

impl<T> Clone for Recent<T> {
    fn clone(&self) -> Self {
        Recent(self.0.clone())
    }
}

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Recent(Arc::new(Mutex::new(LruCache::new(KEPT))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_believed_until_something_changes() {
        let (recent, now) = (Recent::default(), DateTime::UNIX_EPOCH);
        let at = |rights, seconds| Moment { rights, now: now + Duration::seconds(seconds) };
        recent.keep(b"token", at(1, 0), now + Duration::hours(1), Arc::new("Petra"));
        assert_eq!(recent.of(b"token", at(1, 1)).as_deref(), Some(&"Petra"));
        assert!(recent.of(b"other", at(1, 1)).is_none());
        // Somebody's rights changed; it was read long ago; the clock was put back.
        for moment in [at(2, 1), at(1, 2), at(1, -1)] {
            assert!(recent.of(b"token", moment).is_none());
        }
        // Read while rights were being changed, and kept after that: it stands for what was before.
        recent.keep(b"token", at(2, 0), now + Duration::hours(1), Arc::new("Petra"));
        assert!(recent.of(b"token", at(3, 0)).is_none());
        // The session ends within these two seconds.
        recent.keep(b"token", at(3, 0), now + Duration::seconds(1), Arc::new("Petra"));
        assert!(recent.of(b"token", at(3, 0)).is_some() && recent.of(b"token", at(3, 1)).is_none());
    }
}

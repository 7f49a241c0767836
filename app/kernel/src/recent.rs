//! What was read a moment ago.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};
use db::Known;
use hashlink::LruCache;

/// How many holders of tokens are remembered.
const HOLDERS: usize = 10_000;

/// How long what was read is believed at most: what another process changes is heard of at once, but a message can be late.
const BELIEVED: Duration = Duration::seconds(2);

/// What the database said a moment ago, for as long as nothing that it stands on has changed (see [`db::known`]). Who has been
/// put out is out with the next request.
///
/// Cheap to clone; the clones are one memory.
#[derive(Debug)]
pub struct Recent<T: ?Sized>(Arc<Mutex<Memory<T>>>);

type Memory<T> = LruCache<Box<[u8]>, Kept<T>>;

#[derive(Debug)]
struct Kept<T: ?Sized> {
    what: Arc<T>,
    changes: u64,
    read_at: DateTime<Utc>,
    until: DateTime<Utc>,
}

/// The moment before something is read that is to be remembered.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    changes: u64,
    now: DateTime<Utc>,
}

impl Moment {
    /// This one.
    pub(crate) fn new(db: &db::Db, known: Known, now: DateTime<Utc>) -> Moment {
        Moment { changes: db.changes(known), now }
    }
}

impl<T: ?Sized> Recent<T> {
    /// What was read under this name, if that is known now.
    pub fn of(&self, name: &[u8], moment: Moment) -> Option<Arc<T>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.get(name)?;
        let counts = found.changes == moment.changes
            && found.read_at <= moment.now
            && moment.now < found.until.min(found.read_at + BELIEVED);
        counts.then(|| found.what.clone())
    }

    /// Remembers what was read after `moment` and says nothing beyond `until`, in place of what was asked for longest ago.
    pub fn keep(&self, name: &[u8], moment: Moment, until: DateTime<Utc>, what: Arc<T>) {
        let Moment { changes, now } = moment;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(name.into(), Kept { what, changes, read_at: now, until });
    }
}

impl<T: ?Sized> Clone for Recent<T> {
    fn clone(&self) -> Self {
        Recent(self.0.clone())
    }
}

impl<T: ?Sized> Recent<T> {
    /// A memory of so many at most.
    pub(crate) fn of_most(kept: usize) -> Self {
        Recent(Arc::new(Mutex::new(LruCache::new(kept))))
    }
}

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Recent::of_most(HOLDERS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_believed_until_something_changes() {
        let (recent, now) = (Recent::default(), DateTime::UNIX_EPOCH);
        let at = |changes, seconds| Moment { changes, now: now + Duration::seconds(seconds) };
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

//! How often a key may call, and how often an address may guess. Each server counts for itself: what is to be bounded is
//! the work of one process, and counting in the database would be most of that work.

use std::{net::IpAddr, num::NonZeroU32, time::Duration};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::{StateInformationMiddleware, StateSnapshot},
    state::keyed::DashMapStateStore,
};
use kernel::ClientAddress;
use uuid::Uuid;

type Counts<K> = RateLimiter<K, DashMapStateStore<K>, DefaultClock, StateInformationMiddleware>;

/// Of so many calls of a key, an address may make one without a token that opens anything.
const GUESSES: u32 = 10;
/// Calls of how many keys are remembered before those that are quiet are forgotten.
const MANY: usize = 10_000;

/// The counts of this process.
pub(crate) struct Limits {
    calls: Counts<Uuid>,
    guesses: Counts<IpAddr>,
}

/// What is left of a limit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Left {
    /// How many in a minute.
    pub(crate) limit: u32,
    /// How many now.
    pub(crate) remaining: u32,
    /// Seconds until all of them are there again.
    pub(crate) reset_secs: u64,
    /// Seconds until the next one, if there is none now.
    pub(crate) wait_secs: Option<i64>,
}

impl Limits {
    /// So many calls of a key in a minute.
    pub(crate) fn new(calls_per_minute: u32) -> Self {
        fn counts<K: std::hash::Hash + Eq + Clone>(per_minute: u32) -> Counts<K> {
            let number = NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN);
            RateLimiter::dashmap(Quota::per_minute(number)).with_middleware()
        }
        Limits { calls: counts(calls_per_minute), guesses: counts(calls_per_minute / GUESSES) }
    }

    /// Counts a call of a key.
    pub(crate) fn call(&self, key: Uuid) -> Left {
        count(&self.calls, &key)
    }

    /// Counts a wrong token.
    pub(crate) fn guess(&self, address: IpAddr) -> Left {
        count(&self.guesses, &ClientAddress(address).network())
    }
}

fn count<K: std::hash::Hash + Eq + Clone>(counts: &Counts<K>, key: &K) -> Left {
    if MANY < counts.len() {
        counts.retain_recent();
    }
    match counts.check_key(key) {
        Ok(state) => left(&state, None),
        Err(refused) => {
            let wait = refused.wait_time_from(DefaultClock::default().now());
            let wait_secs = i64::try_from(wait.as_secs()).unwrap_or(i64::MAX).saturating_add(1);
            Left { wait_secs: Some(wait_secs), ..of_quota(refused.quota(), 0) }
        }
    }
}

fn left(state: &StateSnapshot, wait_secs: Option<i64>) -> Left {
    Left { wait_secs, ..of_quota(state.quota(), state.remaining_burst_capacity()) }
}

fn of_quota(quota: Quota, remaining: u32) -> Left {
    let limit = quota.burst_size().get();
    let missing: Duration = quota.replenish_interval() * limit.saturating_sub(remaining);
    let reset_secs = u64::try_from(missing.as_millis().div_ceil(1_000)).unwrap_or(u64::MAX);
    Left { limit, remaining, reset_secs, wait_secs: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_its_own_count() {
        let limits = Limits::new(2);
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!((limits.call(one).remaining, limits.call(one).remaining), (1, 0));
        let refused = limits.call(one);
        assert!(refused.wait_secs.is_some_and(|wait| (1..=31).contains(&wait)), "{refused:?}");
        assert_eq!((refused.limit, refused.remaining), (2, 0));
        assert_eq!(limits.call(other).wait_secs, None);
    }

    #[test]
    fn addresses_of_one_network_guess_together() {
        let limits = Limits::new(600);
        for last in 0..60_u16 {
            let address = std::net::Ipv6Addr::new(0x2001, 0xdb8, 0, 1, 0, 0, 0, last);
            assert_eq!(limits.guess(address.into()).wait_secs, None);
        }
        assert!(limits.guess("2001:db8:0:1::ffff".parse().unwrap()).wait_secs.is_some());
        assert!(limits.guess("2001:db8:0:2::1".parse().unwrap()).wait_secs.is_none());
    }
}

//! When a failed job runs again.

use chrono::Duration;
use rand::RngExt;

const FIRST_SECS: i64 = 15;
const FACTOR: i64 = 4;
const LONGEST_SECS: i64 = 6 * 60 * 60;
/// Jobs that failed together must not come back together.
const JITTER_PERCENT: i64 = 20;

/// How long to wait after the given number of attempts: 15 s, 1 min, 4 min, 16 min, 1 h, 4 h, 6 h, give or
/// take a fifth. A mail server may be away for half a day without a mail being lost.
pub(crate) fn delay(attempts: i64) -> Duration {
    jittered(attempts, rand::rng().random_range(-JITTER_PERCENT..=JITTER_PERCENT))
}

fn jittered(attempts: i64, percent: i64) -> Duration {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0);
    let secs = FACTOR.saturating_pow(doublings).saturating_mul(FIRST_SECS).min(LONGEST_SECS);
    Duration::milliseconds(secs * 10 * (100 + percent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_grows_up_to_a_limit() {
        let secs: Vec<_> = (1..=8).map(|attempts| jittered(attempts, 0).num_seconds()).collect();
        assert_eq!(secs, [15, 60, 240, 960, 3_840, 15_360, 21_600, 21_600]);
    }

    #[test]
    fn the_jitter_stays_within_a_fifth() {
        assert_eq!(jittered(1, -20), Duration::seconds(12));
        assert_eq!(jittered(1, 20), Duration::seconds(18));
        assert!((12..=18).contains(&delay(1).num_seconds()));
    }
}

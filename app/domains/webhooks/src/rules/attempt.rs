//! When a delivery is tried, and what an answer means.

use chrono::{DateTime, Duration, Utc};
use rand::RngExt;

use crate::model::DeliveryState;

/// How long to wait after each attempt that failed, in seconds: three days in all, as Standard Webhooks suggests.
const WAITS: [i64; 9] =
    [5, 5 * 60, 30 * 60, 2 * 3_600, 5 * 3_600, 10 * 3_600, 14 * 3_600, 20 * 3_600, 24 * 3_600];
/// Attempts of a delivery: the first, and one after each wait.
pub const ATTEMPTS: usize = WAITS.len() + 1;
/// What failed together must not come back together, nor earlier than it was told to.
const JITTER_PERCENT: i64 = 20;
/// A receiver may ask for more patience, but not for this much.
const LONGEST_WAIT: Duration = Duration::days(1);
/// Deliveries to one webhook that run at the same time: a slow receiver must not take all the workers.
pub const MOST_AT_ONCE: usize = 4;
/// After this long an attempt that told nobody how it ended is over. A call takes half of it at most.
pub const STALE: Duration = Duration::seconds(30);
/// So long a delivery waits for others to the same webhook, unless one that ends wakes it.
pub const PARKED: Duration = Duration::minutes(10);
/// Who has failed for so long is told nothing more.
const HOPELESS: Duration = Duration::days(5);

/// When to try again after this many attempts, unless it was tried often enough.
pub fn next_attempt(
    attempts: i64,
    now: DateTime<Utc>,
    not_before: Option<DateTime<Utc>>,
) -> Option<DateTime<Utc>> {
    next_jittered(attempts, now, not_before, rand::rng().random_range(0..=JITTER_PERCENT))
}

pub(crate) fn next_jittered(
    attempts: i64,
    now: DateTime<Utc>,
    not_before: Option<DateTime<Utc>>,
    percent: i64,
) -> Option<DateTime<Utc>> {
    let wait = WAITS.get(usize::try_from(attempts.checked_sub(1)?).ok()?)?;
    let planned = now + Duration::milliseconds(wait * 10 * (100 + percent));
    Some(planned.max(not_before.unwrap_or(planned).min(now + LONGEST_WAIT)))
}

/// Until when a receiver wants to be left alone: seconds, or an instant as mails write it.
pub fn retry_after(value: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let value = value.trim();
    match value.parse::<i64>() {
        Ok(seconds) => Duration::try_seconds(seconds.max(0)).and_then(|wait| now.checked_add_signed(wait)),
        Err(_) => DateTime::parse_from_rfc2822(value).ok().map(|at| at.to_utc()),
    }
}

/// Whether a webhook that fails since then is told nothing more.
pub fn is_hopeless(failing_since: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    failing_since + HOPELESS <= now
}

/// What an answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The receiver has it.
    Delivered,
    /// Not now.
    Later,
    /// The receiver is gone for good.
    Gone,
}

/// What a status means, and why where it is no success.
pub fn verdict(status: u16) -> (Verdict, String) {
    match status {
        200..=299 => (Verdict::Delivered, String::new()),
        410 => (Verdict::Gone, "It answered 410: it is gone.".to_owned()),
        300..=399 => {
            (Verdict::Later, format!("It answered {status}, a redirect. Redirects are not followed."))
        }
        _ => (Verdict::Later, format!("It answered {status}.")),
    }
}

/// A delivery and its webhook, as a job finds them.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    /// Where the delivery is.
    pub state: DeliveryState,
    /// When it is due.
    pub next_at: DateTime<Utc>,
    /// When the attempt under way began.
    pub started_at: Option<DateTime<Utc>>,
    /// Whether it only tries the webhook out, which may be off.
    pub test: bool,
    /// Whether somebody wants the webhook to be told.
    pub active: bool,
    /// Whether the program has stopped telling it.
    pub paused: bool,
    /// Whether it was deleted.
    pub deleted: bool,
    /// How many others to the same webhook are on their way.
    pub others: usize,
}

/// What a job does with a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Another job does it, or did.
    Nothing,
    /// It is not to be sent, and why.
    Fail(&'static str),
    /// Another attempt seems to be under way: look again by then.
    LookAgain(DateTime<Utc>),
    /// It waits for others to the same webhook.
    Park,
    /// It is sent.
    Send,
}

/// What is to be done with what was found.
pub fn step(found: Found, now: DateTime<Utc>) -> Step {
    let stale_at = found.started_at.map(|at| at + STALE);
    match (found.state, stale_at) {
        (DeliveryState::Delivered | DeliveryState::Failed, _) => return Step::Nothing,
        (DeliveryState::Waiting, _) if now < found.next_at => return Step::Nothing,
        (DeliveryState::Sending, Some(at)) if now < at => return Step::LookAgain(at),
        _ => {}
    }
    if found.deleted {
        Step::Fail("The webhook was deleted before it was sent.")
    } else if found.paused && !found.test {
        Step::Fail("The webhook was paused before it was sent.")
    } else if !found.active && !found.test {
        Step::Fail("The webhook was turned off before it was sent.")
    } else if MOST_AT_ONCE <= found.others {
        Step::Park
    } else {
        Step::Send
    }
}

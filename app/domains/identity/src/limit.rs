//! Limits on guessing: tries are counted in the database, so that several servers count together.

use chrono::{DateTime, Duration, Utc};
use db::sql;
use kernel::{Result, Tx, Visit};

use crate::{
    secret,
    session::{Origin, device},
};

/// How long a count lasts after its first try.
const WINDOW: Duration = Duration::minutes(15);

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// A log-in, and any other check of a password.
    LogIn,
    /// A sign-up.
    SignUp,
    /// A mail asked for: confirmation, reset or log-in.
    Mail,
    /// An invitation. It is counted by itself: who invites somebody uses up nothing that they may ask for themselves.
    Invite,
    /// A code of the second factor.
    Code,
    /// A question that is kept for whoever sits at the browser: for a passkey, or for who they are at a provider.
    Question,
    /// The answer to one.
    Answer,
}

impl Act {
    fn as_str(self) -> &'static str {
        match self {
            Act::LogIn => "log_in",
            Act::SignUp => "sign_up",
            Act::Mail => "mail",
            Act::Invite => "invite",
            Act::Code => "code",
            Act::Question => "question",
            Act::Answer => "answer",
        }
    }

    /// How often within the window: one e-mail from one address, one e-mail from anywhere, one address for any e-mail.
    ///
    /// The second is wider than the first, so that a stranger cannot easily lock somebody out; the third leaves room
    /// for an office behind one address.
    fn limits(self) -> (i64, i64, i64) {
        match self {
            Act::LogIn => (10, 50, 200),
            Act::SignUp => (5, 10, 60),
            Act::Mail | Act::Invite => (5, 10, 60),
            Act::Code => (10, 20, 200),
            // These name no e-mail. A page that stays open asks anew every few minutes.
            Act::Question => (i64::MAX, i64::MAX, 600),
            Act::Answer => (i64::MAX, i64::MAX, 200),
        }
    }
}

/// What a try counts towards, with the limits.
///
/// A browser that the person has logged in with before counts by itself: neither guessing from elsewhere nor guessing from
/// the same network can use up its tries.
async fn counts(tx: &mut Tx, act: Act, email: &str, origin: &Origin) -> Result<Vec<(Vec<u8>, i64)>> {
    let kind = act.as_str();
    let (pair, anywhere, address) = act.limits();
    if let Some(device) = &origin.device
        && device::is_known(tx, email, device).await?
    {
        return Ok(vec![(secret::fingerprint(&format!("{kind} device {device} {email}")), pair)]);
    }
    let mut counts = vec![(secret::fingerprint(&format!("{kind} email {email}")), anywhere)];
    if let Some(from) = &origin.address {
        counts.push((secret::fingerprint(&format!("{kind} pair {from} {email}")), pair));
        counts.push((secret::fingerprint(&format!("{kind} address {from}")), address));
    }
    Ok(counts)
}

/// Counts a try, or refuses it. Call it before the work that is to be limited.
pub(crate) async fn count(visit: &Visit, act: Act, email: &str, origin: &Origin) -> Result<()> {
    let mut tx = visit.begin().await?;
    let counts = counts(&mut tx, act, email, origin).await?;
    tx.count_tries(counts, WINDOW).await
}

/// Counts a try of somebody who has named no e-mail, or refuses it.
pub(crate) async fn count_address(visit: &Visit, act: Act, origin: &Origin) -> Result<()> {
    let Some(from) = &origin.address else { return Ok(()) };
    let (_, _, limit) = act.limits();
    let key = secret::fingerprint(&format!("{} address {from}", act.as_str()));
    visit.begin().await?.count_tries(vec![(key, limit)], WINDOW).await
}

/// Takes the last try back: it was right.
pub(crate) async fn forgive(visit: &Visit, act: Act, email: &str, origin: &Origin) -> Result<()> {
    let mut tx = visit.begin().await?;
    for (key, _) in counts(&mut tx, act, email, origin).await? {
        sql("update attempt set tries = tries - 1 where key = $1 and 0 < tries")
            .bind(key)
            .execute(&mut tx)
            .await?;
    }
    tx.commit().await
}

/// Forgets counts that have ended.
pub(crate) async fn sweep(tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    sql("delete from attempt where started_at < $1").bind(now - WINDOW).execute(tx).await?;
    Ok(())
}

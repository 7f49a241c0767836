//! Questions that wait for their answer: each belongs to one browser, works once, and not for long.

use chrono::{DateTime, Duration, Utc};
use db::sql;
use kernel::{AccountId, Error, Result, Tx, Visit};
use serde_json::Value;
use uuid::Uuid;

use crate::{passkey::model::Question, secret};

/// How long an answer may take.
pub(crate) const LASTS: Duration = Duration::minutes(5);

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A new passkey of this account.
    Register(AccountId),
    /// Whoever is there.
    Authenticate,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Purpose::Register(_) => "register",
            Purpose::Authenticate => "authenticate",
        }
    }

    fn account(self) -> Option<AccountId> {
        match self {
            Purpose::Register(account) => Some(account),
            Purpose::Authenticate => None,
        }
    }
}

/// Keeps what the answer will be held against, and hands out what the browser gets.
pub(crate) async fn keep(
    tx: &mut Tx,
    visit: &Visit,
    browser: &str,
    purpose: Purpose,
    question: ::passkey::Question,
) -> Result<Question> {
    let id: Uuid = visit.new_id();
    let now = visit.now();
    sql("insert into webauthn_challenge
           (id, browser_hash, account_id, purpose, state, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)")
    .bind(id)
    .bind(secret::fingerprint(browser))
    .bind(purpose.account())
    .bind(purpose.as_str())
    .bind(question.state)
    .bind(now)
    .bind(now + LASTS)
    .exactly_one(tx)
    .await?;
    Ok(Question { id, options: question.options })
}

/// Takes a question out, so that a second answer finds nothing. It is committed at once: a wrong answer uses it up too.
pub(crate) async fn take(visit: &Visit, browser: Option<&str>, purpose: Purpose, id: Uuid) -> Result<Value> {
    let mut tx = visit.begin().await?;
    let found: Option<(Value,)> = sql("delete from webauthn_challenge
         where id = $1 and browser_hash = $2 and purpose = $3 and account_id is not distinct from $4
           and $5 < expires_at
         returning state")
    .bind(id)
    .bind(secret::fingerprint(browser.unwrap_or_default()))
    .bind(purpose.as_str())
    .bind(purpose.account())
    .bind(visit.now())
    .optional(&mut tx)
    .await?;
    tx.commit().await?;
    found.map(|(state,)| state).ok_or_else(|| {
        Error::Conflict("That took too long, or was answered already. Try it once more.".into())
    })
}

/// Forgets questions that nobody answered.
pub(crate) async fn sweep(tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    sql("delete from webauthn_challenge where expires_at <= $1").bind(now).execute(tx).await?;
    Ok(())
}

//! People on their way: sent to a provider, or back from it with a proof still missing. Each belongs to one browser and
//! not for long.

use chrono::{DateTime, Duration, Utc};
use db::sql;
use kernel::{AccountId, Result, Tx, Visit};
use oidc::{Identity, Started};
use uuid::Uuid;

use crate::secret;

/// How long somebody may be on the way.
pub(crate) const LASTS: Duration = Duration::minutes(10);

/// What was begun.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Flow {
    /// Whose account is to be linked; nobody's while somebody logs in.
    pub(crate) account_id: Option<AccountId>,
    pub(crate) nonce: String,
    pub(crate) verifier: String,
    pub(crate) next: String,
}

/// Keeps what the answer of the provider will be held against.
pub(crate) async fn keep(
    tx: &mut Tx,
    visit: &Visit,
    browser: &str,
    provider: &str,
    account: Option<AccountId>,
    started: &Started,
    next: &str,
) -> Result<()> {
    let now = visit.now();
    sql("insert into oidc_flow
           (id, state_hash, browser_hash, provider, account_id, nonce, verifier, next, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
    .bind(visit.new_id::<Uuid>())
    .bind(secret::fingerprint(&started.state))
    .bind(secret::fingerprint(browser))
    .bind(provider)
    .bind(account)
    .bind(&started.nonce)
    .bind(&started.verifier)
    .bind(next)
    .bind(now)
    .bind(now + LASTS)
    .exactly_one(tx)
    .await?;
    Ok(())
}

/// Takes out what was begun, so that the same answer finds nothing a second time.
pub(crate) async fn take(visit: &Visit, browser: &str, provider: &str, state: &str) -> Result<Option<Flow>> {
    let mut tx = visit.begin().await?;
    let flow = sql("delete from oidc_flow
         where state_hash = $1 and browser_hash = $2 and provider = $3 and $4 < expires_at
         returning account_id, nonce, verifier, next")
    .bind(secret::fingerprint(state))
    .bind(secret::fingerprint(browser))
    .bind(provider)
    .bind(visit.now())
    .optional(&mut tx)
    .await?;
    tx.commit().await?;
    Ok(flow)
}

/// Somebody whom a provider vouches for, and the account they have still to prove.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Pending {
    pub(crate) account_id: AccountId,
    pub(crate) issuer: String,
    pub(crate) subject: String,
    pub(crate) email: String,
    pub(crate) next: String,
}

/// Keeps somebody until they have proved the account. A browser has at most one.
pub(crate) async fn wait(
    tx: &mut Tx,
    visit: &Visit,
    browser: &str,
    provider: &str,
    account: AccountId,
    identity: &Identity,
    next: &str,
) -> Result<()> {
    let now = visit.now();
    sql("delete from oidc_proof where browser_hash = $1")
        .bind(secret::fingerprint(browser))
        .execute(&mut *tx)
        .await?;
    sql("insert into oidc_proof
           (id, browser_hash, account_id, provider, issuer, subject, email, next, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
    .bind(visit.new_id::<Uuid>())
    .bind(secret::fingerprint(browser))
    .bind(account)
    .bind(provider)
    .bind(&identity.issuer)
    .bind(&identity.subject)
    .bind(identity.email.clone().unwrap_or_default())
    .bind(next)
    .bind(now)
    .bind(now + LASTS)
    .exactly_one(tx)
    .await?;
    Ok(())
}

/// Looks at who waits in this browser.
pub(crate) async fn waiting(visit: &Visit, browser: &str) -> Result<Option<Pending>> {
    Ok(sql("select account_id, issuer, subject, email, next
            from oidc_proof
            where browser_hash = $1 and $2 < expires_at")
    .bind(secret::fingerprint(browser))
    .bind(visit.now())
    .optional(visit.db())
    .await?)
}

/// Lets who waits in this browser go; whether they were still there.
pub(crate) async fn release(tx: &mut Tx, browser: &str) -> Result<bool> {
    let gone = sql("delete from oidc_proof where browser_hash = $1")
        .bind(secret::fingerprint(browser))
        .execute(tx)
        .await?;
    Ok(gone == 1)
}

/// Forgets those who never came back.
pub(crate) async fn sweep(tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    sql("delete from oidc_flow where expires_at <= $1").bind(now).execute(&mut *tx).await?;
    sql("delete from oidc_proof where expires_at <= $1").bind(now).execute(tx).await?;
    Ok(())
}

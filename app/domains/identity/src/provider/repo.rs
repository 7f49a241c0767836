//! Linked identities in the database.

use chrono::{DateTime, Utc};
use db::{ResultExt, sql};
use kernel::{AccountId, Error, Result, Tx};
use oidc::Identity;
use uuid::Uuid;

use crate::{account::repo::Account, passkey};

/// A linked identity.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Row {
    pub(crate) id: Uuid,
    pub(crate) issuer: String,
    pub(crate) email: String,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) last_used_at: Option<DateTime<Utc>>,
}

/// The identities of a person, the oldest first.
pub(crate) async fn list(on: impl Into<db::On<'_>>, account: AccountId) -> Result<Vec<Row>> {
    Ok(sql("select id, issuer, email, created_at, last_used_at
            from linked_identity
            where account_id = $1
            order by created_at, id")
    .bind(account)
    .all(on)
    .await?)
}

/// Whose identity this is.
pub(crate) async fn find(on: impl Into<db::On<'_>>, identity: &Identity) -> Result<Option<AccountId>> {
    let found: Option<(AccountId,)> =
        sql("select account_id from linked_identity where issuer = $1 and subject = $2")
            .bind(&identity.issuer)
            .bind(&identity.subject)
            .optional(on)
            .await?;
    Ok(found.map(|(account,)| account))
}

/// Links an identity to a person.
pub(crate) async fn insert(
    tx: &mut Tx,
    id: Uuid,
    account: AccountId,
    (issuer, subject, email): (&str, &str, &str),
    now: DateTime<Utc>,
) -> Result<()> {
    sql("insert into linked_identity (id, account_id, issuer, subject, email, created_at)
         values ($1, $2, $3, $4, $5, $6)")
    .bind(id)
    .bind(account)
    .bind(issuer)
    .bind(subject)
    .bind(email)
    .bind(now)
    .exactly_one(tx)
    .await
    .on_constraint("linked_identity_issuer_subject_key", || {
        Error::Conflict("This account elsewhere is linked already.".into())
    })
}

/// Notes that an identity logged in, and the address it has now.
pub(crate) async fn used(tx: &mut Tx, identity: &Identity, now: DateTime<Utc>) -> Result<()> {
    sql("update linked_identity
         set last_used_at = $3, email = coalesce($4, email)
         where issuer = $1 and subject = $2")
    .bind(&identity.issuer)
    .bind(&identity.subject)
    .bind(now)
    .bind(identity.email.clone())
    .exactly_one(tx)
    .await?;
    Ok(())
}

/// Unlinks an identity of the person; its issuer if it was there.
pub(crate) async fn delete(tx: &mut Tx, account: AccountId, id: Uuid) -> Result<Option<String>> {
    let found: Option<(String,)> =
        sql("delete from linked_identity where account_id = $1 and id = $2 returning issuer")
            .bind(account)
            .bind(id)
            .optional(tx)
            .await?;
    Ok(found.map(|(issuer,)| issuer))
}

/// Whether the person could log in as things stand: by password, passkey or a linked identity.
pub(crate) async fn has_way_in(tx: &mut Tx, account: &Account) -> Result<bool> {
    Ok(!account.password_hash.is_empty()
        || 0 < passkey::repo::count(&mut *tx, account.id).await?
        || !list(tx, account.id).await?.is_empty())
}

/// Gives an account that nobody has confirmed to the person whose address is proved now. Whoever signed up with it
/// before may have been somebody else, so their name and password go.
pub(crate) async fn claim(tx: &mut Tx, id: AccountId, name: &str, now: DateTime<Utc>) -> Result<()> {
    sql("update account
         set name = $2, password_hash = '', confirmed_at = $3, updated_at = $3, version = version + 1
         where id = $1 and confirmed_at is null")
    .bind(id)
    .bind(name)
    .bind(now)
    .exactly_one(tx)
    .await?;
    Ok(())
}

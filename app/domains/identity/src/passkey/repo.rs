//! Passkeys in the database.

use chrono::{DateTime, Utc};
use db::{ResultExt, sql};
use kernel::{AccountId, Error, Result, Tx};
use serde_json::Value;
use uuid::Uuid;

use crate::passkey::model::Listed;

/// A passkey as a log-in needs it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Found {
    pub(crate) id: Uuid,
    pub(crate) account_id: AccountId,
    /// Public key and counter.
    pub(crate) credential: Value,
}

/// The passkeys of a person, the oldest first.
pub(crate) async fn list(on: impl Into<db::On<'_>>, account: AccountId) -> Result<Vec<Listed>> {
    Ok(sql("select id, name, created_at, last_used_at
            from passkey
            where account_id = $1
            order by created_at, id")
    .bind(account)
    .all(on)
    .await?)
}

/// What devices call the passkeys of a person.
pub(crate) async fn credential_ids(on: impl Into<db::On<'_>>, account: AccountId) -> Result<Vec<Vec<u8>>> {
    let rows: Vec<(Vec<u8>,)> =
        sql("select credential_id from passkey where account_id = $1 order by created_at, id")
            .bind(account)
            .all(on)
            .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// How many passkeys a person has.
pub(crate) async fn count(on: impl Into<db::On<'_>>, account: AccountId) -> Result<i64> {
    let (count,): (i64,) =
        sql("select count(*) from passkey where account_id = $1").bind(account).one(on).await?;
    Ok(count)
}

/// The passkey that a device calls `credential_id`.
pub(crate) async fn find(on: impl Into<db::On<'_>>, credential_id: Vec<u8>) -> Result<Option<Found>> {
    Ok(sql("select id, account_id, credential from passkey where credential_id = $1")
        .bind(credential_id)
        .optional(on)
        .await?)
}

/// Writes a new passkey.
pub(crate) async fn insert(
    tx: &mut Tx,
    id: Uuid,
    account: AccountId,
    made: &::passkey::Made,
    name: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    sql("insert into passkey (id, account_id, credential_id, credential, name, created_at)
         values ($1, $2, $3, $4, $5, $6)")
    .bind(id)
    .bind(account)
    .bind(made.id.clone())
    .bind(made.credential.clone())
    .bind(name)
    .bind(now)
    .exactly_one(tx)
    .await
    .on_constraint("passkey_credential_id_key", || Error::Conflict("This passkey is in use already.".into()))
}

/// Notes that a passkey was used, and where its counter stands if it has moved.
pub(crate) async fn used(tx: &mut Tx, id: Uuid, credential: Option<Value>, now: DateTime<Utc>) -> Result<()> {
    sql("update passkey set credential = coalesce($2, credential), last_used_at = $3 where id = $1")
        .bind(id)
        .bind(credential)
        .bind(now)
        .exactly_one(tx)
        .await?;
    Ok(())
}

/// Gives a passkey of the person another name.
pub(crate) async fn rename(tx: &mut Tx, account: AccountId, id: Uuid, name: &str) -> Result<bool> {
    let changed = sql("update passkey set name = $3 where account_id = $1 and id = $2")
        .bind(account)
        .bind(id)
        .bind(name)
        .execute(tx)
        .await?;
    Ok(changed == 1)
}

/// Removes a passkey of the person; its name if it was there.
pub(crate) async fn delete(tx: &mut Tx, account: AccountId, id: Uuid) -> Result<Option<String>> {
    let found: Option<(String,)> =
        sql("delete from passkey where account_id = $1 and id = $2 returning name")
            .bind(account)
            .bind(id)
            .optional(tx)
            .await?;
    Ok(found.map(|(name,)| name))
}

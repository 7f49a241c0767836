//! Second factors in the database.

use chrono::{DateTime, Utc};
use db::sql;
use kernel::{AccountId, Result, Session, Tx};
use uuid::Uuid;

/// An authenticator app.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct App {
    /// The row; the secret is bound to it.
    pub id: Uuid,
    /// Sealed.
    pub secret: String,
    /// No code of this step or before is taken.
    pub last_step: i64,
    /// When its first code was typed.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
}

/// Whether the person has a second factor of any kind.
pub async fn has_any(on: impl Into<db::On<'_>>, account: AccountId) -> Result<bool> {
    let (count,): (i64,) =
        sql("select count(*) from second_factor where account_id = $1").bind(account).one(on).await?;
    Ok(0 < count)
}

/// The app in use.
pub async fn app(on: impl Into<db::On<'_>>, account: AccountId) -> Result<Option<App>> {
    Ok(sql("select id, secret, last_step, confirmed_at, created_at
            from totp
            where account_id = $1 and confirmed_at is not null")
    .bind(account)
    .optional(on)
    .await?)
}

/// The app that waits for its first code.
pub async fn pending_app(on: impl Into<db::On<'_>>, account: AccountId) -> Result<Option<App>> {
    Ok(sql("select id, secret, last_step, confirmed_at, created_at
            from totp
            where account_id = $1 and confirmed_at is null
            order by created_at desc, id desc
            limit 1")
    .bind(account)
    .optional(on)
    .await?)
}

/// Writes an app that waits, in place of an earlier one.
pub async fn insert_pending(
    tx: &mut Tx,
    id: Uuid,
    account: AccountId,
    secret: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    sql("delete from totp where account_id = $1 and confirmed_at is null")
        .bind(account)
        .execute(&mut *tx)
        .await?;
    sql("insert into totp (id, account_id, secret, created_at) values ($1, $2, $3, $4)")
        .bind(id)
        .bind(account)
        .bind(secret)
        .bind(now)
        .exactly_one(tx)
        .await?;
    Ok(())
}

/// Takes an app into use, in place of the one that was.
pub async fn confirm(
    tx: &mut Tx,
    id: Uuid,
    account: AccountId,
    step: i64,
    now: DateTime<Utc>,
) -> Result<bool> {
    sql("delete from totp where account_id = $1 and id <> $2")
        .bind(account)
        .bind(id)
        .execute(&mut *tx)
        .await?;
    let changed = sql("update totp
                       set confirmed_at = $3, last_step = $4
                       where id = $1 and account_id = $2 and confirmed_at is null")
    .bind(id)
    .bind(account)
    .bind(now)
    .bind(step)
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Uses a code up. Of two uses at the same moment one finds it used.
pub async fn use_step(tx: &mut Tx, id: Uuid, step: i64) -> Result<bool> {
    let changed = sql("update totp set last_step = $2 where id = $1 and last_step < $2")
        .bind(id)
        .bind(step)
        .execute(tx)
        .await?;
    Ok(changed == 1)
}

/// Puts a secret that was sealed anew in the place of the old one.
pub async fn reseal(tx: &mut Tx, id: Uuid, secret: &str) -> Result<()> {
    sql("update totp set secret = $2 where id = $1").bind(id).bind(secret).execute(tx).await?;
    Ok(())
}

/// Removes the app, and one that waits.
pub async fn delete_apps(tx: &mut Tx, account: AccountId) -> Result<bool> {
    let changed = sql("delete from totp where account_id = $1").bind(account).execute(tx).await?;
    Ok(0 < changed)
}

/// Recovery codes that were not used.
pub async fn codes_left(on: impl Into<db::On<'_>>, account: AccountId) -> Result<i64> {
    let (count,): (i64,) =
        sql("select count(*) from recovery_code where account_id = $1 and used_at is null")
            .bind(account)
            .one(on)
            .await?;
    Ok(count)
}

/// Writes a set of codes in place of all earlier ones.
pub async fn replace_codes(
    tx: &mut Tx,
    account: AccountId,
    codes: Vec<(Uuid, Vec<u8>)>,
    now: DateTime<Utc>,
) -> Result<()> {
    sql("delete from recovery_code where account_id = $1").bind(account).execute(&mut *tx).await?;
    for (id, hash) in codes {
        sql("insert into recovery_code (id, account_id, code_hash, created_at) values ($1, $2, $3, $4)")
            .bind(id)
            .bind(account)
            .bind(hash)
            .bind(now)
            .exactly_one(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Uses a recovery code up.
pub async fn use_code(tx: &mut Tx, account: AccountId, hash: Vec<u8>, now: DateTime<Utc>) -> Result<bool> {
    let changed = sql("update recovery_code
                       set used_at = $3
                       where account_id = $1 and code_hash = $2 and used_at is null")
    .bind(account)
    .bind(hash)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Keeps a new set readable until it was seen.
pub async fn insert_sheet(
    tx: &mut Tx,
    account: AccountId,
    codes: &str,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    sql("insert into recovery_sheet (account_id, codes, expires_at)
         values ($1, $2, $3)
         on conflict (account_id) do update set codes = excluded.codes, expires_at = excluded.expires_at")
    .bind(account)
    .bind(codes)
    .bind(expires_at)
    .exactly_one(tx)
    .await?;
    Ok(())
}

/// The set that was not put away yet.
pub async fn sheet(
    on: impl Into<db::On<'_>>,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Option<String>> {
    let found: Option<(String,)> =
        sql("select codes from recovery_sheet where account_id = $1 and $2 < expires_at")
            .bind(account)
            .bind(now)
            .optional(on)
            .await?;
    Ok(found.map(|(codes,)| codes))
}

/// Makes the set unreadable.
pub async fn delete_sheet(tx: &mut Tx, account: AccountId) -> Result<()> {
    sql("delete from recovery_sheet where account_id = $1").bind(account).execute(tx).await?;
    Ok(())
}

/// Whether an organisation that asks for a second factor lets this session in: with an app, or a passkey that was used.
pub async fn is_enough(on: impl Into<db::On<'_>>, session: &Session) -> Result<bool> {
    let (enough,): (bool,) =
        sql("select exists (select f.account_id from second_factor f where f.account_id = $1)
           or exists (
             select p.id from passkey p
             join session s on s.account_id = p.account_id
             where s.id = $2 and s.with_passkey)")
        .bind(session.account_id)
        .bind(session.id)
        .one(on)
        .await?;
    Ok(enough)
}

/// The organisations of a person that ask for a second factor, by name.
pub async fn required_by(on: impl Into<db::On<'_>>, account: AccountId) -> Result<Vec<String>> {
    let names: Vec<(String,)> = sql("select o.name
         from member m
         join organisation o on o.id = m.organisation_id
         where m.account_id = $1 and m.state = 'active' and m.deleted_at is null
           and o.deleted_at is null and o.require_mfa
         order by o.name
         limit 200")
    .bind(account)
    .all(on)
    .await?;
    Ok(names.into_iter().map(|(name,)| name).collect())
}

/// Forgets what nobody finished.
pub async fn sweep(tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    sql("delete from totp where confirmed_at is null and created_at < $1")
        .bind(now - super::acts::SETUP)
        .execute(&mut *tx)
        .await?;
    sql("delete from recovery_sheet where expires_at <= $1").bind(now).execute(tx).await?;
    Ok(())
}

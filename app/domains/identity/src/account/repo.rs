//! Accounts in the database.

use chrono::{DateTime, Utc};
use db::{ResultExt, sql};
use kernel::{AccountId, Error, OrNotFound, Result, Tx};

use crate::account::{EmailAddress, PersonName};

/// An account as log-in and links need it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Account {
    /// The account.
    pub id: AccountId,
    /// Address in lower case.
    pub email: String,
    /// Full name.
    pub name: String,
    /// argon2id, or empty.
    pub password_hash: String,
    /// When the address was proved.
    pub confirmed_at: Option<DateTime<Utc>>,
}

impl Account {
    /// Whether the person has still to prove the address. Who has and knows no password comes in by a provider or with a
    /// passkey.
    pub fn is_new(&self) -> bool {
        self.confirmed_at.is_none()
    }
}

/// The account with this address.
pub async fn find_by_email(on: impl Into<db::On<'_>>, email: &EmailAddress) -> Result<Option<Account>> {
    Ok(sql("select id, email, name, password_hash, confirmed_at from account where lower(email) = $1")
        .bind(email.as_str())
        .optional(on)
        .await?)
}

/// The account with this id.
pub async fn get(on: impl Into<db::On<'_>>, id: AccountId) -> Result<Account> {
    sql("select id, email, name, password_hash, confirmed_at from account where id = $1")
        .bind(id)
        .optional(on)
        .await?
        .or_not_found()
}

/// Writes a new account that nobody has confirmed. An address that is taken, however it is written, is a wrong field.
pub async fn insert(
    tx: &mut Tx,
    id: AccountId,
    email: &EmailAddress,
    name: &str,
    password_hash: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let account = Account {
        id,
        email: email.as_str().to_owned(),
        name: name.to_owned(),
        password_hash: password_hash.to_owned(),
        confirmed_at: None,
    };
    insert_whole(tx, &account, now).await
}

/// Writes a new account as it stands.
pub async fn insert_whole(tx: &mut Tx, account: &Account, now: DateTime<Utc>) -> Result<()> {
    sql("insert into account (id, email, name, password_hash, confirmed_at, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $6)")
    .bind(account.id)
    .bind(&account.email)
    .bind(&account.name)
    .bind(&account.password_hash)
    .bind(account.confirmed_at)
    .bind(now)
    .exactly_one(tx)
    .await
    .on_constraint("account_email_key", || Error::invalid("email", "This address has an account already."))
}

/// Gives an account that nobody has confirmed yet the name and password of the newest sign-up.
pub async fn replace_unconfirmed(
    tx: &mut Tx,
    id: AccountId,
    name: &PersonName,
    password_hash: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    sql("update account
         set name = $2, password_hash = $3, updated_at = $4, version = version + 1
         where id = $1 and confirmed_at is null")
    .bind(id)
    .bind(name.as_str())
    .bind(password_hash)
    .bind(now)
    .exactly_one(tx)
    .await?;
    Ok(())
}

/// Notes that the address was proved.
pub async fn confirm(tx: &mut Tx, id: AccountId, now: DateTime<Utc>) -> Result<()> {
    sql("update account
         set confirmed_at = $2, updated_at = $2, version = version + 1
         where id = $1 and confirmed_at is null")
    .bind(id)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// Sets a password.
pub async fn set_password(tx: &mut Tx, id: AccountId, password_hash: &str, now: DateTime<Utc>) -> Result<()> {
    sql("update account set password_hash = $2, updated_at = $3, version = version + 1 where id = $1")
        .bind(id)
        .bind(password_hash)
        .bind(now)
        .exactly_one(tx)
        .await?;
    Ok(())
}

//! Logging in by a link in a mail. It works once, for ten minutes, by a press of a button, and only in the browser that
//! asked for it: who reads the mail elsewhere gets nowhere.

use chrono::{DateTime, Duration, Utc};
use db::sql;
use kernel::{AccountId, Error, Result, Tx, Visit};

use crate::{
    account::{self, EmailAddress, acts::link_is_dead, mails},
    limit::{self, Act},
    secret,
    session::{Begun, Origin, Proof, begin, model::LinkState},
};

/// How long a link works.
const LASTS: Duration = Duration::minutes(10);

/// What the cookie of the browser and the mail are to hold.
#[derive(Debug)]
pub struct Asked {
    /// What the cookie carries; there is one whether or not there is an account.
    pub browser: String,
    /// The address as it was understood.
    pub email: EmailAddress,
}

/// Sends the link, if the address has a confirmed account. The answer is the same for every address.
pub async fn ask(visit: &Visit, origin: &Origin, email: &str) -> Result<Asked> {
    let email = EmailAddress::parse(email)?;
    limit::count(visit, Act::Mail, email.as_str(), origin).await?;
    let (token, browser) = (secret::token(), secret::token());
    let now = visit.now();
    let mut tx = visit.begin().await?;
    let account = account::repo::find_by_email(&mut tx, &email).await?;
    if let Some(account) = account.filter(|account| account.confirmed_at.is_some()) {
        sql("update login_link set used_at = $2 where account_id = $1 and used_at is null")
            .bind(account.id)
            .bind(now)
            .execute(&mut tx)
            .await?;
        sql("insert into login_link (id, token_hash, browser_hash, account_id, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6)")
        .bind(visit.new_id::<uuid::Uuid>())
        .bind(secret::fingerprint(&token))
        .bind(secret::fingerprint(&browser))
        .bind(account.id)
        .bind(now)
        .bind(now + LASTS)
        .exactly_one(&mut tx)
        .await?;
        tx.send(&mails::log_in_link(visit, &account, &token)).await?;
    }
    tx.commit().await?;
    Ok(Asked { browser, email })
}

/// Looks at a link without using it up.
pub async fn look(visit: &Visit, token: &str, browser: Option<&str>) -> Result<LinkState> {
    let found: Option<(Vec<u8>,)> = sql("select browser_hash
         from login_link
         where token_hash = $1 and used_at is null and $2 < expires_at")
    .bind(secret::fingerprint(token))
    .bind(visit.now())
    .optional(visit.db())
    .await?;
    let mine = secret::fingerprint(browser.unwrap_or_default());
    Ok(match found {
        Some((hash,)) if hash == mine => LinkState::Works,
        Some(_) => LinkState::OtherBrowser,
        None => LinkState::Dead,
    })
}

/// Uses the link up and goes on to a session or to the second factor. In another browser it stays as it is.
pub async fn log_in(visit: &Visit, origin: &Origin, token: &str, browser: Option<&str>) -> Result<Begun> {
    let mut tx = visit.begin().await?;
    let used: Option<(AccountId,)> = sql("update login_link
         set used_at = $1
         where token_hash = $2 and browser_hash = $3 and used_at is null and $1 < expires_at
         returning account_id")
    .bind(visit.now())
    .bind(secret::fingerprint(token))
    .bind(secret::fingerprint(browser.unwrap_or_default()))
    .optional(&mut tx)
    .await?;
    let Some((account,)) = used else {
        drop(tx);
        return Err(match look(visit, token, browser).await? {
            LinkState::OtherBrowser => Error::Forbidden(
                "This link works only in the browser that asked for it. Open it there; it is still good."
                    .into(),
            ),
            LinkState::Works | LinkState::Dead => link_is_dead(),
        });
    };
    let account = account::repo::get(&mut tx, account).await?;
    let begun = begin::begin(&mut tx, visit, origin, &account, Proof::Link, None).await?;
    tx.commit().await?;
    Ok(begun)
}

/// Forgets links that are over.
pub(crate) async fn sweep(tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    sql("delete from login_link where expires_at < $1").bind(now - Duration::days(1)).execute(tx).await?;
    Ok(())
}

//! Showing once more that it is you, before an act that a stranger at an open screen must not do.

use kernel::{Error, Result, Visit};
use serde_json::json;

use crate::{
    account::{self, event, event::Kind},
    factor,
    limit::{self, Act},
    secret,
    session::{Origin, model::Ask, repo},
};

/// What the person is asked for.
pub async fn ask(visit: &Visit) -> Result<Ask> {
    let session = visit.require_session()?;
    let account = account::repo::get(visit.db(), session.account_id).await?;
    Ok(if !account.password_hash.is_empty() {
        Ask::Password
    } else if factor::repo::has_any(visit.db(), account.id).await? {
        Ask::Code
    } else {
        Ask::LogIn
    })
}

/// Checks what was typed and gives the session another token; the old one is dead.
pub async fn prove(visit: &Visit, origin: &Origin, password: &str, code: &str) -> Result<String> {
    let session = visit.require_session()?;
    let account = account::repo::get(visit.db(), session.account_id).await?;
    let asked = ask(visit).await?;
    match asked {
        Ask::Password => {
            limit::count(visit, Act::LogIn, &account.email, origin).await?;
            if !secret::verify_for(visit, password, Some(&account.password_hash)).await? {
                return Err(Error::invalid("password", "This is not your password."));
            }
            limit::forgive(visit, Act::LogIn, &account.email, origin).await?;
        }
        Ask::Code => limit::count(visit, Act::Code, &account.email, origin).await?,
        Ask::LogIn => return Err(Error::Forbidden("Log out and log in again; then do it.".into())),
    }
    let mut tx = visit.begin().await?;
    if asked == Ask::Code && factor::acts::use_code(&mut tx, visit, origin, &account, code).await?.is_none() {
        return Err(Error::invalid("code", "This code does not fit, or was used already."));
    }
    let token = secret::token();
    repo::renew(&mut tx, session.id, secret::fingerprint(&token), visit.now()).await?;
    event::note(&mut tx, visit, origin, account.id, Kind::Proved, json!({})).await?;
    tx.commit().await?;
    if asked == Ask::Code {
        limit::forgive(visit, Act::Code, &account.email, origin).await?;
    }
    Ok(token)
}

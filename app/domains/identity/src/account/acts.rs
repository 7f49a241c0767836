//! What a person does with their account: sign up, confirm, get back in, change the password.

use kernel::{Error, Result, Visit};
use serde_json::json;

use crate::{
    account::{EmailAddress, MailToken, PersonName, Purpose, event, event::Kind, mails, password, repo},
    form::{Problems, filled},
    limit::{self, Act},
    organisation::{self, model::OrganisationTitle},
    secret,
    session::{self, Origin},
};

/// What the sign-up form holds.
#[derive(Debug, Clone, Default)]
pub struct SignUp {
    /// Full name.
    pub name: String,
    /// Address.
    pub email: String,
    /// Password.
    pub password: String,
    /// The organisation to create, if any.
    pub organisation: Option<String>,
    /// Its time zone, as the browser knows it.
    pub time_zone: Option<String>,
}

/// Opens an account and sends the link that confirms it. The answer is the same when the address has an account
/// already: only the mail tells.
pub async fn sign_up(visit: &Visit, origin: &Origin, form: &SignUp) -> Result<EmailAddress> {
    let mut problems = Problems::default();
    let name = problems.take(PersonName::parse(&form.name));
    let email = problems.take(EmailAddress::parse(&form.email));
    let about = [form.email.trim(), form.name.trim()];
    let strong = problems.take(password::check(&form.password, &about));
    let organisation = match filled(form.organisation.as_deref()) {
        Some(text) => problems.take(OrganisationTitle::parse_field("organisation", text)).map(Some),
        None => Some(None),
    };
    let (Some(name), Some(email), Some(()), Some(organisation)) = (name, email, strong, organisation) else {
        return Err(problems.into_error());
    };
    limit::count(visit, Act::SignUp, email.as_str(), origin).await?;
    let password_hash = secret::hash_for(visit, &form.password).await?;
    let data = match &organisation {
        Some(title) => json!({
            "organisation": title.as_str(),
            "time_zone": filled(form.time_zone.as_deref()).unwrap_or_default(),
        }),
        None => json!({}),
    };

    let now = visit.now();
    let mut tx = visit.begin().await?;
    let known = repo::find_by_email(&mut tx, &email).await?;
    let mail = match known {
        Some(account) if account.confirmed_at.is_some() => mails::already_known(visit, &account),
        known => {
            let id = match known {
                Some(account) => {
                    repo::replace_unconfirmed(&mut tx, account.id, &name, &password_hash, now).await?;
                    account.id
                }
                None => {
                    let id = visit.new_id();
                    repo::insert(&mut tx, id, &email, name.as_str(), &password_hash, now).await?;
                    id
                }
            };
            let token = MailToken::issue(&mut tx, visit, Purpose::Confirm, id, None, data).await?;
            mails::confirm(visit, email.as_str(), name.as_str(), &token)
        }
    };
    tx.send(&mail).await?;
    tx.commit().await?;
    Ok(email)
}

/// Confirms the address that the link was sent to, and creates the organisation named at sign-up.
pub async fn confirm(visit: &Visit, token: &str) -> Result<EmailAddress> {
    let link = MailToken::peek(visit, Purpose::Confirm, token).await?.ok_or_else(link_is_dead)?;
    let account = repo::get(visit.db(), link.account_id).await?;
    let text = |key: &str| link.data.get(key).and_then(|value| value.as_str()).unwrap_or_default();
    let founder = OrganisationTitle::parse(text("organisation")).ok().map(|title| {
        let settings = organisation::acts::first_settings(text("time_zone"), "");
        organisation::acts::founder(visit, None, &account, &title, settings)
    });
    let founder = founder.transpose()?;

    let now = visit.now();
    let mut tx = match &founder {
        Some(cx) => cx.begin().await?,
        None => visit.begin().await?,
    };
    MailToken::consume(&mut tx, now, Purpose::Confirm, token).await?.ok_or_else(link_is_dead)?;
    repo::confirm(&mut tx, account.id, now).await?;
    if let Some(cx) = &founder {
        organisation::acts::found(&mut tx, cx, account.id).await?;
    }
    tx.commit().await?;
    EmailAddress::parse(&account.email)
}

/// Sends the confirmation link again. The answer is the same whether or not the address has an account.
pub async fn resend_confirmation(visit: &Visit, origin: &Origin, email: &str) -> Result<EmailAddress> {
    let email = EmailAddress::parse(email)?;
    limit::count(visit, Act::Mail, email.as_str(), origin).await?;
    let mut tx = visit.begin().await?;
    if let Some(account) = repo::find_by_email(&mut tx, &email).await? {
        // Somebody who was only invited has no password yet; the invitation is their way in.
        if account.confirmed_at.is_none() && !account.password_hash.is_empty() {
            let data = pending_data(&mut tx, account.id).await?;
            let token = MailToken::issue(&mut tx, visit, Purpose::Confirm, account.id, None, data).await?;
            tx.send(&mails::confirm(visit, &account.email, &account.name, &token)).await?;
        }
    }
    tx.commit().await?;
    Ok(email)
}

/// What the newest confirmation link was to do, so that the next one does the same.
async fn pending_data(tx: &mut kernel::Tx, account: kernel::AccountId) -> Result<serde_json::Value> {
    let newest: Option<(serde_json::Value,)> = db::sql(
        "select data
         from mail_token
         where account_id = $1 and purpose = 'confirm'
         order by created_at desc, id desc
         limit 1",
    )
    .bind(account)
    .optional(tx)
    .await?;
    Ok(newest.map_or_else(|| json!({}), |(data,)| data))
}

/// Sends the link that sets a new password. The answer is the same whether or not the address has an account.
pub async fn request_reset(visit: &Visit, origin: &Origin, email: &str) -> Result<EmailAddress> {
    let email = EmailAddress::parse(email)?;
    limit::count(visit, Act::Mail, email.as_str(), origin).await?;
    let mut tx = visit.begin().await?;
    if let Some(account) = repo::find_by_email(&mut tx, &email).await? {
        let token = MailToken::issue(&mut tx, visit, Purpose::Reset, account.id, None, json!({})).await?;
        tx.send(&mails::reset(visit, &account, &token)).await?;
    }
    tx.commit().await?;
    Ok(email)
}

/// Sets the new password and ends every session of the person. Having opened the link proves the address as well.
///
/// It begins no session: the log-in that follows asks for the second factor, if there is one.
pub async fn reset_password(
    visit: &Visit,
    origin: &Origin,
    token: &str,
    password: &str,
) -> Result<EmailAddress> {
    let link = MailToken::peek(visit, Purpose::Reset, token).await?.ok_or_else(link_is_dead)?;
    let account = repo::get(visit.db(), link.account_id).await?;
    password::check(password, &[&account.email, &account.name])?;
    let password_hash = secret::hash_for(visit, password).await?;

    let now = visit.now();
    let mut tx = visit.begin().await?;
    MailToken::consume(&mut tx, now, Purpose::Reset, token).await?.ok_or_else(link_is_dead)?;
    repo::set_password(&mut tx, account.id, &password_hash, now).await?;
    repo::confirm(&mut tx, account.id, now).await?;
    session::repo::delete_all(&mut tx, account.id, None).await?;
    session::challenge::revoke(&mut tx, account.id).await?;
    event::note(&mut tx, visit, origin, account.id, Kind::PasswordReset, json!({})).await?;
    tx.send(&mails::password_changed(visit, &account)).await?;
    tx.commit().await?;
    EmailAddress::parse(&account.email)
}

/// Changes the password of the person who is logged in, ends their other sessions, and gives this one another token.
pub async fn change_password(visit: &Visit, origin: &Origin, current: &str, new: &str) -> Result<String> {
    let session = visit.require_session()?;
    let account = repo::get(visit.db(), session.account_id).await?;
    password::check(new, &[&account.email, &account.name])?;
    limit::count(visit, Act::LogIn, &account.email, origin).await?;
    if !secret::verify_for(visit, current, Some(&account.password_hash)).await? {
        return Err(Error::invalid("current", "This is not your present password."));
    }
    limit::forgive(visit, Act::LogIn, &account.email, origin).await?;
    let password_hash = secret::hash_for(visit, new).await?;

    let mut tx = visit.begin().await?;
    repo::set_password(&mut tx, account.id, &password_hash, visit.now()).await?;
    session::repo::delete_all(&mut tx, account.id, Some(session.id)).await?;
    session::challenge::revoke(&mut tx, account.id).await?;
    let token = secret::token();
    session::repo::renew(&mut tx, session.id, secret::fingerprint(&token), visit.now()).await?;
    event::note(&mut tx, visit, origin, account.id, Kind::PasswordChanged, json!({})).await?;
    tx.send(&mails::password_changed(visit, &account)).await?;
    tx.commit().await?;
    Ok(token)
}

/// A link that was used, has expired or never existed.
pub(crate) fn link_is_dead() -> Error {
    Error::Conflict("This link has been used or has expired. Ask for a new one.".into())
}

//! Linked identities: proving an account, the list, and letting one go.

use kernel::{Error, OrNotFound, Result, Tx, Visit};
use oidc::Identity;
use uuid::Uuid;

use crate::{
    account::{self, repo::Account},
    factor,
    limit::{self, Act},
    provider::{
        Providers, acts, flow, mails,
        model::{Linked, LinkedAccounts, Proof, Waiting},
        repo,
    },
    secret,
    session::{self, Begun, Origin, begin::begin},
};

/// The page that asks for the proof, and links.
pub(super) const PAGE: &str = "/oidc/link";

/// Links an identity, and tells the person by mail.
pub(super) async fn link(
    tx: &mut Tx,
    visit: &Visit,
    providers: &Providers,
    account: &Account,
    identity: &Identity,
) -> Result<()> {
    let email = identity.email.as_deref().unwrap_or_default();
    let who = (identity.issuer.as_str(), identity.subject.as_str(), email);
    repo::insert(tx, visit.new_id(), account.id, who, visit.now()).await?;
    tx.send(&mails::linked(visit, account, &providers.name_of(&identity.issuer))).await
}

/// Who has to prove an account in this browser, if anybody has.
pub async fn waiting(visit: &Visit, providers: &Providers, browser: Option<&str>) -> Result<Option<Waiting>> {
    let Some(browser) = browser else { return Ok(None) };
    let Some(pending) = flow::waiting(visit, browser).await? else { return Ok(None) };
    let account = account::repo::get(visit.db(), pending.account_id).await?;
    let proof = if is_logged_in(visit, &account) {
        if matches!(visit.require_recent(), Err(Error::ProveAgain)) { Proof::Again } else { Proof::LoggedIn }
    } else if account.password_hash.is_empty() {
        Proof::Elsewhere
    } else {
        Proof::Password
    };
    Ok(Some(Waiting { provider: providers.name_of(&pending.issuer), email: account.email, proof }))
}

/// Links who waits in this browser once the account is proved: by its password, or by who is logged in to it and has just
/// shown that it is them. Hands back what that came to, unless they are logged in, and where they want to go on.
///
/// Where the account has a second factor, the password alone links nothing: the log-in goes on to the code and from there
/// back to the page that links, where they are logged in then.
pub async fn prove(
    visit: &Visit,
    providers: &Providers,
    origin: &Origin,
    browser: Option<&str>,
    password: &str,
) -> Result<(Option<Begun>, String)> {
    let browser = browser.ok_or_else(acts::is_over)?;
    let pending = flow::waiting(visit, browser).await?.ok_or_else(acts::is_over)?;
    let account = account::repo::get(visit.db(), pending.account_id).await?;
    let logged_in = is_logged_in(visit, &account);
    if logged_in {
        visit.require_recent().map_err(show_again)?;
    } else {
        limit::count(visit, Act::LogIn, &account.email, origin).await?;
        if !secret::verify_for(visit, password, Some(&account.password_hash)).await? {
            return Err(Error::invalid("password", "This is not the password of the account."));
        }
        limit::forgive(visit, Act::LogIn, &account.email, origin).await?;
    }
    let identity = Identity {
        issuer: pending.issuer,
        subject: pending.subject,
        email: Some(pending.email),
        email_verified: true,
        name: None,
    };
    let mut tx = visit.begin().await?;
    if !logged_in && factor::repo::has_any(&mut tx, account.id).await? {
        let begun = begin(&mut tx, visit, origin, &account, session::Proof::Password, None).await?;
        tx.commit().await?;
        return Ok((Some(begun), PAGE.to_owned()));
    }
    if !flow::release(&mut tx, browser).await? {
        return Err(acts::is_over());
    }
    link(&mut tx, visit, providers, &account, &identity).await?;
    let begun = if logged_in {
        None
    } else {
        repo::used(&mut tx, &identity, visit.now()).await?;
        Some(begin(&mut tx, visit, origin, &account, session::Proof::Password, None).await?)
    };
    tx.commit().await?;
    Ok((begun, pending.next))
}

fn is_logged_in(visit: &Visit, account: &Account) -> bool {
    visit.session().is_some_and(|session| session.account_id == account.id)
}

/// The page stands outside the shell, whose dialog would ask; loaded anew, it leads to the page that does.
fn show_again(error: Error) -> Error {
    match error {
        Error::ProveAgain => {
            Error::Conflict("Show once more that it is you first: load this page again.".into())
        }
        other => other,
    }
}

/// The linked identities of the person who is logged in.
pub async fn linked(visit: &Visit, providers: &Providers) -> Result<LinkedAccounts> {
    let session = visit.require_session()?;
    let rows = repo::list(visit.db(), session.account_id).await?;
    let shown = |row: repo::Row| Linked {
        id: row.id,
        provider: providers.name_of(&row.issuer),
        email: row.email,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
    };
    Ok(LinkedAccounts { list: rows.into_iter().map(shown).collect(), providers: providers.names() })
}

/// Unlinks an identity, unless it is the last way in. Hands back the provider's name.
pub async fn unlink(visit: &Visit, providers: &Providers, id: Uuid) -> Result<String> {
    let session = visit.require_recent()?;
    let account = account::repo::get(visit.db(), session.account_id).await?;
    let mut tx = visit.begin().await?;
    let issuer = repo::delete(&mut tx, account.id, id).await?.or_not_found()?;
    let name = providers.name_of(&issuer);
    if !repo::has_way_in(&mut tx, &account).await? {
        return Err(Error::Conflict(format!(
            "{name} is your only way in. Set a password by \"Forgot it\" on the log-in page, or add a passkey, then \
             unlink it."
        )));
    }
    tx.send(&mails::unlinked(visit, &account, &name)).await?;
    tx.commit().await?;
    Ok(name)
}

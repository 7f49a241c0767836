//! Going to a provider, and what comes of the answer.

use kernel::{AccountId, Error, OrNotFound, Result, Tx, Visit};
use oidc::Identity;

use crate::{
    account::{self, EmailAddress, MailToken, Purpose, repo::Account},
    limit::{self, Act},
    provider::{
        Providers,
        flow::{self, Flow},
        link::link,
        model::Why,
        repo,
    },
    session::{self, Begun, Origin, Proof, begin::begin},
};

pub use super::link::{linked, prove, unlink, waiting};

/// What is begun at a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    /// Somebody logs in.
    LogIn,
    /// The person who is logged in links an account there.
    Link,
}

/// What a provider's answer came to.
#[derive(Debug)]
pub enum Outcome {
    /// Somebody has proved who they are, and wants to go on at this path.
    In(Begun, String),
    /// The account elsewhere is linked.
    Linked,
    /// Their address has an account, which they have still to prove.
    Prove,
    /// Nothing came of it.
    Failed(Why),
}

/// The address that a provider sends people back to.
fn way_back(visit: &Visit, provider: &str) -> String {
    format!("{}/oidc/{provider}/callback", visit.site().base_url())
}

/// Begins: hands back the address of the provider, or why it cannot be asked.
pub async fn start(
    visit: &Visit,
    providers: &Providers,
    origin: &Origin,
    browser: &str,
    id: &str,
    aim: Aim,
    next: Option<&str>,
) -> Result<Result<String, Why>> {
    let provider = providers.get(id).or_not_found()?;
    let account = match aim {
        Aim::LogIn => None,
        Aim::Link => Some(visit.require_recent()?.account_id),
    };
    limit::count_address(visit, Act::Question, origin).await?;
    // A provider that is slow keeps nobody else waiting.
    visit.rest().await;
    let started = match provider.start(&way_back(visit, id)).await {
        Ok(started) => started,
        Err(cause) => return Ok(Err(why(id, &cause))),
    };
    let next = session::local_path(next).unwrap_or_default();
    let mut tx = visit.begin().await?;
    flow::keep(&mut tx, visit, browser, id, account, &started, next).await?;
    tx.commit().await?;
    Ok(Ok(started.address))
}

/// What the browser brings back.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// Names what was begun.
    pub state: String,
    /// What the provider exchanges for an ID token.
    pub code: Option<String>,
    /// What went wrong there.
    pub error: Option<String>,
}

/// Reads the answer of a provider.
pub async fn finish(
    visit: &Visit,
    providers: &Providers,
    origin: &Origin,
    browser: Option<&str>,
    id: &str,
    answer: &Answer,
) -> Result<Outcome> {
    let provider = providers.get(id).or_not_found()?;
    limit::count_address(visit, Act::Answer, origin).await?;
    let Some(browser) = browser else { return Ok(Outcome::Failed(Why::Late)) };
    let Some(flow) = flow::take(visit, browser, id, &answer.state).await? else {
        return Ok(Outcome::Failed(Why::Late));
    };
    let code = match (&answer.code, &answer.error) {
        (Some(code), None) => code,
        (_, error) => {
            let error = error.as_deref().unwrap_or("no code");
            tracing::info!(provider = id, error, "The provider let nobody through");
            let said_no = matches!(error, "access_denied" | "interaction_required" | "login_required");
            return Ok(Outcome::Failed(if said_no { Why::Cancelled } else { Why::Unreachable }));
        }
    };
    // No transaction is open while the provider is asked.
    visit.rest().await;
    let found = provider.finish(&way_back(visit, id), code, &flow.nonce, &flow.verifier, visit.now()).await;
    let identity = match found {
        Ok(identity) => identity,
        Err(cause) => return Ok(Outcome::Failed(why(id, &cause))),
    };
    match flow.account_id {
        Some(account) => finish_link(visit, providers, account, &identity).await,
        None => finish_log_in(visit, providers, origin, browser, id, &flow, &identity).await,
    }
}

/// Links the identity to the person who began, if it is still them.
async fn finish_link(
    visit: &Visit,
    providers: &Providers,
    account: AccountId,
    identity: &Identity,
) -> Result<Outcome> {
    if visit.require_session()?.account_id != account {
        return Ok(Outcome::Failed(Why::Late));
    }
    match repo::find(visit.db(), identity).await? {
        Some(owner) if owner == account => return Ok(Outcome::Linked),
        Some(_) => return Ok(Outcome::Failed(Why::Taken)),
        None => {}
    }
    let account = account::repo::get(visit.db(), account).await?;
    let mut tx = visit.begin().await?;
    link(&mut tx, visit, providers, &account, identity).await?;
    tx.commit().await?;
    Ok(Outcome::Linked)
}

async fn finish_log_in(
    visit: &Visit,
    providers: &Providers,
    origin: &Origin,
    browser: &str,
    id: &str,
    flow: &Flow,
    identity: &Identity,
) -> Result<Outcome> {
    if let Some(account) = repo::find(visit.db(), identity).await? {
        let mut tx = visit.begin().await?;
        repo::used(&mut tx, identity, visit.now()).await?;
        return enter(tx, visit, origin, account, flow).await;
    }
    let Some(email) = identity.email.as_deref().and_then(|email| EmailAddress::parse(email).ok()) else {
        return Ok(Outcome::Failed(Why::NoAddress));
    };
    if !identity.email_verified {
        return Ok(Outcome::Failed(Why::Unverified));
    }
    let mut tx = visit.begin().await?;
    let account = match account::repo::find_by_email(&mut tx, &email).await? {
        None => newcomer(&mut tx, visit, &email, identity).await?,
        Some(account) if account.confirmed_at.is_none() => claimed(&mut tx, visit, account, identity).await?,
        // Linking asks for the person, as it does in their settings.
        Some(account) if visit.require_recent().is_ok_and(|session| session.account_id == account.id) => {
            account
        }
        Some(account) => {
            flow::wait(&mut tx, visit, browser, id, account.id, identity, &flow.next).await?;
            tx.commit().await?;
            return Ok(Outcome::Prove);
        }
    };
    link(&mut tx, visit, providers, &account, identity).await?;
    repo::used(&mut tx, identity, visit.now()).await?;
    enter(tx, visit, origin, account.id, flow).await
}

/// Begins the session, unless a second factor is asked for, and says where the person wants to go.
async fn enter(
    mut tx: Tx,
    visit: &Visit,
    origin: &Origin,
    account: AccountId,
    flow: &Flow,
) -> Result<Outcome> {
    let account = account::repo::get(&mut tx, account).await?;
    let begun = begin(&mut tx, visit, origin, &account, Proof::Provider, None).await?;
    tx.commit().await?;
    Ok(Outcome::In(begun, flow.next.clone()))
}

/// A new person. The provider has proved the address; there is no password.
async fn newcomer(tx: &mut Tx, visit: &Visit, email: &EmailAddress, identity: &Identity) -> Result<Account> {
    let account = Account {
        id: visit.new_id(),
        email: email.as_str().to_owned(),
        name: name_of(email, identity),
        password_hash: String::new(),
        confirmed_at: Some(visit.now()),
    };
    account::repo::insert_whole(tx, &account, visit.now()).await?;
    Ok(account)
}

/// An account that somebody opened with this address and never confirmed, or that was only invited. The address is
/// proved now; what was set before is not, so it goes.
async fn claimed(tx: &mut Tx, visit: &Visit, account: Account, identity: &Identity) -> Result<Account> {
    let now = visit.now();
    let email = EmailAddress::parse(&account.email)?;
    let name = name_of(&email, identity);
    repo::claim(tx, account.id, &name, now).await?;
    session::repo::delete_all(tx, account.id, None).await?;
    MailToken::revoke(tx, now, Purpose::Confirm, account.id, None).await?;
    MailToken::revoke(tx, now, Purpose::Reset, account.id, None).await?;
    Ok(Account { name, password_hash: String::new(), confirmed_at: Some(now), ..account })
}

/// The name at the provider, or a guess from the address.
fn name_of(email: &EmailAddress, identity: &Identity) -> String {
    let told = identity.name.as_deref().and_then(|name| account::PersonName::parse(name).ok());
    let guess = || account::PersonName::parse(&email.guess_name()).ok();
    told.or_else(guess).map_or_else(|| email.as_str().to_owned(), |name| name.as_str().to_owned())
}

/// What the person is told; the cause is for the log.
fn why(provider: &str, cause: &oidc::Error) -> Why {
    tracing::warn!(provider, %cause, "Nobody is known through the provider");
    match cause {
        oidc::Error::Unreachable(_) => Why::Unreachable,
        oidc::Error::Refused(_) | oidc::Error::Wrong(_) => Why::Wrong,
    }
}

/// The error for a link whose time is over.
pub(crate) fn is_over() -> Error {
    Error::Conflict("This took longer than 10 minutes, or was begun in another browser. Begin again.".into())
}

//! Adding passkeys, logging in with them, and letting them go.

use kernel::{AccountId, Error, OrNotFound, Result, Visit};
use uuid::Uuid;

use ::passkey::Party;

use crate::{
    account, factor,
    limit::{self, Act},
    passkey::{
        challenge::{self, Purpose},
        mails,
        model::{MAX_NAME, Passkeys, Question},
        repo,
    },
    provider,
    session::{self, Begun, Origin, Proof, begin::begin},
    text,
};

/// Whether passkeys can be had at the site's address.
pub(crate) fn are_offered(visit: &Visit) -> bool {
    Party::at(visit.site().base_url()).is_ok()
}

/// Whether somebody has a passkey that can be used here.
pub(crate) async fn may_use(visit: &Visit, account: AccountId) -> Result<bool> {
    Ok(are_offered(visit) && repo::count(visit.db(), account).await? != 0)
}

fn party(visit: &Visit) -> Result<Party> {
    Party::at(visit.site().base_url()).map_err(|unfit| Error::Conflict(advice(&unfit)))
}

/// Why there are no passkeys here, and what the operator can do about it.
fn advice(unfit: &::passkey::Unfit) -> String {
    format!(
        "{unfit} The operator can change that with the setting base_url; http://localhost works for trying out."
    )
}

/// The passkeys of the person who is logged in.
pub async fn list(visit: &Visit) -> Result<Passkeys> {
    let session = visit.require_session()?;
    let unfit = Party::at(visit.site().base_url()).err().map(|unfit| advice(&unfit));
    Ok(Passkeys { list: repo::list(visit.db(), session.account_id).await?, unfit })
}

/// Asks the browser for a new passkey. `browser` is its ticket.
pub async fn start_adding(visit: &Visit, browser: &str) -> Result<Question> {
    let session = visit.require_recent()?;
    factor::acts::require_shown(visit).await?;
    let known = repo::credential_ids(visit.db(), session.account_id).await?;
    let question = party(visit)?
        .start_making(session.account_id.uuid(), &session.email, &session.name, known)
        .map_err(refused)?;
    let mut tx = visit.begin().await?;
    let asked =
        challenge::keep(&mut tx, visit, browser, Purpose::Register(session.account_id), question).await?;
    tx.commit().await?;
    Ok(asked)
}

/// Keeps the passkey that the browser made.
pub async fn finish_adding(
    visit: &Visit,
    browser: Option<&str>,
    question: Uuid,
    answer: &str,
    name: &str,
) -> Result<()> {
    let session = visit.require_recent()?;
    factor::acts::require_shown(visit).await?;
    let name = parse_name(name)?;
    let state = challenge::take(visit, browser, Purpose::Register(session.account_id), question).await?;
    let made = party(visit)?.finish_making(answer, state).map_err(refused)?;
    let account = account::repo::get(visit.db(), session.account_id).await?;
    let mut tx = visit.begin().await?;
    repo::insert(&mut tx, visit.new_id(), account.id, &made, &name, visit.now()).await?;
    session::repo::set_passkey(&mut tx, session.id).await?;
    tx.send(&mails::added(visit, &account, &name)).await?;
    tx.commit().await
}

/// Asks whoever sits at the browser for a passkey.
pub async fn start_log_in(visit: &Visit, origin: &Origin, browser: &str) -> Result<Question> {
    limit::count_address(visit, Act::Question, origin).await?;
    let question = party(visit)?.start_log_in().map_err(refused)?;
    let mut tx = visit.begin().await?;
    let asked = challenge::keep(&mut tx, visit, browser, Purpose::Authenticate, question).await?;
    tx.commit().await?;
    Ok(asked)
}

/// Logs in whom the answer proves. The device has verified the person, so nothing else is asked for.
pub async fn finish_log_in(
    visit: &Visit,
    origin: &Origin,
    browser: Option<&str>,
    question: Uuid,
    answer: &str,
) -> Result<Begun> {
    limit::count_address(visit, Act::Answer, origin).await?;
    let party = party(visit)?;
    let state = challenge::take(visit, browser, Purpose::Authenticate, question).await?;
    let (account, credential_id) = party.named_in(answer).map_err(refused)?;
    let passkey = repo::find(visit.db(), credential_id).await?;
    let Some(passkey) = passkey.filter(|passkey| passkey.account_id == AccountId::from(account)) else {
        return Err(Error::Conflict(
            "This passkey is not known here; it may have been removed. Log in another way.".into(),
        ));
    };
    let moved = party.finish_log_in(answer, state, passkey.credential).map_err(refused)?;
    let account = account::repo::get(visit.db(), passkey.account_id).await?;
    if account.confirmed_at.is_none() {
        return Err(Error::Forbidden("Confirm your address first.".into()));
    }
    let mut tx = visit.begin().await?;
    repo::used(&mut tx, passkey.id, moved, visit.now()).await?;
    let begun = begin(&mut tx, visit, origin, &account, Proof::Passkey, None).await?;
    tx.commit().await?;
    Ok(begun)
}

/// Gives a passkey another name.
pub async fn rename(visit: &Visit, id: Uuid, name: &str) -> Result<()> {
    let session = visit.require_session()?;
    let name = parse_name(name)?;
    let mut tx = visit.begin().await?;
    repo::rename(&mut tx, session.account_id, id, &name).await?.then_some(()).or_not_found()?;
    tx.commit().await
}

/// Removes a passkey, unless it is the last way in, or the second factor that an organisation asks for.
pub async fn remove(visit: &Visit, id: Uuid) -> Result<String> {
    let session = visit.require_recent()?;
    factor::acts::require_shown(visit).await?;
    let account = account::repo::get(visit.db(), session.account_id).await?;
    let mut tx = visit.begin().await?;
    let name = repo::delete(&mut tx, account.id, id).await?.or_not_found()?;
    if !provider::repo::has_way_in(&mut tx, &account).await? {
        return Err(Error::Conflict(
            "This passkey is your only way in. Set a password or add another passkey first.".into(),
        ));
    }
    if let Some(asking) = factor::repo::required_by(&mut tx, account.id).await?.into_iter().next()
        && !factor::repo::is_enough(&mut tx, session).await?
    {
        return Err(Error::Conflict(format!(
            "{asking} asks its members for a second factor, and this passkey is yours. Add another passkey or set up an \
             authenticator app first."
        )));
    }
    tx.send(&mails::removed(visit, &account, &name)).await?;
    tx.commit().await?;
    Ok(name)
}

fn parse_name(name: &str) -> Result<String> {
    text::line("name", name, MAX_NAME, "Name it, so that you know it again.")
}

/// What is said about an answer that is not right. The cause is for the log: it helps an operator whose address does
/// not fit, and nobody else.
fn refused(cause: ::passkey::Error) -> Error {
    tracing::info!(%cause, "Passkey refused");
    Error::Conflict(match cause {
        ::passkey::Error::Copied => {
            "This passkey may have been copied, so it was refused. Log in another way, remove it and add a new one."
                .into()
        }
        _ => "The passkey was not accepted. Try it once more, or log in another way.".into(),
    })
}

//! Logging in and out, and moving between organisations.

use chrono::Duration;
use kernel::{
    AccountId, Cx, Directory, Error, OrNotFound, OrganisationId, OrganisationName, Result, Session, Site, Tx,
    Viewer, Visit,
};

use crate::{
    account::{self, EmailAddress},
    brand,
    limit::{self, Act},
    secret,
    session::{Origin, repo},
};

/// How often a session in use is written down.
const NOTED_EVERY: Duration = Duration::minutes(10);

/// The session that the cookie's token names: one statement, and rarely a second one that notes the use.
pub async fn authenticate(site: &Site, token: Option<&str>) -> Result<Option<Session>> {
    let Some(token) = token else { return Ok(None) };
    let Some(found) = repo::find(site, secret::fingerprint(token)).await? else { return Ok(None) };
    let due = found.seen_at + NOTED_EVERY <= site.now();
    let session = found.into_session();
    if due {
        // A request is not refused because this could not be written.
        if let Err(error) = repo::touch(site, session.id).await {
            tracing::warn!(%error, "Use of a session was not noted");
        }
    }
    Ok(Some(session))
}

/// A session that has just begun.
#[derive(Debug)]
pub struct Started {
    /// What the cookie carries.
    pub token: String,
    /// Whether the person belongs to an organisation.
    pub has_organisation: bool,
}

/// Checks address and password and begins a session. The request's old session ends, so that a token never outlives
/// a change of who it stands for.
pub async fn log_in(visit: &Visit, origin: &Origin, email: &str, password: &str) -> Result<Started> {
    let email = EmailAddress::parse(email)?;
    limit::count(visit, Act::LogIn, email.as_str(), origin).await?;
    let account = account::repo::find_by_email(visit.db(), &email).await?;
    let hash = account.as_ref().map(|account| account.password_hash.as_str());
    let right = secret::verify(password, hash).await?;
    let Some(account) = account.filter(|_| right) else {
        return Err(Error::invalid("password", "The email or the password is not right."));
    };
    limit::forgive(visit, Act::LogIn, email.as_str(), origin).await?;
    if account.confirmed_at.is_none() {
        return Err(Error::Forbidden(format!(
            "Confirm your address first: open the link in the mail we sent to {}.",
            account.email
        )));
    }
    let mut tx = visit.begin().await?;
    let started = start(&mut tx, visit, origin, account.id, None).await?;
    tx.commit().await?;
    Ok(started)
}

/// Begins a session in `organisation`, or in the one the person worked in last, and ends the request's old one.
pub(crate) async fn start(
    tx: &mut Tx,
    visit: &Visit,
    origin: &Origin,
    account: AccountId,
    organisation: Option<OrganisationId>,
) -> Result<Started> {
    let organisation = match organisation {
        Some(organisation) => Some(organisation),
        None => repo::last_organisation(tx, account).await?,
    };
    if let Some(old) = visit.session() {
        repo::delete(tx, old.id).await?;
    }
    let token = secret::token();
    let hash = secret::fingerprint(&token);
    repo::insert(tx, visit.new_id(), hash, account, organisation, &origin.user_agent, visit.now()).await?;
    Ok(Started { token, has_organisation: organisation.is_some() })
}

/// Ends the session of this request, if there is one.
pub async fn log_out(visit: &Visit) -> Result<()> {
    let Some(session) = visit.session() else { return Ok(()) };
    let mut tx = visit.begin().await?;
    repo::delete(&mut tx, session.id).await?;
    tx.commit().await
}

/// Goes on in another organisation. One the person does not belong to does not exist for them.
pub async fn switch_organisation(visit: &Visit, organisation: OrganisationId) -> Result<()> {
    let session = visit.require_session()?;
    let mut tx = visit.begin().await?;
    repo::organisations(&mut tx, session.account_id)
        .await?
        .iter()
        .find(|other| other.id == organisation)
        .or_not_found()?;
    repo::enter(&mut tx, session.id, organisation).await?;
    tx.commit().await
}

/// The organisations the person may work in.
pub async fn organisations(visit: &Visit) -> Result<Vec<OrganisationName>> {
    let session = visit.require_session()?;
    repo::organisations(visit.db(), session.account_id).await
}

/// The person in front of the page.
pub async fn viewer(cx: &Cx) -> Result<Viewer> {
    let session = cx.visit().require_session()?;
    let membership = cx.membership();
    let organisations = repo::organisations(cx.db(), session.account_id).await?;
    let organisation =
        organisations.iter().find(|name| name.id == membership.organisation_id).cloned().or_not_found()?;
    let (brands, brand_chosen) = brand::repo::names(cx).await?;
    Ok(Viewer {
        name: session.name.clone(),
        email: session.email.clone(),
        member_id: membership.member_id,
        role: membership.role,
        organisations,
        organisation,
        brand: membership.brand.clone(),
        brands,
        brand_chosen,
        settings: membership.settings.clone(),
        today: cx.today(),
        directory: Directory::load(cx).await?,
    })
}

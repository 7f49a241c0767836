//! Logging in and out, and moving between organisations.

use std::sync::Arc;

use chrono::Duration;
use kernel::{
    AccountId, Cx, Directory, Error, OrNotFound, OrganisationId, OrganisationName, Permission, Person,
    Recognised, Result, Site, Viewer, Visit,
};

use crate::{
    account::{self, EmailAddress},
    limit::{self, Act},
    secret,
    session::{
        Begun, Origin, Proof,
        begin::begin,
        place::{Place, place, seated},
        repo,
    },
    support,
};

/// How often a session in use is written down.
const NOTED_EVERY: Duration = Duration::minutes(10);

/// The session that the cookie's token names, as it is in the database or was a moment ago.
pub async fn authenticate(site: &Site, token: Option<&str>) -> Result<Option<Recognised>> {
    let Some(token) = token else { return Ok(None) };
    let token_hash = secret::fingerprint(token);
    let moment = site.moment(db::Known::Rights);
    if let Some(session) = site.sessions().of(&token_hash, moment)
        && let Some(membership) = &session.membership
        && let Some(heard) = site.hub().head(membership.organisation_id.uuid())
    {
        let reader = site.reader(session.scope());
        return Ok(Some(Recognised { session, heard, reader }));
    }
    let Some(Arrival { found, place, acting, reader }) = arrive(site, &token_hash).await? else {
        return Ok(None);
    };
    if found.seen_at + NOTED_EVERY <= site.now() {
        reader.rest().await;
        // A request is not refused because this could not be written.
        if let Err(error) = repo::touch(site, found.id).await {
            tracing::warn!(%error, "Use of a session was not noted");
        }
    }
    let Some(Place::Member { membership, heard }) = &place else {
        // Who has been put out may not look into the organisation any more.
        let reader = site.reader(db::Scope::account(found.account_id.uuid()));
        return Ok(Some(Recognised { session: found.into_session(place, acting).into(), heard: 0, reader }));
    };
    let (organisation, heard) = (membership.organisation_id, *heard);
    let (alone, until) = (acting.is_none(), found.ends_at().min(found.seen_at + NOTED_EVERY));
    let session = Arc::new(found.into_session(place, acting));
    // Support acts seldom, and its leave may end at any time.
    if alone {
        site.hub().follow_from(organisation.uuid(), heard);
        site.sessions().keep(&token_hash, moment, until, session.clone());
    }
    Ok(Some(Recognised { session, heard, reader }))
}

/// A session with what it says about its person.
struct Arrival {
    found: repo::Found,
    place: Option<Place>,
    acting: Option<support::repo::Standing>,
    reader: db::Reader,
}

/// One statement where the session was last; else it must be known whose it is before a membership can be read, since the
/// wall hides all others.
async fn arrive(site: &Site, token_hash: &[u8]) -> Result<Option<Arrival>> {
    if let Some((account, organisation)) = site.whereabouts().of(token_hash) {
        let reader = site.reader(scope(account, Some(organisation)));
        if let Some((found, place)) = seated(&reader, token_hash, organisation, site.now()).await? {
            return Ok(Some(Arrival { found, place: Some(place), acting: None, reader }));
        }
    }
    let Some(found) = repo::find(site, token_hash).await? else { return Ok(None) };
    let reader = site.reader(scope(found.account_id, found.organisation_id));
    let Some(organisation) = found.organisation_id else {
        return Ok(Some(Arrival { found, place: None, acting: None, reader }));
    };
    // Leave for support that has ended leaves the person with what is their own.
    let acting = match found.support_access_id {
        Some(access) => {
            support::repo::acting(&reader, organisation, access, found.account_id, site.now()).await?
        }
        None => None,
    };
    let as_whom = acting.as_ref().map_or(found.account_id, |standing| standing.acting.account_id);
    let place = place(&reader, as_whom, organisation, found.account_id, found.with_passkey).await?;
    if found.support_access_id.is_none() {
        site.whereabouts().note(token_hash, found.account_id, organisation);
    }
    Ok(Some(Arrival { found, place, acting, reader }))
}

fn scope(account: AccountId, organisation: Option<OrganisationId>) -> db::Scope {
    let organisation = organisation.map(OrganisationId::uuid);
    db::Scope { organisation, account: Some(account.uuid()), ..db::Scope::default() }
}

/// Checks address and password and goes on to a session, or to the second factor.
pub async fn log_in(visit: &Visit, origin: &Origin, email: &str, password: &str) -> Result<Begun> {
    let email = EmailAddress::parse(email)?;
    limit::count(visit, Act::LogIn, email.as_str(), origin).await?;
    let account = account::repo::find_by_email(visit.db(), &email).await?;
    let hash = account.as_ref().map(|account| account.password_hash.as_str());
    let right = secret::verify_for(visit, password, hash).await?;
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
    let begun = begin(&mut tx, visit, origin, &account, Proof::Password, None).await?;
    tx.commit().await?;
    Ok(begun)
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
    let session = cx.visit().require_viewer()?;
    let membership = cx.membership();
    let repo::Choices { mut organisations, brands, brand_chosen } = repo::choices(cx).await?;
    if session.acting.is_some() {
        // Leave was given for this one; where else the person works is nobody's business.
        organisations.retain(|name| name.id == membership.organisation_id);
    }
    let organisation =
        organisations.iter().find(|name| name.id == membership.organisation_id).cloned().or_not_found()?;
    Ok(Viewer {
        name: session.name.clone(),
        email: session.email.clone(),
        member_id: membership.member_id,
        role: membership.role,
        permissions: membership.permissions,
        grants: membership.grants.clone(),
        organisations,
        organisation,
        brand: membership.brand.clone(),
        brands,
        brand_chosen,
        settings: membership.settings.clone(),
        today: cx.today(),
        directory: directory(cx, &session.name).await?,
        heard: cx.visit().heard(),
        unread: kernel::attention(cx).await?,
        unread_messages: cx.unread_messages().await?,
        acting: support::acts::said(cx),
    })
}

/// The names that pages may write: who may not see them gets their own only.
async fn directory(cx: &Cx, name: &str) -> Result<Directory> {
    if cx.may(Permission::DirectoryView) {
        return Directory::load(cx).await;
    }
    let oneself = Person { id: cx.member_id(), name: name.to_owned(), category: 1, active: true, avatar: 0 };
    Ok(Directory { people: vec![oneself], teams: Vec::new() })
}

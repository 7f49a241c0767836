//! What apps do with a leave: change a code for tokens, refresh them, give them back, and ask by one.

use std::sync::Arc;

use chrono::Duration;
use kernel::{Agent, AppId, ConnectionId, Cx, Membership, OrganisationId, Result, Site};
use serde_json::json;
use uuid::Uuid;

use super::{CONNECTION, event_of};
use crate::{
    account::{
        self,
        event::{self, Kind as Happened},
    },
    app::{
        mails,
        repo::{self, Connection},
        rules,
        token::{self, Kind, Token},
    },
    key::acts::narrowed,
    secret,
    session::{
        Origin,
        place::{Place, place},
    },
};

/// How long an access token opens something.
pub const ACCESS: Duration = Duration::minutes(10);

/// How long after a refresh the token that was changed may come again without ending everything: an app may ask twice at
/// once, or once more when the answer got lost. It gets nothing by that, whoever it is.
pub const GRACE: Duration = Duration::seconds(10);

/// Why an app gets nothing, in the words of RFC 6749.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Something is missing in what was sent.
    Request(&'static str),
    /// It is none of the two ways.
    GrantType,
    /// The code or token is not known, has ended, was used, or belongs to another app.
    Grant,
    /// The server could not look.
    Failed(kernel::Error),
}

impl From<kernel::Error> for Refusal {
    fn from(error: kernel::Error) -> Self {
        Refusal::Failed(error)
    }
}

impl From<db::Error> for Refusal {
    fn from(error: db::Error) -> Self {
        Refusal::Failed(error.into())
    }
}

/// What an app sends to `/oauth/token`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sent {
    /// `authorization_code` or `refresh_token`.
    pub grant_type: String,
    /// Which app it is.
    pub client_id: String,
    /// The code.
    pub code: String,
    /// Where the code was sent to.
    pub redirect_uri: String,
    /// What the challenge was made from.
    pub code_verifier: String,
    /// The token to be changed.
    pub refresh_token: String,
}

/// Tokens that an app gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    /// To ask with.
    pub access: String,
    /// To get the next ones.
    pub refresh: String,
    /// What it may be used for, as far as the person may.
    pub scope: String,
}

/// Gives an app tokens for what it shows.
pub async fn give(site: &Site, sent: &Sent, origin: &Origin) -> std::result::Result<Tokens, Refusal> {
    let Some((organisation, app)) = token::read_client(&sent.client_id) else {
        return Err(Refusal::Request("client_id"));
    };
    match sent.grant_type.as_str() {
        "authorization_code" => exchange(site, (organisation, app), sent, origin).await,
        "refresh_token" => refresh(site, (organisation, app), &sent.refresh_token, origin).await,
        _ => Err(Refusal::GrantType),
    }
}

async fn exchange(
    site: &Site,
    (organisation, app): (OrganisationId, AppId),
    sent: &Sent,
    origin: &Origin,
) -> std::result::Result<Tokens, Refusal> {
    let code = Token::read(Kind::Code, &sent.code).filter(|code| code.organisation == organisation);
    let id = ConnectionId::from(code.ok_or(Refusal::Grant)?.row);
    let now = site.now();
    let mut tx = site.db().begin_in(db::Scope::organisation(organisation.uuid())).await?;
    let found = repo::connection(&mut tx, organisation, id).await?.ok_or(Refusal::Grant)?;
    let known = found.code_hash == secret::fingerprint(&sent.code) && found.app_id == app;
    let fits = known
        && found.redirect_uri == sent.redirect_uri
        && rules::proves(&sent.code_verifier, &found.challenge);
    if !fits || !found.counts(now) {
        return Err(Refusal::Grant);
    }
    if found.code_used_at.is_none() && found.code_expires_at <= now {
        return Err(Refusal::Grant);
    }
    // Whoever comes second shows that two have it.
    if found.code_used_at.is_some() || !repo::use_code(&mut tx, organisation, id, now).await? {
        drop(tx);
        cut_off(site, organisation, &found, "code_reused", origin).await?;
        return Err(Refusal::Grant);
    }
    renew(tx, site, organisation, &found).await
}

async fn refresh(
    site: &Site,
    (organisation, app): (OrganisationId, AppId),
    text: &str,
    origin: &Origin,
) -> std::result::Result<Tokens, Refusal> {
    let shown = Token::read(Kind::Refresh, text).filter(|shown| shown.organisation == organisation);
    let shown = shown.ok_or(Refusal::Grant)?;
    let now = site.now();
    let mut tx = site.db().begin_in(db::Scope::organisation(organisation.uuid())).await?;
    let kept = repo::token(&mut tx, organisation, Kind::Refresh, shown.row).await?;
    let kept = kept.filter(|kept| kept.token_hash == secret::fingerprint(text)).ok_or(Refusal::Grant)?;
    let found = repo::connection(&mut tx, organisation, kept.connection_id).await?.ok_or(Refusal::Grant)?;
    if found.app_id != app || !found.counts(now) || kept.expires_at <= now {
        return Err(Refusal::Grant);
    }
    if let Some(used_at) = kept.used_at {
        drop(tx);
        if used_at + GRACE < now {
            cut_off(site, organisation, &found, "token_reused", origin).await?;
        }
        return Err(Refusal::Grant);
    }
    // Two came at once, and the other one was faster.
    if !repo::use_token(&mut tx, organisation, shown.row, now).await? {
        return Err(Refusal::Grant);
    }
    renew(tx, site, organisation, &found).await
}

/// Writes new tokens, if the person still works here.
async fn renew(
    mut tx: db::Tx,
    site: &Site,
    organisation: OrganisationId,
    found: &Connection,
) -> std::result::Result<Tokens, Refusal> {
    if membership(&mut tx, organisation, found).await?.is_none() {
        return Err(Refusal::Grant);
    }
    let now = site.now();
    let mut texts = Vec::with_capacity(2);
    for (kind, lasts) in [(Kind::Access, ACCESS), (Kind::Refresh, CONNECTION)] {
        let id: Uuid = kernel::Visit::new(site.clone(), "oauth", None).new_id();
        let text = Token::new(kind, organisation, id).text();
        let token = (kind, id, secret::fingerprint(&text));
        repo::insert_token(&mut tx, (organisation, found.id), token, (now, now + lasts)).await?;
        texts.push(text);
    }
    repo::go_on(&mut tx, organisation, found.id, now, now + CONNECTION).await?;
    tx.commit().await?;
    let mut texts = texts.into_iter();
    Ok(Tokens {
        access: texts.next().unwrap_or_default(),
        refresh: texts.next().unwrap_or_default(),
        scope: rules::scope(found.permissions()),
    })
}

/// The place of the person in the organisation, if they have one now.
async fn membership(
    on: impl Into<db::On<'_>>,
    organisation: OrganisationId,
    found: &Connection,
) -> Result<Option<Membership>> {
    Ok(match place(on, found.account_id, organisation, found.account_id, true).await? {
        Some(Place::Member { membership, .. }) => Some(*membership),
        _ => None,
    })
}

/// Ends a connection of which somebody else has a code or token, and tells the person and the log.
async fn cut_off(
    site: &Site,
    organisation: OrganisationId,
    found: &Connection,
    why: &'static str,
    origin: &Origin,
) -> Result<()> {
    let reader = site.reader(db::Scope::organisation(organisation.uuid()));
    let membership = membership(&reader, organisation, found).await?;
    reader.rest().await;
    let ended = (site.now(), None, why);
    let Some(membership) = membership else {
        // Who does not work here any more has no tokens that open anything, and no log to be named in.
        let mut tx = site.db().begin_in(db::Scope::organisation(organisation.uuid())).await?;
        repo::end(&mut tx, organisation, found.id, ended).await?;
        return Ok(tx.commit().await?);
    };
    let cx = Cx::system(site, "oauth", membership);
    let mut tx = cx.begin().await?;
    if !repo::end(&mut tx, organisation, found.id, ended).await? {
        return tx.commit().await;
    }
    let mut event = event_of("app.cut_off", found.id, &found.app);
    event.data = json!({ "app": found.app, "why": why });
    tx.record(event).await?;
    let data = json!({ "app": found.app });
    event::note(&mut tx, cx.visit(), origin, found.account_id, Happened::ProgramCutOff, data).await?;
    let account = account::repo::get(&mut tx, found.account_id).await?;
    tx.send(&mails::cut_off(cx.visit(), &account, &found.app)).await?;
    tx.commit().await
}

/// Ends what an app does not need any more (RFC 7009): by a refresh token the whole connection, else the token. What is not
/// known has ended already.
pub async fn revoke(site: &Site, client_id: &str, text: &str) -> Result<()> {
    let Some((organisation, app)) = token::read_client(client_id) else { return Ok(()) };
    let kinds = [Kind::Refresh, Kind::Access];
    let shown = kinds.into_iter().find_map(|kind| Token::read(kind, text));
    let Some(shown) = shown.filter(|shown| shown.organisation == organisation) else { return Ok(()) };
    let mut tx = site.db().begin_in(db::Scope::organisation(organisation.uuid())).await?;
    let kept = repo::token(&mut tx, organisation, shown.kind, shown.row).await?;
    let Some(kept) = kept.filter(|kept| kept.token_hash == secret::fingerprint(text)) else { return Ok(()) };
    let found = repo::connection(&mut tx, organisation, kept.connection_id).await?;
    let Some(found) = found.filter(|found| found.app_id == app) else { return Ok(()) };
    if shown.kind == Kind::Refresh {
        let by = (site.now(), Some(found.member_id), "given_back");
        repo::end(&mut tx, organisation, found.id, by).await?;
    } else {
        repo::forget_token(&mut tx, organisation, shown.row).await?;
    }
    Ok(tx.commit().await?)
}

/// The app that shows this access token, and the reader that goes on with it.
pub async fn authenticate(site: &Site, text: &str) -> Result<Option<(Arc<Agent>, db::Reader)>> {
    let Some(shown) = Token::read(Kind::Access, text) else { return Ok(None) };
    let organisation = shown.organisation;
    let reader = site.reader(db::Scope::organisation(organisation.uuid()));
    let (token_hash, moment) = (secret::fingerprint(text), site.moment(db::Known::Rights));
    if let Some(agent) = site.agents().of(&token_hash, moment) {
        return Ok(Some((agent, reader)));
    }
    let kept = repo::token(&reader, organisation, Kind::Access, shown.row).await?;
    let counts = |kept: &repo::Kept| kept.token_hash == token_hash && site.now() < kept.expires_at;
    let Some(kept) = kept.filter(counts) else { return Ok(None) };
    let found = repo::connection(&reader, organisation, kept.connection_id).await?;
    let Some(found) = found.filter(|found| found.counts(site.now())) else { return Ok(None) };
    let Some(membership) = membership(&reader, organisation, &found).await? else { return Ok(None) };
    let membership = narrowed(membership, found.permissions());
    // What is counted for a key is counted for the connection.
    let key_id = found.id.uuid().into();
    let until = kept.expires_at.min(found.expires_at);
    let agent = Arc::new(Agent { key_id, name: found.app, by_app: true, membership: membership.into() });
    site.agents().keep(&token_hash, moment, until, agent.clone());
    Ok(Some((agent, reader)))
}

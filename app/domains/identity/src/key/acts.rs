//! Making and withdrawing keys, and finding out who asks by one.

use std::sync::Arc;

use chrono::Duration;
use kernel::{
    Agent, ApiKeyId, Cx, Error, Event, Membership, OrNotFound, Permission, PermissionSet, Result, Role,
    ScopedGrant, Site,
};
use serde_json::json;

use crate::{
    form::Problems,
    key::{
        model::{KeyName, Keys, NewKey, parse_days},
        repo::{self, New},
        token::Token,
    },
    organisation::acts::topic,
    secret,
    session::place::Place,
};

/// How often the use of a key is written down.
const NOTED_EVERY: Duration = Duration::minutes(10);

/// The program that shows this token, and the reader that goes on with it. None for a key that was never made, has ended,
/// or acts as somebody who does not work here any more.
pub async fn authenticate(site: &Site, token: &str) -> Result<Option<(Arc<Agent>, db::Reader)>> {
    let Some(read) = Token::read(token) else { return Ok(None) };
    let reader = site.reader(db::Scope::organisation(read.organisation.uuid()));
    let (token_hash, moment) = (secret::fingerprint(token), site.moment(db::Known::Rights));
    if let Some(agent) = site.agents().of(&token_hash, moment) {
        return Ok(Some((agent, reader)));
    }
    let found = repo::shown(&reader, read.organisation, read.key, site.now()).await?;
    let Some((shown, Place::Member { mut membership, .. })) = found else { return Ok(None) };
    if shown.token_hash != token_hash {
        return Ok(None);
    }
    let permissions = shown.permissions();
    if shown.personal {
        *membership = narrowed(*membership, permissions);
    } else {
        membership.permissions = permissions;
    }
    if shown.used_at.is_none_or(|used| used + NOTED_EVERY <= site.now()) {
        reader.rest().await;
        // A request is not refused because this could not be written.
        if let Err(error) = repo::touch(site, read.organisation, read.key).await {
            tracing::warn!(%error, "Use of a key was not noted");
        }
    }
    let noted_until = shown.used_at.unwrap_or_default() + NOTED_EVERY;
    let until = shown.expires_at.map_or(noted_until, |ends| ends.min(noted_until));
    let agent = Agent { key_id: read.key, name: shown.name, by_app: false, membership: membership.into() };
    let agent = Arc::new(agent);
    site.agents().keep(&token_hash, moment, until, agent.clone());
    Ok(Some((agent, reader)))
}

/// The same place with no more rights than these.
pub(crate) fn narrowed(membership: Membership, permissions: PermissionSet) -> Membership {
    let narrow = |grant: ScopedGrant| ScopedGrant {
        permissions: grant.permissions.intersection(permissions),
        ..grant
    };
    let grants = membership.grants.into_iter().map(narrow);
    Membership {
        permissions: membership.permissions.intersection(permissions),
        grants: grants.filter(|grant| !grant.permissions.is_empty()).collect(),
        ..membership
    }
}

/// The keys that the member sees: their own, and all others for who manages them.
pub async fn list(cx: &Cx) -> Result<Keys> {
    let (own, others) =
        repo::list(cx).await?.into_iter().partition(|key| key.personal && key.member_id == cx.member_id());
    Ok(Keys { own, others: if cx.may(Permission::ApiManage) { others } else { Vec::new() } })
}

/// What a key is made from.
#[derive(Debug, Clone)]
pub struct Form {
    /// What it is for.
    pub name: String,
    /// Whether it is the member's own; else it belongs to the organisation.
    pub personal: bool,
    /// Keys of the catalogue.
    pub permissions: Vec<String>,
    /// For how many days.
    pub days: i64,
}

/// Makes a key. Nobody makes one that may do more than they may themselves.
pub async fn create(cx: &Cx, form: &Form) -> Result<NewKey> {
    let cx = if form.personal { cx.clone() } else { cx.clone().require(Permission::ApiManage)? };
    cx.require_recent()?;
    if cx.visit().agent().is_some_and(|agent| agent.by_app) {
        return Err(Error::Forbidden(
            "An app makes no keys: they would outlast the leave that it has.".into(),
        ));
    }
    if form.personal && is_robot(&cx) {
        return Err(Error::Forbidden("A key of the organisation makes no personal keys.".into()));
    }
    let mut problems = Problems::default();
    let name = problems.take(KeyName::parse(&form.name));
    let days = problems.take(parse_days(form.days));
    let permissions = problems.take(parse_permissions(&cx, form));
    let (Some(name), Some(days), Some(permissions)) = (name, days, permissions) else {
        return Err(problems.into_error());
    };
    let id: ApiKeyId = cx.new_id();
    let token = Token::new(cx.organisation_id(), id).text();
    let mut tx = cx.begin().await?;
    let member = if form.personal { cx.member_id() } else { repo::insert_robot(&mut tx, &cx, &name).await? };
    let new = New {
        id,
        member,
        personal: form.personal,
        name: &name,
        token_hash: secret::fingerprint(&token),
        permissions,
        expires_at: cx.now() + Duration::days(days),
    };
    repo::insert(&mut tx, &cx, new).await?;
    tx.record(event("key.created", id, name.as_str(), form.personal)).await?;
    tx.commit().await?;
    Ok(NewKey { id, token })
}

fn parse_permissions(cx: &Cx, form: &Form) -> Result<PermissionSet> {
    let mut set = PermissionSet::NONE;
    for key in &form.permissions {
        let unknown = || Error::invalid("permissions", format!("There is no permission {key}."));
        let permission: Permission = key.parse().map_err(|()| unknown())?;
        let has = if form.personal { cx.may_somewhere(permission) } else { cx.may(permission) };
        if !has {
            return Err(Error::invalid("permissions", format!("You do not have {key} yourself.")));
        }
        set = set.union(PermissionSet::of(&[permission]));
    }
    if set.is_empty() {
        return Err(Error::invalid("permissions", "Choose what the key may be used for."));
    }
    Ok(set)
}

fn is_robot(cx: &Cx) -> bool {
    cx.visit().agent().is_some() && cx.membership().role == Role::Guest
}

/// Withdraws a key at once: one's own, or for who manages them any of the organisation.
pub async fn revoke(cx: &Cx, id: ApiKeyId) -> Result<()> {
    let mut tx = cx.begin().await?;
    let key = repo::get(&mut tx, cx.organisation_id(), id).await?;
    let key = key
        .filter(|key| (key.personal && key.member_id == cx.member_id()) || cx.may(Permission::ApiManage))
        .or_not_found()?;
    if repo::revoke(&mut tx, cx, id).await? {
        tx.record(event("key.revoked", id, &key.name, key.personal)).await?;
    }
    tx.commit().await
}

fn event(kind: &'static str, id: ApiKeyId, name: &str, personal: bool) -> Event {
    Event {
        kind,
        subject_kind: "key",
        subject_id: id.uuid(),
        topic: topic(),
        data: json!({ "name": name, "personal": personal }),
    }
}

//! Making, changing and removing incoming hooks.

use kernel::{Cx, Error, Event, OrNotFound, Result};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    HOOK_PREVIOUS, HOOK_SECRET, Problems, ROTATION, broken, changed_meanwhile, manager, open, seal, topic,
};
use crate::{
    model::{HookCard, HookKind, IncomingEvent, NewHook, WholeEvent},
    repo::{incoming as repo, webhook::Sealed},
    rules::{Secret, parse_name},
};

/// Incoming hooks of one organisation at most.
const MOST: i64 = 50;

/// The incoming hooks of the organisation, by name.
pub async fn list(cx: &Cx) -> Result<Vec<HookCard>> {
    Ok(repo::list(&manager(cx)?).await?)
}

/// One incoming hook.
pub async fn get(cx: &Cx, id: Uuid) -> Result<HookCard> {
    list(cx).await?.into_iter().find(|hook| hook.id == id).or_not_found()
}

/// Makes an incoming hook. Its secret is shown this once.
pub async fn create(cx: &Cx, name: &str, kind: &str) -> Result<NewHook> {
    let cx = manager(cx)?;
    let mut problems = Problems::default();
    let name = problems.take(parse_name(name))?;
    let unknown = || Error::invalid("kind", "Choose how it knows its sender.");
    let kind: Option<HookKind> = problems.take(kind.parse().map_err(|()| unknown()))?;
    let (Some(name), Some(kind)) = (name, kind) else { return Err(problems.into_error()) };
    cx.require_recent()?;
    let (id, secret): (Uuid, _) = (cx.new_id(), Secret::random());
    let sealed = seal(&cx, HOOK_SECRET, id, &secret)?;
    let mut tx = cx.begin().await?;
    if MOST <= repo::count(&mut tx, &cx).await? {
        return Err(Error::Conflict(format!(
            "There are {MOST} incoming hooks already. Delete one that is not needed any more."
        )));
    }
    repo::insert(&mut tx, &cx, id, &name, kind, sealed).await?;
    tx.record(event("hook.created", id, json!({ "name": name }))).await?;
    tx.commit().await?;
    Ok(shown(&cx, id, kind, &secret))
}

/// Changes an incoming hook that has this version.
pub async fn update(cx: &Cx, id: Uuid, version: i64, name: &str, active: bool) -> Result<()> {
    let cx = manager(cx)?;
    let name = parse_name(name)?;
    let before = get(&cx, id).await?;
    let mut tx = cx.begin().await?;
    if repo::update(&mut tx, &cx, id, version, &name, active).await? == 0 {
        return Err(changed_meanwhile(&before.name));
    }
    tx.record(event("hook.updated", id, json!({ "name": name, "active": active }))).await?;
    tx.commit().await
}

/// Deletes an incoming hook that has this version. It takes nothing more.
pub async fn delete(cx: &Cx, id: Uuid, version: i64) -> Result<()> {
    let cx = manager(cx)?;
    let before = get(&cx, id).await?;
    let mut tx = cx.begin().await?;
    if repo::delete(&mut tx, &cx, id, version).await? == 0 {
        return Err(changed_meanwhile(&before.name));
    }
    tx.record(event("hook.deleted", id, json!({ "name": before.name }))).await?;
    tx.commit().await
}

/// Brings a deleted incoming hook back.
pub async fn restore(cx: &Cx, id: Uuid) -> Result<()> {
    let cx = manager(cx)?;
    let mut tx = cx.begin().await?;
    if repo::restore(&mut tx, &cx, id).await? == 0 {
        return Err(Error::NotFound);
    }
    tx.record(event("hook.restored", id, json!({}))).await?;
    tx.commit().await
}

/// Makes another secret, which is shown this once. The one before is taken too for a day, so that senders can change.
pub async fn rotate(cx: &Cx, id: Uuid) -> Result<NewHook> {
    let cx = manager(cx)?;
    cx.require_recent()?;
    let secret = Secret::random();
    let mut tx = cx.begin().await?;
    let (kind, old) = repo::hold_secret(&mut tx, &cx, id).await?.or_not_found()?;
    let old = open(cx.visit().site(), HOOK_SECRET, id, &old).map_err(|cause| broken(&cx, &cause))?;
    let sealed = Sealed {
        secret: seal(&cx, HOOK_SECRET, id, &secret)?,
        previous: seal(&cx, HOOK_PREVIOUS, id, &old)?,
        until: cx.now() + ROTATION,
    };
    repo::set_secret(&mut tx, &cx, id, sealed).await?;
    tx.record(event("hook.secret_rotated", id, json!({}))).await?;
    tx.commit().await?;
    Ok(shown(&cx, id, kind, &secret))
}

/// At most `limit` events of an incoming hook, beyond one of them.
pub async fn events(
    cx: &Cx,
    id: Uuid,
    after: Option<Uuid>,
    oldest_first: bool,
    limit: usize,
) -> Result<Vec<IncomingEvent>> {
    let cx = manager(cx)?;
    get(&cx, id).await?;
    Ok(repo::events(&cx, id, after, oldest_first, limit).await?)
}

/// One event with what was sent.
pub async fn event_of(cx: &Cx, id: Uuid) -> Result<WholeEvent> {
    repo::whole_event(&manager(cx)?, id).await?.or_not_found()
}

/// What is shown once.
fn shown(cx: &Cx, id: Uuid, kind: HookKind, secret: &Secret) -> NewHook {
    let address = format!("{}/webhooks/{}/{id}", cx.visit().site().base_url(), cx.organisation_id());
    match kind {
        HookKind::Standard => NewHook { id, url: address, secret: Some(secret.text()) },
        HookKind::Token => NewHook { id, url: format!("{address}.{}", secret.token()), secret: None },
    }
}

pub(crate) fn event(kind: &'static str, id: Uuid, data: Value) -> Event {
    Event { kind, subject_kind: "hook", subject_id: id, topic: Some(topic()), data }
}

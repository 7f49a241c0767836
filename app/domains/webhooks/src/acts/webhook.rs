//! Making, changing and removing webhooks.

use http::Uri;
use kernel::{Cx, Error, Event, OrNotFound, Result, WebhookId};
use serde_json::{Value, json};

use super::{
    Problems, ROTATION, WEBHOOK_PREVIOUS, WEBHOOK_SECRET, broken, changed_meanwhile, manager, open, seal,
    topic,
};
use crate::{
    model::{NewSecret, WebhookCard},
    repo::webhook::{self as repo, Chosen, Sealed},
    rules::{Secret, WebhookUrl, parse_events, parse_name},
};

/// Webhooks of one organisation at most: each act asks for them.
const MOST: i64 = 50;

/// What somebody wrote into the form of a webhook.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// What it is for.
    pub name: String,
    /// Where events go.
    pub url: String,
    /// Kinds and patterns.
    pub events: Vec<String>,
    /// Whether it is told.
    pub active: bool,
}

/// The webhooks of the organisation, by name.
pub async fn list(cx: &Cx) -> Result<Vec<WebhookCard>> {
    Ok(repo::list(&manager(cx)?).await?)
}

/// One webhook.
pub async fn get(cx: &Cx, id: WebhookId) -> Result<WebhookCard> {
    let cx = manager(cx)?;
    repo::find(cx.db(), &cx, id).await?.or_not_found()
}

/// Makes a webhook. Its secret is shown this once.
pub async fn create(cx: &Cx, form: &Form) -> Result<NewSecret> {
    let cx = manager(cx)?;
    let chosen = read(&cx, form)?;
    cx.require_recent()?;
    let id: WebhookId = cx.new_id();
    let secret = Secret::random();
    let sealed = seal(&cx, WEBHOOK_SECRET, id.uuid(), &secret)?;
    let mut tx = cx.begin().await?;
    if MOST <= repo::count(&mut tx, &cx).await? {
        return Err(Error::Conflict(format!(
            "There are {MOST} webhooks already. Delete one that is not needed any more."
        )));
    }
    repo::insert(&mut tx, &cx, id, &chosen, sealed).await?;
    tx.record(event("webhook.created", id, json!({ "name": chosen.name }))).await?;
    tx.commit().await?;
    Ok(NewSecret { id, secret: secret.text() })
}

/// Changes a webhook that has this version. Turning it on lets one be told again that the program had paused.
pub async fn update(cx: &Cx, id: WebhookId, version: i64, form: &Form) -> Result<()> {
    let cx = manager(cx)?;
    let chosen = read(&cx, form)?;
    let mut tx = cx.begin().await?;
    let before = repo::find(&mut tx, &cx, id).await?.or_not_found()?;
    if repo::update(&mut tx, &cx, id, version, &chosen).await? == 0 {
        return Err(changed_meanwhile(&before.name));
    }
    tx.record(event("webhook.updated", id, json!({ "name": chosen.name, "active": chosen.active }))).await?;
    tx.commit().await
}

/// Lets a webhook be told again, that was turned off or paused.
pub async fn resume(cx: &Cx, id: WebhookId) -> Result<()> {
    let cx = manager(cx)?;
    let mut tx = cx.begin().await?;
    let before = repo::find(&mut tx, &cx, id).await?.or_not_found()?;
    if !before.is_told() {
        repo::resume(&mut tx, &cx, id).await?;
        tx.record(event("webhook.resumed", id, json!({}))).await?;
    }
    tx.commit().await
}

/// Deletes a webhook that has this version. Nothing more is sent to it.
pub async fn delete(cx: &Cx, id: WebhookId, version: i64) -> Result<()> {
    let cx = manager(cx)?;
    let mut tx = cx.begin().await?;
    let before = repo::find(&mut tx, &cx, id).await?.or_not_found()?;
    if repo::delete(&mut tx, &cx, id, version).await? == 0 {
        return Err(changed_meanwhile(&before.name));
    }
    tx.record(event("webhook.deleted", id, json!({ "name": before.name }))).await?;
    tx.commit().await
}

/// Brings a deleted webhook back.
pub async fn restore(cx: &Cx, id: WebhookId) -> Result<()> {
    let cx = manager(cx)?;
    let mut tx = cx.begin().await?;
    if repo::restore(&mut tx, &cx, id).await? == 0 {
        return Err(Error::NotFound);
    }
    tx.record(event("webhook.restored", id, json!({}))).await?;
    tx.commit().await
}

/// Makes another secret, which is shown this once. The one before signs too for a day, so that receivers can change.
pub async fn rotate(cx: &Cx, id: WebhookId) -> Result<NewSecret> {
    let cx = manager(cx)?;
    cx.require_recent()?;
    let secret = Secret::random();
    let mut tx = cx.begin().await?;
    let old = repo::hold_secret(&mut tx, &cx, id).await?.or_not_found()?;
    let old =
        open(cx.visit().site(), WEBHOOK_SECRET, id.uuid(), &old).map_err(|cause| broken(&cx, &cause))?;
    let sealed = Sealed {
        secret: seal(&cx, WEBHOOK_SECRET, id.uuid(), &secret)?,
        previous: seal(&cx, WEBHOOK_PREVIOUS, id.uuid(), &old)?,
        until: cx.now() + ROTATION,
    };
    repo::set_secret(&mut tx, &cx, id, sealed).await?;
    tx.record(event("webhook.secret_rotated", id, json!({}))).await?;
    tx.commit().await?;
    Ok(NewSecret { id, secret: secret.text() })
}

fn read(cx: &Cx, form: &Form) -> Result<Chosen> {
    let mut problems = Problems::default();
    let name = problems.take(parse_name(&form.name))?;
    let url = problems.take(WebhookUrl::parse(&form.url, is_local(cx)))?;
    let events = problems.take(parse_events(&form.events))?;
    let (Some(name), Some(url), Some(events)) = (name, url, events) else {
        return Err(problems.into_error());
    };
    Ok(Chosen { name, url, events, active: form.active })
}

/// Whether webhooks may lead to this machine: the program is known at no other address, so whoever uses it sits here. What is
/// asked in the end, the client of [`crate::delivery::Desk`] decides.
fn is_local(cx: &Cx) -> bool {
    let base: Option<Uri> = cx.visit().site().base_url().parse().ok();
    base.as_ref().and_then(Uri::host).is_some_and(|host| {
        let host = host.trim_matches(['[', ']']);
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    })
}

pub(crate) fn event(kind: &'static str, id: WebhookId, data: Value) -> Event {
    Event { kind, subject_kind: "webhook", subject_id: id.uuid(), topic: Some(topic()), data }
}

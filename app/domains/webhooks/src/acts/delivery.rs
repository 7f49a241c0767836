//! The log of deliveries, trying a webhook out, and sending things once more.

use chrono::{DateTime, SecondsFormat, Utc};
use kernel::{Cx, DeliveryId, Error, OrNotFound, Result, Tx, WebhookId};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{manager, webhook::event};
use crate::{
    delivery::enqueue,
    model::{Deliveries, DeliveryCard, DeliveryFilter, WebhookCard, WebhookDetails, event::TEST},
    repo::{
        delivery::{self as repo, New, Original, Wanted},
        webhook,
    },
};

/// Deliveries on one page.
const PAGE: usize = 50;
/// Deliveries that are repeated at once at most.
pub(crate) const MOST_REPLAYED: usize = 1_000;

/// A webhook with one page of its log, the newest deliveries first.
pub async fn details(cx: &Cx, id: WebhookId, filter: &DeliveryFilter) -> Result<WebhookDetails> {
    let cx = manager(cx)?;
    let webhook = webhook::find(cx.db(), &cx, id).await?.or_not_found()?;
    let wanted =
        Wanted { state: filter.state.parse().ok(), after: filter.before.parse().ok(), oldest_first: false };
    let mut deliveries = repo::list(&cx, id, wanted, PAGE + 1).await?;
    let older = PAGE < deliveries.len();
    deliveries.truncate(PAGE);
    Ok(WebhookDetails { webhook, deliveries: Deliveries { deliveries, older } })
}

/// At most `limit` deliveries of a webhook.
pub async fn list(cx: &Cx, id: WebhookId, wanted: Wanted, limit: usize) -> Result<Vec<DeliveryCard>> {
    let cx = manager(cx)?;
    webhook::find(cx.db(), &cx, id).await?.or_not_found()?;
    Ok(repo::list(&cx, id, wanted, limit).await?)
}

/// One delivery with the webhook that it is for.
pub async fn get(cx: &Cx, id: DeliveryId) -> Result<(WebhookId, DeliveryCard)> {
    let cx = manager(cx)?;
    repo::find(cx.db(), &cx, id).await?.or_not_found()
}

/// Sends an event to a webhook that only says that it arrives, also while it is off. It is tried once.
pub async fn test(cx: &Cx, id: WebhookId) -> Result<DeliveryId> {
    let cx = manager(cx)?;
    let mut tx = cx.begin().await?;
    webhook::find(&mut tx, &cx, id).await?.or_not_found()?;
    let new = New {
        id: cx.new_id(),
        webhook_id: id,
        message_id: cx.new_id(),
        replay_of: None,
        kind: TEST.to_owned(),
        body: body(TEST, cx.now(), json!({ "kind": "webhook", "id": id })),
    };
    let delivery = new.id;
    write(&mut tx, &cx, new).await?;
    tx.commit().await?;
    Ok(delivery)
}

/// Sends a delivery once more that is over. The receiver gets the same message id, by which it can tell.
pub async fn replay(cx: &Cx, id: DeliveryId) -> Result<DeliveryId> {
    let cx = manager(cx)?;
    let mut tx = cx.begin().await?;
    let (webhook_id, _) = repo::find(&mut tx, &cx, id).await?.or_not_found()?;
    let webhook = webhook::find(&mut tx, &cx, webhook_id).await?.or_not_found()?;
    let Some(original) = repo::take(&mut tx, &cx, id).await? else {
        return Err(Error::Conflict("It is on its way already.".into()));
    };
    if original.kind != TEST {
        require_told(&webhook)?;
    }
    let again = repeat(&mut tx, &cx, original).await?;
    tx.record(event("webhook.replayed", webhook_id, json!({ "count": 1 }))).await?;
    tx.commit().await?;
    Ok(again)
}

/// Sends everything once more that failed since then and was not repeated yet, at most a thousand deliveries. Gives how
/// many they are.
pub async fn replay_failed(cx: &Cx, id: WebhookId, since: DateTime<Utc>) -> Result<i64> {
    let cx = manager(cx)?;
    let mut tx = cx.begin().await?;
    require_told(&webhook::find(&mut tx, &cx, id).await?.or_not_found()?)?;
    let failed = repo::take_failed(&mut tx, &cx, id, since, MOST_REPLAYED).await?;
    let count = i64::try_from(failed.len()).unwrap_or(i64::MAX);
    for original in failed {
        repeat(&mut tx, &cx, original).await?;
    }
    if 0 < count {
        tx.record(event("webhook.replayed", id, json!({ "count": count }))).await?;
    }
    tx.commit().await?;
    Ok(count)
}

fn require_told(webhook: &WebhookCard) -> Result<()> {
    if webhook.is_told() {
        Ok(())
    } else {
        Err(Error::Conflict(format!("Nothing is sent to {} now. Turn it on first.", webhook.name)))
    }
}

async fn repeat(tx: &mut Tx, cx: &Cx, original: Original) -> Result<DeliveryId> {
    let id: DeliveryId = cx.new_id();
    let new = New {
        id,
        webhook_id: original.webhook_id,
        message_id: original.message_id,
        replay_of: Some(original.id),
        kind: original.kind,
        body: original.body,
    };
    write(tx, cx, new).await?;
    Ok(id)
}

/// Writes a delivery and its job.
pub(crate) async fn write(tx: &mut Tx, cx: &Cx, new: New) -> Result<()> {
    let (id, webhook) = (new.id, new.webhook_id);
    repo::insert(&mut *tx, cx, new).await?;
    enqueue(tx, webhook, id, None).await
}

/// What a receiver is sent.
pub(crate) fn body(kind: &str, at: DateTime<Utc>, data: Value) -> Value {
    json!({ "type": kind, "timestamp": at.to_rfc3339_opts(SecondsFormat::AutoSi, true), "data": data })
}

/// What a receiver is told of the record that something happened to, and the facts about it.
pub(crate) fn data(subject_kind: &str, subject_id: Uuid, facts: &Value) -> Value {
    let mut data = facts.as_object().cloned().unwrap_or_default();
    data.insert("kind".into(), subject_kind.into());
    data.insert("id".into(), subject_id.to_string().into());
    Value::Object(data)
}

//! Deliveries of webhooks for other programs.

use chrono::{DateTime, Utc};
use kernel::{DeliveryId, Permission::ApiManage, WebhookId};
use rest::{Answer, Call, Created, Filter, List, Needs::May, Page, Problem, Record, Routes};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::{
    acts::delivery as acts,
    model::{DeliveryCard, DeliveryState},
    repo::delivery::Wanted,
};

/// What is published of deliveries.
pub fn routes() -> Routes {
    let manage = May(ApiManage);
    Routes::new(
        "Deliveries",
        "What was sent to a webhook, or is on its way, with what its receiver answered.",
    )
    .list("/webhooks/{webhook}/deliveries", "List deliveries of a webhook", manage, manage, list)
    .read("/deliveries/{delivery}", "Read a delivery", manage, read)
    .post("/deliveries/{delivery}/replay", "Send a delivery again", manage, replay)
}

/// A delivery. It is kept for thirty days.
#[derive(Debug, Serialize, ToSchema)]
struct Delivery {
    id: DeliveryId,
    webhook: WebhookId,
    /// What happened.
    #[serde(rename = "type")]
    #[schema(rename = "type", example = "item.moved")]
    kind: String,
    /// What is sent.
    #[schema(value_type = Object)]
    body: Value,
    /// `waiting`, `sending`, `delivered` or `failed`.
    #[schema(example = "delivered")]
    state: &'static str,
    /// How often it was tried; at most ten times.
    attempts: i64,
    /// When it is tried next, while it waits.
    next_at: Option<DateTime<Utc>>,
    /// The status of HTTP that the receiver answered last.
    #[schema(example = 200)]
    status: Option<i64>,
    /// What it said with it, at most a kilobyte.
    answer: String,
    /// Why the last attempt failed.
    error: String,
    /// How long the last attempt took.
    duration_ms: Option<i64>,
    created_at: DateTime<Utc>,
    delivered_at: Option<DateTime<Utc>>,
    /// The delivery that it repeats. Receivers get the same `webhook-id` for both.
    replay_of: Option<DeliveryId>,
}

impl Record for Delivery {}

impl Delivery {
    fn of(webhook: WebhookId, card: DeliveryCard) -> Self {
        Delivery {
            id: card.id,
            webhook,
            kind: card.kind,
            body: card.body.parse().unwrap_or_default(),
            state: card.state.as_str(),
            attempts: card.attempts,
            next_at: card.next_at,
            status: card.status,
            answer: card.answer,
            error: card.error,
            duration_ms: card.duration_ms,
            created_at: card.created_at,
            delivered_at: card.delivered_at,
            replay_of: card.replay_of,
        }
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct DeliveriesFilter {
    /// Only deliveries that are `waiting`, `sending`, `delivered` or `failed`.
    #[param(inline)]
    state: Option<DeliveryState>,
}

impl Filter for DeliveriesFilter {
    const SORTS: &'static [&'static str] = &["created_at"];
}

async fn list(call: Call<WebhookId, List<DeliveriesFilter>>) -> Answer<Page<Delivery>> {
    let list = &call.input;
    let after = list.after.as_deref().map(str::parse).transpose().map_err(|_| {
        Problem::parameter("after", "Send what the page before said as next, and the same sort.")
    })?;
    let wanted = Wanted { state: list.filter.state, after, oldest_first: !list.descending };
    let mut deliveries = acts::list(&call.cx, call.path, wanted, list.limit + 1).await?;
    let more = list.limit < deliveries.len();
    deliveries.truncate(list.limit);
    let next = deliveries.last().filter(|_| more).map(|last| last.id.to_string());
    Ok(Page { data: deliveries.into_iter().map(|card| Delivery::of(call.path, card)).collect(), next })
}

async fn read(call: Call<DeliveryId>) -> Answer<Delivery> {
    let (webhook, card) = acts::get(&call.cx, call.path).await?;
    Ok(Delivery::of(webhook, card))
}

async fn replay(call: Call<DeliveryId>) -> Answer<Created<Delivery>> {
    let again = acts::replay(&call.cx, call.path).await?;
    let (webhook, card) = acts::get(&call.cx, again).await?;
    Ok(Created { at: format!("/deliveries/{again}"), record: Delivery::of(webhook, card) })
}

//! Webhooks for other programs.

use chrono::{DateTime, Utc};
use kernel::{Cx, DeliveryId, MemberId, Permission::ApiManage, WebhookId};
use rest::{Answer, Call, Created, Filter, Json, Key, List, Listed, Needs::May, Page, Record, Routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::event::{EventName, texts};
use crate::{
    acts::{
        delivery,
        webhook::{self as acts, Form},
    },
    model::WebhookCard,
};

/// What is published of webhooks.
pub fn routes() -> Routes {
    let manage = May(ApiManage);
    Routes::new(
        "Webhooks",
        "Addresses that are told what happens, signed as Standard Webhooks says (HMAC-SHA256).",
    )
    .list("/webhooks", "List webhooks", manage, manage, list)
    .post("/webhooks", "Create a webhook", manage, create)
    .read("/webhooks/{webhook}", "Read a webhook", manage, read)
    .update("/webhooks/{webhook}", "Change a webhook", manage, update)
    .delete("/webhooks/{webhook}", "Delete a webhook", manage, delete)
    .post("/webhooks/{webhook}/restore", "Bring a webhook back", manage, restore)
    .post("/webhooks/{webhook}/secret", "Make another secret of a webhook", manage, rotate)
    .post("/webhooks/{webhook}/test", "Send a test to a webhook", manage, test)
    .post("/webhooks/{webhook}/replay", "Send failed deliveries of a webhook again", manage, replay)
}

/// A webhook, without its secret.
#[derive(Debug, Serialize, ToSchema)]
struct Webhook {
    id: WebhookId,
    /// What it is for.
    #[schema(example = "Accounting")]
    name: String,
    /// Where events go.
    #[schema(example = "https://example.com/hooks")]
    url: String,
    /// What it is told of: kinds of events, `item.*` for all of an area, `*` for everything.
    #[schema(example = json!(["item.moved", "team.*"]))]
    events: Vec<String>,
    /// Whether it is told of what happens now.
    active: bool,
    /// Since when nothing has arrived.
    failing_since: Option<DateTime<Utc>>,
    /// When Mediap stopped telling it: its receiver is gone, or nothing arrived for five days. Turning it on tells it again.
    paused_at: Option<DateTime<Utc>>,
    /// Why: `gone` or `failing`.
    pause_reason: Option<&'static str>,
    /// Until when the secret before signs too.
    previous_secret_until: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    created_by: MemberId,
    /// The version, which is also its `ETag`.
    version: i64,
}

impl Record for Webhook {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
}

impl From<WebhookCard> for Webhook {
    fn from(card: WebhookCard) -> Self {
        Webhook {
            active: card.is_told(),
            id: card.id,
            name: card.name,
            url: card.url,
            events: card.events,
            failing_since: card.failing_since,
            paused_at: card.paused_at,
            pause_reason: card.pause_reason.map(|reason| reason.as_str()),
            previous_secret_until: card.rotating_until,
            created_at: card.created_at,
            created_by: card.created_by,
            version: card.version,
        }
    }
}

impl Listed for Webhook {
    fn id(&self) -> String {
        self.id.to_string()
    }

    fn key(&self, sort: &str) -> Key {
        match sort {
            "created_at" => Key::Number(self.created_at.timestamp_micros()),
            _ => Key::Text(self.name.to_lowercase()),
        }
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct WebhookFilter {
    /// Words in the name or the address.
    q: Option<String>,
    /// Only webhooks that are told now, or only others.
    active: Option<bool>,
}

impl Filter for WebhookFilter {
    const SORTS: &'static [&'static str] = &["name", "created_at"];
}

/// A webhook to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewWebhook {
    /// What it is for.
    #[schema(example = "Accounting", min_length = 1, max_length = 60)]
    name: String,
    /// Where events go: encrypted, at a public address.
    #[schema(
        example = "https://example.com/hooks",
        max_length = 2000,
        pattern = r"^https://([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,24}(:[1-9][0-9]{0,3})?(/[!$-~]*)?$"
    )]
    url: String,
    /// What it is told of: kinds of events, `item.*` for all of an area, `*` for everything.
    #[schema(example = json!(["item.moved"]), min_items = 1)]
    events: Vec<EventName>,
}

/// What changes of a webhook. What is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WebhookChange {
    /// What it is for.
    #[schema(example = "Accounting", min_length = 1, max_length = 60)]
    name: Option<String>,
    /// Where events go.
    #[schema(
        example = "https://example.com/hooks",
        max_length = 2000,
        pattern = r"^https://([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,24}(:[1-9][0-9]{0,3})?(/[!$-~]*)?$"
    )]
    url: Option<String>,
    /// What it is told of.
    #[schema(example = json!(["item.*"]), min_items = 1)]
    events: Option<Vec<EventName>>,
    /// Whether it is told. `true` lets one be told again that was paused.
    active: Option<bool>,
}

/// A secret that was just made.
#[derive(Debug, Serialize, ToSchema)]
struct WebhookSecret {
    id: WebhookId,
    /// What signs. It cannot be shown again.
    #[schema(example = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")]
    secret: String,
}

impl Record for WebhookSecret {}

/// What is sent again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReplaySince {
    /// Deliveries that were made before it stay as they are.
    since: DateTime<Utc>,
}

/// How much is sent again.
#[derive(Debug, Serialize, ToSchema)]
struct Replayed {
    /// How many deliveries were made; at most 1,000 in one call.
    count: i64,
}

impl Record for Replayed {}

/// A test that was sent.
#[derive(Debug, Serialize, ToSchema)]
struct WebhookTest {
    /// The delivery, which says what the receiver answers.
    delivery: DeliveryId,
}

impl Record for WebhookTest {}

async fn list(call: Call<(), List<WebhookFilter>>) -> Answer<Page<Webhook>> {
    let WebhookFilter { q, active } = &call.input.filter;
    let words = q.as_deref().map(str::to_lowercase);
    let fits = |webhook: &Webhook| {
        let said = |text: &str| words.as_ref().is_none_or(|words| text.to_lowercase().contains(words));
        (said(&webhook.name) || said(&webhook.url)) && active.is_none_or(|active| webhook.active == active)
    };
    let webhooks = acts::list(&call.cx).await?;
    call.input.page(webhooks.into_iter().map(Webhook::from).filter(fits).collect())
}

async fn read(call: Call<WebhookId>) -> Answer<Webhook> {
    find(&call.cx, call.path).await
}

async fn create(call: Call<(), Json<NewWebhook>>) -> Answer<Created<WebhookSecret>> {
    let NewWebhook { name, url, events } = call.input.0;
    let form = Form { name, url, events: texts(events), active: true };
    let made = acts::create(&call.cx, &form).await?;
    let record = WebhookSecret { id: made.id, secret: made.secret };
    Ok(Created { at: format!("/webhooks/{}", made.id), record })
}

async fn update(call: Call<WebhookId, Json<WebhookChange>>) -> Answer<Webhook> {
    let before = acts::get(&call.cx, call.path).await?;
    call.made_on(before.version)?;
    let WebhookChange { name, url, events, active } = call.input.0;
    let form = Form {
        // What is not sent stays, whichever of the two it is that keeps it from being told.
        active: active.unwrap_or(before.is_told()),
        name: name.unwrap_or(before.name),
        url: url.unwrap_or(before.url),
        events: events.map_or(before.events, texts),
    };
    acts::update(&call.cx, call.path, before.version, &form).await?;
    find(&call.cx, call.path).await
}

async fn delete(call: Call<WebhookId>) -> Answer<()> {
    let before = acts::get(&call.cx, call.path).await?;
    call.made_on(before.version)?;
    Ok(acts::delete(&call.cx, call.path, before.version).await?)
}

async fn restore(call: Call<WebhookId>) -> Answer<Webhook> {
    acts::restore(&call.cx, call.path).await?;
    find(&call.cx, call.path).await
}

async fn rotate(call: Call<WebhookId>) -> Answer<WebhookSecret> {
    let made = acts::rotate(&call.cx, call.path).await?;
    Ok(WebhookSecret { id: made.id, secret: made.secret })
}

async fn test(call: Call<WebhookId>) -> Answer<WebhookTest> {
    Ok(WebhookTest { delivery: delivery::test(&call.cx, call.path).await? })
}

async fn replay(call: Call<WebhookId, Json<ReplaySince>>) -> Answer<Replayed> {
    Ok(Replayed { count: delivery::replay_failed(&call.cx, call.path, call.input.0.since).await? })
}

async fn find(cx: &Cx, id: WebhookId) -> Answer<Webhook> {
    Ok(acts::get(cx, id).await?.into())
}

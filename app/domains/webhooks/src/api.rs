//! Server functions.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

use kernel::{DeliveryId, Result, WebhookId};
use leptos::prelude::*;
use uuid::Uuid;

use crate::model::{DeliveryFilter, NewHook, NewSecret, WebhookCard, WebhookDetails, Webhooks};

#[cfg(feature = "ssr")]
use {
    crate::acts::{self, webhook::Form},
    kernel::{Cx, Error},
};

/// For how many hours back failed deliveries can be sent again: they are not kept longer.
#[cfg(feature = "ssr")]
const MOST_HOURS: i64 = 30 * 24;

/// The webhooks and incoming hooks of the organisation.
#[server]
pub async fn list_webhooks() -> Result<Webhooks> {
    let cx = Cx::current().await?;
    Ok(Webhooks { webhooks: acts::webhook::list(&cx).await?, hooks: acts::incoming::list(&cx).await? })
}

/// One webhook, for its form.
#[server]
pub async fn load_webhook(id: WebhookId) -> Result<WebhookCard> {
    acts::webhook::get(&Cx::current().await?, id).await
}

/// One webhook with a page of its log.
#[server]
pub async fn load_deliveries(id: WebhookId, filter: DeliveryFilter) -> Result<WebhookDetails> {
    acts::delivery::details(&Cx::current().await?, id, &filter).await
}

/// Makes a webhook. Its secret is shown this once.
#[server]
pub async fn create_webhook(
    name: String,
    url: String,
    #[server(default)] events: Vec<String>,
) -> Result<NewSecret> {
    let form = Form { name, url, events, active: true };
    acts::webhook::create(&Cx::current().await?, &form).await
}

/// Changes a webhook.
#[server]
pub async fn update_webhook(
    id: WebhookId,
    version: i64,
    name: String,
    url: String,
    #[server(default)] events: Vec<String>,
    #[server(default)] active: bool,
) -> Result<()> {
    let form = Form { name, url, events, active };
    acts::webhook::update(&Cx::current().await?, id, version, &form).await?;
    leptos_axum::redirect(&format!("/settings/webhooks/{id}"));
    Ok(())
}

/// Lets a webhook be told again, that was turned off or paused.
#[server]
pub async fn resume_webhook(id: WebhookId) -> Result<()> {
    acts::webhook::resume(&Cx::current().await?, id).await
}

/// Deletes a webhook. A plain form gets a page that offers the way back; with WASM a toast does.
#[server]
pub async fn delete_webhook(id: WebhookId, version: i64) -> Result<WebhookId> {
    let cx = Cx::current().await?;
    acts::webhook::delete(&cx, id, version).await?;
    leave(&format!("/settings/webhooks?deleted={id}"));
    Ok(id)
}

/// Brings a deleted webhook back.
#[server]
pub async fn restore_webhook(id: WebhookId) -> Result<()> {
    acts::webhook::restore(&Cx::current().await?, id).await?;
    leave(&format!("/settings/webhooks/{id}"));
    Ok(())
}

/// Makes another secret. It is shown this once.
#[server]
pub async fn rotate_secret(id: WebhookId) -> Result<NewSecret> {
    acts::webhook::rotate(&Cx::current().await?, id).await
}

/// Sends a test.
#[server]
pub async fn test_webhook(id: WebhookId) -> Result<DeliveryId> {
    acts::delivery::test(&Cx::current().await?, id).await
}

/// Sends a delivery once more.
#[server]
pub async fn replay_delivery(id: DeliveryId) -> Result<DeliveryId> {
    acts::delivery::replay(&Cx::current().await?, id).await
}

/// Sends everything once more that failed within so many hours, and gives how many deliveries that are.
#[server]
pub async fn replay_failed(id: WebhookId, hours: i64) -> Result<i64> {
    let cx = Cx::current().await?;
    if !(1..=MOST_HOURS).contains(&hours) {
        return Err(Error::invalid("hours", format!("Choose 1 to {MOST_HOURS} hours.")));
    }
    acts::delivery::replay_failed(&cx, id, cx.now() - chrono::Duration::hours(hours)).await
}

/// Makes an incoming hook. Its secret is shown this once.
#[server]
pub async fn create_hook(name: String, kind: String) -> Result<NewHook> {
    acts::incoming::create(&Cx::current().await?, &name, &kind).await
}

/// Changes an incoming hook.
#[server]
pub async fn update_hook(
    id: Uuid,
    version: i64,
    name: String,
    #[server(default)] active: bool,
) -> Result<()> {
    acts::incoming::update(&Cx::current().await?, id, version, &name, active).await
}

/// Deletes an incoming hook. A plain form gets a page that offers the way back; with WASM a toast does.
#[server]
pub async fn delete_hook(id: Uuid, version: i64) -> Result<Uuid> {
    acts::incoming::delete(&Cx::current().await?, id, version).await?;
    leave(&format!("/settings/webhooks?deleted_hook={id}"));
    Ok(id)
}

/// Brings a deleted incoming hook back.
#[server]
pub async fn restore_hook(id: Uuid) -> Result<()> {
    acts::incoming::restore(&Cx::current().await?, id).await?;
    leave("/settings/webhooks");
    Ok(())
}

/// Makes another secret of an incoming hook. It is shown this once.
#[server]
pub async fn rotate_hook(id: Uuid) -> Result<NewHook> {
    acts::incoming::rotate(&Cx::current().await?, id).await
}

/// Sends a plain form on to `path`. A call from WASM stays where it is.
#[cfg(feature = "ssr")]
fn leave(path: &str) {
    let accepts = |parts: http::request::Parts| {
        parts.headers.get(http::header::ACCEPT).and_then(|value| value.to_str().ok().map(str::to_owned))
    };
    let plain_form = use_context().and_then(accepts).is_some_and(|value| value.contains("text/html"));
    if plain_form {
        leptos_axum::redirect(path);
    }
}

//! Incoming hooks for other programs.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use kernel::{MemberId, Permission::ApiManage};
use rest::{
    Answer, Call, Created, Filter, Json, Key, List, Listed, Needs::May, Page, Problem, Record, Routes,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    acts::incoming as acts,
    model::{HookCard, HookKind, IncomingEvent, NewHook, WholeEvent},
};

/// What is published of incoming hooks.
pub fn routes() -> Routes {
    let manage = May(ApiManage);
    Routes::new("Incoming hooks", "Addresses at which another program tells what happens there.")
        .list("/hooks", "List incoming hooks", manage, manage, list)
        .post("/hooks", "Create an incoming hook", manage, create)
        .read("/hooks/{hook}", "Read an incoming hook", manage, read)
        .update("/hooks/{hook}", "Change an incoming hook", manage, update)
        .delete("/hooks/{hook}", "Delete an incoming hook", manage, delete)
        .post("/hooks/{hook}/restore", "Bring an incoming hook back", manage, restore)
        .post("/hooks/{hook}/secret", "Make another secret of an incoming hook", manage, rotate)
        .list("/hooks/{hook}/events", "List what came by a hook", manage, manage, events)
        .read("/events/{event}", "Read what came by a hook", manage, event)
}

/// An incoming hook, without its secret.
#[derive(Debug, Serialize, ToSchema)]
struct IncomingHook {
    id: Uuid,
    /// What it is for.
    #[schema(example = "Web shop")]
    name: String,
    /// How it knows its sender: `standard` by a signature, `token` by a secret in the address.
    #[schema(example = "standard")]
    kind: &'static str,
    /// Whether it takes anything.
    active: bool,
    /// Until when the secret before is taken too.
    previous_secret_until: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    created_by: MemberId,
    /// The version, which is also its `ETag`.
    version: i64,
}

impl Record for IncomingHook {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
}

impl From<HookCard> for IncomingHook {
    fn from(card: HookCard) -> Self {
        IncomingHook {
            id: card.id,
            name: card.name,
            kind: card.kind.as_str(),
            active: card.active,
            previous_secret_until: card.rotating_until,
            created_at: card.created_at,
            created_by: card.created_by,
            version: card.version,
        }
    }
}

impl Listed for IncomingHook {
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
struct IncomingHookFilter {
    /// Only hooks that take what comes, or only others.
    active: Option<bool>,
}

impl Filter for IncomingHookFilter {
    const SORTS: &'static [&'static str] = &["name", "created_at"];
}

/// An incoming hook to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewIncomingHook {
    /// What it is for.
    #[schema(example = "Web shop", min_length = 1, max_length = 60)]
    name: String,
    /// How it knows its sender: `standard` by a signature, `token` by a secret in the address.
    #[schema(inline)]
    kind: HookKind,
}

/// What changes of an incoming hook. What is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct IncomingHookChange {
    /// What it is for.
    #[schema(example = "Web shop", min_length = 1, max_length = 60)]
    name: Option<String>,
    /// Whether it takes anything.
    active: Option<bool>,
}

/// An incoming hook that was just made, or whose secret was.
#[derive(Debug, Serialize, ToSchema)]
struct MadeIncomingHook {
    id: Uuid,
    /// Where the other program sends to. For `token` it holds the secret, and cannot be shown again.
    url: String,
    /// What it signs with, for `standard`. It cannot be shown again.
    secret: Option<String>,
}

impl Record for MadeIncomingHook {}

impl From<NewHook> for MadeIncomingHook {
    fn from(made: NewHook) -> Self {
        MadeIncomingHook { id: made.id, url: made.url, secret: made.secret }
    }
}

/// What came by a hook. It is kept for thirty days.
#[derive(Debug, Serialize, ToSchema)]
struct HookEvent {
    id: Uuid,
    /// What its sender knows it by.
    external_id: String,
    /// How many bytes were sent.
    size: i64,
    received_at: DateTime<Utc>,
    /// When it became an event of the organisation.
    handled_at: Option<DateTime<Utc>>,
}

impl Record for HookEvent {}

impl From<IncomingEvent> for HookEvent {
    fn from(event: IncomingEvent) -> Self {
        let IncomingEvent { id, external_id, size, received_at, handled_at } = event;
        HookEvent { id, external_id, size, received_at, handled_at }
    }
}

/// What came by a hook, with all that was sent.
#[derive(Debug, Serialize, ToSchema)]
struct WholeHookEvent {
    id: Uuid,
    /// What its sender knows it by.
    external_id: String,
    /// How many bytes were sent.
    size: i64,
    received_at: DateTime<Utc>,
    /// When it became an event of the organisation.
    handled_at: Option<DateTime<Utc>>,
    /// The headers that were sent, by name, without those that may open something.
    headers: serde_json::Value,
    /// What was sent, if it is text.
    body: Option<String>,
    /// What was sent, in base64, if it is no text.
    body_base64: Option<String>,
}

impl Record for WholeHookEvent {}

impl From<WholeEvent> for WholeHookEvent {
    fn from(whole: WholeEvent) -> Self {
        let HookEvent { id, external_id, size, received_at, handled_at } = whole.event.into();
        let (body, body_base64) = match String::from_utf8(whole.body) {
            Ok(text) => (Some(text), None),
            Err(bytes) => (None, Some(STANDARD.encode(bytes.into_bytes()))),
        };
        let headers = whole.headers;
        WholeHookEvent { id, external_id, size, received_at, handled_at, headers, body, body_base64 }
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct HookEventFilter {}

impl Filter for HookEventFilter {
    const SORTS: &'static [&'static str] = &["received_at"];
}

async fn list(call: Call<(), List<IncomingHookFilter>>) -> Answer<Page<IncomingHook>> {
    let active = call.input.filter.active;
    let hooks = acts::list(&call.cx).await?.into_iter().map(IncomingHook::from);
    call.input.page(hooks.filter(|hook| active.is_none_or(|active| hook.active == active)).collect())
}

async fn read(call: Call<Uuid>) -> Answer<IncomingHook> {
    Ok(acts::get(&call.cx, call.path).await?.into())
}

async fn create(call: Call<(), Json<NewIncomingHook>>) -> Answer<Created<MadeIncomingHook>> {
    let NewIncomingHook { name, kind } = &call.input.0;
    let made = acts::create(&call.cx, name, kind.as_str()).await?;
    Ok(Created { at: format!("/hooks/{}", made.id), record: made.into() })
}

async fn update(call: Call<Uuid, Json<IncomingHookChange>>) -> Answer<IncomingHook> {
    let before = acts::get(&call.cx, call.path).await?;
    call.made_on(before.version)?;
    let IncomingHookChange { name, active } = &call.input.0;
    let name = name.as_ref().unwrap_or(&before.name);
    acts::update(&call.cx, call.path, before.version, name, active.unwrap_or(before.active)).await?;
    Ok(acts::get(&call.cx, call.path).await?.into())
}

async fn delete(call: Call<Uuid>) -> Answer<()> {
    let before = acts::get(&call.cx, call.path).await?;
    call.made_on(before.version)?;
    Ok(acts::delete(&call.cx, call.path, before.version).await?)
}

async fn restore(call: Call<Uuid>) -> Answer<IncomingHook> {
    acts::restore(&call.cx, call.path).await?;
    Ok(acts::get(&call.cx, call.path).await?.into())
}

async fn rotate(call: Call<Uuid>) -> Answer<MadeIncomingHook> {
    Ok(acts::rotate(&call.cx, call.path).await?.into())
}

async fn event(call: Call<Uuid>) -> Answer<WholeHookEvent> {
    Ok(acts::event_of(&call.cx, call.path).await?.into())
}

async fn events(call: Call<Uuid, List<HookEventFilter>>) -> Answer<Page<HookEvent>> {
    let list = &call.input;
    let after = list.after.as_deref().map(str::parse::<Uuid>).transpose().map_err(|_| {
        Problem::parameter("after", "Send what the page before said as next, and the same sort.")
    })?;
    let mut events = acts::events(&call.cx, call.path, after, !list.descending, list.limit + 1).await?;
    let more = list.limit < events.len();
    events.truncate(list.limit);
    let next = events.last().filter(|_| more).map(|last| last.id.to_string());
    Ok(Page { data: events.into_iter().map(HookEvent::from).collect(), next })
}

//! Incoming webhooks without the domain that keeps them: its rows, and what it tells others of them.

use kernel::{Came, CameFound, Event, HookId, HookName, Hooks, HooksFound};
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::automation::{Adds, By, Finds, Hooked};

/// What that domain tells others, out of the same rows.
pub(in crate::tests) const HOOKS: Hooks = Hooks { list, came, last };

fn list<'a>(on: db::On<'a>, cx: &'a Cx) -> HooksFound<'a> {
    Box::pin(async move {
        let rows: Vec<(HookId, String, bool)> = sql("select id, name, active from incoming_hook
             where organisation_id = $1 and deleted_at is null order by name")
        .bind(cx.organisation_id())
        .all(on)
        .await?;
        Ok(rows.into_iter().map(|(id, name, active)| HookName { id, name, active }).collect())
    })
}

fn came<'a>(on: db::On<'a>, cx: &'a Cx, event: Uuid) -> CameFound<'a> {
    Box::pin(async move {
        let row: Option<(HookId, String, Vec<u8>)> = sql("select hook_id, external_id, body
             from incoming_event where organisation_id = $1 and id = $2")
        .bind(cx.organisation_id())
        .bind(event)
        .optional(on)
        .await?;
        Ok(row.map(|(hook, external_id, body)| Came { hook, external_id, body }))
    })
}

fn last<'a>(on: db::On<'a>, cx: &'a Cx, hook: HookId) -> CameFound<'a> {
    Box::pin(async move {
        let row: Option<(HookId, String, Vec<u8>)> = sql("select hook_id, external_id, body
             from incoming_event where organisation_id = $1 and hook_id = $2 order by id desc limit 1")
        .bind(cx.organisation_id())
        .bind(hook)
        .optional(on)
        .await?;
        Ok(row.map(|(hook, external_id, body)| Came { hook, external_id, body }))
    })
}

impl World {
    /// An incoming webhook of this name.
    pub(super) async fn hook(&self, name: &str) -> HookId {
        let cx = &self.owner;
        let id: HookId = cx.new_id();
        let mut tx = cx.begin().await.unwrap();
        sql("insert into incoming_hook
               (id, organisation_id, name, kind, secret, active, created_at, created_by, updated_at, updated_by)
             values ($1, $2, $3, 'token', '', $4, $5, $6, $5, $6)")
        .bind(id)
        .bind(cx.organisation_id())
        .bind(name)
        .bind(true)
        .bind(cx.now())
        .bind(cx.member_id())
        .exactly_one(&mut tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// Something comes by a webhook and is handled. Gives what is recorded of it.
    pub(super) async fn sends(&self, hook: HookId, external_id: &str, body: &[u8]) -> Uuid {
        let cx = &self.owner;
        let id: Uuid = cx.new_id();
        let mut tx = cx.begin().await.unwrap();
        sql("insert into incoming_event (id, organisation_id, hook_id, external_id, headers, body, received_at)
             values ($1, $2, $3, $4, $5, $6, $7)")
        .bind(id)
        .bind(cx.organisation_id())
        .bind(hook)
        .bind(external_id)
        .bind(json!({}))
        .bind(body.to_vec())
        .bind(cx.now())
        .exactly_one(&mut tx)
        .await
        .unwrap();
        tx.record(received(hook, id)).await.unwrap();
        tx.commit().await.unwrap();
        id
    }
}

/// What is recorded when it is handled.
pub(super) fn received(hook: HookId, event: Uuid) -> Event {
    Event {
        kind: "hook.received",
        subject_kind: "hook_event",
        subject_id: event,
        topic: None,
        data: json!({ "hook": hook }),
    }
}

/// What sets off a rule that finds items so.
pub(super) fn finds(hook: HookId, by: By, at: &str, adds: Option<Adds>) -> Trigger {
    Trigger::Webhook(Hooked { hook, finds: Some(Finds { by, at: at.into() }), adds })
}

/// What a shop sends of an order.
pub(super) fn order(number: usize) -> Vec<u8> {
    json!({ "number": number, "title": format!("Order {number}") }).to_string().into_bytes()
}

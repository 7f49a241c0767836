//! What people and programs do: authorise, validate, change, record.

pub mod approval;
pub mod automation;
pub mod booking;
pub mod bulk;
pub mod comment;
pub mod design;
pub mod engine;
pub(crate) mod gate;
pub mod hours;
pub mod insight;
pub mod intake;
pub mod interchange;
pub mod item;
pub mod replay;
mod running;
pub mod sla;
pub mod stand_in;
pub mod template;
pub mod view;
pub mod workflow;

use kernel::{
    Cx, Event, ItemId, MemberId, Notice, NoticeKind, Permission, Reason, Result, Topic, Tx, WorkflowId,
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    api::topic,
    model::{Card, WorkflowHead},
};

/// What a notice about an item comes from.
#[derive(Clone, Copy)]
struct Source<'a> {
    kind: NoticeKind,
    source_id: Uuid,
    text: &'a str,
}

/// Tells members of something about an item.
async fn tell(
    tx: &mut Tx,
    cx: &Cx,
    head: &WorkflowHead,
    card: &Card,
    source: Source<'_>,
    to: Vec<(MemberId, Reason)>,
) -> Result<()> {
    if to.is_empty() {
        return Ok(());
    }
    let key = head.item_key(card.number);
    // Straight to where one decides; opening it decides nothing.
    let part = if source.kind == NoticeKind::Approval { "#approval" } else { "" };
    let notice = Notice {
        kind: source.kind,
        record_id: card.id.uuid(),
        source_id: source.source_id,
        place_id: Some(head.id.uuid()),
        path: format!("/items/{key}{part}"),
        title: format!("{key} {}", card.title),
        text: source.text.to_owned(),
        to,
    };
    match cx.actor_id() {
        Some(_) => tx.notify(notice).await,
        None => tx.remind(notice).await,
    }
}

/// What happened to an item, for the record and for open pages.
fn item_event(kind: &'static str, workflow_id: WorkflowId, item_id: ItemId, data: Value) -> Event {
    let topic = Topic::of(Permission::ItemView, topic(workflow_id));
    Event { kind, subject_kind: "item", subject_id: item_id.uuid(), topic: Some(topic), data }
}

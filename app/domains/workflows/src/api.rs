//! Server functions: authorise, validate, change, record.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

mod comment;
mod company;
mod item;
mod view;
mod workflow;

pub use comment::*;
pub use company::*;
pub use item::*;
pub use view::*;
pub use workflow::*;

/// What pages of a workflow listen to, and what is told to whoever may see items.
pub fn topic(workflow_id: kernel::WorkflowId) -> String {
    format!("workflow/{workflow_id}")
}

/// What the page of an item listens to, for who else is there.
pub fn item_topic(item_id: kernel::ItemId) -> String {
    format!("item/{item_id}")
}

/// What a notice about an item comes from.
#[cfg(feature = "ssr")]
#[derive(Clone, Copy)]
struct Source<'a> {
    kind: kernel::NoticeKind,
    source_id: uuid::Uuid,
    text: &'a str,
}

/// The key of an act, if the page gave it one.
#[cfg(feature = "ssr")]
fn read_key(key: Option<String>) -> Option<uuid::Uuid> {
    key.and_then(|key| key.parse().ok())
}

/// Tells members of something about an item.
#[cfg(feature = "ssr")]
async fn tell(
    tx: &mut kernel::Tx,
    cx: &kernel::Cx,
    workflow_id: kernel::WorkflowId,
    card: &crate::model::Card,
    source: Source<'_>,
    to: Vec<(kernel::MemberId, kernel::Reason)>,
) -> kernel::Result<()> {
    if to.is_empty() {
        return Ok(());
    }
    let Some(workflow) = crate::repo::workflow::find(&mut *tx, cx.organisation_id(), workflow_id).await?
    else {
        return Ok(());
    };
    let key = format!("{}-{}", workflow.head.key, card.number);
    tx.notify(kernel::Notice {
        kind: source.kind,
        record_id: card.id.uuid(),
        source_id: source.source_id,
        place_id: Some(workflow_id.uuid()),
        path: format!("/items/{key}"),
        title: format!("{key} {}", card.title),
        text: source.text.to_owned(),
        to,
    })
    .await
}

/// What happened to an item, for the record and for open pages.
#[cfg(feature = "ssr")]
fn item_event(
    kind: &'static str,
    workflow_id: kernel::WorkflowId,
    item_id: kernel::ItemId,
    data: serde_json::Value,
) -> kernel::Event {
    let topic = kernel::Topic::of(kernel::Permission::ItemView, topic(workflow_id));
    kernel::Event { kind, subject_kind: "item", subject_id: item_id.uuid(), topic: Some(topic), data }
}

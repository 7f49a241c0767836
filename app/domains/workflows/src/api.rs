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

//! Server functions: authorise, validate, change, record.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

mod comment;
mod item;
mod view;
mod workflow;

pub use comment::*;
pub use item::*;
pub use view::*;
pub use workflow::*;

/// What pages of a workflow listen to.
pub fn topic(workflow_id: kernel::WorkflowId) -> String {
    format!("workflow/{workflow_id}")
}

/// What happened to an item, for the record and for open pages.
#[cfg(feature = "ssr")]
fn item_event(
    kind: &'static str,
    workflow_id: kernel::WorkflowId,
    item_id: kernel::ItemId,
    data: serde_json::Value,
) -> kernel::Event {
    kernel::Event { kind, subject_kind: "item", subject_id: item_id.uuid(), topic: topic(workflow_id), data }
}

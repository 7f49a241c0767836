//! Server functions: they read what a form sends and call the acts.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

mod approval;
mod automation;
mod bulk;
mod comment;
mod company;
mod design;
mod hours;
mod insight;
mod intake;
mod interchange;
mod item;
mod sla;
mod template;
mod view;
mod workflow;

pub use approval::*;
pub use automation::*;
pub use bulk::*;
pub use comment::*;
pub use company::*;
pub use design::*;
pub use hours::*;
pub use insight::*;
pub use intake::*;
pub use interchange::*;
pub use item::*;
pub use sla::*;
pub use template::*;
pub use view::*;
pub use workflow::*;

/// What pages of a workflow listen to, and what is told to whoever may see items.
pub fn topic(workflow_id: kernel::WorkflowId) -> String {
    format!("workflow/{workflow_id}")
}

/// What the pages of a workflow's rules listen to.
pub fn rules_topic(workflow_id: kernel::WorkflowId) -> String {
    format!("rules/{workflow_id}")
}

/// What open designs of a workflow listen to, for who else is there and for what they keep: news of that name who kept something.
pub fn design_topic(workflow_id: kernel::WorkflowId) -> String {
    format!("design/{workflow_id}")
}

/// What the page of an item listens to, for who else is there.
pub fn item_topic(item_id: kernel::ItemId) -> String {
    format!("item/{item_id}")
}

/// The key of an act, if the page gave it one.
#[cfg(feature = "ssr")]
fn read_key(key: Option<String>) -> Option<uuid::Uuid> {
    key.and_then(|key| key.parse().ok())
}

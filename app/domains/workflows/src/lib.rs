//! Workflows: processes as steps and transitions, and the items that move through them.
//!
//! A *workflow* has *steps* in order; a *transition* leads from one step to another, forward or back (rework).
//! An *item* is in exactly one step and moves along transitions only. Its *fields* are filled in step by step; a
//! step's required fields must have values before an item leaves it forward. Every move, edit and comment is kept
//! in the item's *activity*. Some steps do something by themselves: they branch, wait or change an item, and send it on.
//! *Rules* of a workflow act on an item when something happens to it, and each *run* of one is written down.
//!
//! Invariants: `step.item_count` is the number of undeleted items in the step; an item's `version` grows with every
//! change and every change names the version it was made on.

pub mod approval;
pub mod automatic;
pub mod automation;
pub mod booking;
pub mod bulk;
pub mod definition;
pub mod diagram;
pub mod filter;
pub mod form;
pub mod hours;
pub mod insight;
pub mod intake;
pub mod lanes;
pub mod model;
pub mod month;
pub mod quorum;
pub mod replay;
pub mod rules;
pub mod sla;

pub mod api;
mod pages;
mod parts;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
pub mod bpmn;
#[cfg(feature = "ssr")]
pub mod demo;
#[cfg(feature = "ssr")]
pub mod due;
#[cfg(feature = "ssr")]
pub mod guard;
#[cfg(feature = "ssr")]
pub mod interchange;
#[cfg(feature = "ssr")]
pub mod privacy;
#[cfg(feature = "ssr")]
pub mod records;
#[cfg(feature = "ssr")]
pub mod repo;
#[cfg(feature = "ssr")]
pub mod rest;
#[cfg(feature = "ssr")]
pub mod timer;

#[cfg(test)]
mod tests;

#[cfg(feature = "ssr")]
pub use acts::hours::OPENINGS;
pub use api::{list_workflows, search_items};
pub use model::{ItemHit, WorkflowSummary};
pub use pages::{Frame, ItemDetailsPage, MyWorkPage, PublicFormPage, WorkingHoursPage, pages};
pub use parts::{recent, waiting::send as send_waiting};

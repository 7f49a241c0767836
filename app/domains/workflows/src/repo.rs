//! SQL. Every function takes where it runs first and the organisation second.

pub mod activity;
pub mod automation;
pub mod bulk;
pub mod comment;
pub mod decision;
pub mod delegation;
pub mod design;
pub mod due;
pub mod giving;
pub mod hours;
pub mod insight;
pub mod intake;
pub mod item;
pub mod kept;
pub mod list;
pub mod part;
pub mod sla;
mod span;
pub mod stand_in;
pub mod template;
pub mod view;
pub mod workflow;

pub use span::Span;

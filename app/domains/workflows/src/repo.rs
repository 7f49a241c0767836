//! SQL. Every function takes where it runs first and the organisation second.

pub mod activity;
pub mod bulk;
pub mod comment;
pub mod decision;
pub mod design;
pub mod due;
pub mod giving;
pub mod insight;
pub mod item;
pub mod list;
mod span;
pub mod stand_in;
pub mod template;
pub mod view;
pub mod workflow;

pub use span::Span;

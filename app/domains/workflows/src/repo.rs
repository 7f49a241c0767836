//! SQL. Every function takes where it runs first and the organisation second.

pub mod activity;
pub mod comment;
pub mod item;
pub mod list;
pub mod view;
pub mod workflow;

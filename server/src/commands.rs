//! What can be typed: one module for each command.

pub(crate) mod api;
pub(crate) mod audit;
pub(crate) mod check;
pub(crate) mod create_admin;
pub(crate) mod create_key;
pub(crate) mod erasures;
pub(crate) mod jobs;
pub(crate) mod licence;
pub(crate) mod migrate;
pub(crate) mod organisations;
pub(crate) mod seed_demo;
pub(crate) mod serve;
pub(crate) mod support;
pub(crate) mod worker;

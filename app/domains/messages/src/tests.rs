//! Stories and properties of this domain.

mod api;
mod files;
mod group;
mod rules;

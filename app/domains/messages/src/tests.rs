//! Stories and properties of this domain.

mod api;
mod group;
mod rules;

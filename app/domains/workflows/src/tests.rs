//! Stories and properties of this domain.

mod api;
mod filter;
mod rules;

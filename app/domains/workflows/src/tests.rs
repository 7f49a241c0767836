//! Stories and properties of this domain.

mod api;
mod due;
mod filter;
mod rest;
mod rules;

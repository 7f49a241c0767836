//! Stories and properties of this domain.

mod api;
mod definition;
mod design;
mod due;
mod filter;
mod rest;
mod rules;

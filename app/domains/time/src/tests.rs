//! Stories and properties of this domain.

mod acts;
mod fixture;
mod rest;
mod rules;
mod timer;

//! Stories and properties of this domain.

mod acts;
mod rules;

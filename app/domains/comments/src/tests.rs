//! Tests of the comments domain.

mod acts;
mod fixture;

//! Unit tests of the domain.

mod fixture;
mod jobs;
mod rules;
mod sweep;
mod upload;

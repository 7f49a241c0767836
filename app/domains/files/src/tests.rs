//! Unit tests of the domain.

mod enclosed;
mod fixture;
mod jobs;
mod rules;
mod sweep;
mod upload;

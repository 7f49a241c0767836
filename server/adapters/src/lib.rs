//! The world outside: each part a trait with a real and a test side.
//!
//! So far: [`mail`].

pub mod mail;

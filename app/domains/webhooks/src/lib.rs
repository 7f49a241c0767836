//! Webhooks: other programs are told what happens here, and tell what happens there.
//!
//! A *webhook* is an address of an organisation with the *events* that it wants to be told of, as kinds (`item.moved`) or
//! patterns (`item.*`, `*`). An act that records such an event writes a *delivery* in its own transaction, and a job sends
//! it: signed as Standard Webhooks says, tried again for about three days until an answer of 2xx. A webhook is *failing*
//! from the first attempt that failed to the next that did not, and is *paused* by the program when its receiver is gone or
//! nothing arrived for five days. *Replaying* a delivery makes another one with the same message id.
//!
//! An *incoming hook* is the way back: an address at which another program tells us something, signed in the same way, or
//! with the secret in the address. What comes is stored first and handled by a job.
//!
//! Invariants: secrets stand sealed and are shown once; of one webhook only a few deliveries run at a time, so that a slow
//! receiver holds up nobody else; an attempt settles only its own delivery; what a sender sends twice is stored once.

pub mod model;

pub mod api;
mod pages;
mod parts;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
pub mod delivery;
#[cfg(feature = "ssr")]
mod hooks;
#[cfg(feature = "ssr")]
pub mod incoming;
#[cfg(feature = "ssr")]
pub mod privacy;
#[cfg(feature = "ssr")]
pub mod repo;
#[cfg(feature = "ssr")]
pub mod rest;
#[cfg(feature = "ssr")]
pub mod rules;
#[cfg(feature = "ssr")]
mod sweep;
#[cfg(feature = "ssr")]
mod told;

#[cfg(test)]
mod tests;

pub use pages::{
    Frame, Framed, NewHookPage, NewWebhookPage, Pages, WebhookPage, WebhookSettingsPage, WebhooksPage, pages,
};

#[cfg(feature = "ssr")]
pub use {hooks::HOOKS, sweep::sweep, told::on_event};

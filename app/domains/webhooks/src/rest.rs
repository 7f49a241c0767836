//! Webhooks, deliveries and incoming hooks for other programs.

mod delivery;
mod event;
mod hook;
mod webhook;

use rest::Routes;

/// What is published, kind by kind.
pub fn routes() -> Vec<Routes> {
    vec![webhook::routes(), delivery::routes(), hook::routes()]
}

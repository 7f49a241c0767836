//! The program `mediap`: configuration, command line, router and middleware around the pages of `app`.
//!
//! [`router`] is the table of contents of what is answered over HTTP; [`commands`] of what can be typed.
//! What the product itself gives (pages, log-ins, demo data) enters through [`product`] only.

pub mod config;
pub mod router;
pub mod state;

mod api;
mod assets;
mod attachments;
mod audit;
mod background;
mod cli;
mod commands;
mod connections;
mod designs;
mod dev_mail;
mod forms;
mod health;
mod incoming;
mod insights;
mod licence;
mod live;
mod log;
mod mail;
mod metrics;
mod middleware;
mod oauth;
mod offline;
mod oidc;
mod pictures;
mod privacy;
mod problem;
mod product;
mod roles;
mod secret_key;
mod start;
pub mod stop;

use std::process::ExitCode;

pub use api::document as api_document;
pub use attachments::{desk as file_desk, handlers as file_handlers};
pub use mail::{handlers, mailer};
pub use product::{AS_MEMBER, ON_EVENT, PERSON_ROWS, PLACE_KINDS, RECORD_KINDS, api};
pub use stop::Stop;

/// Runs the command that was typed.
pub fn main() -> ExitCode {
    // One provider for SQL, mail and whatever else speaks TLS; without it the first handshake panics.
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        eprintln!("mediap: a TLS provider is installed already");
    }
    match cli::run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("mediap: {error:#}");
            if error.is::<config::Error>() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

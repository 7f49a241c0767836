//! The program over HTTP and on the command line, on a temporary SQLite database.

#![expect(clippy::unwrap_used, reason = "a story ends where it breaks")]

mod bench;
mod command_line;
mod files;
mod forms;
mod health;
mod live;
mod mail;
mod mailbox;
mod matrix;
mod messages;
mod oauth;
mod oidc;
mod pages;
mod privacy;
mod refusals;
mod rest;
mod rest_own;
mod server_functions;
mod sign_in;
mod storage;
mod uploads;
mod webhooks;

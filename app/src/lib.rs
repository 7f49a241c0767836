//! The leaf that ties the product together: the document, the route table, the shell around every page. A domain's own
//! pages and rules stay in the domain; this crate only places them.
//!
//! [`shell`] is what the server renders, [`App`] what both sides run, [`mark_live`] what the browser does when it has
//! taken over. [`is_public`] tells the server which pages open
//! without a log-in, [`error_document`] gives it a page for answers that the app itself cannot give.

mod announce;
mod brand;
mod commands;
mod connection;
mod document;
mod installed;
mod keys;
mod news;
mod pages;
mod place;
mod prove;
mod public;
mod request;
mod routes;
mod session;
mod settings;
mod shell;
mod sidebar;
mod theme;

pub use document::{Built, error_document, going_document, offline_document, shell};
pub use public::is_public;
pub use request::Development;
pub use routes::{App, mark_live};

//! People and organisations: who somebody is, where they belong, and how they get in.
//!
//! Words: an *account* is a person; a *session* is their log-in on one device; an *organisation* is a tenant; a
//! *member* is a person's place in one organisation, with a base role; a *grant* adds a further
//! *role*, everywhere or in one part of it; a *team* is a named group of its members; a *brand* is a business unit with a
//! colour and a logo that theme the pages of those who work in it; a *passkey* and a *linked identity* (an account at a
//! provider) are ways in besides the password.
//!
//! Invariants:
//! * Tokens (sessions, links in mails) exist in clear only in the cookie or the mail; tables hold their SHA-256.
//! * A link works once, and only a press of a button uses it up: opening a page never does.
//! * A membership that is invited or suspended gives no [`kernel::Membership`], so no `Cx`.
//! * An organisation always keeps at least one active owner.
//! * Nobody gives, takes or changes more than they may do everywhere themselves.
//! * What belongs to another organisation answers as if it did not exist.

pub mod account;
pub mod app;
pub mod audit;
pub mod brand;
pub mod consent;
pub mod factor;
pub mod job;
pub mod key;
pub mod licence;
pub mod member;
pub mod organisation;
pub mod outbox;
pub mod passkey;
pub mod person;
pub mod privacy;
pub mod provider;
pub mod role;
pub mod session;
pub mod support;
pub mod team;

mod pages;
mod parts;
mod text;

#[cfg(feature = "ssr")]
mod admin;
#[cfg(feature = "ssr")]
pub mod cookie;
#[cfg(feature = "ssr")]
pub mod demo;
#[cfg(feature = "ssr")]
mod fault;
#[cfg(feature = "ssr")]
mod form;
#[cfg(feature = "ssr")]
mod limit;
#[cfg(feature = "ssr")]
mod picture;
#[cfg(feature = "ssr")]
pub mod rest;
#[cfg(feature = "ssr")]
mod secret;
#[cfg(feature = "ssr")]
mod ticket;
#[cfg(feature = "ssr")]
mod web;

#[cfg(test)]
mod tests;

pub use brand::api::SwitchBrand;
pub use pages::{auth_pages, people_pages, settings_pages};
pub use parts::{ActingBar, BrandForm, BrandMark, LogOutForm, ProveForm, SettingsPage, SwitchForm};
pub use session::api::{LogOut, Prove, SwitchOrganisation, ViewViewer, viewer};

#[cfg(feature = "ssr")]
pub use admin::{create_admin, is_empty, sweep};
#[cfg(feature = "ssr")]
pub use brand::files::{Style, logo as brand_logo, style as brand_style};
#[cfg(feature = "ssr")]
pub use brand::letterhead::letterhead;
#[cfg(feature = "ssr")]
pub use member::reach::reach;
#[cfg(feature = "ssr")]
pub use organisation::logo::logo;
#[cfg(feature = "ssr")]
pub use person::avatar::avatar;
#[cfg(feature = "ssr")]
pub use picture::Picture;
#[cfg(feature = "ssr")]
pub use provider::Providers;
#[cfg(feature = "ssr")]
pub use role::document::csv as roles_csv;
#[cfg(feature = "ssr")]
pub use session::acts::authenticate;
#[cfg(feature = "ssr")]
pub use web::origin_of;

//! A person: name, address, password, and the links that prove the address is theirs.

pub mod api;
pub mod model;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
pub(crate) mod event;
#[cfg(feature = "ssr")]
pub(crate) mod mails;
#[cfg(feature = "ssr")]
pub mod password;
#[cfg(feature = "ssr")]
pub mod repo;
#[cfg(feature = "ssr")]
mod token;

pub use model::{EmailAddress, PersonName};

#[cfg(feature = "ssr")]
pub(crate) use token::{MailToken, Purpose};

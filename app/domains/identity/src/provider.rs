//! Getting in through somebody else: a provider of OpenID Connect says who a person is.
//!
//! An identity is its issuer and subject, never its address. An address that has an account here leads to that account
//! only when the provider vouches for the address and the person proves the account too; a provider that is careless
//! with addresses gives nobody away.

pub mod api;
pub mod model;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
mod flow;
#[cfg(feature = "ssr")]
pub mod http;
#[cfg(feature = "ssr")]
mod link;
#[cfg(feature = "ssr")]
pub(crate) mod mails;
#[cfg(feature = "ssr")]
mod providers;
#[cfg(feature = "ssr")]
pub(crate) mod repo;

#[cfg(feature = "ssr")]
pub(crate) use flow::sweep;
#[cfg(feature = "ssr")]
pub use providers::Providers;

//! Who is logged in on this device, and in which organisation they work now; and how they got in.

pub mod api;
pub(crate) mod next;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
pub(crate) mod begin;
#[cfg(feature = "ssr")]
pub mod challenge;
#[cfg(feature = "ssr")]
pub(crate) mod device;
#[cfg(feature = "ssr")]
pub mod devices;
#[cfg(feature = "ssr")]
pub mod link;
pub mod model;
#[cfg(feature = "ssr")]
pub mod place;
#[cfg(feature = "ssr")]
pub mod prove;
#[cfg(feature = "ssr")]
pub mod repo;
#[cfg(feature = "ssr")]
pub mod rest;

pub use next::local_path;

#[cfg(feature = "ssr")]
pub use begin::{Begun, Proof, Started};
#[cfg(feature = "ssr")]
pub(crate) use next::after_log_in;

/// Where a request came from, as far as limits and the list of sessions need it.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The network address, if the server knows it.
    pub address: Option<String>,
    /// What the browser calls itself.
    pub user_agent: String,
    /// What the cookie of a browser that logged in before carries.
    pub device: Option<String>,
}

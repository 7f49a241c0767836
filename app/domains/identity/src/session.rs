//! Who is logged in on this device, and in which organisation they work now.

pub mod api;
mod next;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
pub mod repo;

pub use next::local_path;

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
}

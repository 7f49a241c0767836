//! Support acting as a member: only with the leave of that member or of an owner, for some hours, and with both names in
//! the audit log.
//!
//! A *leave* is a row of `support_access`. Somebody whose account has the site role of support may act by it: their session
//! then has the member's place in the organisation, and nothing of the member's account. It ends by itself, when it is
//! withdrawn, when the member is out, or when the site role is taken; each from the next request on.

pub mod api;
pub mod model;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
pub(crate) mod mails;
#[cfg(feature = "ssr")]
pub(crate) mod repo;
#[cfg(feature = "ssr")]
pub mod staff;

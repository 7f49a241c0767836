//! What happens around every answer, outermost first: see [`crate::router`].

pub(crate) mod api_status;
pub(crate) mod body_limit;
pub(crate) mod guard;
pub(crate) mod headers;
pub(crate) mod observe;
pub(crate) mod origin;
pub(crate) mod protect;
pub(crate) mod session;
pub(crate) mod turns;

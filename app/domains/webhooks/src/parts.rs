//! What more than one page of this domain is made of.

mod secret;
mod written;

pub(crate) use secret::{Made, MadeHook};
pub(crate) use written::{ago, moment};

//! What more than one page of this domain is made of.

mod load;
mod outcome;
mod secret;
mod written;

pub(crate) use load::LoadAs;
pub(crate) use outcome::Outcome;
pub(crate) use secret::{Made, MadeHook};
pub(crate) use written::{ago, moment};

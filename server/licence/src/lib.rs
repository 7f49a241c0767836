//! What was bought for an installation: a signed file, checked without any network.
//!
//! A licence is advisory. It says who bought what, for how many members and until when; nothing in the product asks it
//! before it works. A file that is missing, broken, expired or too small never stops the program, a running act or an
//! export: at worst a page says so. Everything the product does is in the free edition, which needs no file.

mod document;
mod file;
mod keys;
mod plan;
#[cfg(any(test, feature = "sign"))]
pub mod sign;
mod standing;
#[cfg(test)]
mod tests;

pub use document::{Error, Licence};
pub use file::{File, Reading};
pub use keys::{Keys, PublicKey};
pub use plan::{Entitlement, Plan, included};
pub use standing::{Standing, standing};

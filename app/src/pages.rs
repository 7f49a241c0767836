//! Pages that belong to no domain.

mod design;
mod error;
mod share;

pub(crate) use design::DesignPage;
pub(crate) use error::{ErrorContent, NotFoundPage, words_of};
pub(crate) use share::SharePage;

/// Where a person adds an organisation; it stands outside the shell.
pub(crate) const NEW_ORGANISATION: &str = "/organisations/new";
/// Where a person changes their own name and password.
pub(crate) const PROFILE: &str = "/settings/profile";
/// How the person gets in.
pub(crate) const SECURITY: &str = "/settings/security";

//! What identity publishes for other programs.

use rest::Routes;

use crate::{key, team};

/// All of it, in the order of the document.
pub fn routes() -> Vec<Routes> {
    vec![team::rest::routes(), key::rest::routes()]
}

//! What identity publishes for other programs.

use rest::Routes;

use crate::{audit, brand, job, key, member, organisation, outbox, role, session, team};

/// All of it, in the order of the document.
pub fn routes() -> Vec<Routes> {
    vec![
        session::rest::routes(),
        organisation::rest::routes(),
        member::rest::routes(),
        role::rest::routes(),
        role::rest::grant::routes(),
        team::rest::routes(),
        team::capacity::rest::routes(),
        brand::rest::routes(),
        key::rest::routes(),
        audit::rest::routes(),
        outbox::rest::routes(),
        job::rest::routes(),
    ]
}

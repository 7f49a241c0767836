//! Who asks to give or take away a way into an account.

use kernel::{Result, Session, Visit};

/// The person, for acts that change how they get in: adding and removing passkeys, linking and unlinking accounts.
/// All of them ask here.
pub(crate) fn recently_proved(visit: &Visit) -> Result<&Session> {
    visit.require_session()
}

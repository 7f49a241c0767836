//! What a person is told by mail when an app that acts as them was cut off.

use kernel::{Letter, Mail, Visit};

use crate::account::repo::Account;

/// A code or a token came a second time: somebody else may have it.
pub(crate) fn cut_off(visit: &Visit, account: &Account, app: &str) -> Mail {
    let base = visit.site().base_url();
    Mail {
        key: Mail::key_of_act(visit, "app"),
        to: account.email.clone(),
        subject: format!("{app} was disconnected"),
        letter: Letter::to(&account.name)
            .says(format!(
                "A token of {app} that had been changed for a new one was used once more. Somebody else may have it, \
                 so the app was disconnected and cannot act as you any more."
            ))
            .says("If you still use the app, connect it again. If that comes again, tell who makes it.")
            .link("Look through your apps", format!("{base}/settings/apps")),
    }
}

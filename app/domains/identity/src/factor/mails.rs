//! What a person is told by mail when the way into their account changes, in case it was somebody else.

use kernel::{Letter, Mail, Visit, agent};

use crate::{account::repo::Account, session::Origin};

fn mail(visit: &Visit, account: &Account, subject: &str, what: impl Into<String>) -> Mail {
    let base = visit.site().base_url();
    Mail {
        key: Mail::key_of_act(visit, "factor"),
        to: account.email.clone(),
        subject: subject.into(),
        letter: Letter::to(&account.name)
            .says(what)
            .link("If it was not you, set a new password", format!("{base}/reset"))
            .link("And look through your devices", format!("{base}/settings/security")),
    }
}

/// Where it happened, as far as it is known.
fn place(origin: &Origin) -> String {
    let device = agent::name(&origin.user_agent);
    origin.address.as_ref().map_or_else(|| device.clone(), |address| format!("{device}, {address}"))
}

/// An authenticator app was set up.
pub(crate) fn app_added(visit: &Visit, account: &Account) -> Mail {
    mail(
        visit,
        account,
        "An authenticator app was added",
        "Logging in to Mediap now asks for a code of your app.",
    )
}

/// The authenticator app was given up.
pub(crate) fn app_removed(visit: &Visit, account: &Account) -> Mail {
    let what = "The authenticator app was turned off. Logging in to Mediap no longer asks for its code.";
    mail(visit, account, "The authenticator app was turned off", what)
}

/// There are new recovery codes.
pub(crate) fn codes_renewed(visit: &Visit, account: &Account) -> Mail {
    mail(visit, account, "New recovery codes", "New recovery codes were made; the old ones no longer work.")
}

/// A recovery code was used.
pub(crate) fn code_used(visit: &Visit, account: &Account, origin: &Origin, left: i64) -> Mail {
    let what = format!("A recovery code was used to log in ({}). {left} are left.", place(origin));
    mail(visit, account, "A recovery code was used", what)
}

/// Somebody logged in with a browser that was never seen.
pub(crate) fn new_device(visit: &Visit, account: &Account, origin: &Origin) -> Mail {
    let what = format!("Your account was used to log in on a new device: {}.", place(origin));
    mail(visit, account, "Log-in on a new device", what)
}

/// Somebody knew the first factor and not the second.
pub(crate) fn wrong_codes(visit: &Visit, account: &Account, origin: &Origin) -> Mail {
    let what = format!(
        "Somebody got past the first step of the log-in and then typed five wrong codes ({}). They are not in.",
        place(origin)
    );
    mail(visit, account, "Wrong codes at the log-in", what)
}

//! The mails about accounts.

use kernel::{Letter, Mail, Visit};

use crate::{account::repo::Account, secret};

/// The link that confirms an address.
pub(crate) fn confirm(visit: &Visit, to: &str, name: &str, token: &str) -> Mail {
    let base = visit.site().base_url();
    Mail {
        key: format!("confirm/{}", secret::mark(token)),
        to: to.to_owned(),
        subject: "Confirm your address".into(),
        letter: Letter::to(name)
            .says("Open this page and press Confirm to start using Mediap.")
            .button("Confirm your address", format!("{base}/confirm?token={token}"))
            .note("The link works for 3 days. If you did not sign up, ignore this mail; nothing happens."),
    }
}

/// Somebody signed up with an address that has an account already.
pub(crate) fn already_known(visit: &Visit, account: &Account) -> Mail {
    let base = visit.site().base_url();
    Mail {
        key: Mail::key_of_act(visit, "already-known"),
        to: account.email.clone(),
        subject: "You have an account already".into(),
        letter: Letter::to(&account.name)
            .says("Somebody, perhaps you, signed up with this address. It has an account already.")
            .button("Log in", format!("{base}/login"))
            .link("If you have forgotten the password, set a new one", format!("{base}/reset"))
            .note("If it was not you, ignore this mail; nothing has changed."),
    }
}

/// The link that sets a new password.
pub(crate) fn reset(visit: &Visit, account: &Account, token: &str) -> Mail {
    let base = visit.site().base_url();
    Mail {
        key: format!("reset/{}", secret::mark(token)),
        to: account.email.clone(),
        subject: "Set a new password".into(),
        letter: Letter::to(&account.name)
            .says("You can choose a new password on this page.")
            .button("Set a new password", format!("{base}/reset/new?token={token}"))
            .note(
                "The link works for 1 hour. If you did not ask for it, ignore this mail; your password stays as it is.",
            ),
    }
}

/// The link that logs in.
pub(crate) fn log_in_link(visit: &Visit, account: &Account, token: &str) -> Mail {
    let base = visit.site().base_url();
    Mail {
        key: format!("login/{}", secret::mark(token)),
        to: account.email.clone(),
        subject: "Your link to log in".into(),
        letter: Letter::to(&account.name)
            .says("Open this page in the browser that asked for it, and press Log in.")
            .button("Log in", format!("{base}/login/link?token={token}"))
            .note("The link works once, for 10 minutes. If you did not ask for it, ignore this mail; nothing happens."),
    }
}

/// The password was changed: the person should know, in case it was somebody else.
pub(crate) fn password_changed(visit: &Visit, account: &Account) -> Mail {
    let base = visit.site().base_url();
    Mail {
        key: Mail::key_of_act(visit, "password-changed"),
        to: account.email.clone(),
        subject: "Your password was changed".into(),
        letter: Letter::to(&account.name)
            .says("Your password was changed, and all other devices were logged out.")
            .link("If it was not you, set a new one", format!("{base}/reset")),
    }
}

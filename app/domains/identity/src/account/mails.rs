//! The mails about accounts. Links stand on a line of their own.

use kernel::{Mail, Visit};

use crate::account::repo::Account;

/// The link that confirms an address.
pub(crate) fn confirm(visit: &Visit, to: &str, name: &str, token: &str) -> Mail {
    let base = visit.site().base_url();
    Mail {
        to: to.to_owned(),
        subject: "Confirm your address".into(),
        text: format!(
            "Hello {name},\n\n\
             open this page and press Confirm to start using Mediap:\n\n\
             {base}/confirm?token={token}\n\n\
             The link works for 3 days. If you did not sign up, ignore this mail; nothing happens.\n"
        ),
    }
}

/// Somebody signed up with an address that has an account already.
pub(crate) fn already_known(visit: &Visit, account: &Account) -> Mail {
    let base = visit.site().base_url();
    Mail {
        to: account.email.clone(),
        subject: "You have an account already".into(),
        text: format!(
            "Hello {},\n\n\
             somebody, perhaps you, signed up with this address. It has an account already. Log in here:\n\n\
             {base}/login\n\n\
             If you have forgotten the password, set a new one here:\n\n\
             {base}/reset\n\n\
             If it was not you, ignore this mail; nothing has changed.\n",
            account.name
        ),
    }
}

/// The link that sets a new password.
pub(crate) fn reset(visit: &Visit, account: &Account, token: &str) -> Mail {
    let base = visit.site().base_url();
    Mail {
        to: account.email.clone(),
        subject: "Set a new password".into(),
        text: format!(
            "Hello {},\n\n\
             set a new password on this page:\n\n\
             {base}/reset/new?token={token}\n\n\
             The link works for 1 hour. If you did not ask for it, ignore this mail; your password stays as it is.\n",
            account.name
        ),
    }
}

/// The link that logs in.
pub(crate) fn log_in_link(visit: &Visit, account: &Account, token: &str) -> Mail {
    let base = visit.site().base_url();
    Mail {
        to: account.email.clone(),
        subject: "Your link to log in".into(),
        text: format!(
            "Hello {},\n\n\
             open this page in the browser that asked for it, and press Log in:\n\n\
             {base}/login/link?token={token}\n\n\
             The link works once, for 10 minutes. If you did not ask for it, ignore this mail; nothing happens.\n",
            account.name
        ),
    }
}

/// The password was changed: the person should know, in case it was somebody else.
pub(crate) fn password_changed(visit: &Visit, account: &Account) -> Mail {
    let base = visit.site().base_url();
    Mail {
        to: account.email.clone(),
        subject: "Your password was changed".into(),
        text: format!(
            "Hello {},\n\n\
             your password was changed, and all other devices were logged out. If it was not you, set a new one \
             here:\n\n\
             {base}/reset\n",
            account.name
        ),
    }
}

//! The mails about linked accounts: the person should know, in case it was somebody else.

use kernel::{Mail, Visit};

use crate::account::repo::Account;

/// An account elsewhere was linked.
pub(crate) fn linked(visit: &Visit, account: &Account, provider: &str) -> Mail {
    let base = visit.site().base_url();
    Mail {
        to: account.email.clone(),
        subject: format!("{provider} was linked to your account"),
        text: format!(
            "Hello {},\n\n\
             an account at {provider} now logs in to your account. If it was not you, unlink it here and change your \
             password:\n\n\
             {base}/settings/security\n",
            account.name
        ),
    }
}

/// An account elsewhere was unlinked.
pub(crate) fn unlinked(visit: &Visit, account: &Account, provider: &str) -> Mail {
    let base = visit.site().base_url();
    Mail {
        to: account.email.clone(),
        subject: format!("{provider} was unlinked from your account"),
        text: format!(
            "Hello {},\n\n\
             the account at {provider} logs in to your account no longer. If it was not you, change your password \
             here:\n\n\
             {base}/settings/security\n",
            account.name
        ),
    }
}

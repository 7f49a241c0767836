//! The mails about passkeys: the person should know, in case it was somebody else.

use kernel::{Mail, Visit};

use crate::account::repo::Account;

/// A passkey was added.
pub(crate) fn added(visit: &Visit, account: &Account, passkey: &str) -> Mail {
    let base = visit.site().base_url();
    Mail {
        to: account.email.clone(),
        subject: "A passkey was added".into(),
        text: format!(
            "Hello {},\n\n\
             a passkey called \"{passkey}\" was added to your account; it logs in without the password. If it was \
             not you, remove it here and change your password:\n\n\
             {base}/settings/profile\n",
            account.name
        ),
    }
}

/// A passkey was removed.
pub(crate) fn removed(visit: &Visit, account: &Account, passkey: &str) -> Mail {
    let base = visit.site().base_url();
    Mail {
        to: account.email.clone(),
        subject: "A passkey was removed".into(),
        text: format!(
            "Hello {},\n\n\
             the passkey called \"{passkey}\" was removed from your account and logs in no longer. If it was not \
             you, change your password here:\n\n\
             {base}/settings/profile\n",
            account.name
        ),
    }
}

//! The mails about passkeys: the person should know, in case it was somebody else.

use kernel::{Letter, Mail, Visit};

use crate::account::repo::Account;

fn mail(visit: &Visit, account: &Account, subject: &str, what: String, remedy: &str) -> Mail {
    let base = visit.site().base_url();
    Mail {
        key: Mail::key_of_act(visit, "passkey"),
        to: account.email.clone(),
        subject: subject.into(),
        letter: Letter::to(&account.name).says(what).link(remedy, format!("{base}/settings/profile")),
    }
}

/// A passkey was added.
pub(crate) fn added(visit: &Visit, account: &Account, passkey: &str) -> Mail {
    let what =
        format!("A passkey called \"{passkey}\" was added to your account; it logs in without the password.");
    mail(visit, account, "A passkey was added", what, "If it was not you, remove it and change your password")
}

/// A passkey was removed.
pub(crate) fn removed(visit: &Visit, account: &Account, passkey: &str) -> Mail {
    let what =
        format!("The passkey called \"{passkey}\" was removed from your account and logs in no longer.");
    mail(visit, account, "A passkey was removed", what, "If it was not you, change your password")
}

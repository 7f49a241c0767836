//! The mails about linked accounts: the person should know, in case it was somebody else.

use kernel::{Letter, Mail, Visit};

use crate::account::repo::Account;

fn mail(visit: &Visit, account: &Account, subject: String, what: String, remedy: &str) -> Mail {
    let base = visit.site().base_url();
    Mail {
        key: Mail::key_of_act(visit, "provider"),
        to: account.email.clone(),
        subject,
        letter: Letter::to(&account.name).says(what).link(remedy, format!("{base}/settings/security")),
    }
}

/// An account elsewhere was linked.
pub(crate) fn linked(visit: &Visit, account: &Account, provider: &str) -> Mail {
    mail(
        visit,
        account,
        format!("{provider} was linked to your account"),
        format!("An account at {provider} now logs in to your account."),
        "If it was not you, unlink it and change your password",
    )
}

/// An account elsewhere was unlinked.
pub(crate) fn unlinked(visit: &Visit, account: &Account, provider: &str) -> Mail {
    mail(
        visit,
        account,
        format!("{provider} was unlinked from your account"),
        format!("The account at {provider} logs in to your account no longer."),
        "If it was not you, change your password",
    )
}

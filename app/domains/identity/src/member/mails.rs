//! The mail that invites.

use kernel::{Cx, Mail};

/// The link that lets a person join.
pub(crate) fn invitation(cx: &Cx, inviter: &str, to: &str, name: &str, token: &str) -> Mail {
    let base = cx.visit().site().base_url();
    let organisation = &cx.membership().organisation_name;
    Mail {
        to: to.to_owned(),
        subject: format!("{inviter} invites you to {organisation}"),
        text: format!(
            "Hello {name},\n\n\
             {inviter} invites you to {organisation} on Mediap. Open this page and press Join:\n\n\
             {base}/invitation?token={token}\n\n\
             The link works for 14 days. If you do not know {inviter}, ignore this mail; nothing happens.\n"
        ),
    }
}

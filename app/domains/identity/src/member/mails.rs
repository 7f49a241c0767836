//! The mail that invites.

use kernel::{Cx, Letter, Mail};

use crate::secret;

/// The link that lets a person join.
pub(crate) fn invitation(cx: &Cx, inviter: &str, to: &str, name: &str, token: &str) -> Mail {
    let base = cx.visit().site().base_url();
    let organisation = &cx.membership().organisation_name;
    Mail {
        key: format!("invitation/{}", secret::mark(token)),
        to: to.to_owned(),
        subject: format!("{inviter} invites you to {organisation}"),
        letter: Letter::to(name)
            .says(format!(
                "{inviter} invites you to {organisation} on Mediap. Open this page and press Join."
            ))
            .button("See the invitation", format!("{base}/invitation?token={token}"))
            .note(format!(
                "The link works for 14 days. If you do not know {inviter}, ignore this mail; nothing happens."
            )),
    }
}

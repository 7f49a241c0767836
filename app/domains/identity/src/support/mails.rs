//! What people are told about support acting in their name.

use kernel::{Cx, Mail};

use super::model::Leave;

/// To support: there is leave.
pub(super) fn leave(cx: &Cx, to: &str, member: &str, giver: &str, leave: &Leave) -> Mail {
    let organisation = &cx.membership().organisation_name;
    Mail {
        to: to.to_owned(),
        subject: format!("{organisation} asks for help"),
        text: format!(
            "{giver} gives leave to act as {member} in {organisation} until {} UTC.\n\n\
             What to look at: {}\n\n\
             {}\n",
            leave.ends_at.format("%-d %B %Y, %H:%M"),
            leave.reason,
            leave.link
        ),
    }
}

/// To the member: somebody has begun.
pub(super) fn begun(cx: &Cx, to: &str, name: &str, supporter: &str) -> Mail {
    let base = cx.visit().site().base_url();
    let organisation = &cx.membership().organisation_name;
    Mail {
        to: to.to_owned(),
        subject: format!("{supporter} of Mediap support acts as you in {organisation}"),
        text: format!(
            "Hello {name},\n\n\
             {supporter} of Mediap support has begun to act as you in {organisation}, as you or an owner allowed. \
             What they do stands in the audit log with both names.\n\n\
             To end it at once, withdraw the leave:\n\n\
             {base}/settings/security\n"
        ),
    }
}

//! What people are told about support acting in their name.

use kernel::{Cx, Letter, Mail};

use super::model::Leave;

/// To support: there is leave.
pub(crate) fn leave(cx: &Cx, to: &str, member: &str, giver: &str, leave: &Leave) -> Mail {
    let organisation = &cx.membership().organisation_name;
    let until = leave.ends_at.format("%-d %B %Y, %H:%M");
    Mail {
        key: format!("support-leave/{}/{to}", leave.id),
        to: to.to_owned(),
        subject: format!("{organisation} asks for help"),
        letter: Letter::to_whom_it_concerns()
            .says(format!("{giver} gives leave to act as {member} in {organisation} until {until} UTC."))
            .says("What to look at:")
            .quotes(&leave.reason)
            .button("Look at it", &leave.link),
    }
}

/// To the member: somebody has begun.
pub(crate) fn begun(cx: &Cx, to: &str, name: &str, supporter: &str) -> Mail {
    let base = cx.visit().site().base_url();
    let organisation = &cx.membership().organisation_name;
    Mail {
        key: Mail::key_of_act(cx.visit(), "support-begun"),
        to: to.to_owned(),
        subject: format!("{supporter} of Mediap support acts as you in {organisation}"),
        letter: Letter::to(name)
            .says(format!(
                "{supporter} of Mediap support has begun to act as you in {organisation}, as you or an owner \
                 allowed. What they do stands in the audit log with both names."
            ))
            .link("To end it at once, withdraw the leave", format!("{base}/settings/security")),
    }
}

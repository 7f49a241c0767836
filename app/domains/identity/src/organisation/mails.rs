//! What owners are told about their organisation.

use kernel::{Cx, Letter, Mail};

/// To each owner: it is gone, and how it comes back.
pub(crate) fn deleted(cx: &Cx, by: &str, name: &str, to: &str) -> Mail {
    let organisation = &cx.membership().organisation_name;
    Mail {
        key: format!("organisation-deleted/{}/{to}", cx.visit().request_id()),
        to: to.to_owned(),
        subject: format!("{organisation} was deleted"),
        letter: Letter::to(name)
            .says(format!("{by} has deleted {organisation}. Nobody can work in it any more."))
            .says(format!(
                "Nothing of it is lost yet: whoever runs the server can bring it back with \
                 \u{201c}mediap organisations restore {}\u{201d}.",
                cx.organisation_id()
            )),
    }
}

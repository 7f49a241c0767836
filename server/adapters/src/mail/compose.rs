//! A message as it goes over the wire.

use std::fmt::Display;

use lettre::message::{
    Attachment, Body, Mailbox, MessageBuilder, MultiPart, SinglePart,
    header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
};

use super::{Dkim, Error, Message};

/// Writes messages: who they are from, and how they are signed.
#[derive(Debug)]
pub struct Composer {
    from: Mailbox,
    dkim: Option<Dkim>,
}

impl Composer {
    /// Messages from this sender, not signed.
    pub fn new(from: Mailbox) -> Self {
        Composer { from, dkim: None }
    }

    /// The same, signed if there is something to sign with.
    #[must_use]
    pub fn signed(self, dkim: Option<Dkim>) -> Self {
        Composer { dkim, ..self }
    }

    /// The message with its envelope.
    pub(crate) fn compose(&self, message: &Message) -> Result<lettre::Message, Error> {
        let to: Mailbox = message.to.parse().map_err(|cause| unwritable(&cause))?;
        let mut mail = MessageBuilder::new()
            .from(self.from.clone())
            .to(to)
            .subject(message.subject.as_str())
            .date(message.at.into())
            .message_id(Some(format!("<{}@{}>", message.id, self.from.email.domain())))
            // Nobody's holiday note is to answer (RFC 3834).
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".into(),
            ))
            .multipart(parts(message)?)
            .map_err(|cause| unwritable(&cause))?;
        if let Some(dkim) = &self.dkim {
            dkim.sign(&mut mail);
        }
        Ok(mail)
    }
}

/// The text first: who understands both takes the last.
fn parts(message: &Message) -> Result<MultiPart, Error> {
    let text = SinglePart::builder().header(ContentType::TEXT_PLAIN).body(message.text.clone());
    let html = SinglePart::builder().header(ContentType::TEXT_HTML).body(message.html.clone());
    let parts = MultiPart::alternative().singlepart(text);
    Ok(match &message.picture {
        None => parts.singlepart(html),
        Some(picture) => {
            let kind = ContentType::parse(&picture.media_type).map_err(|cause| unwritable(&cause))?;
            let body = Body::new_with_encoding(picture.bytes.clone(), ContentTransferEncoding::Base64)
                .map_err(|_| unwritable(&"the picture has no form"))?;
            let inline = Attachment::new_inline(picture.cid.clone()).body(body, kind);
            parts.multipart(MultiPart::related().singlepart(html).singlepart(inline))
        }
    })
}

fn unwritable(cause: &dyn Display) -> Error {
    Error::Permanent(format!("It cannot be written as a mail: {cause}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{parse_sender, tests::message};

    fn composer() -> Composer {
        Composer::new(parse_sender("Mediap <mediap@localhost>").unwrap())
    }

    fn written(message: &Message) -> String {
        String::from_utf8(composer().compose(message).unwrap().formatted()).unwrap()
    }

    #[test]
    fn text_comes_first_and_the_picture_belongs_to_the_html() {
        let text = written(&message());
        let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("no {what} in\n{text}"));
        assert!(at("multipart/alternative") < at("text/plain"));
        assert!(at("text/plain") < at("multipart/related"));
        assert!(at("multipart/related") < at("text/html") && at("text/html") < at("image/png"));
        assert!(
            text.contains("Content-ID: <logo>") && text.contains("Auto-Submitted: auto-generated"),
            "{text}"
        );
        let plain = written(&Message { picture: None, ..message() });
        assert!(plain.contains("text/html") && !plain.contains("multipart/related"), "{plain}");
    }

    #[test]
    fn a_wrong_address_is_hopeless() {
        let wrong = Message { to: "elsa@nordvik.example>, bcc: all".into(), ..message() };
        assert!(matches!(composer().compose(&wrong), Err(Error::Permanent(_))));
    }

    #[test]
    fn a_subject_cannot_add_headers() {
        let text = written(&Message { subject: "Hello\r\nBcc: all@example.com".into(), ..message() });
        assert!(!text.lines().any(|line| line.starts_with("Bcc:")), "{text}");
    }
}

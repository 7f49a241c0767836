//! Outgoing mail: by SMTP, or as files in a folder that the development mailbox shows.

mod folder;
mod smtp;

use std::{future::Future, pin::Pin, sync::Mutex};

use chrono::{DateTime, Utc};
use lettre::message::{Mailbox, MessageBuilder, SinglePart, header::ContentType};
use uuid::Uuid;

pub use folder::{Folder, FolderMailer, Kept};
pub use smtp::SmtpMailer;

/// One message to one person, in plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Stays the same when sending is tried again, so that a receiver can see a double.
    pub id: Uuid,
    /// Address of the receiver.
    pub to: String,
    /// Subject line.
    pub subject: String,
    /// Plain text. Links stand on a line of their own.
    pub text: String,
    /// When it was written.
    pub at: DateTime<Utc>,
}

/// Why a message was not sent.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Trying again later may help.
    #[error("{0}")]
    Temporary(String),
    /// It never will be sent: a wrong address, a refusal.
    #[error("{0}")]
    Permanent(String),
}

/// The answer of a [`Mailer`].
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>>;

/// Sends mail.
pub trait Mailer: Send + Sync {
    /// Sends one message.
    fn send<'a>(&'a self, message: &'a Message) -> Sending<'a>;

    /// Whether messages could be sent now, without sending one.
    fn check(&self) -> Sending<'_>;
}

/// Keeps messages in memory, for tests.
#[derive(Debug, Default)]
pub struct RecordingMailer(Mutex<Vec<Message>>);

impl RecordingMailer {
    /// What was sent so far.
    pub fn sent(&self) -> Vec<Message> {
        self.0.lock().map(|sent| sent.clone()).unwrap_or_default()
    }
}

impl Mailer for RecordingMailer {
    fn send<'a>(&'a self, message: &'a Message) -> Sending<'a> {
        if let Ok(mut sent) = self.0.lock() {
            sent.push(message.clone());
        }
        Box::pin(async { Ok(()) })
    }

    fn check(&self) -> Sending<'_> {
        Box::pin(async { Ok(()) })
    }
}

/// Reads a sender such as `Mediap <no-reply@example.com>`.
pub fn parse_sender(text: &str) -> Result<Mailbox, String> {
    text.parse().map_err(|cause| {
        format!("`{text}` is not an address such as `Mediap <no-reply@example.com>`: {cause}")
    })
}

/// The message as it goes over the wire.
fn compose(from: &Mailbox, message: &Message) -> Result<lettre::Message, Error> {
    let permanent =
        |cause: &dyn std::fmt::Display| Error::Permanent(format!("cannot be written as a mail: {cause}"));
    let to: Mailbox = message.to.parse().map_err(|cause| permanent(&cause))?;
    MessageBuilder::new()
        .from(from.clone())
        .to(to)
        .subject(message.subject.as_str())
        .date(message.at.into())
        .message_id(Some(format!("<{}@{}>", message.id, from.email.domain())))
        .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(message.text.clone()))
        .map_err(|cause| permanent(&cause))
}

#[cfg(test)]
pub(crate) mod tests {
    use chrono::TimeZone;

    use super::*;

    pub(crate) fn message() -> Message {
        Message {
            id: Uuid::from_u128(7),
            to: "elsa@nordvik.example".into(),
            subject: "Bekräfta adressen".into(),
            text: "Hej!\n\nhttp://127.0.0.1:3000/confirm?token=abc\n".into(),
            at: Utc.with_ymd_and_hms(2025, 11, 21, 8, 0, 0).unwrap(),
        }
    }

    #[test]
    fn a_wrong_address_is_hopeless() {
        let from = parse_sender("Mediap <mediap@localhost>").unwrap();
        let wrong = Message { to: "elsa@nordvik.example>, bcc: all".into(), ..message() };
        assert!(matches!(compose(&from, &wrong), Err(Error::Permanent(_))));
    }

    #[test]
    fn a_subject_cannot_add_headers() {
        let from = parse_sender("mediap@localhost").unwrap();
        let sly = Message { subject: "Hello\r\nBcc: all@example.com".into(), ..message() };
        let text = String::from_utf8(compose(&from, &sly).unwrap().formatted()).unwrap();
        assert!(!text.lines().any(|line| line.starts_with("Bcc:")), "{text}");
    }

    #[tokio::test]
    async fn the_recorder_keeps_what_was_sent() {
        let mailer = RecordingMailer::default();
        mailer.send(&message()).await.unwrap();
        assert_eq!(mailer.sent(), [message()]);
    }
}

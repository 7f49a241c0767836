//! Outgoing mail: by SMTP, or as files in a folder that the development mailbox shows.
//!
//! Sending has two steps, because only one of them can be taken back. [`Mailer::prepare`] does everything up to the message
//! itself: what fails there has surely not been sent. [`Delivery::hand_over`] gives the message away: when the answer to it
//! is lost, nobody can say whether it was sent, and the error says so ([`Error::Unknown`]).

mod compose;
mod dkim;
mod folder;
mod smtp;

use std::{future::Future, pin::Pin, sync::Arc, sync::Mutex};

use chrono::{DateTime, Utc};
use lettre::message::Mailbox;
use uuid::Uuid;

pub use compose::Composer;
pub use dkim::Dkim;
pub use folder::{Folder, FolderMailer, Kept};
pub use smtp::{Patience, SmtpMailer};

/// One message to one person, as text and as HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Stays the same when sending is tried again, so that a receiver can see a double.
    pub id: Uuid,
    /// Address of the receiver.
    pub to: String,
    /// Subject line.
    pub subject: String,
    /// For those who read text.
    pub text: String,
    /// For the rest.
    pub html: String,
    /// The picture that the HTML shows, if it shows one.
    pub picture: Option<Picture>,
    /// When it was written.
    pub at: DateTime<Utc>,
}

/// A picture inside a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// What the HTML calls it after `cid:`.
    pub cid: String,
    /// For example `image/png`.
    pub media_type: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Why a message was not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It was not sent. Trying again later may help.
    #[error("{0}")]
    Temporary(String),
    /// It was not sent and never will be: a wrong address, a refusal.
    #[error("{0}")]
    Permanent(String),
    /// It may have been sent: the server had it, and its answer was lost.
    #[error("{0}")]
    Unknown(String),
}

/// What a [`Mailer`] is busy with.
pub type Work<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// Sends mail.
pub trait Mailer: Send + Sync {
    /// Does everything up to the message itself. It fails with [`Error::Temporary`] or [`Error::Permanent`] only.
    fn prepare<'a>(&'a self, message: &'a Message) -> Work<'a, Box<dyn Delivery>>;

    /// Whether messages could be sent now, without sending one.
    fn check(&self) -> Work<'_, ()>;
}

/// A message that is about to be given away. Dropped, it is not sent.
pub trait Delivery: Send {
    /// Gives the message away, and returns what the server said.
    fn hand_over(self: Box<Self>) -> Work<'static, String>;
}

/// Keeps messages in memory, for tests.
#[derive(Debug, Default)]
pub struct RecordingMailer(Arc<Mutex<Vec<Message>>>);

impl RecordingMailer {
    /// What was sent so far.
    pub fn sent(&self) -> Vec<Message> {
        self.0.lock().map(|sent| sent.clone()).unwrap_or_default()
    }
}

struct Recording(Arc<Mutex<Vec<Message>>>, Message);

impl Mailer for RecordingMailer {
    fn prepare<'a>(&'a self, message: &'a Message) -> Work<'a, Box<dyn Delivery>> {
        let recording: Box<dyn Delivery> = Box::new(Recording(self.0.clone(), message.clone()));
        Box::pin(async { Ok(recording) })
    }

    fn check(&self) -> Work<'_, ()> {
        Box::pin(async { Ok(()) })
    }
}

impl Delivery for Recording {
    fn hand_over(self: Box<Self>) -> Work<'static, String> {
        if let Ok(mut sent) = self.0.lock() {
            sent.push(self.1);
        }
        Box::pin(async { Ok("recorded".into()) })
    }
}

/// Reads a sender such as `Mediap <no-reply@example.com>`.
pub fn parse_sender(text: &str) -> Result<Mailbox, String> {
    text.parse().map_err(|cause| {
        format!("`{text}` is not an address such as `Mediap <no-reply@example.com>`: {cause}")
    })
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
            html: "<!DOCTYPE html><p>Hej!</p><img src=\"cid:logo\" alt=\"\">".into(),
            picture: Some(Picture {
                cid: "logo".into(),
                media_type: "image/png".into(),
                bytes: b"\x89PNG".to_vec(),
            }),
            at: Utc.with_ymd_and_hms(2025, 11, 21, 8, 0, 0).unwrap(),
        }
    }

    #[tokio::test]
    async fn the_recorder_keeps_what_was_handed_over() {
        let mailer = RecordingMailer::default();
        drop(mailer.prepare(&message()).await.unwrap());
        assert_eq!(mailer.sent(), []);
        mailer.prepare(&message()).await.unwrap().hand_over().await.unwrap();
        assert_eq!(mailer.sent(), [message()]);
    }
}

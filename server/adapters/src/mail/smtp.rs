//! Mail by SMTP.

use std::time::Duration;

use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor, message::Mailbox};

use super::{Error, Mailer, Message, Sending, compose};

const TIMEOUT: Duration = Duration::from_secs(20);

/// Sends through a mail server.
#[derive(Debug)]
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl SmtpMailer {
    /// Sends through the server that `url` names: `smtps://user:password@host:465`,
    /// `smtp://user:password@host:587?tls=required`, or `smtp://localhost:25` without encryption.
    ///
    /// Must be called inside the runtime. Nothing is connected yet.
    pub fn new(url: &str, from: Mailbox) -> Result<Self, String> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|cause| cause.to_string())?
            .timeout(Some(TIMEOUT))
            .build();
        Ok(SmtpMailer { transport, from })
    }
}

impl Mailer for SmtpMailer {
    fn send<'a>(&'a self, message: &'a Message) -> Sending<'a> {
        Box::pin(async move {
            let mail = compose(&self.from, message)?;
            self.transport.send(mail).await.map_err(|cause| sort(&cause))?;
            Ok(())
        })
    }

    fn check(&self) -> Sending<'_> {
        Box::pin(async {
            match self.transport.test_connection().await {
                Ok(true) => Ok(()),
                Ok(false) => Err(Error::Temporary("the mail server does not greet".into())),
                Err(cause) => Err(sort(&cause)),
            }
        })
    }
}

fn sort(cause: &lettre::transport::smtp::Error) -> Error {
    let mut text = cause.to_string();
    // The reason of a failed connection stands one level down; that of a refusal is in both.
    let reason = std::error::Error::source(cause).map(ToString::to_string);
    if let Some(reason) = reason.filter(|reason| !text.contains(reason)) {
        text = format!("{text}: {reason}");
    }
    if cause.is_permanent() { Error::Permanent(text) } else { Error::Temporary(text) }
}

//! Mail: which mailer the settings ask for, and the job that hands it a message.

use std::sync::Arc;

use adapters::mail::{Error, FolderMailer, Mailer, Message, SmtpMailer, parse_sender};
use anyhow::Context;
use jobs::{Failure, Handlers, Job};
use kernel::Mail;

use crate::config::{Config, MailMode};

/// The mailer that the settings ask for.
pub fn mailer(config: &Config) -> anyhow::Result<Arc<dyn Mailer>> {
    let from = parse_sender(&config.mail_from).map_err(anyhow::Error::msg).context("setting `mail_from`")?;
    Ok(match config.mail {
        MailMode::Folder => Arc::new(FolderMailer::new(config.mail_dir(), from)),
        MailMode::Smtp => {
            let url = config.smtp_url.as_deref().context("setting `smtp_url` is missing")?;
            let mailer =
                SmtpMailer::new(url, from).map_err(anyhow::Error::msg).context("setting `smtp_url`")?;
            Arc::new(mailer)
        }
    })
}

/// With what sends mails.
pub(crate) fn handlers(handlers: Handlers, mailer: Arc<dyn Mailer>) -> Handlers {
    handlers.on(Mail::JOB, move |job| send(mailer.clone(), job))
}

async fn send(mailer: Arc<dyn Mailer>, job: Job) -> Result<(), Failure> {
    let mail: Mail = serde_json::from_value(job.payload).map_err(|cause| Failure::GiveUp(cause.into()))?;
    let message =
        Message { id: job.id, to: mail.to, subject: mail.subject, text: mail.text, at: job.created_at };
    mailer.send(&message).await.map_err(|cause| match cause {
        Error::Permanent(_) => Failure::GiveUp(cause.into()),
        Error::Temporary(_) => Failure::Retry(cause.into()),
    })
}

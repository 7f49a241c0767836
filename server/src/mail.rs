//! Mail: which mailer the settings ask for, and the job that sends what stands in the outbox.

use std::sync::Arc;

use adapters::mail::{
    Composer, Dkim, Error, FolderMailer, Mailer, Message, Picture, SmtpMailer, parse_sender,
};
use anyhow::{Context, anyhow};
use jobs::{Failure, Handlers, Job, MAX_ATTEMPTS};
use kernel::{
    Mail, Site,
    mail::{self, Begun, MailJob, Outcome, Outgoing},
};
use letter::Logo;
use tokio::time::{Duration, sleep};

use crate::{
    config::{Config, MailMode},
    product,
};

/// How often what became of a mail is tried to be written down, and the pause in between: what is lost here is known to
/// nobody.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_secs(1);

/// The mailer that the settings ask for.
pub fn mailer(config: &Config) -> anyhow::Result<Arc<dyn Mailer>> {
    let from = parse_sender(&config.mail_from).map_err(anyhow::Error::msg).context("setting `mail_from`")?;
    let composer = Composer::new(from).signed(dkim(config)?);
    Ok(match config.mail {
        MailMode::Folder => Arc::new(FolderMailer::new(config.mail_dir(), composer)),
        MailMode::Smtp => {
            let url = config.smtp_url.as_deref().context("setting `smtp_url` is missing")?;
            let mailer = SmtpMailer::new(url, config.smtp_ca_file.as_deref(), composer)
                .map_err(anyhow::Error::msg)
                .context("setting `smtp_url`")?;
            Arc::new(mailer)
        }
    })
}

/// The address that mails come from.
pub fn address(config: &Config) -> anyhow::Result<String> {
    let from = parse_sender(&config.mail_from).map_err(anyhow::Error::msg).context("setting `mail_from`")?;
    Ok(from.email.to_string())
}

/// What mails are signed with, if the settings name it.
fn dkim(config: &Config) -> anyhow::Result<Option<Dkim>> {
    let Some(settings) = &config.dkim else { return Ok(None) };
    Dkim::read(&settings.domain, &settings.selector, &settings.key_file)
        .map(Some)
        .map_err(anyhow::Error::msg)
        .context("setting `dkim_key_file`")
}

/// With what sends mails.
pub fn handlers(handlers: Handlers, site: &Site, mailer: Arc<dyn Mailer>) -> Handlers {
    let site = site.clone();
    handlers.on(Mail::JOB, move |job| send(site.clone(), mailer.clone(), job))
}

/// Sends the mail of a job. A mail that failed leaves a failed job too: whoever runs that again sends the mail again.
async fn send(site: Site, mailer: Arc<dyn Mailer>, job: Job) -> Result<(), Failure> {
    let MailJob { mail: id } =
        serde_json::from_value(job.payload).map_err(|cause| Failure::GiveUp(cause.into()))?;
    let outgoing = match mail::begin(&site, job.organisation_id.map(Into::into), id).await? {
        Begun::Send(outgoing) => outgoing,
        Begun::MaybeSent => {
            tracing::warn!(mail.id = %id, "Mail may have been sent: the program ended before it knew");
            count("maybe_sent");
            return Ok(());
        }
        Begun::Over => return Ok(()),
    };
    let Some(outcome) = attempt(&site, mailer.as_ref(), &outgoing).await? else {
        tracing::warn!(mail.id = %id, "Mail is sent by another worker");
        return Ok(());
    };
    let outcome = match outcome {
        Outcome::Later(why) if MAX_ATTEMPTS <= job.attempts => {
            Outcome::Failed(format!("Given up after {} attempts. {why}", job.attempts))
        }
        outcome => outcome,
    };
    settle(&site, &outgoing, &outcome).await?;
    match outcome {
        Outcome::Sent(_) => count("sent"),
        Outcome::Later(why) => {
            count("put_off");
            return Err(Failure::Retry(anyhow!(why)));
        }
        Outcome::Failed(why) => {
            count("failed");
            return Err(Failure::GiveUp(anyhow!(why)));
        }
        Outcome::MaybeSent(why) => {
            tracing::warn!(mail.id = %id, error = %why, "Mail may have been sent");
            count("maybe_sent");
        }
    }
    Ok(())
}

fn count(outcome: &'static str) {
    metrics::counter!("mediap_mails_total", "outcome" => outcome).increment(1);
}

/// Tries once. Nothing when another attempt has taken over before the message was handed over.
async fn attempt(site: &Site, mailer: &dyn Mailer, outgoing: &Outgoing) -> kernel::Result<Option<Outcome>> {
    let message = match message(site, outgoing).await? {
        Ok(message) => message,
        Err(why) => return Ok(Some(Outcome::Failed(why))),
    };
    let delivery = match mailer.prepare(&message).await {
        Ok(delivery) => delivery,
        Err(error) => return Ok(Some(outcome(error))),
    };
    if !mail::hand_over(site, outgoing).await? {
        return Ok(None);
    }
    Ok(Some(delivery.hand_over().await.map_or_else(outcome, Outcome::Sent)))
}

fn outcome(error: Error) -> Outcome {
    match error {
        Error::Temporary(why) => Outcome::Later(why),
        Error::Permanent(why) => Outcome::Failed(why),
        Error::Unknown(why) => Outcome::MaybeSent(why),
    }
}

/// The mail on the paper of its organisation as it is now, or why it cannot be written.
async fn message(site: &Site, outgoing: &Outgoing) -> kernel::Result<Result<Message, String>> {
    let head = product::letterhead(site, outgoing.organisation_id).await?;
    let rendered = outgoing.letter(site).and_then(|letter| {
        letter.render(&outgoing.subject, &head).map_err(|cause| format!("It cannot be written: {cause}"))
    });
    Ok(rendered.map(|rendered| Message {
        id: outgoing.id.uuid(),
        to: outgoing.recipient.clone(),
        subject: outgoing.subject.clone(),
        text: rendered.text,
        html: rendered.html,
        picture: head.logo.map(|Logo { bytes, media_type }| Picture {
            cid: Logo::CID.into(),
            media_type,
            bytes,
        }),
        at: outgoing.created_at,
    }))
}

/// Writes down what became of the mail, also when the database is away for a moment.
async fn settle(site: &Site, outgoing: &Outgoing, outcome: &Outcome) -> kernel::Result<()> {
    for _ in 1..TRIES {
        if mail::settle(site, outgoing, outcome).await.is_ok() {
            return Ok(());
        }
        sleep(PAUSE).await;
    }
    mail::settle(site, outgoing, outcome).await
}

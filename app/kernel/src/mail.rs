//! Mail as domains see it, and the outbox it goes out by.
//!
//! [`crate::Tx::send`] writes a mail down in the transaction that causes it, with a job. The worker takes it through
//! [`begin`], [`hand_over`] and [`settle`], each a transaction of its own around what cannot be taken back:
//!
//! * [`begin`] notes the attempt. Whatever fails from here to the next step has surely not been sent.
//! * [`hand_over`] is the fence: from here on the mail server may have the message.
//! * [`settle`] writes down what became of it.
//!
//! Who finds a mail that is beyond the fence and not settled knows that a program died there. Nobody can say whether it was
//! sent, so it becomes `maybe_sent` and is not sent again unless somebody decides to ([`crate::Tx::send_again`]).

use chrono::{DateTime, Duration, Utc};
use db::{Scope, sql};
use letter::Letter;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Error, MailId, OrganisationId, Result, Site, Visit, error::internal};

/// Where the sealed content stands.
pub(crate) const PLACE: &str = "mail.content";

/// How long a mail that did not go out keeps what it says: as long as the longest link in one works.
const KEEPS_CONTENT: Duration = Duration::days(14);
/// What is known of an attempt that told nobody how it ended.
const DIED: &str = "The program ended before it knew the answer";
/// How long the outbox remembers a mail, and with it its key.
const REMEMBERS: Duration = Duration::days(90);

/// A message to one person. The worker sends it after the transaction has committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// What it is about, such as `invitation/<id>`: a mail with a key that was used before is not sent.
    pub key: String,
    /// Address of the receiver.
    pub to: String,
    /// Subject line, which is the heading of the letter too.
    pub subject: String,
    /// What it says.
    pub letter: Letter,
}

impl Mail {
    /// The kind of job that carries a message.
    pub const JOB: &'static str = "mail.send";

    /// The key of a mail about an act that is done once, in the transaction that writes the mail: when it is tried again,
    /// nothing was written the first time. What may be done twice (a job) names what the mail is about instead.
    pub fn key_of_act(visit: &Visit, act: &str) -> String {
        format!("{act}/{}", visit.new_id::<Uuid>())
    }
}

/// What the job of a mail holds: nothing that anybody could use.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct MailJob {
    /// The mail.
    pub mail: MailId,
}

/// Writes a mail down, unless its key was used before.
pub(crate) async fn write(
    unit: &mut db::Tx,
    visit: &Visit,
    organisation: Option<OrganisationId>,
    mail: &Mail,
) -> Result<Option<MailId>> {
    let id: MailId = visit.new_id();
    let content = serde_json::to_vec(&mail.letter).map_err(|cause| internal("Letter is no JSON", &cause))?;
    let content = visit
        .site()
        .vault()
        .seal(PLACE, id.uuid(), &content)
        .map_err(|cause| internal("Mail cannot be sealed", &cause))?;
    let written = sql("insert into mail (id, organisation_id, key, recipient, subject, content, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (key) do nothing")
    .bind(id)
    .bind(organisation)
    .bind(&mail.key)
    .bind(&mail.to)
    .bind(&mail.subject)
    .bind(content)
    .bind(visit.now())
    .execute(unit)
    .await?;
    if written == 0 {
        tracing::info!(key = %mail.key, "Mail was written before");
    }
    Ok((written == 1).then_some(id))
}

/// Makes a mail wait again that failed, or may have been sent: somebody has decided to. Its failed job goes.
pub(crate) async fn again(unit: &mut db::Tx, organisation: OrganisationId, id: MailId) -> Result<()> {
    let changed = sql("update mail
         set state = 'waiting', handed_at = null, last_error = ''
         where organisation_id = $1 and id = $2 and state in ('failed', 'maybe_sent') and content is not null")
    .bind(organisation)
    .bind(id)
    .execute(&mut *unit)
    .await?;
    if changed == 1 {
        sql("delete from job
             where organisation_id = $1 and kind = 'mail.send' and state = 'failed' and payload ->> 'mail' = $2")
        .bind(organisation)
        .bind(id.to_string())
        .execute(unit)
        .await?;
        return Ok(());
    }
    let (there,): (i64,) = sql("select count(*) from mail where organisation_id = $1 and id = $2")
        .bind(organisation)
        .bind(id)
        .one(unit)
        .await?;
    Err(if there == 0 {
        Error::NotFound
    } else {
        Error::Conflict("It is on its way, or what it said is not kept any more.".into())
    })
}

/// What an attempt begins with.
#[derive(Debug)]
pub enum Begun {
    /// It is to be sent.
    Send(Outgoing),
    /// An earlier attempt was beyond the fence and told nobody how it ended: it may have been sent.
    MaybeSent,
    /// It was sent, may have been, or was erased.
    Over,
}

/// A mail in the hands of one attempt.
#[derive(Debug, sqlx::FromRow)]
pub struct Outgoing {
    /// Stays the same in every attempt.
    pub id: MailId,
    /// Whose mail it is.
    pub organisation_id: Option<OrganisationId>,
    /// Address of the receiver.
    pub recipient: String,
    /// Subject line.
    pub subject: String,
    content: Option<String>,
    attempts: i64,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

impl Outgoing {
    /// What it says, or why that cannot be read any more.
    pub fn letter(&self, site: &Site) -> Result<Letter, String> {
        let sealed = self.content.as_deref().ok_or("What it said is not kept any more")?;
        let content = site
            .vault()
            .open(PLACE, self.id.uuid(), sealed)
            .map_err(|cause| format!("What it says cannot be read: {cause}"))?;
        serde_json::from_slice(&content).map_err(|cause| format!("What it says cannot be read: {cause}"))
    }
}

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server took the message, and said this.
    Sent(String),
    /// It was surely not sent, and may be later.
    Later(String),
    /// It was surely not sent, and never will be.
    Failed(String),
    /// The server may have taken it.
    MaybeSent(String),
}

async fn begin_in(site: &Site, organisation: Option<OrganisationId>) -> Result<db::Tx> {
    let scope = organisation.map(|id| Scope::organisation(id.uuid())).unwrap_or_default();
    Ok(site.db().begin_in(scope).await?)
}

/// Begins an attempt to send a mail. One that failed was surely not sent, and its job runs again only when somebody wants it
/// to.
pub async fn begin(site: &Site, organisation: Option<OrganisationId>, id: MailId) -> Result<Begun> {
    let mut tx = begin_in(site, organisation).await?;
    // Who takes over from an attempt that did not get as far as the fence ends it: its number is no longer the newest.
    let found: Option<Outgoing> = sql("update mail
         set state = 'sending', attempts = attempts + 1, handed_at = null
         where id = $1 and organisation_id is not distinct from $2
           and (state in ('waiting', 'failed') or state = 'sending' and handed_at is null)
         returning id, organisation_id, recipient, subject, content, attempts, created_at")
    .bind(id)
    .bind(organisation)
    .optional(&mut tx)
    .await?;
    let begun = match found {
        Some(outgoing) => Begun::Send(outgoing),
        None => {
            let lost = sql("update mail
                 set state = 'maybe_sent', last_error = $3
                 where id = $1 and organisation_id is not distinct from $2 and state = 'sending'")
            .bind(id)
            .bind(organisation)
            .bind(DIED)
            .execute(&mut tx)
            .await?;
            if lost == 1 { Begun::MaybeSent } else { Begun::Over }
        }
    };
    tx.commit().await?;
    Ok(begun)
}

/// Sets up the fence: once this has answered `true`, the message may reach the server. `false`: another attempt has taken
/// over, and this one must end.
pub async fn hand_over(site: &Site, outgoing: &Outgoing) -> Result<bool> {
    let mut tx = begin_in(site, outgoing.organisation_id).await?;
    let fenced = sql("update mail
         set handed_at = $4
         where id = $1 and organisation_id is not distinct from $2 and attempts = $3
           and state = 'sending' and handed_at is null")
    .bind(outgoing.id)
    .bind(outgoing.organisation_id)
    .bind(outgoing.attempts)
    .bind(site.now())
    .execute(&mut tx)
    .await?;
    tx.commit().await?;
    Ok(fenced == 1)
}

/// Writes down what became of an attempt. What was sent keeps nothing of what it said.
pub async fn settle(site: &Site, outgoing: &Outgoing, outcome: &Outcome) -> Result<()> {
    let mut tx = begin_in(site, outgoing.organisation_id).await?;
    let (state, answer, error) = match outcome {
        Outcome::Sent(answer) => ("sent", answer.as_str(), ""),
        Outcome::Later(why) => ("waiting", "", why.as_str()),
        Outcome::Failed(why) => ("failed", "", why.as_str()),
        Outcome::MaybeSent(why) => ("maybe_sent", "", why.as_str()),
    };
    let sent_at = (state == "sent").then(|| site.now());
    // What an attempt knows in the end is also the truth when it was given up for lost meanwhile. It is not tried again then:
    // its job is over.
    sql("update mail
         set state = $4, answer = $5, last_error = $6, sent_at = $7,
           content = case when $4 = 'sent' then null else content end,
           handed_at = case when $4 = 'waiting' then null else handed_at end
         where id = $1 and organisation_id is not distinct from $2 and attempts = $3
           and (state = 'sending' or state = 'maybe_sent' and $4 <> 'waiting')")
    .bind(outgoing.id)
    .bind(outgoing.organisation_id)
    .bind(outgoing.attempts)
    .bind(state)
    .bind(short(answer))
    .bind(short(error))
    .bind(sent_at)
    .execute(&mut tx)
    .await?;
    Ok(tx.commit().await?)
}

/// Servers may say a lot.
fn short(text: &str) -> String {
    text.chars().take(1_000).collect()
}

/// Mails whose last attempt nobody ends: its job is not there any more, or was given up. What had not been handed over has
/// failed, of all else nobody knows.
async fn end_what_was_left(tx: &mut db::Tx, organisation: Option<OrganisationId>) -> Result<()> {
    let open: Vec<(MailId,)> = sql("select id from mail
         where organisation_id is not distinct from $1 and state = 'sending'")
    .bind(organisation)
    .all(&mut *tx)
    .await?;
    for (id,) in open {
        let (jobs,): (i64,) = sql("select count(*) from job
             where organisation_id is not distinct from $1 and kind = 'mail.send'
               and state in ('waiting', 'running') and payload ->> 'mail' = $2")
        .bind(organisation)
        .bind(id.to_string())
        .one(&mut *tx)
        .await?;
        if 0 < jobs {
            continue;
        }
        sql("update mail
             set state = case when handed_at is null then 'failed' else 'maybe_sent' end, last_error = $3
             where organisation_id is not distinct from $1 and id = $2 and state = 'sending'")
        .bind(organisation)
        .bind(id)
        .bind(DIED)
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

/// Ends what was left open, forgets what old mails said, and after three months that there were any.
pub async fn sweep(site: &Site) -> Result<()> {
    let organisations = site.organisations().await?.into_iter().map(|(id, _)| Some(id));
    for organisation in std::iter::once(None).chain(organisations) {
        let mut tx = begin_in(site, organisation).await?;
        end_what_was_left(&mut tx, organisation).await?;
        sql("update mail
             set content = null
             where organisation_id is not distinct from $1 and content is not null
               and state in ('failed', 'maybe_sent') and created_at < $2")
        .bind(organisation)
        .bind(site.now() - KEEPS_CONTENT)
        .execute(&mut tx)
        .await?;
        sql("delete from mail
             where organisation_id is not distinct from $1 and created_at < $2
               and state in ('sent', 'failed', 'maybe_sent')")
        .bind(organisation)
        .bind(site.now() - REMEMBERS)
        .execute(&mut tx)
        .await?;
        tx.commit().await?;
    }
    Ok(())
}

/// A mail as the outbox remembers it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Remembered {
    /// Its id.
    pub id: MailId,
    /// Address of the receiver.
    pub recipient: String,
    /// Subject line.
    pub subject: String,
    /// `waiting`, `sending`, `sent`, `maybe_sent` or `failed`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// What the server said when it took it.
    pub answer: String,
    /// Why it did not go out, or may not have.
    pub last_error: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// The newest mails of all organisations and of none, newest first, for the mailbox of development.
pub async fn newest(site: &Site, limit: usize) -> Result<Vec<Remembered>> {
    let organisations = site.organisations().await?.into_iter().map(|(id, _)| Some(id));
    let mut found = Vec::new();
    for organisation in std::iter::once(None).chain(organisations) {
        let scope = organisation.map(|id| Scope::organisation(id.uuid())).unwrap_or_default();
        let mails: Vec<Remembered> =
            sql("select id, recipient, subject, state, attempts, answer, last_error, created_at
                 from mail
                 where organisation_id is not distinct from ")
            .push_bind(organisation)
            .push(" order by id desc")
            .limit(limit)
            .all(&site.reader(scope))
            .await?;
        found.extend(mails);
    }
    found.sort_by_key(|mail| std::cmp::Reverse(mail.id));
    found.truncate(limit);
    Ok(found)
}

#[cfg(test)]
mod tests;

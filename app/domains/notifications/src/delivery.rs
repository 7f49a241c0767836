//! Telling members beyond the inbox: by mail at once, by one mail in the morning, and in their browsers.
//!
//! Who has seen a notification by then, may not see it any more or wants to be left alone is not told: what is muted waits
//! for the mail of the morning. Each notification is taken in the transaction that writes its mail, so that it is mailed
//! once, whichever jobs run at the same time.

use std::{pin::Pin, sync::Arc};

use anyhow::anyhow;
use chrono::Duration;
use jobs::{Failure, Handlers, Job};
use kernel::{
    Cx, Directory, Error, MAIL, Mail, MemberId, NotificationId, OrganisationId, PUSH, PushSubscriptionId,
    Result, Site,
};
use push::{Key, Outcome, Subscription};
use serde::Deserialize;
use serde_json::json;

use crate::{letters, repo, rules};

/// The job that mails what waits for the morning, of everybody for whom it is one.
pub const DIGESTS: &str = "notification.digests";

/// How long a browser that is away can still be told.
const PUSH_KEPT: Duration = Duration::days(1);

/// Whom something is told to.
#[derive(Debug)]
pub struct Reached {
    /// They themselves, with what they may do now.
    pub cx: Cx,
    /// Full name.
    pub name: String,
    /// Where mails go.
    pub email: String,
}

/// Finds out who a member is; nothing when they have no access any more.
pub type Reach = Arc<
    dyn Fn(OrganisationId, MemberId) -> Pin<Box<dyn Future<Output = Result<Option<Reached>>> + Send>>
        + Send
        + Sync,
>;

/// What the jobs of this domain need. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    /// The running program.
    pub site: Site,
    /// Who members are.
    pub reach: Reach,
    /// What tells browsers.
    pub sender: push::Sender,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("sender", &self.sender).finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct Task {
    notification: NotificationId,
    member: MemberId,
    device: Option<PushSubscriptionId>,
}

/// Adds what runs the jobs of this domain.
pub fn handlers(handlers: Handlers, desk: &Desk) -> Handlers {
    let (mailing, pushing, telling) = (desk.clone(), desk.clone(), desk.clone());
    handlers
        .on(MAIL, move |job| {
            let desk = mailing.clone();
            async move {
                let (organisation, task) = read(&job)?;
                Ok(mail(&desk, organisation, task).await?)
            }
        })
        .on(PUSH, move |job| {
            let desk = pushing.clone();
            async move {
                let (organisation, task) = read(&job)?;
                tell_browser(&desk, organisation, task).await
            }
        })
        .on(DIGESTS, move |_| {
            let desk = telling.clone();
            async move { Ok(digests(&desk).await?) }
        })
}

fn read(job: &Job) -> Result<(OrganisationId, Task), Failure> {
    let organisation =
        job.organisation_id.ok_or_else(|| Failure::GiveUp(anyhow!("a job without an organisation")))?;
    let task = serde_json::from_value(job.payload.clone()).map_err(|cause| Failure::GiveUp(cause.into()))?;
    Ok((organisation.into(), task))
}

/// Mails what has happened to the record of a notification, unless they have seen it.
async fn mail(desk: &Desk, organisation: OrganisationId, task: Task) -> Result<()> {
    let Some(Reached { cx, name, email }) = (desk.reach)(organisation, task.member).await? else {
        return Ok(());
    };
    let people = Directory::load(&cx).await?;
    let mut tx = cx.begin().await?;
    let Some(one) = repo::delivery::unseen(&mut tx, &cx, task.notification).await? else { return Ok(()) };
    if repo::muted_until(&mut tx, &cx).await?.is_some() {
        repo::delivery::put_off(&mut tx, &cx, one.id).await?;
        return tx.commit().await;
    }
    let taken = repo::delivery::take_at_once(&mut tx, &cx, one.record_id).await?;
    let Some(thread) = rules::threads(taken).pop() else { return Ok(()) };
    let (subject, letter) = letters::at_once(&name, &thread, &people, desk.site.base_url());
    tx.send(&Mail { key: Mail::key_of_act(cx.visit(), "notification"), to: email, subject, letter }).await?;
    tx.commit().await
}

/// Mails what waits for the morning to everybody for whom it is one. What fails for one keeps it from nobody else, and is
/// tried again with the whole.
pub async fn digests(desk: &Desk) -> Result<()> {
    let mut failed = Ok(());
    for (organisation, _) in desk.site.organisations().await? {
        let reader = desk.site.reader(db::Scope::organisation(organisation.uuid()));
        let waiting = repo::delivery::who_waits(&reader, organisation).await?;
        reader.rest().await;
        for member in waiting {
            if let Err(error) = digest(desk, organisation, member).await {
                tracing::error!(%organisation, %member, %error, "The mail of the morning was not written");
                failed = Err(error);
            }
        }
    }
    failed
}

async fn digest(desk: &Desk, organisation: OrganisationId, member: MemberId) -> Result<()> {
    let Some(Reached { cx, name, email }) = (desk.reach)(organisation, member).await? else { return Ok(()) };
    let Some(morning) = rules::morning(cx.today()) else { return Ok(()) };
    let people = Directory::load(&cx).await?;
    let mut tx = cx.begin().await?;
    if repo::muted_until(&mut tx, &cx).await?.is_some() {
        return Ok(());
    }
    let threads = rules::threads(repo::delivery::take_daily(&mut tx, &cx, morning).await?);
    if threads.is_empty() {
        return Ok(());
    }
    let (subject, letter) = letters::daily(&name, &threads, &people, desk.site.base_url());
    tx.send(&Mail { key: Mail::key_of_act(cx.visit(), "digest"), to: email, subject, letter }).await?;
    tx.commit().await
}

/// Tells one browser, unless they have seen it.
async fn tell_browser(desk: &Desk, organisation: OrganisationId, task: Task) -> Result<(), Failure> {
    let Some(Reached { cx, .. }) = (desk.reach)(organisation, task.member).await? else { return Ok(()) };
    let Some(device) = task.device else { return Ok(()) };
    let Some(one) = repo::delivery::unseen(cx.db(), &cx, task.notification).await? else { return Ok(()) };
    let muted = repo::muted_until(cx.db(), &cx).await?.is_some();
    if muted || one.created_at + PUSH_KEPT < cx.now() {
        return Ok(());
    }
    let Some(kept) = repo::device::find(&cx, device).await? else { return Ok(()) };
    let Ok(to) = Subscription::new(&kept.endpoint, kept.public_key, kept.secret) else {
        return forget(&cx, device, "it is no subscription").await;
    };
    if let Err(refused) = desk.sender.check(&to) {
        return forget(&cx, device, &refused.to_string()).await;
    }
    let people = Directory::load(&cx).await?;
    let body = json!({
        "title": letters::sentence(&one, &people),
        "body": if one.excerpt.is_empty() { format!("Because {}", one.reason.sentence()) } else { one.excerpt.clone() },
        "path": one.path,
        "tag": one.record_id,
        "unread": kernel::attention(&cx).await?,
    });
    let key = push_key(&desk.site).await?;
    // The service may be slow, and reads no rows.
    cx.visit().rest().await;
    let message = push::Message {
        body: body.to_string().into_bytes(),
        ttl: u32::try_from(PUSH_KEPT.num_seconds()).unwrap_or(u32::MAX),
        topic: one.record_id.simple().to_string(),
    };
    match desk.sender.send(&key, &to, message, cx.now().timestamp()).await {
        Outcome::Taken => {
            let mut tx = cx.begin().await?;
            repo::device::told(&mut tx, &cx, device).await?;
            tx.commit().await?;
            Ok(())
        }
        Outcome::Gone => forget(&cx, device, "the browser has given it up").await,
        Outcome::Later(why) => Err(Failure::Retry(anyhow!(why))),
        Outcome::Refused(why) => Err(Failure::GiveUp(anyhow!(why))),
    }
}

async fn forget(cx: &Cx, device: PushSubscriptionId, why: &str) -> Result<(), Failure> {
    tracing::info!(push.subscription = %device, why, "A browser is not told any more");
    let mut tx = cx.begin().await?;
    repo::device::delete(&mut tx, cx, device).await?;
    tx.commit().await?;
    Ok(())
}

/// The key that push services know the program by.
pub(crate) async fn push_key(site: &Site) -> Result<Key> {
    let broken = |cause: push::BadKey| Error::Internal { reference: cause.to_string() };
    let kept = site.program_key("push", || Key::generate().map_err(broken)).await?;
    Key::read(&kept).map_err(broken)
}

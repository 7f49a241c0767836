//! Sending deliveries.
//!
//! An attempt is begun in a transaction of its own, so that others see that it is under way; then the receiver is called;
//! then what it answered is written down, unless somebody else has taken over meanwhile. Both transactions hold the row of
//! the webhook, so they count rightly how many deliveries to it run: what is too much is *parked*, and each delivery that
//! ends wakes one. An attempt that ended without a word is begun again, so a receiver may get a message twice and tells it
//! by its id.

use std::time::{Duration as StdDuration, Instant};

use anyhow::anyhow;
use chrono::{DateTime, Utc};
use http::{
    Request,
    header::{CONTENT_TYPE, RETRY_AFTER, USER_AGENT},
};
use jobs::{Failure, Handlers, Job, NewJob};
use kernel::{
    Cx, DeliveryId, MemberId, Membership, OrganisationId, PermissionSet, Result, Role, Settings, Site, Tx,
    WebhookId,
};
use outbound::Outbound;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    acts::{WEBHOOK_PREVIOUS, WEBHOOK_SECRET, open, webhook::event},
    incoming,
    model::{DeliveryState, PauseReason, event::TEST},
    repo::{
        self,
        delivery::{Open, Settled},
        webhook::Target,
    },
    rules::{
        Found, PARKED, STALE, Secret, Step, Verdict, excerpt, is_hopeless, next_attempt, retry_after, step,
        verdict,
    },
};

/// The job that sends a delivery.
pub const DELIVER: &str = "webhook.deliver";

/// How long a receiver has. Half of what makes an attempt stale.
const PATIENCE: StdDuration = StdDuration::from_secs(15);
/// Bytes of an answer that are kept.
const KEPT: usize = 1_024;
/// Bytes of a reason that are kept.
const LONGEST_ERROR: usize = 500;

/// What the jobs of this domain need. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The running program.
    pub site: Site,
    /// What calls receivers. It decides where they may be.
    pub outbound: Outbound,
    patience: StdDuration,
}

impl Desk {
    /// What the jobs need: the program, and what calls receivers.
    pub fn new(site: &Site, outbound: Outbound) -> Self {
        Desk { site: site.clone(), outbound, patience: PATIENCE }
    }

    /// The same for receivers that have less time.
    #[cfg(test)]
    pub(crate) fn with_patience(self, patience: StdDuration) -> Self {
        Desk { patience, ..self }
    }
}

/// What a job is about.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) delivery: DeliveryId,
    pub(crate) webhook: WebhookId,
}

impl Task {
    pub(crate) fn payload(self) -> Value {
        json!({ "delivery": self.delivery, "webhook": self.webhook })
    }
}

/// Adds what runs the jobs of this domain.
pub fn handlers(handlers: Handlers, desk: &Desk) -> Handlers {
    let (sending, site) = (desk.clone(), desk.site.clone());
    handlers
        .on(DELIVER, move |job| {
            let desk = sending.clone();
            async move {
                let (organisation, task) = read(&job)?;
                Ok(deliver(&desk, organisation, task).await?)
            }
        })
        .on(incoming::RECEIVED, move |job| {
            let site = site.clone();
            async move {
                let (organisation, task) = read(&job)?;
                Ok(incoming::handle(&site, organisation, task).await?)
            }
        })
}

fn read<T: for<'de> Deserialize<'de>>(job: &Job) -> Result<(OrganisationId, T), Failure> {
    let organisation =
        job.organisation_id.ok_or_else(|| Failure::GiveUp(anyhow!("a job without an organisation")))?;
    let task = serde_json::from_value(job.payload.clone()).map_err(|cause| Failure::GiveUp(cause.into()))?;
    Ok((organisation.into(), task))
}

/// Writes the job of a delivery, for now or for later.
pub(crate) async fn enqueue(
    tx: &mut Tx,
    webhook: WebhookId,
    delivery: DeliveryId,
    at: Option<DateTime<Utc>>,
) -> Result<()> {
    let job = NewJob::new(DELIVER, Task { delivery, webhook }.payload());
    tx.enqueue(match at {
        Some(at) => job.at(at),
        None => job,
    })
    .await?;
    Ok(())
}

/// The program acting for an organisation, in the name of who made the webhook or the hook.
pub(crate) fn system(site: &Site, organisation: OrganisationId, member: MemberId) -> Cx {
    let membership = Membership {
        organisation_id: organisation,
        organisation_name: String::new(),
        member_id: member,
        role: Role::Guest,
        permissions: PermissionSet::NONE,
        grants: Vec::new(),
        settings: Settings::default(),
        brand: None,
    };
    Cx::system(site, "webhooks", membership)
}

/// A delivery in the hands of one attempt.
struct Outgoing {
    webhook: Target,
    delivery: Open,
    attempt: i64,
}

/// What a call came to.
struct Called {
    verdict: Verdict,
    status: Option<u16>,
    answer: String,
    error: String,
    not_before: Option<DateTime<Utc>>,
    took: StdDuration,
    /// Calling again changes nothing.
    in_vain: bool,
}

async fn deliver(desk: &Desk, organisation: OrganisationId, task: Task) -> Result<()> {
    let reader = desk.site.reader(db::Scope::organisation(organisation.uuid()));
    let author = repo::webhook::author(&reader, organisation, task.webhook).await?;
    // The receiver may be slow, and reads no rows.
    reader.rest().await;
    let Some(author) = author else { return Ok(()) };
    let cx = system(&desk.site, organisation, author);
    let Some(outgoing) = begin(&cx, task).await? else { return Ok(()) };
    let called = call(desk, &outgoing).await;
    settle(&cx, &outgoing, called).await
}

/// Begins an attempt, if there is one to be made now.
async fn begin(cx: &Cx, task: Task) -> Result<Option<Outgoing>> {
    let (organisation, now) = (cx.organisation_id(), cx.now());
    let mut tx = cx.begin().await?;
    let Some(webhook) = repo::webhook::hold(&mut tx, organisation, task.webhook).await? else {
        return Ok(None);
    };
    let Some(delivery) = repo::delivery::open(&mut tx, organisation, task.delivery).await? else {
        return Ok(None);
    };
    let others =
        repo::delivery::count_others(&mut tx, organisation, webhook.id, delivery.id, now - STALE).await?;
    let found = Found {
        state: delivery.state(),
        next_at: delivery.next_at,
        started_at: delivery.started_at,
        test: delivery.kind == TEST,
        active: webhook.active,
        paused: webhook.paused_at.is_some(),
        deleted: webhook.deleted_at.is_some(),
        others: usize::try_from(others).unwrap_or_default(),
    };
    match step(found, now) {
        Step::Nothing => Ok(None),
        Step::Fail(why) => {
            repo::delivery::fail(&mut tx, organisation, delivery.id, why).await?;
            wake_one(&mut tx, cx, webhook.id).await?;
            tx.commit().await?;
            Ok(None)
        }
        Step::LookAgain(at) => {
            enqueue(&mut tx, webhook.id, delivery.id, Some(at)).await?;
            tx.commit().await?;
            Ok(None)
        }
        Step::Park => {
            repo::delivery::park(&mut tx, organisation, delivery.id).await?;
            enqueue(&mut tx, webhook.id, delivery.id, Some(now + PARKED)).await?;
            tx.commit().await?;
            Ok(None)
        }
        Step::Send => {
            let attempt = repo::delivery::begin(&mut tx, organisation, delivery.id, now).await?;
            tx.commit().await?;
            Ok(Some(Outgoing { webhook, delivery, attempt }))
        }
    }
}

/// One that waited for others may go.
async fn wake_one(tx: &mut Tx, cx: &Cx, webhook: WebhookId) -> Result<()> {
    match repo::delivery::unpark(&mut *tx, cx.organisation_id(), webhook).await? {
        Some(delivery) => enqueue(tx, webhook, delivery, None).await,
        None => Ok(()),
    }
}

async fn call(desk: &Desk, outgoing: &Outgoing) -> Called {
    let now = desk.site.now();
    let failed = |error: String, took, in_vain| Called {
        verdict: Verdict::Later,
        status: None,
        answer: String::new(),
        error: excerpt(&error, LONGEST_ERROR),
        not_before: None,
        took,
        in_vain,
    };
    let request = match request(&desk.site, outgoing, now) {
        Ok(request) => request,
        Err(error) => return failed(error, StdDuration::ZERO, true),
    };
    let begun = Instant::now();
    let answer = desk.outbound.clone().tell(request, desk.patience, KEPT).await;
    let took = begun.elapsed();
    match answer {
        Ok(answer) => {
            let (verdict, error) = verdict(answer.status().as_u16());
            let asks = matches!(answer.status().as_u16(), 429 | 503);
            let wait = answer.headers().get(RETRY_AFTER).filter(|_| asks);
            Called {
                verdict,
                status: Some(answer.status().as_u16()),
                answer: excerpt(&String::from_utf8_lossy(answer.body()), KEPT),
                error,
                not_before: wait.and_then(|wait| retry_after(wait.to_str().ok()?, now)),
                took,
                in_vain: false,
            }
        }
        Err(outbound::Failure::Refused(why)) => failed(why, took, true),
        Err(outbound::Failure::Unreachable(why)) => failed(why, took, false),
    }
}

/// The signed message.
fn request(site: &Site, outgoing: &Outgoing, now: DateTime<Utc>) -> Result<Request<Vec<u8>>, String> {
    let Outgoing { webhook, delivery, .. } = outgoing;
    let body = delivery.body.to_string().into_bytes();
    let (id, timestamp) = (delivery.message_id.to_string(), now.timestamp());
    let signatures: Vec<String> =
        secrets(site, webhook, now)?.iter().map(|secret| secret.sign(&id, timestamp, &body)).collect();
    Request::post(&webhook.url)
        .header(CONTENT_TYPE, "application/json")
        .header(USER_AGENT, concat!("Mediap/", env!("CARGO_PKG_VERSION")))
        .header("webhook-id", id)
        .header("webhook-timestamp", timestamp)
        .header("webhook-signature", signatures.join(" "))
        .body(body)
        .map_err(|cause| format!("The message cannot be written: {cause}"))
}

/// What signs now, the newest first.
fn secrets(site: &Site, webhook: &Target, now: DateTime<Utc>) -> Result<Vec<Secret>, String> {
    let row = webhook.id.uuid();
    let unreadable = |cause: kernel::Sealed| format!("The secret cannot be read: {cause}");
    let mut secrets = vec![open(site, WEBHOOK_SECRET, row, &webhook.secret).map_err(unreadable)?];
    if let Some(previous) = &webhook.previous_secret
        && webhook.previous_until.is_some_and(|until| now < until)
    {
        secrets.push(open(site, WEBHOOK_PREVIOUS, row, previous).map_err(unreadable)?);
    }
    Ok(secrets)
}

/// Writes down what an attempt came to, and what that means for the webhook.
async fn settle(cx: &Cx, outgoing: &Outgoing, called: Called) -> Result<()> {
    let Outgoing { webhook: Target { id: webhook, .. }, delivery, attempt } = outgoing;
    let (organisation, now, test) = (cx.organisation_id(), cx.now(), delivery.kind == TEST);
    let mut tx = cx.begin().await?;
    let Some(target) = repo::webhook::hold(&mut tx, organisation, *webhook).await? else { return Ok(()) };
    // Others to the same webhook may have led to its pause meanwhile: what waited then is not sent any more.
    let paused = target.paused_at.is_some();
    let once = test || called.in_vain || paused || called.verdict == Verdict::Gone;
    let again = if once { None } else { next_attempt(*attempt, now, called.not_before) };
    let state = match (called.verdict, again) {
        (Verdict::Delivered, _) => DeliveryState::Delivered,
        (_, Some(_)) => DeliveryState::Waiting,
        (_, None) => DeliveryState::Failed,
    };
    let again = again.filter(|_| state == DeliveryState::Waiting);
    let settled = Settled {
        state,
        next_at: again.unwrap_or(now),
        status: called.status,
        answer: called.answer,
        error: called.error,
        duration_ms: i64::try_from(called.took.as_millis()).unwrap_or(i64::MAX),
    };
    if !repo::delivery::settle(&mut tx, organisation, delivery.id, *attempt, &settled, now).await? {
        return Ok(());
    }
    if let Some(at) = again {
        enqueue(&mut tx, *webhook, delivery.id, Some(at)).await?;
    }
    if !test {
        judge(&mut tx, cx, &target, called.verdict).await?;
    }
    wake_one(&mut tx, cx, *webhook).await?;
    tx.commit().await
}

/// Notes whether the webhook works, and pauses one that does not any more.
async fn judge(tx: &mut Tx, cx: &Cx, webhook: &Target, verdict: Verdict) -> Result<()> {
    let (organisation, now) = (cx.organisation_id(), cx.now());
    let since = webhook.failing_since.unwrap_or(now);
    let reason = match verdict {
        Verdict::Delivered => {
            if webhook.failing_since.is_some() {
                repo::webhook::set_failing(tx, organisation, webhook.id, None).await?;
            }
            return Ok(());
        }
        Verdict::Gone => Some(PauseReason::Gone),
        Verdict::Later => is_hopeless(since, now).then_some(PauseReason::Failing),
    };
    if webhook.failing_since.is_none() {
        repo::webhook::set_failing(&mut *tx, organisation, webhook.id, Some(now)).await?;
    }
    let Some(reason) = reason else { return Ok(()) };
    if repo::webhook::pause(&mut *tx, organisation, webhook.id, reason, now).await? {
        let why = "The webhook was paused before it was sent.";
        repo::delivery::fail_waiting(&mut *tx, organisation, webhook.id, why).await?;
        tracing::warn!(webhook = %webhook.id, reason = reason.as_str(), "A webhook was paused");
        tx.record(event("webhook.paused", webhook.id, json!({ "reason": reason.as_str() }))).await?;
    }
    Ok(())
}

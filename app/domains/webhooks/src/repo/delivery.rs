//! Deliveries in the database.

use chrono::{DateTime, Utc};
use db::{On, Result, Writer, sql};
use kernel::{Cx, DeliveryId, OrganisationId, WebhookId};
use serde_json::Value;
use uuid::Uuid;

use crate::model::{DeliveryCard, DeliveryState};

/// A delivery to be made.
#[derive(Debug, Clone)]
pub struct New {
    /// The delivery.
    pub id: DeliveryId,
    /// Whose it is.
    pub webhook_id: WebhookId,
    /// What receivers tell repetitions by.
    pub message_id: Uuid,
    /// The delivery that it repeats.
    pub replay_of: Option<DeliveryId>,
    /// What happened.
    pub kind: String,
    /// What is sent.
    pub body: Value,
}

/// Writes a delivery that is due now.
pub async fn insert(on: impl Into<Writer<'_>>, cx: &Cx, new: New) -> Result<()> {
    sql("insert into webhook_delivery
           (id, organisation_id, webhook_id, message_id, replay_of, kind, body, parked, next_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)")
    .bind(new.id)
    .bind(cx.organisation_id())
    .bind(new.webhook_id)
    .bind(new.message_id)
    .bind(new.replay_of)
    .bind(new.kind)
    .bind(new.body)
    .bind(false)
    .bind(cx.now())
    .exactly_one(on)
    .await
}

/// Which deliveries of a webhook to read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// In this state.
    pub state: Option<DeliveryState>,
    /// Beyond this one, in the order of the list.
    pub after: Option<DeliveryId>,
    /// The oldest first; else the newest.
    pub oldest_first: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: DeliveryId,
    kind: String,
    body: Value,
    state: String,
    attempts: i64,
    next_at: DateTime<Utc>,
    last_status: Option<i64>,
    last_answer: String,
    last_error: String,
    duration_ms: Option<i64>,
    created_at: DateTime<Utc>,
    delivered_at: Option<DateTime<Utc>>,
    replay_of: Option<DeliveryId>,
}

impl Row {
    /// None for a state that only a newer program knows.
    fn card(self) -> Option<DeliveryCard> {
        let state: DeliveryState = self.state.parse().ok()?;
        Some(DeliveryCard {
            id: self.id,
            kind: self.kind,
            body: format!("{:#}", self.body),
            state,
            attempts: self.attempts,
            next_at: (state == DeliveryState::Waiting).then_some(self.next_at),
            status: self.last_status,
            answer: self.last_answer,
            error: self.last_error,
            duration_ms: self.duration_ms,
            created_at: self.created_at,
            delivered_at: self.delivered_at,
            replay_of: self.replay_of,
        })
    }
}

/// At most `limit` deliveries of a webhook.
pub async fn list(cx: &Cx, webhook: WebhookId, wanted: Wanted, limit: usize) -> Result<Vec<DeliveryCard>> {
    let mut query =
        sql("select id, kind, body, state, attempts, next_at, last_status, last_answer, last_error,
           duration_ms, created_at, delivered_at, replay_of
         from webhook_delivery
         where organisation_id = $1 and webhook_id = $2 ")
        .bind(cx.organisation_id())
        .bind(webhook);
    if let Some(state) = wanted.state {
        query = query.push(" and state = ").push_bind(state.as_str());
    }
    if let Some(after) = wanted.after {
        query = query.push(if wanted.oldest_first { " and id > " } else { " and id < " }).push_bind(after);
    }
    let order = if wanted.oldest_first { " order by id " } else { " order by id desc " };
    let rows: Vec<Row> = query.push(order).limit(limit).all(cx.db()).await?;
    Ok(rows.into_iter().filter_map(Row::card).collect())
}

/// One delivery with the webhook that it is for.
pub async fn find(
    on: impl Into<On<'_>>,
    cx: &Cx,
    id: DeliveryId,
) -> Result<Option<(WebhookId, DeliveryCard)>> {
    #[derive(sqlx::FromRow)]
    struct Of {
        webhook_id: WebhookId,
        #[sqlx(flatten)]
        row: Row,
    }
    let found: Option<Of> = sql("select d.webhook_id, d.id, d.kind, d.body, d.state, d.attempts, d.next_at,
           d.last_status, d.last_answer, d.last_error, d.duration_ms, d.created_at, d.delivered_at, d.replay_of
         from webhook_delivery d
         join webhook w on w.organisation_id = d.organisation_id and w.id = d.webhook_id
         where d.organisation_id = $1 and d.id = $2 and w.deleted_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .optional(on)
    .await?;
    Ok(found.and_then(|of| Some((of.webhook_id, of.row.card()?))))
}

/// A delivery that can be repeated.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Original {
    /// The delivery.
    pub id: DeliveryId,
    /// Whose it is.
    pub webhook_id: WebhookId,
    /// What receivers tell repetitions by.
    pub message_id: Uuid,
    /// What happened.
    pub kind: String,
    /// What was sent.
    pub body: Value,
}

/// Takes a delivery that is over, to repeat it.
pub async fn take(on: impl Into<On<'_>>, cx: &Cx, id: DeliveryId) -> Result<Option<Original>> {
    sql("update webhook_delivery set replayed_at = $3
         where organisation_id = $1 and id = $2 and state in ('delivered', 'failed')
         returning id, webhook_id, message_id, kind, body")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.now())
    .optional(on)
    .await
}

/// Takes at most `limit` deliveries of a webhook that failed since then and were not repeated, the oldest first.
pub async fn take_failed(
    on: impl Into<On<'_>>,
    cx: &Cx,
    webhook: WebhookId,
    since: DateTime<Utc>,
    limit: usize,
) -> Result<Vec<Original>> {
    let mut taken: Vec<Original> = sql("update webhook_delivery set replayed_at = $4
         where organisation_id = $1 and id in (
           select id from webhook_delivery
           where organisation_id = $1 and webhook_id = $2 and state = 'failed' and replayed_at is null
             and $3 <= created_at
           order by id ")
    .bind(cx.organisation_id())
    .bind(webhook)
    .bind(since)
    .bind(cx.now())
    .limit(limit)
    .push(") returning id, webhook_id, message_id, kind, body")
    .all(on)
    .await?;
    taken.sort_by_key(|one| one.id);
    Ok(taken)
}

/// A delivery as a job finds it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Open {
    /// The delivery.
    pub id: DeliveryId,
    /// What receivers tell repetitions by.
    pub message_id: Uuid,
    /// What happened.
    pub kind: String,
    /// What is sent.
    pub body: Value,
    state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is due.
    pub next_at: DateTime<Utc>,
    /// When the attempt under way began.
    pub started_at: Option<DateTime<Utc>>,
}

impl Open {
    /// Where it is. What only a newer program knows is over for this one.
    pub fn state(&self) -> DeliveryState {
        self.state.parse().unwrap_or(DeliveryState::Failed)
    }
}

/// A delivery, for its job.
pub async fn open(
    on: impl Into<On<'_>>,
    organisation: OrganisationId,
    id: DeliveryId,
) -> Result<Option<Open>> {
    sql("select id, message_id, kind, body, state, attempts, next_at, started_at
         from webhook_delivery
         where organisation_id = $1 and id = $2")
    .bind(organisation)
    .bind(id)
    .optional(on)
    .await
}

/// How many other deliveries to a webhook began after an instant and are under way.
pub async fn count_others(
    on: impl Into<On<'_>>,
    organisation: OrganisationId,
    webhook: WebhookId,
    id: DeliveryId,
    began_after: DateTime<Utc>,
) -> Result<i64> {
    let (count,): (i64,) = sql("select count(*) from webhook_delivery
         where organisation_id = $1 and webhook_id = $2 and id <> $3 and state = 'sending' and $4 < started_at")
    .bind(organisation)
    .bind(webhook)
    .bind(id)
    .bind(began_after)
    .one(on)
    .await?;
    Ok(count)
}

/// Begins an attempt, and gives its number.
pub async fn begin(
    on: impl Into<On<'_>>,
    organisation: OrganisationId,
    id: DeliveryId,
    at: DateTime<Utc>,
) -> Result<i64> {
    let (attempt,): (i64,) = sql("update webhook_delivery
         set state = 'sending', parked = $3, attempts = attempts + 1, started_at = $4
         where organisation_id = $1 and id = $2
         returning attempts")
    .bind(organisation)
    .bind(id)
    .bind(false)
    .bind(at)
    .one(on)
    .await?;
    Ok(attempt)
}

/// Lets a delivery wait for others to the same webhook.
pub async fn park(on: impl Into<Writer<'_>>, organisation: OrganisationId, id: DeliveryId) -> Result<u64> {
    sql("update webhook_delivery set state = 'waiting', parked = $3, started_at = null
         where organisation_id = $1 and id = $2")
    .bind(organisation)
    .bind(id)
    .bind(true)
    .execute(on)
    .await
}

/// Wakes the delivery to a webhook that has waited longest for others.
pub async fn unpark(
    on: impl Into<On<'_>>,
    organisation: OrganisationId,
    webhook: WebhookId,
) -> Result<Option<DeliveryId>> {
    let woken: Option<(DeliveryId,)> = sql("update webhook_delivery set parked = $3
         where organisation_id = $1 and id = (
           select id from webhook_delivery
           where organisation_id = $1 and webhook_id = $2 and state = 'waiting' and parked
           order by id limit 1)
         returning id")
    .bind(organisation)
    .bind(webhook)
    .bind(false)
    .optional(on)
    .await?;
    Ok(woken.map(|(id,)| id))
}

/// What an attempt came to.
#[derive(Debug, Clone)]
pub struct Settled {
    /// Where the delivery is now.
    pub state: DeliveryState,
    /// When it is due again, if it is.
    pub next_at: DateTime<Utc>,
    /// What the receiver answered, if it did.
    pub status: Option<u16>,
    /// What it said.
    pub answer: String,
    /// Why it failed.
    pub error: String,
    /// How long the call took.
    pub duration_ms: i64,
}

/// Writes down what an attempt came to, unless another one has taken over. Says whether it has not.
pub async fn settle(
    on: impl Into<Writer<'_>>,
    organisation: OrganisationId,
    id: DeliveryId,
    attempt: i64,
    settled: &Settled,
    at: DateTime<Utc>,
) -> Result<bool> {
    let delivered_at = (settled.state == DeliveryState::Delivered).then_some(at);
    let changed = sql("update webhook_delivery
         set state = $4, next_at = $5, last_status = $6, last_answer = $7, last_error = $8, duration_ms = $9,
           delivered_at = $10, started_at = null
         where organisation_id = $1 and id = $2 and attempts = $3 and state = 'sending'")
    .bind(organisation)
    .bind(id)
    .bind(attempt)
    .bind(settled.state.as_str())
    .bind(settled.next_at)
    .bind(settled.status.map(i64::from))
    .bind(settled.answer.as_str())
    .bind(settled.error.as_str())
    .bind(settled.duration_ms)
    .bind(delivered_at)
    .execute(on)
    .await?;
    Ok(changed == 1)
}

/// A delivery is not to be sent any more.
pub async fn fail(
    on: impl Into<Writer<'_>>,
    organisation: OrganisationId,
    id: DeliveryId,
    why: &str,
) -> Result<u64> {
    sql("update webhook_delivery set state = 'failed', parked = $4, last_error = $3, started_at = null
         where organisation_id = $1 and id = $2 and state in ('waiting', 'sending')")
    .bind(organisation)
    .bind(id)
    .bind(why)
    .bind(false)
    .execute(on)
    .await
}

/// What waits for a webhook that is paused is not sent any more.
pub async fn fail_waiting(
    on: impl Into<Writer<'_>>,
    organisation: OrganisationId,
    webhook: WebhookId,
    why: &str,
) -> Result<u64> {
    sql("update webhook_delivery set state = 'failed', parked = $4, last_error = $3
         where organisation_id = $1 and webhook_id = $2 and state = 'waiting'")
    .bind(organisation)
    .bind(webhook)
    .bind(why)
    .bind(false)
    .execute(on)
    .await
}

/// Forgets deliveries that were made before an instant and are over.
pub async fn sweep(tx: &mut db::Tx, organisation: OrganisationId, before: DateTime<Utc>) -> Result<u64> {
    sql("delete from webhook_delivery
         where organisation_id = $1 and created_at < $2 and state in ('delivered', 'failed')")
    .bind(organisation)
    .bind(before)
    .execute(tx)
    .await
}

/// Deliveries whose jobs must be lost: due, or under way, since before an instant.
pub async fn lost(
    tx: &mut db::Tx,
    organisation: OrganisationId,
    before: DateTime<Utc>,
) -> Result<Vec<(DeliveryId, WebhookId)>> {
    sql("select id, webhook_id from webhook_delivery
         where organisation_id = $1
           and (state = 'waiting' and next_at < $2 or state = 'sending' and started_at < $2)
         order by id
         limit 1000")
    .bind(organisation)
    .bind(before)
    .all(tx)
    .await
}

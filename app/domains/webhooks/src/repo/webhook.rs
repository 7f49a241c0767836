//! Webhooks in the database.

use chrono::{DateTime, Utc};
use db::{On, Query, Reader, Result, Writer, sql};
use kernel::{Cx, MemberId, OrganisationId, WebhookId};
use serde_json::Value;

use crate::{
    model::{LastDelivery, PauseReason, WebhookCard},
    rules::WebhookUrl,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: WebhookId,
    name: String,
    url: String,
    events: sqlx::types::Json<Vec<String>>,
    active: bool,
    failing_since: Option<DateTime<Utc>>,
    paused_at: Option<DateTime<Utc>>,
    pause_reason: String,
    previous_until: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    created_by: MemberId,
    version: i64,
    last_state: Option<String>,
    last_at: Option<DateTime<Utc>>,
    last_status: Option<i64>,
}

impl Row {
    fn card(self, now: DateTime<Utc>) -> WebhookCard {
        let last = self.last_state.and_then(|state| state.parse().ok()).zip(self.last_at);
        WebhookCard {
            id: self.id,
            name: self.name,
            url: self.url,
            events: self.events.0,
            active: self.active,
            failing_since: self.failing_since,
            paused_at: self.paused_at,
            pause_reason: self.pause_reason.parse().ok(),
            rotating_until: self.previous_until.filter(|until| now < *until),
            created_at: self.created_at,
            created_by: self.created_by,
            version: self.version,
            last: last.map(|(state, at)| LastDelivery { state, at, status: self.last_status }),
        }
    }
}

/// The webhooks of the organisation that are not deleted.
fn cards(cx: &Cx) -> Query {
    sql("select w.id, w.name, w.url, w.events, w.active, w.failing_since, w.paused_at, w.pause_reason,
           w.previous_until, w.created_at, w.created_by, w.version, d.state as last_state, d.created_at as last_at,
           d.last_status
         from webhook w
         left join webhook_delivery d on d.organisation_id = w.organisation_id and d.id = (
           select l.id from webhook_delivery l
           where l.organisation_id = w.organisation_id and l.webhook_id = w.id
           order by l.id desc limit 1)
         where w.organisation_id = $1 and w.deleted_at is null ")
    .bind(cx.organisation_id())
}

/// The webhooks of the organisation, by name.
pub async fn list(cx: &Cx) -> Result<Vec<WebhookCard>> {
    let rows: Vec<Row> = cards(cx).push(" order by lower(w.name), w.id").all(cx.db()).await?;
    Ok(rows.into_iter().map(|row| row.card(cx.now())).collect())
}

/// One webhook that is not deleted.
pub async fn find(on: impl Into<On<'_>>, cx: &Cx, id: WebhookId) -> Result<Option<WebhookCard>> {
    let row: Option<Row> = cards(cx).push(" and w.id = ").push_bind(id).optional(on).await?;
    Ok(row.map(|row| row.card(cx.now())))
}

/// How many webhooks the organisation has.
pub async fn count(on: impl Into<On<'_>>, cx: &Cx) -> Result<i64> {
    let (count,): (i64,) =
        sql("select count(*) from webhook where organisation_id = $1 and deleted_at is null")
            .bind(cx.organisation_id())
            .one(on)
            .await?;
    Ok(count)
}

/// What somebody chose for a webhook, as it was read.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// What it is for.
    pub name: String,
    /// Where events go.
    pub url: WebhookUrl,
    /// What it is told of.
    pub events: Vec<String>,
    /// Whether it is told.
    pub active: bool,
}

/// Writes a new webhook with its sealed secret.
pub async fn insert(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    id: WebhookId,
    chosen: &Chosen,
    secret: String,
) -> Result<()> {
    sql("insert into webhook
           (id, organisation_id, name, url, events, secret, active, created_at, created_by, updated_at, updated_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8, $9)")
    .bind(id)
    .bind(cx.organisation_id())
    .bind(chosen.name.as_str())
    .bind(chosen.url.as_str())
    .bind(Value::from(chosen.events.clone()))
    .bind(secret)
    .bind(chosen.active)
    .bind(cx.now())
    .bind(cx.member_id())
    .exactly_one(on)
    .await
}

/// Changes a webhook that still has this version. One that is told is not paused.
pub async fn update(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    id: WebhookId,
    version: i64,
    chosen: &Chosen,
) -> Result<u64> {
    sql("update webhook
         set name = $4, url = $5, events = $6, active = $7, updated_at = $8, updated_by = $9, version = version + 1,
           failing_since = case when $7 and paused_at is not null then null else failing_since end,
           pause_reason = case when $7 then '' else pause_reason end,
           paused_at = case when $7 then null else paused_at end
         where organisation_id = $1 and id = $2 and version = $3 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(version)
    .bind(chosen.name.as_str())
    .bind(chosen.url.as_str())
    .bind(Value::from(chosen.events.clone()))
    .bind(chosen.active)
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(on)
    .await
}

/// Lets a webhook be told again, that was turned off or paused.
pub async fn resume(on: impl Into<Writer<'_>>, cx: &Cx, id: WebhookId) -> Result<u64> {
    sql("update webhook
         set active = $3, paused_at = null, pause_reason = '', failing_since = null, updated_at = $4, updated_by = $5,
           version = version + 1
         where organisation_id = $1 and id = $2 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(true)
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(on)
    .await
}

/// Deletes a webhook that still has this version.
pub async fn delete(on: impl Into<Writer<'_>>, cx: &Cx, id: WebhookId, version: i64) -> Result<u64> {
    sql("update webhook
         set deleted_at = $4, updated_at = $4, updated_by = $5, version = version + 1
         where organisation_id = $1 and id = $2 and version = $3 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(version)
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(on)
    .await
}

/// Brings a deleted webhook back.
pub async fn restore(on: impl Into<Writer<'_>>, cx: &Cx, id: WebhookId) -> Result<u64> {
    sql("update webhook
         set deleted_at = null, updated_at = $3, updated_by = $4, version = version + 1
         where organisation_id = $1 and id = $2 and deleted_at is not null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(on)
    .await
}

/// The sealed secret of a webhook that is not deleted, whose row is held until the end of the unit of work.
pub async fn hold_secret(tx: &mut kernel::Tx, cx: &Cx, id: WebhookId) -> Result<Option<String>> {
    let found: Option<(String,)> = sql("update webhook set version = version
         where organisation_id = $1 and id = $2 and deleted_at is null
         returning secret")
    .bind(cx.organisation_id())
    .bind(id)
    .optional(tx)
    .await?;
    Ok(found.map(|(secret,)| secret))
}

/// Sealed secrets: the new one, and the one before until then.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// Signs from now on.
    pub secret: String,
    /// Signs too.
    pub previous: String,
    /// Until then.
    pub until: DateTime<Utc>,
}

/// Writes another secret.
pub async fn set_secret(on: impl Into<Writer<'_>>, cx: &Cx, id: WebhookId, sealed: Sealed) -> Result<()> {
    sql("update webhook
         set secret = $3, previous_secret = $4, previous_until = $5, updated_at = $6, updated_by = $7,
           version = version + 1
         where organisation_id = $1 and id = $2")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(sealed.secret)
    .bind(sealed.previous)
    .bind(sealed.until)
    .bind(cx.now())
    .bind(cx.member_id())
    .exactly_one(on)
    .await
}

/// The webhooks that are told of what happens now, with what they want to be told of.
pub async fn told(
    on: impl Into<On<'_>>,
    organisation: OrganisationId,
) -> Result<Vec<(WebhookId, Vec<String>)>> {
    let rows: Vec<(WebhookId, sqlx::types::Json<Vec<String>>)> = sql("select id, events from webhook
         where organisation_id = $1 and active and paused_at is null and deleted_at is null
         order by id")
    .bind(organisation)
    .all(on)
    .await?;
    Ok(rows.into_iter().map(|(id, events)| (id, events.0)).collect())
}

/// Who made a webhook: what the program does about it is done in their name.
pub async fn author(
    reader: &Reader,
    organisation: OrganisationId,
    id: WebhookId,
) -> Result<Option<MemberId>> {
    let found: Option<(MemberId,)> =
        sql("select created_by from webhook where organisation_id = $1 and id = $2")
            .bind(organisation)
            .bind(id)
            .optional(reader)
            .await?;
    Ok(found.map(|(member,)| member))
}

/// A webhook as a job needs it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Target {
    /// The webhook.
    pub id: WebhookId,
    /// Where events go.
    pub url: String,
    /// Sealed.
    pub secret: String,
    /// The one before, sealed.
    pub previous_secret: Option<String>,
    /// Until when that signs too.
    pub previous_until: Option<DateTime<Utc>>,
    /// Whether somebody wants it to be told.
    pub active: bool,
    /// Since when nothing has arrived.
    pub failing_since: Option<DateTime<Utc>>,
    /// When the program stopped telling it.
    pub paused_at: Option<DateTime<Utc>>,
    /// When it was deleted.
    pub deleted_at: Option<DateTime<Utc>>,
}

/// A webhook, whose row is held until the end of the unit of work: jobs of one webhook decide one after the other.
pub async fn hold(
    tx: &mut kernel::Tx,
    organisation: OrganisationId,
    id: WebhookId,
) -> Result<Option<Target>> {
    sql("update webhook set version = version
         where organisation_id = $1 and id = $2
         returning id, url, secret, previous_secret, previous_until, active, failing_since, paused_at, deleted_at")
    .bind(organisation)
    .bind(id)
    .optional(tx)
    .await
}

/// Notes that nothing arrives since then, or that something did.
pub async fn set_failing(
    on: impl Into<Writer<'_>>,
    organisation: OrganisationId,
    id: WebhookId,
    since: Option<DateTime<Utc>>,
) -> Result<u64> {
    sql("update webhook set failing_since = $3, version = version + 1 where organisation_id = $1 and id = $2")
        .bind(organisation)
        .bind(id)
        .bind(since)
        .execute(on)
        .await
}

/// Stops telling a webhook that is told. Says whether it was.
pub async fn pause(
    on: impl Into<Writer<'_>>,
    organisation: OrganisationId,
    id: WebhookId,
    reason: PauseReason,
    at: DateTime<Utc>,
) -> Result<bool> {
    let changed = sql("update webhook set paused_at = $3, pause_reason = $4, version = version + 1
         where organisation_id = $1 and id = $2 and paused_at is null and deleted_at is null")
    .bind(organisation)
    .bind(id)
    .bind(at)
    .bind(reason.as_str())
    .execute(on)
    .await?;
    Ok(changed == 1)
}

/// Forgets secrets that sign no more.
pub async fn sweep(tx: &mut db::Tx, organisation: OrganisationId, now: DateTime<Utc>) -> Result<u64> {
    sql("update webhook set previous_secret = null, previous_until = null
         where organisation_id = $1 and previous_until <= $2")
    .bind(organisation)
    .bind(now)
    .execute(tx)
    .await
}

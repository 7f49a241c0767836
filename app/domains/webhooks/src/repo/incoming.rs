//! Incoming hooks in the database, and what came by them.

use chrono::{DateTime, Utc};
use db::{On, Reader, Result, Writer, sql};
use kernel::{Came, Cx, HookId, HookName, MemberId, OrganisationId};
use serde_json::Value;
use uuid::Uuid;

use super::webhook::Sealed;
use crate::model::{HookCard, HookKind, IncomingEvent, WholeEvent};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    kind: String,
    active: bool,
    previous_until: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    created_by: MemberId,
    version: i64,
    last_at: Option<DateTime<Utc>>,
}

impl Row {
    fn card(self, now: DateTime<Utc>) -> HookCard {
        HookCard {
            id: self.id,
            name: self.name,
            kind: self.kind.parse().unwrap_or_default(),
            active: self.active,
            rotating_until: self.previous_until.filter(|until| now < *until),
            created_at: self.created_at,
            created_by: self.created_by,
            version: self.version,
            last_at: self.last_at,
        }
    }
}

/// The hooks of the organisation, by name.
pub async fn list(cx: &Cx) -> Result<Vec<HookCard>> {
    let rows: Vec<Row> =
        sql("select h.id, h.name, h.kind, h.active, h.previous_until, h.created_at, h.created_by,
           h.version, (
             select e.received_at from incoming_event e
             where e.organisation_id = h.organisation_id and e.hook_id = h.id
             order by e.id desc limit 1) as last_at
         from incoming_hook h
         where h.organisation_id = $1 and h.deleted_at is null
         order by lower(h.name), h.id")
        .bind(cx.organisation_id())
        .all(cx.db())
        .await?;
    Ok(rows.into_iter().map(|row| row.card(cx.now())).collect())
}

/// The names of the hooks of the organisation, in order.
pub async fn names(on: impl Into<On<'_>>, cx: &Cx) -> Result<Vec<HookName>> {
    let rows: Vec<(HookId, String, bool)> = sql("select id, name, active
         from incoming_hook
         where organisation_id = $1 and deleted_at is null
         order by lower(name), id")
    .bind(cx.organisation_id())
    .all(on)
    .await?;
    Ok(rows.into_iter().map(|(id, name, active)| HookName { id, name, active }).collect())
}

/// How many hooks the organisation has.
pub async fn count(on: impl Into<On<'_>>, cx: &Cx) -> Result<i64> {
    let (count,): (i64,) =
        sql("select count(*) from incoming_hook where organisation_id = $1 and deleted_at is null")
            .bind(cx.organisation_id())
            .one(on)
            .await?;
    Ok(count)
}

/// Writes a new hook with its sealed secret.
pub async fn insert(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    id: Uuid,
    name: &str,
    kind: HookKind,
    secret: String,
) -> Result<()> {
    sql("insert into incoming_hook
           (id, organisation_id, name, kind, secret, active, created_at, created_by, updated_at, updated_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $7, $8)")
    .bind(id)
    .bind(cx.organisation_id())
    .bind(name)
    .bind(kind.as_str())
    .bind(secret)
    .bind(true)
    .bind(cx.now())
    .bind(cx.member_id())
    .exactly_one(on)
    .await
}

/// Changes a hook that still has this version.
pub async fn update(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    id: Uuid,
    version: i64,
    name: &str,
    active: bool,
) -> Result<u64> {
    sql("update incoming_hook
         set name = $4, active = $5, updated_at = $6, updated_by = $7, version = version + 1
         where organisation_id = $1 and id = $2 and version = $3 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(version)
    .bind(name)
    .bind(active)
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(on)
    .await
}

/// Deletes a hook that still has this version.
pub async fn delete(on: impl Into<Writer<'_>>, cx: &Cx, id: Uuid, version: i64) -> Result<u64> {
    sql("update incoming_hook
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

/// Brings a deleted hook back.
pub async fn restore(on: impl Into<Writer<'_>>, cx: &Cx, id: Uuid) -> Result<u64> {
    sql("update incoming_hook
         set deleted_at = null, updated_at = $3, updated_by = $4, version = version + 1
         where organisation_id = $1 and id = $2 and deleted_at is not null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(on)
    .await
}

/// Kind and sealed secret of a hook that is not deleted, whose row is held until the end of the unit of work.
pub async fn hold_secret(tx: &mut kernel::Tx, cx: &Cx, id: Uuid) -> Result<Option<(HookKind, String)>> {
    let found: Option<(String, String)> = sql("update incoming_hook set version = version
         where organisation_id = $1 and id = $2 and deleted_at is null
         returning kind, secret")
    .bind(cx.organisation_id())
    .bind(id)
    .optional(tx)
    .await?;
    Ok(found.map(|(kind, secret)| (kind.parse().unwrap_or_default(), secret)))
}

/// Writes another secret.
pub async fn set_secret(on: impl Into<Writer<'_>>, cx: &Cx, id: Uuid, sealed: Sealed) -> Result<()> {
    sql("update incoming_hook
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

/// A hook as whoever sends to it meets it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Door {
    kind: String,
    /// Sealed.
    pub secret: String,
    /// The one before, sealed.
    pub previous_secret: Option<String>,
    /// Until when that is taken too.
    pub previous_until: Option<DateTime<Utc>>,
    /// Who made it: what comes is handled in their name.
    pub created_by: MemberId,
}

impl Door {
    /// How it knows its sender. One that only a newer program knows is never open.
    pub fn kind(&self) -> Option<HookKind> {
        self.kind.parse().ok()
    }
}

/// A hook that takes what comes.
pub async fn door(reader: &Reader, organisation: OrganisationId, id: Uuid) -> Result<Option<Door>> {
    sql("select kind, secret, previous_secret, previous_until, created_by
         from incoming_hook
         where organisation_id = $1 and id = $2 and active and deleted_at is null")
    .bind(organisation)
    .bind(id)
    .optional(reader)
    .await
}

/// What came by a hook, to be stored.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// The event.
    pub id: Uuid,
    /// The hook.
    pub hook_id: Uuid,
    /// What its sender knows it by.
    pub external_id: String,
    /// What can be kept of its headers.
    pub headers: Value,
    /// What was sent.
    pub body: Vec<u8>,
}

/// Stores what came by a hook. Says whether its sender had not sent it before.
pub async fn insert_event(on: impl Into<Writer<'_>>, cx: &Cx, event: NewEvent) -> Result<bool> {
    let written = sql("insert into incoming_event
           (id, organisation_id, hook_id, external_id, headers, body, received_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (organisation_id, hook_id, external_id) do nothing")
    .bind(event.id)
    .bind(cx.organisation_id())
    .bind(event.hook_id)
    .bind(event.external_id)
    .bind(event.headers)
    .bind(event.body)
    .bind(cx.now())
    .execute(on)
    .await?;
    Ok(written == 1)
}

/// What a sender knows by this id.
pub async fn find_event(
    on: impl Into<On<'_>>,
    cx: &Cx,
    hook: Uuid,
    external_id: &str,
) -> Result<Option<Uuid>> {
    let found: Option<(Uuid,)> = sql("select id from incoming_event
         where organisation_id = $1 and hook_id = $2 and external_id = $3")
    .bind(cx.organisation_id())
    .bind(hook)
    .bind(external_id)
    .optional(on)
    .await?;
    Ok(found.map(|(id,)| id))
}

/// The hook by which something came, and who made it.
pub async fn hook_of(
    reader: &Reader,
    organisation: OrganisationId,
    event: Uuid,
) -> Result<Option<(Uuid, MemberId)>> {
    sql("select h.id, h.created_by
         from incoming_event e
         join incoming_hook h on h.organisation_id = e.organisation_id and h.id = e.hook_id
         where e.organisation_id = $1 and e.id = $2")
    .bind(organisation)
    .bind(event)
    .optional(reader)
    .await
}

#[derive(sqlx::FromRow)]
struct CameRow {
    hook_id: HookId,
    external_id: String,
    body: Vec<u8>,
}

impl CameRow {
    fn came(self) -> Came {
        Came { hook: self.hook_id, external_id: self.external_id, body: self.body }
    }
}

/// What came, for those who act on it.
pub async fn came(on: impl Into<On<'_>>, cx: &Cx, event: Uuid) -> Result<Option<Came>> {
    let row: Option<CameRow> = sql("select hook_id, external_id, body
         from incoming_event
         where organisation_id = $1 and id = $2")
    .bind(cx.organisation_id())
    .bind(event)
    .optional(on)
    .await?;
    Ok(row.map(CameRow::came))
}

/// What came last by a hook that is not deleted.
pub async fn last(on: impl Into<On<'_>>, cx: &Cx, hook: HookId) -> Result<Option<Came>> {
    let row: Option<CameRow> = sql("select e.hook_id, e.external_id, e.body
         from incoming_event e
         join incoming_hook h on h.organisation_id = e.organisation_id and h.id = e.hook_id
         where e.organisation_id = $1 and e.hook_id = $2 and h.deleted_at is null
         order by e.id desc
         limit 1")
    .bind(cx.organisation_id())
    .bind(hook)
    .optional(on)
    .await?;
    Ok(row.map(CameRow::came))
}

/// Notes that something was handled. Says whether it was not before.
pub async fn handled(on: impl Into<Writer<'_>>, cx: &Cx, event: Uuid) -> Result<bool> {
    let changed = sql("update incoming_event set state = 'handled', handled_at = $3
         where organisation_id = $1 and id = $2 and state = 'received'")
    .bind(cx.organisation_id())
    .bind(event)
    .bind(cx.now())
    .execute(on)
    .await?;
    Ok(changed == 1)
}

#[derive(sqlx::FromRow)]
struct EventRow {
    id: Uuid,
    external_id: String,
    size: i64,
    received_at: DateTime<Utc>,
    handled_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct WholeRow {
    #[sqlx(flatten)]
    event: EventRow,
    headers: Value,
    body: Vec<u8>,
}

/// At most `limit` events of a hook, the newest first or the oldest, beyond one of them.
pub async fn events(
    cx: &Cx,
    hook: Uuid,
    after: Option<Uuid>,
    oldest_first: bool,
    limit: usize,
) -> Result<Vec<IncomingEvent>> {
    let mut query =
        sql("select id, external_id, cast(length(body) as bigint) as size, received_at, handled_at
         from incoming_event
         where organisation_id = $1 and hook_id = $2 ")
        .bind(cx.organisation_id())
        .bind(hook);
    if let Some(after) = after {
        query = query.push(if oldest_first { " and id > " } else { " and id < " }).push_bind(after);
    }
    let order = if oldest_first { " order by id " } else { " order by id desc " };
    let rows: Vec<EventRow> = query.push(order).limit(limit).all(cx.db()).await?;
    Ok(rows.into_iter().map(shown).collect())
}

fn shown(row: EventRow) -> IncomingEvent {
    let EventRow { id, external_id, size, received_at, handled_at } = row;
    IncomingEvent { id, external_id, size, received_at, handled_at }
}

/// One event with what was sent.
pub async fn whole_event(cx: &Cx, id: Uuid) -> Result<Option<WholeEvent>> {
    let row: Option<WholeRow> = sql(
        "select id, external_id, cast(length(body) as bigint) as size, received_at, handled_at, headers, body
         from incoming_event
         where organisation_id = $1 and id = $2",
    )
    .bind(cx.organisation_id())
    .bind(id)
    .optional(cx.db())
    .await?;
    Ok(row.map(|row| WholeEvent { event: shown(row.event), headers: row.headers, body: row.body }))
}

/// Forgets what was handled before an instant, and secrets that are taken no more.
pub async fn sweep(
    tx: &mut db::Tx,
    organisation: OrganisationId,
    before: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<u64> {
    sql("update incoming_hook set previous_secret = null, previous_until = null
         where organisation_id = $1 and previous_until <= $2")
    .bind(organisation)
    .bind(now)
    .execute(&mut *tx)
    .await?;
    sql("delete from incoming_event where organisation_id = $1 and received_at < $2 and state = 'handled'")
        .bind(organisation)
        .bind(before)
        .execute(tx)
        .await
}

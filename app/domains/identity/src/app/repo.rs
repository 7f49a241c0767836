//! Apps, connections and tokens in the database.

use chrono::{DateTime, Utc};
use db::{On, Writer, sql};
use kernel::{AccountId, AppId, ConnectionId, Cx, MemberId, OrganisationId, PermissionSet, Result, Site};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    app::{
        model::{AppCard, AppName, Connected},
        token::{self, Kind},
    },
    role::repo::{read_keys, write_keys},
};

#[derive(sqlx::FromRow)]
struct AppRow {
    id: AppId,
    name: String,
    redirect_uris: Value,
    permissions: Value,
    connections: i64,
}

impl AppRow {
    fn card(self, organisation: OrganisationId) -> AppCard {
        let uris = self.redirect_uris.as_array().into_iter().flatten();
        AppCard {
            id: self.id,
            client_id: token::client_id(organisation, self.id),
            name: self.name,
            redirect_uris: uris.filter_map(Value::as_str).map(str::to_owned).collect(),
            permissions: read_keys(&self.permissions),
            connections: self.connections,
        }
    }
}

/// The apps of the organisation by name, or one of them.
pub(crate) async fn apps(cx: &Cx, only: Option<AppId>) -> Result<Vec<AppCard>> {
    let mut query = sql("select a.id, a.name, a.redirect_uris, a.permissions,
           (select count(*) from app_connection c
            where c.organisation_id = a.organisation_id and c.app_id = a.id and c.code_used_at is not null
              and c.ended_at is null and $2 < c.expires_at) as connections
         from app a
         where a.organisation_id = $1 and a.deleted_at is null")
    .bind(cx.organisation_id())
    .bind(cx.now());
    if let Some(id) = only {
        query = query.push(" and a.id = ").push_bind(id);
    }
    let rows: Vec<AppRow> = query.push(" order by lower(a.name), a.id").limit(500).all(cx.db()).await?;
    Ok(rows.into_iter().map(|row| row.card(cx.organisation_id())).collect())
}

/// Writes a new app.
pub(crate) async fn insert(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    id: AppId,
    name: &AppName,
    redirect_uris: &[String],
    permissions: PermissionSet,
) -> Result<()> {
    sql("insert into app (id, organisation_id, name, redirect_uris, permissions, created_at, created_by)
         values ($1, $2, $3, $4, $5, $6, $7)")
    .bind(id)
    .bind(cx.organisation_id())
    .bind(name.as_str())
    .bind(Value::from(redirect_uris))
    .bind(write_keys(permissions))
    .bind(cx.now())
    .bind(cx.member_id())
    .exactly_one(on)
    .await?;
    Ok(())
}

/// Removes an app; its connections do not count any more. Gives its name, if it was there.
pub(crate) async fn delete(on: impl Into<On<'_>>, cx: &Cx, id: AppId) -> Result<Option<String>> {
    let found: Option<(String,)> = sql("update app set deleted_at = $3, deleted_by = $4
         where organisation_id = $1 and id = $2 and deleted_at is null
         returning name")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.now())
    .bind(cx.member_id())
    .optional(on)
    .await?;
    Ok(found.map(|(name,)| name))
}

#[derive(sqlx::FromRow)]
struct ConnectedRow {
    id: ConnectionId,
    app: String,
    permissions: Value,
    app_permissions: Value,
    created_at: DateTime<Utc>,
    used_at: Option<DateTime<Utc>>,
}

/// The member's connections that count, newest first.
pub(crate) async fn connected(cx: &Cx) -> Result<Vec<Connected>> {
    let rows: Vec<ConnectedRow> = sql("select c.id, a.name as app, c.permissions, a.permissions as app_permissions,
           c.created_at, c.used_at
         from app_connection c
         join app a on a.organisation_id = c.organisation_id and a.id = c.app_id and a.deleted_at is null
         where c.organisation_id = $1 and c.member_id = $2 and c.code_used_at is not null and c.ended_at is null
           and $3 < c.expires_at
         order by c.created_at desc, c.id desc
         limit 500")
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .bind(cx.now())
    .all(cx.db())
    .await?;
    let connected = |row: ConnectedRow| Connected {
        id: row.id,
        app: row.app,
        permissions: read_keys(&row.permissions).intersection(read_keys(&row.app_permissions)),
        created_at: row.created_at,
        used_at: row.used_at,
    };
    Ok(rows.into_iter().map(connected).collect())
}

/// A leave to be written, with the code that it begins with.
pub(crate) struct New<'a> {
    pub(crate) id: ConnectionId,
    pub(crate) app: AppId,
    pub(crate) permissions: PermissionSet,
    pub(crate) code_hash: Vec<u8>,
    pub(crate) redirect_uri: &'a str,
    pub(crate) challenge: &'a str,
    pub(crate) code_expires_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
}

/// Writes the member's leave. It counts once its code was changed for tokens.
pub(crate) async fn connect(on: impl Into<Writer<'_>>, cx: &Cx, new: New<'_>) -> Result<()> {
    sql("insert into app_connection
           (organisation_id, id, app_id, member_id, permissions, code_hash, redirect_uri, challenge, code_expires_at,
            created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
    .bind(cx.organisation_id())
    .bind(new.id)
    .bind(new.app)
    .bind(cx.member_id())
    .bind(write_keys(new.permissions))
    .bind(new.code_hash)
    .bind(new.redirect_uri)
    .bind(new.challenge)
    .bind(new.code_expires_at)
    .bind(cx.now())
    .bind(new.expires_at)
    .exactly_one(on)
    .await?;
    Ok(())
}

/// A connection as it is asked about, with its app and its person.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Connection {
    pub(crate) id: ConnectionId,
    pub(crate) app_id: AppId,
    pub(crate) app: String,
    pub(crate) app_gone: bool,
    pub(crate) member_id: MemberId,
    pub(crate) account_id: AccountId,
    permissions: Value,
    app_permissions: Value,
    pub(crate) code_hash: Vec<u8>,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: String,
    pub(crate) code_expires_at: DateTime<Utc>,
    pub(crate) code_used_at: Option<DateTime<Utc>>,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) ended_at: Option<DateTime<Utc>>,
}

impl Connection {
    /// What the app may do by it, as far as the person may.
    pub(crate) fn permissions(&self) -> PermissionSet {
        read_keys(&self.permissions).intersection(read_keys(&self.app_permissions))
    }

    /// Whether it counts, once its code was used.
    pub(crate) fn counts(&self, now: DateTime<Utc>) -> bool {
        self.ended_at.is_none() && !self.app_gone && now < self.expires_at
    }
}

/// The connection with this id, ended or not.
pub(crate) async fn connection(
    on: impl Into<On<'_>>,
    organisation: OrganisationId,
    id: ConnectionId,
) -> Result<Option<Connection>> {
    Ok(sql("select c.id, c.app_id, a.name as app, a.deleted_at is not null as app_gone, c.member_id, m.account_id,
           c.permissions, a.permissions as app_permissions, c.code_hash, c.redirect_uri, c.challenge,
           c.code_expires_at, c.code_used_at, c.expires_at, c.ended_at
         from app_connection c
         join app a on a.organisation_id = c.organisation_id and a.id = c.app_id
         join member m on m.organisation_id = c.organisation_id and m.id = c.member_id
         where c.organisation_id = $1 and c.id = $2")
    .bind(organisation)
    .bind(id)
    .optional(on)
    .await?)
}

/// Uses up the code of a connection. Whoever comes second is told `false`.
pub(crate) async fn use_code(
    on: impl Into<Writer<'_>>,
    organisation: OrganisationId,
    id: ConnectionId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let changed = sql("update app_connection set code_used_at = $3
         where organisation_id = $1 and id = $2 and code_used_at is null and ended_at is null")
    .bind(organisation)
    .bind(id)
    .bind(now)
    .execute(on)
    .await?;
    Ok(changed == 1)
}

/// Notes that a connection is in use, and how long it lasts from now on.
pub(crate) async fn go_on(
    on: impl Into<Writer<'_>>,
    organisation: OrganisationId,
    id: ConnectionId,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<()> {
    sql("update app_connection set used_at = $3, expires_at = $4 where organisation_id = $1 and id = $2")
        .bind(organisation)
        .bind(id)
        .bind(now)
        .bind(until)
        .exactly_one(on)
        .await?;
    Ok(())
}

/// Ends a connection with all its tokens. Tells whether it had not ended yet.
pub(crate) async fn end(
    on: impl Into<Writer<'_>>,
    organisation: OrganisationId,
    id: ConnectionId,
    (now, by, why): (DateTime<Utc>, Option<MemberId>, &'static str),
) -> Result<bool> {
    let changed = sql("update app_connection set ended_at = $3, ended_by = $4, ended_why = $5
         where organisation_id = $1 and id = $2 and ended_at is null")
    .bind(organisation)
    .bind(id)
    .bind(now)
    .bind(by)
    .bind(why)
    .execute(on)
    .await?;
    Ok(changed == 1)
}

/// A token as it is kept.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Kept {
    pub(crate) connection_id: ConnectionId,
    pub(crate) token_hash: Vec<u8>,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) used_at: Option<DateTime<Utc>>,
}

/// The token of this kind with this id.
pub(crate) async fn token(
    on: impl Into<On<'_>>,
    organisation: OrganisationId,
    kind: Kind,
    id: Uuid,
) -> Result<Option<Kept>> {
    Ok(sql("select connection_id, token_hash, expires_at, used_at from app_token
         where organisation_id = $1 and id = $2 and kind = $3")
    .bind(organisation)
    .bind(id)
    .bind(kind.key())
    .optional(on)
    .await?)
}

/// Writes a token.
pub(crate) async fn insert_token(
    on: impl Into<Writer<'_>>,
    (organisation, connection): (OrganisationId, ConnectionId),
    (kind, id, token_hash): (Kind, Uuid, Vec<u8>),
    (now, expires_at): (DateTime<Utc>, DateTime<Utc>),
) -> Result<()> {
    sql(
        "insert into app_token (organisation_id, id, connection_id, kind, token_hash, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(organisation)
    .bind(id)
    .bind(connection)
    .bind(kind.key())
    .bind(token_hash)
    .bind(now)
    .bind(expires_at)
    .exactly_one(on)
    .await?;
    Ok(())
}

/// Uses up a refresh token. Of several that come at once one is told `true`.
pub(crate) async fn use_token(
    on: impl Into<Writer<'_>>,
    organisation: OrganisationId,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<bool> {
    let changed = sql("update app_token set used_at = $3
         where organisation_id = $1 and id = $2 and kind = 'refresh' and used_at is null")
    .bind(organisation)
    .bind(id)
    .bind(now)
    .execute(on)
    .await?;
    Ok(changed == 1)
}

/// Lets a token end now.
pub(crate) async fn forget_token(
    on: impl Into<Writer<'_>>,
    organisation: OrganisationId,
    id: Uuid,
) -> Result<()> {
    sql("delete from app_token where organisation_id = $1 and id = $2")
        .bind(organisation)
        .bind(id)
        .execute(on)
        .await?;
    Ok(())
}

/// Forgets tokens that have ended, and leaves that were never taken up.
pub(crate) async fn sweep(site: &Site) -> Result<()> {
    for (organisation, _) in site.organisations().await? {
        let mut tx = site.db().begin_in(db::Scope::organisation(organisation.uuid())).await?;
        sql("delete from app_token where organisation_id = $1 and expires_at < $2")
            .bind(organisation)
            .bind(site.now())
            .execute(&mut tx)
            .await?;
        sql("delete from app_connection
             where organisation_id = $1 and code_used_at is null and code_expires_at < $2")
        .bind(organisation)
        .bind(site.now())
        .execute(&mut tx)
        .await?;
        tx.commit().await?;
    }
    Ok(())
}

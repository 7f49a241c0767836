//! Keys in the database.

use chrono::{DateTime, Utc};
use db::sql;
use kernel::{AccountId, ApiKeyId, Cx, MemberId, OrganisationId, PermissionSet, Result, Site, Tx};
use serde_json::Value;

use crate::{
    key::model::{KeyCard, KeyName},
    role::repo::{read_keys, write_keys},
    session::place::{Holder, Place, Seat, seats},
};

/// A key that somebody showed.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Shown {
    pub(crate) name: String,
    pub(crate) personal: bool,
    pub(crate) token_hash: Vec<u8>,
    key_permissions: Value,
    pub(crate) used_at: Option<DateTime<Utc>>,
    pub(crate) expires_at: Option<DateTime<Utc>>,
}

impl Shown {
    /// What it may be used for.
    pub(crate) fn permissions(&self) -> PermissionSet {
        read_keys(&self.key_permissions)
    }
}

#[derive(sqlx::FromRow)]
struct ShownRow {
    #[sqlx(flatten)]
    key: Shown,
    #[sqlx(flatten)]
    seat: Seat,
}

/// The key of this id, unless it has ended, and the place of whom it acts as.
pub(crate) async fn shown(
    on: &db::Reader,
    organisation: OrganisationId,
    id: ApiKeyId,
    now: DateTime<Utc>,
) -> Result<Option<(Shown, Place)>> {
    let rows: Vec<ShownRow> = seats(
        "k.name, k.personal, k.token_hash, k.permissions as key_permissions, k.used_at, k.expires_at, ",
        Holder { account: "m.account_id", with_passkey: "true" },
        "api_key k join member m on m.organisation_id = k.organisation_id and m.id = k.member_id",
    )
    .push(
        " and k.organisation_id = $1 and k.id = $2 and k.revoked_at is null
          and (k.expires_at is null or $3 < k.expires_at)",
    )
    .bind(organisation)
    .bind(id)
    .bind(now)
    .all(on)
    .await?;
    let (keys, seats): (Vec<_>, Vec<_>) = rows.into_iter().map(|row| (row.key, row.seat)).unzip();
    Ok(keys.into_iter().next().zip(Place::of(seats)))
}

/// Notes that a key is in use.
pub(crate) async fn touch(site: &Site, organisation: OrganisationId, id: ApiKeyId) -> Result<()> {
    let mut tx = site.db().begin_in(db::Scope::organisation(organisation.uuid())).await?;
    sql("update api_key set used_at = $3 where organisation_id = $1 and id = $2")
        .bind(organisation)
        .bind(id)
        .bind(site.now())
        .execute(&mut tx)
        .await?;
    Ok(tx.commit().await?)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: ApiKeyId,
    name: String,
    personal: bool,
    member_id: MemberId,
    permissions: Value,
    created_at: DateTime<Utc>,
    created_by: MemberId,
    expires_at: Option<DateTime<Utc>>,
    used_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
}

impl From<Row> for KeyCard {
    fn from(row: Row) -> Self {
        KeyCard {
            permissions: read_keys(&row.permissions),
            id: row.id,
            name: row.name,
            personal: row.personal,
            member_id: row.member_id,
            created_at: row.created_at,
            created_by: row.created_by,
            expires_at: row.expires_at,
            used_at: row.used_at,
            revoked_at: row.revoked_at,
        }
    }
}

/// The keys of the organisation, newest first.
pub(crate) async fn list(cx: &Cx) -> Result<Vec<KeyCard>> {
    let rows: Vec<Row> =
        sql("select id, name, personal, member_id, permissions, created_at, created_by, expires_at, used_at, revoked_at
         from api_key
         where organisation_id = $1
         order by id desc
         limit 1000")
        .bind(cx.organisation_id())
        .all(cx.db())
        .await?;
    Ok(rows.into_iter().map(KeyCard::from).collect())
}

/// The key with this id, ended or not.
pub(crate) async fn get(tx: &mut Tx, organisation: OrganisationId, id: ApiKeyId) -> Result<Option<KeyCard>> {
    let row: Option<Row> =
        sql("select id, name, personal, member_id, permissions, created_at, created_by, expires_at, used_at, revoked_at
         from api_key
         where organisation_id = $1 and id = $2")
        .bind(organisation)
        .bind(id)
        .optional(tx)
        .await?;
    Ok(row.map(KeyCard::from))
}

/// A key to be written.
pub(crate) struct New<'a> {
    pub(crate) id: ApiKeyId,
    pub(crate) member: MemberId,
    pub(crate) personal: bool,
    pub(crate) name: &'a KeyName,
    pub(crate) token_hash: Vec<u8>,
    pub(crate) permissions: PermissionSet,
    pub(crate) expires_at: DateTime<Utc>,
}

/// Writes a new key.
pub(crate) async fn insert(tx: &mut Tx, cx: &Cx, new: New<'_>) -> Result<()> {
    sql("insert into api_key
           (id, organisation_id, member_id, personal, name, token_hash, permissions, created_at, created_by, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
    .bind(new.id)
    .bind(cx.organisation_id())
    .bind(new.member)
    .bind(new.personal)
    .bind(new.name.as_str())
    .bind(new.token_hash)
    .bind(write_keys(new.permissions))
    .bind(cx.now())
    .bind(cx.member_id())
    .bind(new.expires_at)
    .exactly_one(tx)
    .await?;
    Ok(())
}

/// Writes the robot that a key of the organisation acts as: an account that nobody can log in to, and its place here.
pub(crate) async fn insert_robot(tx: &mut Tx, cx: &Cx, name: &KeyName) -> Result<MemberId> {
    let (account, member): (AccountId, MemberId) = (cx.new_id(), cx.new_id());
    sql("insert into account (id, email, name, password_hash, created_at, updated_at)
         values ($1, $2, $3, '', $4, $4)")
    .bind(account)
    // A domain that no mail can reach.
    .bind(format!("{account}@robot.invalid"))
    .bind(name.as_str())
    .bind(cx.now())
    .exactly_one(&mut *tx)
    .await?;
    sql("insert into member (id, organisation_id, account_id, role, state, created_at, created_by, updated_at)
         values ($1, $2, $3, 'guest', 'robot', $4, $5, $4)")
    .bind(member)
    .bind(cx.organisation_id())
    .bind(account)
    .bind(cx.now())
    .bind(cx.member_id())
    .exactly_one(tx)
    .await?;
    Ok(member)
}

/// Withdraws a key. Says whether it counted until now.
pub(crate) async fn revoke(tx: &mut Tx, cx: &Cx, id: ApiKeyId) -> Result<bool> {
    let changed = sql("update api_key set revoked_at = $3, revoked_by = $4
         where organisation_id = $1 and id = $2 and revoked_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

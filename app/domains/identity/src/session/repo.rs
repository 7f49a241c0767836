//! Sessions in the database.

use chrono::{DateTime, Duration, Utc};
use db::sql;
use kernel::{
    AccountId, HourClock, MemberId, Membership, OrganisationId, OrganisationName, PermissionSet, Result,
    Role, ScopedGrant, Session, SessionId, Settings, Site, Tx, WeekStart,
};

use crate::role::repo::{GrantColumns, fold};

/// How long a session lasts after its last use.
pub const LASTS: Duration = Duration::days(30);

/// A session with everything a request needs to know about it, read by one statement.
#[derive(Debug)]
pub struct Found {
    row: Row,
    /// What further roles give everywhere.
    permissions: PermissionSet,
    /// What they give in parts of the organisation.
    grants: Vec<ScopedGrant>,
    /// When it was last noted as used.
    pub seen_at: DateTime<Utc>,
}

/// One row for each further role, or one without any.
#[derive(Debug, sqlx::FromRow)]
struct Row {
    id: SessionId,
    account_id: AccountId,
    name: String,
    email: String,
    seen_at: DateTime<Utc>,
    member_id: Option<MemberId>,
    role: Option<String>,
    organisation_id: Option<OrganisationId>,
    organisation_name: Option<String>,
    time_zone: Option<String>,
    clock: Option<String>,
    week_start: Option<String>,
    language: Option<String>,
    currency: Option<String>,
    #[sqlx(flatten)]
    grant: GrantColumns,
}

impl Found {
    /// The session as the context carries it.
    pub fn into_session(self) -> Session {
        let Found { row, permissions, grants, .. } = self;
        let role = role(row.role.as_deref());
        let membership = match (row.organisation_id, row.member_id) {
            (Some(organisation_id), Some(member_id)) => Some(Membership {
                organisation_id,
                organisation_name: row.organisation_name.unwrap_or_default(),
                member_id,
                role,
                permissions: role.permissions().union(permissions),
                grants,
                settings: settings(
                    row.time_zone,
                    row.clock.as_deref(),
                    row.week_start.as_deref(),
                    row.language,
                    row.currency,
                ),
            }),
            _ => None,
        };
        Session { id: row.id, account_id: row.account_id, name: row.name, email: row.email, membership }
    }
}

/// A role from its column. A check keeps other words out; the least role is the safe reading of one.
pub(crate) fn role(text: Option<&str>) -> Role {
    text.and_then(|text| text.parse().ok()).unwrap_or(Role::Guest)
}

/// Settings from their columns. Checks keep other words out, so the defaults are never seen.
pub(crate) fn settings(
    time_zone: Option<String>,
    clock: Option<&str>,
    week_start: Option<&str>,
    language: Option<String>,
    currency: Option<String>,
) -> Settings {
    let default = Settings::default();
    Settings {
        time_zone: time_zone.unwrap_or(default.time_zone),
        clock: clock.and_then(|text| text.parse().ok()).unwrap_or(HourClock::H24),
        week_start: week_start.and_then(|text| text.parse().ok()).unwrap_or(WeekStart::Monday),
        language: language.unwrap_or(default.language),
        currency: currency.unwrap_or(default.currency),
    }
}

/// The session with this token, unless it has ended. Only an active membership of a living organisation counts, and
/// only living roles do. It is read for every request, so what somebody may do is never older than that.
pub async fn find(site: &Site, token_hash: Vec<u8>) -> Result<Option<Found>> {
    let rows: Vec<Row> = sql("select s.id, s.account_id, a.name, a.email, s.seen_at,
              m.id as member_id, m.role,
              o.id as organisation_id, o.name as organisation_name,
              o.time_zone, o.clock, o.week_start, o.language, o.currency,
              g.role_key, g.scope_kind, g.scope_id, r.permissions
            from session s
            join account a on a.id = s.account_id
            left join organisation o on o.id = s.organisation_id and o.deleted_at is null
            left join member m
              on m.organisation_id = o.id and m.account_id = s.account_id
              and m.state = 'active' and m.deleted_at is null
            left join member_grant g on g.organisation_id = m.organisation_id and g.member_id = m.id
            left join role r
              on r.organisation_id = g.organisation_id and r.id = g.role_id and r.deleted_at is null
            where s.token_hash = $1 and $2 < s.expires_at")
    .bind(token_hash)
    .bind(site.now())
    .all(site.db())
    .await?;
    let (permissions, grants) = fold(rows.iter().map(|row| &row.grant));
    Ok(rows.into_iter().next().map(|row| Found { seen_at: row.seen_at, row, permissions, grants }))
}

/// Notes that a session is in use, which lets it last longer.
pub async fn touch(site: &Site, id: SessionId) -> Result<()> {
    let now = site.now();
    sql("update session set seen_at = $2, expires_at = $3 where id = $1")
        .bind(id)
        .bind(now)
        .bind(now + LASTS)
        .execute(site.db())
        .await?;
    Ok(())
}

/// Writes a new session.
pub async fn insert(
    tx: &mut Tx,
    id: SessionId,
    token_hash: Vec<u8>,
    account: AccountId,
    organisation: Option<OrganisationId>,
    user_agent: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    sql("insert into session
           (id, token_hash, account_id, organisation_id, user_agent, created_at, seen_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $6, $7)")
    .bind(id)
    .bind(token_hash)
    .bind(account)
    .bind(organisation)
    .bind(user_agent)
    .bind(now)
    .bind(now + LASTS)
    .exactly_one(tx)
    .await?;
    Ok(())
}

/// Ends one session.
pub async fn delete(tx: &mut Tx, id: SessionId) -> Result<()> {
    sql("delete from session where id = $1").bind(id).execute(tx).await?;
    Ok(())
}

/// Ends all sessions of a person, but the one to keep.
pub async fn delete_all(tx: &mut Tx, account: AccountId, keep: Option<SessionId>) -> Result<()> {
    sql("delete from session where account_id = $1 and id is distinct from $2")
        .bind(account)
        .bind(keep)
        .execute(tx)
        .await?;
    Ok(())
}

/// Ends the sessions that nobody has used for too long.
pub async fn sweep(tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    sql("delete from session where expires_at <= $1").bind(now).execute(tx).await?;
    Ok(())
}

/// Lets a session go on in another organisation.
pub async fn enter(tx: &mut Tx, id: SessionId, organisation: OrganisationId) -> Result<()> {
    sql("update session set organisation_id = $2 where id = $1")
        .bind(id)
        .bind(organisation)
        .exactly_one(tx)
        .await?;
    Ok(())
}

/// The organisations a person may work in, by name.
pub async fn organisations(on: impl Into<db::On<'_>>, account: AccountId) -> Result<Vec<OrganisationName>> {
    Ok(sql("select o.id, o.name, o.logo is not null as has_logo
            from member m
            join organisation o on o.id = m.organisation_id
            where m.account_id = $1 and m.state = 'active' and m.deleted_at is null and o.deleted_at is null
            order by o.name, o.id
            limit 200")
    .bind(account)
    .all(on)
    .await?)
}

/// The organisation a person worked in last; the first by name when they have not worked in any.
pub async fn last_organisation(tx: &mut Tx, account: AccountId) -> Result<Option<OrganisationId>> {
    let found: Option<(OrganisationId,)> = sql("select o.id
         from member m
         join organisation o on o.id = m.organisation_id
         left join session s on s.account_id = m.account_id and s.organisation_id = o.id
         where m.account_id = $1 and m.state = 'active' and m.deleted_at is null and o.deleted_at is null
         group by o.id, o.name
         order by max(s.seen_at) desc nulls last, o.name
         limit 1")
    .bind(account)
    .optional(tx)
    .await?;
    Ok(found.map(|(id,)| id))
}

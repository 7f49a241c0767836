//! Sessions in the database.

use chrono::{DateTime, Duration, Utc};
use db::sql;
use kernel::{
    AccountId, HourClock, MemberId, Membership, OrganisationId, OrganisationName, Result, Role, Session,
    SessionId, Settings, Site, Tx, WeekStart,
};

use crate::session::Origin;

/// How long a session lasts after its last use.
pub const LASTS: Duration = Duration::days(30);
/// How long it lasts however much it is used.
pub const AT_MOST: Duration = Duration::days(90);

/// A session with everything a request needs to know about it, read by one statement.
#[derive(Debug, sqlx::FromRow)]
pub struct Found {
    id: SessionId,
    account_id: AccountId,
    name: String,
    email: String,
    /// When it was last noted as used.
    pub seen_at: DateTime<Utc>,
    member_id: Option<MemberId>,
    role: Option<String>,
    organisation_id: Option<OrganisationId>,
    organisation_name: Option<String>,
    time_zone: Option<String>,
    clock: Option<String>,
    week_start: Option<String>,
    language: Option<String>,
    currency: Option<String>,
    /// Whether the organisation asks for a second factor that the person does not have.
    barred: bool,
    created_at: DateTime<Utc>,
    proved_at: Option<DateTime<Utc>>,
}

impl Found {
    /// The session as the context carries it.
    pub fn into_session(self) -> Session {
        let barred_by = self.organisation_name.clone().filter(|_| self.barred && self.member_id.is_some());
        let membership = match (self.organisation_id, self.member_id) {
            (Some(organisation_id), Some(member_id)) if barred_by.is_none() => Some(Membership {
                organisation_id,
                organisation_name: self.organisation_name.unwrap_or_default(),
                member_id,
                role: role(self.role.as_deref()),
                settings: settings(
                    self.time_zone,
                    self.clock.as_deref(),
                    self.week_start.as_deref(),
                    self.language,
                    self.currency,
                ),
            }),
            _ => None,
        };
        Session {
            id: self.id,
            account_id: self.account_id,
            name: self.name,
            email: self.email,
            membership,
            barred_by,
            proved_at: self.proved_at.unwrap_or(self.created_at),
        }
    }
}

/// A role from its column. A check keeps other words out; the least role is the safe reading of one.
pub(crate) fn role(text: Option<&str>) -> Role {
    text.and_then(|text| text.parse().ok()).unwrap_or(Role::Member)
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

/// The session with this token, unless it has ended. Only an active membership of a living organisation counts.
pub async fn find(site: &Site, token_hash: Vec<u8>) -> Result<Option<Found>> {
    Ok(sql("select s.id, s.account_id, a.name, a.email, s.seen_at, s.created_at, s.proved_at,
              m.id as member_id, m.role,
              o.id as organisation_id, o.name as organisation_name,
              o.time_zone, o.clock, o.week_start, o.language, o.currency,
              coalesce(o.require_mfa and not exists (
                select f.account_id from second_factor f where f.account_id = s.account_id
              ), false) as barred
            from session s
            join account a on a.id = s.account_id
            left join organisation o on o.id = s.organisation_id and o.deleted_at is null
            left join member m
              on m.organisation_id = o.id and m.account_id = s.account_id
              and m.state = 'active' and m.deleted_at is null
            where s.token_hash = $1 and $2 < s.expires_at and $3 < s.created_at")
    .bind(token_hash)
    .bind(site.now())
    .bind(site.now() - AT_MOST)
    .optional(site.db())
    .await?)
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

/// A session to be written.
#[derive(Debug)]
pub struct New {
    /// Its id.
    pub id: SessionId,
    /// SHA-256 of what the cookie carries.
    pub token_hash: Vec<u8>,
    /// Whose it is.
    pub account: AccountId,
    /// Where they work.
    pub organisation: Option<OrganisationId>,
}

/// Writes a new session. Whoever begins one has just proved who they are.
pub async fn insert(tx: &mut Tx, new: New, origin: &Origin, now: DateTime<Utc>) -> Result<()> {
    sql("insert into session
           (id, token_hash, account_id, organisation_id, user_agent, address,
            created_at, seen_at, proved_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7, $7, $8)")
    .bind(new.id)
    .bind(new.token_hash)
    .bind(new.account)
    .bind(new.organisation)
    .bind(&origin.user_agent)
    .bind(origin.address.clone().unwrap_or_default())
    .bind(now)
    .bind(now + LASTS)
    .exactly_one(tx)
    .await?;
    Ok(())
}

/// Gives a session another token, since the person has just proved who they are. The old one is dead.
pub async fn renew(tx: &mut Tx, id: SessionId, token_hash: Vec<u8>, now: DateTime<Utc>) -> Result<()> {
    sql("update session set token_hash = $2, proved_at = $3 where id = $1")
        .bind(id)
        .bind(token_hash)
        .bind(now)
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
    sql("delete from session where expires_at <= $1 or created_at <= $2")
        .bind(now)
        .bind(now - AT_MOST)
        .execute(tx)
        .await?;
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

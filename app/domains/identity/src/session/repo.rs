//! Sessions in the database.

use chrono::{DateTime, Duration, Utc};
use db::sql;
use kernel::{
    AccountId, BrandId, BrandName, HourClock, MemberId, Membership, OrganisationId, OrganisationName, Result,
    Role, Session, SessionId, Settings, Site, Tx, WeekStart, WorkingDays,
};

/// How long a session lasts after its last use.
pub const LASTS: Duration = Duration::days(30);

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
    working_days: Option<i64>,
    brand_id: Option<BrandId>,
    brand_name: Option<String>,
    brand_accent: Option<String>,
    brand_has_logo: Option<bool>,
    brand_version: Option<i64>,
}

impl Found {
    /// The session as the context carries it.
    pub fn into_session(self) -> Session {
        let brand = match (self.brand_id, self.brand_name, self.brand_accent) {
            (Some(id), Some(name), Some(accent)) => Some(BrandName {
                id,
                name,
                accent,
                has_logo: self.brand_has_logo.unwrap_or_default(),
                version: self.brand_version.unwrap_or_default(),
            }),
            _ => None,
        };
        let membership = match (self.organisation_id, self.member_id) {
            (Some(organisation_id), Some(member_id)) => Some(Membership {
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
                    self.working_days,
                ),
                brand,
            }),
            _ => None,
        };
        Session { id: self.id, account_id: self.account_id, name: self.name, email: self.email, membership }
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
    working_days: Option<i64>,
) -> Settings {
    let default = Settings::default();
    Settings {
        time_zone: time_zone.unwrap_or(default.time_zone),
        clock: clock.and_then(|text| text.parse().ok()).unwrap_or(HourClock::H24),
        week_start: week_start.and_then(|text| text.parse().ok()).unwrap_or(WeekStart::Monday),
        language: language.unwrap_or(default.language),
        currency: currency.unwrap_or(default.currency),
        working_days: working_days.and_then(WorkingDays::from_bits).unwrap_or_default(),
    }
}

/// The session with this token, unless it has ended. Only an active membership of a living organisation counts.
///
/// The brand is the one the person switched to, else their home brand, else the organisation's; removed ones do not
/// count. A person's own time zone wins over the organisation's.
pub async fn find(site: &Site, token_hash: Vec<u8>) -> Result<Option<Found>> {
    Ok(sql("select s.id, s.account_id, a.name, a.email, s.seen_at,
              m.id as member_id, m.role,
              o.id as organisation_id, o.name as organisation_name,
              coalesce(a.time_zone, o.time_zone) as time_zone, o.clock, o.week_start, o.language, o.currency,
              o.working_days, b.id as brand_id, b.name as brand_name, b.accent as brand_accent,
              b.logo is not null as brand_has_logo, b.version as brand_version
            from session s
            join account a on a.id = s.account_id
            left join organisation o on o.id = s.organisation_id and o.deleted_at is null
            left join member m
              on m.organisation_id = o.id and m.account_id = s.account_id
              and m.state = 'active' and m.deleted_at is null
            left join brand b on b.id = coalesce(
              (select x.id from brand x
               where x.id = m.chosen_brand_id and x.organisation_id = o.id and x.deleted_at is null),
              (select x.id from brand x
               where x.id = m.brand_id and x.organisation_id = o.id and x.deleted_at is null),
              (select x.id from brand x
               where x.id = o.default_brand_id and x.organisation_id = o.id and x.deleted_at is null))
            where s.token_hash = $1 and $2 < s.expires_at")
    .bind(token_hash)
    .bind(site.now())
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

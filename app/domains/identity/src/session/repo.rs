//! Sessions in the database.

use chrono::{DateTime, Duration, Utc};
use db::sql;
use kernel::{
    AccountId, BrandId, BrandName, Cx, HourClock, MemberId, Membership, OrganisationId, OrganisationName,
    Result, Role, Session, SessionId, Settings, Site, SupportAccessId, Tx, WeekStart, WorkingDays,
};
use uuid::Uuid;

use crate::{
    role::repo::{GrantColumns, fold},
    session::Origin,
    support,
};

/// How long a session lasts after its last use.
pub const LASTS: Duration = Duration::days(30);
/// How long it lasts however much it is used.
pub const AT_MOST: Duration = Duration::days(90);

/// A session and the person behind it.
#[derive(Debug, sqlx::FromRow)]
pub struct Found {
    /// The session.
    pub id: SessionId,
    /// The person.
    pub account_id: AccountId,
    /// Full name.
    pub name: String,
    /// Address they log in with.
    pub email: String,
    /// The organisation they went into last.
    pub organisation_id: Option<OrganisationId>,
    /// When it was last noted as used.
    pub seen_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
    proved_at: Option<DateTime<Utc>>,
    /// Whether a passkey was used to begin it, or made in it.
    pub with_passkey: bool,
    /// By what leave the person acts as somebody else there.
    pub support_access_id: Option<SupportAccessId>,
}

impl Found {
    /// The session as the context carries it. Who acts as a member is shown as them.
    pub(crate) fn into_session(
        self,
        place: Option<Place>,
        acting: Option<support::repo::Standing>,
    ) -> Session {
        let (membership, barred_by) = match place {
            Some(Place::Member(membership)) => (Some(*membership), None),
            Some(Place::Barred(organisation)) => (None, Some(organisation)),
            None => (None, None),
        };
        let (name, email, acting) = match acting {
            None => (self.name, self.email, None),
            Some(standing) => (standing.name, standing.email, Some(standing.acting)),
        };
        Session {
            id: self.id,
            account_id: self.account_id,
            name,
            email,
            membership,
            barred_by,
            proved_at: self.proved_at.unwrap_or(self.created_at),
            acting,
        }
    }
}

#[derive(Debug, sqlx::FromRow)]
struct MembershipRow {
    member_id: MemberId,
    role: String,
    organisation_id: OrganisationId,
    organisation_name: String,
    time_zone: String,
    clock: String,
    week_start: String,
    language: String,
    currency: String,
    working_days: i64,
    brand_id: Option<BrandId>,
    brand_name: Option<String>,
    brand_accent: Option<String>,
    brand_has_logo: Option<bool>,
    brand_version: Option<i64>,
    barred: bool,
    heard: i64,
    #[sqlx(flatten)]
    grant: GrantColumns,
}

/// Where a person stands in an organisation.
#[derive(Debug)]
pub enum Place {
    /// As a confirmed member.
    Member(Box<Membership>),
    /// Outside, until they have the second factor that the organisation of this name asks for.
    Barred(String),
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

/// The session with this token, unless it has ended, and a reader of what its person may see where they went last.
pub async fn find(site: &Site, token_hash: Vec<u8>) -> Result<Option<(Found, db::Reader)>> {
    let reader = site.reader(db::Scope::default());
    let query = sql(
        "select s.id, s.account_id, a.name, a.email, s.organisation_id, s.seen_at, s.created_at, s.proved_at,
           s.with_passkey, s.support_access_id",
    )
    .push(db::dialect::choose_scope(reader.engine()))
    .push(
        " from session s
            join account a on a.id = s.account_id
            where s.token_hash = $1 and $2 < s.expires_at and $3 < s.created_at",
    );
    let found: Option<Found> =
        query.bind(token_hash).bind(site.now()).bind(site.now() - AT_MOST).optional(&reader).await?;
    let Some(found) = found else { return Ok(None) };
    let scope = db::Scope {
        organisation: found.organisation_id.map(OrganisationId::uuid),
        account: Some(found.account_id.uuid()),
        ..db::Scope::default()
    };
    Ok(Some((found, reader.enter(scope).await)))
}

/// A person's place in an organisation, if it is an active membership of a living one. Only living roles count.
///
/// The brand is the one the person switched to, else their home brand, else the organisation's; removed ones do not
/// count. A person's own time zone wins over the organisation's.
///
/// The second factor is asked of `holder`: the person, or who of support acts as them. Their passkey is one if
/// `with_passkey`: a session that began without it proves nothing by it, but a key that they have made since is theirs. A
/// robot can have none.
///
/// It is read for every request, one row for each further role, so what somebody may do is never older than that.
pub async fn place(
    on: impl Into<db::On<'_>>,
    account: AccountId,
    organisation: OrganisationId,
    holder: AccountId,
    with_passkey: bool,
) -> Result<Option<Place>> {
    let rows: Vec<MembershipRow> = sql("select m.id as member_id, m.role,
              o.id as organisation_id, o.name as organisation_name,
              coalesce(a.time_zone, o.time_zone) as time_zone, o.clock, o.week_start, o.language, o.currency,
              o.working_days, b.id as brand_id, b.name as brand_name, b.accent as brand_accent,
              b.logo is not null as brand_has_logo, b.version as brand_version,
              o.require_mfa and m.state <> 'robot' and not exists (
                select f.account_id from second_factor f where f.account_id = $3
              ) and not ($4 and exists (select p.id from passkey p where p.account_id = $3)) as barred,
              coalesce((select h.number from outbox_head h where h.organisation_id = o.id), 0) as heard,
              g.role_key, g.scope_kind, g.scope_id, r.permissions
            from member m
            join organisation o on o.id = m.organisation_id and o.deleted_at is null
            join account a on a.id = m.account_id
            left join brand b on b.id = coalesce(
              (select x.id from brand x
               where x.id = m.chosen_brand_id and x.organisation_id = o.id and x.deleted_at is null),
              (select x.id from brand x
               where x.id = m.brand_id and x.organisation_id = o.id and x.deleted_at is null),
              (select x.id from brand x
               where x.id = o.default_brand_id and x.organisation_id = o.id and x.deleted_at is null))
            left join member_grant g on g.organisation_id = m.organisation_id and g.member_id = m.id
            left join role r
              on r.organisation_id = g.organisation_id and r.id = g.role_id and r.deleted_at is null
            where m.organisation_id = $1 and m.account_id = $2 and m.state in ('active', 'robot') and m.deleted_at is null")
    .bind(organisation)
    .bind(account)
    .bind(holder)
    .bind(with_passkey)
    .all(on)
    .await?;
    let (further, grants) = fold(rows.iter().map(|row| &row.grant));
    Ok(rows.into_iter().next().map(|row| {
        if row.barred {
            return Place::Barred(row.organisation_name);
        }
        let role = role(Some(&row.role));
        let brand = match (row.brand_id, row.brand_name, row.brand_accent) {
            (Some(id), Some(name), Some(accent)) => Some(BrandName {
                id,
                name,
                accent,
                has_logo: row.brand_has_logo.unwrap_or_default(),
                version: row.brand_version.unwrap_or_default(),
            }),
            _ => None,
        };
        Place::Member(Box::new(Membership {
            organisation_id: row.organisation_id,
            organisation_name: row.organisation_name,
            member_id: row.member_id,
            role,
            permissions: role.permissions().union(further),
            grants,
            settings: settings(
                Some(row.time_zone),
                Some(&row.clock),
                Some(&row.week_start),
                Some(row.language),
                Some(row.currency),
                Some(row.working_days),
            ),
            brand,
            heard: row.heard,
        }))
    }))
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
    /// Whether they have used a passkey.
    pub with_passkey: bool,
}

/// Writes a new session. Whoever begins one has just proved who they are.
pub async fn insert(tx: &mut Tx, new: New, origin: &Origin, now: DateTime<Utc>) -> Result<()> {
    sql("insert into session
           (id, token_hash, account_id, organisation_id, with_passkey, user_agent, address,
            created_at, seen_at, proved_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $8, $9)")
    .bind(new.id)
    .bind(new.token_hash)
    .bind(new.account)
    .bind(new.organisation)
    .bind(new.with_passkey)
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

/// Whether a session was begun with a passkey, or one was made in it.
pub async fn has_passkey(on: impl Into<db::On<'_>>, id: SessionId) -> Result<bool> {
    let found: Option<(bool,)> =
        sql("select with_passkey from session where id = $1").bind(id).optional(on).await?;
    Ok(found.is_some_and(|(with_passkey,)| with_passkey))
}

/// Notes that a passkey was made in a session.
pub async fn set_passkey(tx: &mut Tx, id: SessionId) -> Result<()> {
    sql("update session set with_passkey = true where id = $1").bind(id).exactly_one(tx).await?;
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

/// Ends the sessions of a person that go on in this organisation.
pub async fn delete_in(tx: &mut Tx, account: AccountId, organisation: OrganisationId) -> Result<()> {
    sql("delete from session where account_id = $1 and organisation_id = $2")
        .bind(account)
        .bind(organisation)
        .execute(tx)
        .await?;
    Ok(())
}

/// Lets the sessions that go on in an organisation, of one person or of everybody, go on in none.
pub async fn part(tx: &mut Tx, account: Option<AccountId>, organisation: OrganisationId) -> Result<()> {
    let query =
        sql("update session set organisation_id = null, support_access_id = null where organisation_id = $1")
            .bind(organisation);
    match account {
        Some(account) => query.push(" and account_id = ").push_bind(account).execute(tx).await?,
        None => query.execute(tx).await?,
    };
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

/// Lets a session go on in another organisation, or in none.
pub async fn enter(
    tx: &mut Tx,
    id: SessionId,
    organisation: impl Into<Option<OrganisationId>>,
) -> Result<()> {
    sql("update session set organisation_id = $2, support_access_id = null where id = $1")
        .bind(id)
        .bind(organisation.into())
        .exactly_one(tx)
        .await?;
    Ok(())
}

/// Lets a session go on with another token as the member whom an access of support is about.
pub async fn act(
    tx: &mut Tx,
    id: SessionId,
    token_hash: Vec<u8>,
    organisation: OrganisationId,
    access: SupportAccessId,
) -> Result<()> {
    sql("update session set token_hash = $2, organisation_id = $3, support_access_id = $4 where id = $1")
        .bind(id)
        .bind(token_hash)
        .bind(organisation)
        .bind(access)
        .exactly_one(tx)
        .await?;
    Ok(())
}

/// Where a member can go from here.
#[derive(Debug, Default)]
pub struct Choices {
    /// The organisations they may work in, by name.
    pub organisations: Vec<OrganisationName>,
    /// The brands of this one, by name.
    pub brands: Vec<BrandName>,
    /// Whether they switched to one of them.
    pub brand_chosen: bool,
}

#[derive(sqlx::FromRow)]
struct ChoiceRow {
    id: Uuid,
    name: String,
    has_logo: bool,
    /// Only brands have a colour.
    accent: Option<String>,
    version: i64,
    chosen: bool,
}

/// Where a member can go from here, in one trip: every page shows it.
pub async fn choices(cx: &Cx) -> Result<Choices> {
    let rows: Vec<ChoiceRow> = sql("select o.id, o.name, o.logo is not null as has_logo, cast(null as text) as accent,
              o.version, false as chosen
            from member m
            join organisation o on o.id = m.organisation_id
            join member self on self.organisation_id = $1 and self.id = $2
            where m.account_id = self.account_id and m.state = 'active' and m.deleted_at is null and o.deleted_at is null
            union all
            select b.id, b.name, b.logo is not null, b.accent, b.version, m.chosen_brand_id is not distinct from b.id
            from brand b
            join member m on m.organisation_id = b.organisation_id and m.id = $2
            where b.organisation_id = $1 and b.deleted_at is null
            order by 2, 1
            limit 400")
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .all(cx.db())
    .await?;
    let mut choices = Choices::default();
    for ChoiceRow { id, name, has_logo, accent, version, chosen } in rows {
        match accent {
            None => choices.organisations.push(OrganisationName { id: id.into(), name, has_logo }),
            Some(accent) => {
                choices.brand_chosen |= chosen;
                choices.brands.push(BrandName { id: id.into(), name, accent, has_logo, version });
            }
        }
    }
    Ok(choices)
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
    tx.also_account(account).await?;
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

//! Sessions in the database.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use db::sql;
use kernel::{
    AccountId, BrandName, Cx, OrganisationId, OrganisationName, Result, Session, SessionId, Site,
    SupportAccessId, Tx,
};
use uuid::Uuid;

use crate::{
    session::{Origin, place::Place},
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
    expires_at: DateTime<Utc>,
    proved_at: Option<DateTime<Utc>>,
    /// Whether a passkey was used to begin it, or made in it.
    pub with_passkey: bool,
    /// By what leave the person acts as somebody else there.
    pub support_access_id: Option<SupportAccessId>,
}

impl Found {
    /// When it ends, if it is not used again.
    pub(crate) fn ends_at(&self) -> DateTime<Utc> {
        self.expires_at.min(self.created_at + AT_MOST)
    }

    /// The session as the context carries it. Who acts as a member is shown as them.
    pub(crate) fn into_session(
        self,
        place: Option<Place>,
        acting: Option<support::repo::Standing>,
    ) -> Session {
        let (membership, barred_by) = match place {
            Some(Place::Member { membership, .. }) => (Some(Arc::from(membership)), None),
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

/// The session with this token, unless it has ended.
pub async fn find(site: &Site, token_hash: &[u8]) -> Result<Option<Found>> {
    Ok(sql(
        "select s.id, s.account_id, a.name, a.email, s.organisation_id, s.seen_at, s.created_at, s.expires_at,
              s.proved_at, s.with_passkey, s.support_access_id
            from session s
            join account a on a.id = s.account_id
            where s.token_hash = $1 and $2 < s.expires_at and $3 < s.created_at",
    )
    .bind(token_hash.to_vec())
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

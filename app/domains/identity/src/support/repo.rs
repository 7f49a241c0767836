//! Leaves in the database.

use chrono::{DateTime, Utc};
use db::{On, Query, sql};
use kernel::{AccountId, Acting, Cx, MemberId, OrganisationId, Result, SiteRole, SupportAccessId, Tx};
use uuid::Uuid;

/// Who of support acts as whom.
#[derive(Debug)]
pub(crate) struct Standing {
    /// Full name of the member.
    pub(crate) name: String,
    /// Their address.
    pub(crate) email: String,
    /// The rest.
    pub(crate) acting: Acting,
}

#[derive(sqlx::FromRow)]
struct StandingRow {
    account_id: AccountId,
    name: String,
    email: String,
    ends_at: DateTime<Utc>,
    supporter: String,
}

/// As whom this person may act now by this leave.
pub(crate) async fn acting(
    on: impl Into<On<'_>>,
    organisation: OrganisationId,
    access: SupportAccessId,
    supporter: AccountId,
    now: DateTime<Utc>,
) -> Result<Option<Standing>> {
    let row: Option<StandingRow> = sql("select m.account_id, a.name, a.email, s.ends_at, u.name as supporter
            from support_access s
            join member m on m.organisation_id = s.organisation_id and m.id = s.member_id
            join account a on a.id = m.account_id
            join account u on u.id = $3 and u.site_role = $5
            where s.organisation_id = $1 and s.id = $2 and s.ended_at is null and $4 < s.ends_at")
    .bind(organisation)
    .bind(access)
    .bind(supporter)
    .bind(now)
    .bind(SiteRole::Support.key())
    .optional(on)
    .await?;
    Ok(row.map(|row| Standing {
        name: row.name,
        email: row.email,
        acting: Acting {
            access_id: access,
            supporter: row.supporter,
            account_id: row.account_id,
            until: row.ends_at,
        },
    }))
}

/// A leave with the names of those it is about.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Found {
    pub(crate) id: SupportAccessId,
    pub(crate) member_id: MemberId,
    pub(crate) allowed_by: MemberId,
    pub(crate) consent_id: Option<Uuid>,
    pub(crate) reason: String,
    pub(crate) ends_at: DateTime<Utc>,
    pub(crate) member: String,
    pub(crate) giver: String,
    pub(crate) organisation: String,
}

/// The leaves of an organisation that count now; what follows narrows them further.
fn counting(organisation: OrganisationId, now: DateTime<Utc>) -> Query {
    sql("select s.id, s.member_id, s.allowed_by, s.consent_id, s.reason, s.ends_at,
           a.name as member, g.name as giver, o.name as organisation
         from support_access s
         join organisation o on o.id = s.organisation_id
         join member m on m.organisation_id = s.organisation_id and m.id = s.member_id
         join account a on a.id = m.account_id
         join member b on b.organisation_id = s.organisation_id and b.id = s.allowed_by
         join account g on g.id = b.account_id
         where s.organisation_id = ")
    .push_bind(organisation)
    .push(" and s.ended_at is null and s.ends_at > ")
    .push_bind(now)
}

/// One leave, if it counts.
pub(crate) async fn find(
    on: impl Into<On<'_>>,
    organisation: OrganisationId,
    id: SupportAccessId,
    now: DateTime<Utc>,
) -> Result<Option<Found>> {
    Ok(counting(organisation, now).push(" and s.id = ").push_bind(id).optional(on).await?)
}

/// The leaves about a member, the newest first.
pub(crate) async fn about(cx: &Cx, member: MemberId) -> Result<Vec<Found>> {
    Ok(counting(cx.organisation_id(), cx.now())
        .push(" and s.member_id = ")
        .push_bind(member)
        .push(" order by s.created_at desc, s.id desc")
        .limit(50)
        .all(cx.db())
        .await?)
}

/// Writes a leave of the member who asks.
pub(crate) async fn insert(
    tx: &mut Tx,
    cx: &Cx,
    id: SupportAccessId,
    member: MemberId,
    consent: Uuid,
    reason: &str,
    ends_at: DateTime<Utc>,
) -> Result<()> {
    sql("insert into support_access
           (organisation_id, id, member_id, allowed_by, consent_id, reason, created_at, ends_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(member)
    .bind(cx.member_id())
    .bind(consent)
    .bind(reason)
    .bind(cx.now())
    .bind(ends_at)
    .exactly_one(tx)
    .await?;
    Ok(())
}

/// Ends a leave. Says whether it still counted.
pub(crate) async fn end(tx: &mut Tx, cx: &Cx, id: SupportAccessId) -> Result<bool> {
    let ended = sql("update support_access set ended_at = $3
                     where organisation_id = $1 and id = $2 and ended_at is null and $3 < ends_at")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.now())
    .execute(tx)
    .await?;
    Ok(ended == 1)
}

/// Whether the person is of support.
pub(crate) async fn is_supporter(on: impl Into<On<'_>>, account: AccountId) -> Result<bool> {
    let found: Option<(AccountId,)> = sql("select id from account where id = $1 and site_role = $2")
        .bind(account)
        .bind(SiteRole::Support.key())
        .optional(on)
        .await?;
    Ok(found.is_some())
}

/// Names and addresses of everybody of support, by address.
pub(crate) async fn supporters(on: impl Into<On<'_>>) -> Result<Vec<(String, String)>> {
    Ok(sql("select name, email from account where site_role = $1 order by email limit 1000")
        .bind(SiteRole::Support.key())
        .all(on)
        .await?)
}

/// Makes the person with this address one of support, or no longer. Says whether there is one.
pub(crate) async fn set_supporter(tx: &mut Tx, email: &str, is: bool, now: DateTime<Utc>) -> Result<bool> {
    let changed = sql("update account set site_role = $2, updated_at = $3
                       where lower(email) = $1 and confirmed_at is not null")
    .bind(email)
    .bind(is.then_some(SiteRole::Support.key()))
    .bind(now)
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

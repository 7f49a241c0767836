//! Organisations in the database.

use chrono::{DateTime, Utc};
use db::sql;
use kernel::{AccountId, Cx, MemberId, OrNotFound, OrganisationId, Result, Settings, Tx};

use crate::{
    organisation::model::{OrganisationProfile, OrganisationTitle},
    session,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: OrganisationId,
    name: String,
    time_zone: String,
    clock: String,
    week_start: String,
    language: String,
    currency: String,
    working_days: i64,
    has_logo: bool,
    require_mfa: bool,
    version: i64,
}

/// The organisation with this id.
pub async fn get(on: impl Into<db::On<'_>>, id: OrganisationId) -> Result<OrganisationProfile> {
    let row: Row = sql("select id, name, time_zone, clock, week_start, language, currency, working_days,
           logo is not null as has_logo, require_mfa, version
         from organisation
         where id = $1 and deleted_at is null")
    .bind(id)
    .optional(on)
    .await?
    .or_not_found()?;
    Ok(OrganisationProfile {
        id: row.id,
        name: row.name,
        settings: session::place::settings(
            Some(row.time_zone.clone()),
            Some(row.time_zone),
            Some(&row.clock),
            Some(&row.week_start),
            Some(row.language),
            Some(row.currency),
            Some(row.working_days),
        ),
        has_logo: row.has_logo,
        requires_factor: row.require_mfa,
        version: row.version,
    })
}

/// Writes a new organisation.
pub async fn insert(
    tx: &mut Tx,
    id: OrganisationId,
    name: &str,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Result<()> {
    sql("insert into organisation
           (id, name, time_zone, clock, week_start, language, currency, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8)")
    .bind(id)
    .bind(name)
    .bind(&settings.time_zone)
    .bind(settings.clock.as_str())
    .bind(settings.week_start.as_str())
    .bind(&settings.language)
    .bind(&settings.currency)
    .bind(now)
    .exactly_one(tx)
    .await?;
    Ok(())
}

/// Changes name and settings, if nobody did since `version`.
pub async fn update(
    tx: &mut Tx,
    cx: &Cx,
    version: i64,
    title: &OrganisationTitle,
    settings: &Settings,
) -> Result<bool> {
    let changed = sql("update organisation
                       set name = $3, time_zone = $4, clock = $5, week_start = $6, language = $7, currency = $8,
                         working_days = $9, updated_at = $10, version = version + 1
                       where id = $1 and version = $2 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(version)
    .bind(title.as_str())
    .bind(&settings.time_zone)
    .bind(settings.clock.as_str())
    .bind(settings.week_start.as_str())
    .bind(&settings.language)
    .bind(&settings.currency)
    .bind(settings.working_days.bits())
    .bind(cx.now())
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Sets whether members need a second factor. The version stays: it is no part of the form with the name.
pub async fn require_factor(tx: &mut Tx, cx: &Cx, required: bool) -> Result<()> {
    sql("update organisation set require_mfa = $2, updated_at = $3 where id = $1 and deleted_at is null")
        .bind(cx.organisation_id())
        .bind(required)
        .bind(cx.now())
        .exactly_one(tx)
        .await?;
    Ok(())
}

/// Sets or removes the logo. The version stays: nobody edits the picture in a form together with the name.
pub async fn set_logo(tx: &mut Tx, cx: &Cx, logo: Option<(&[u8], &str)>) -> Result<()> {
    let (bytes, kind) = logo.unzip();
    sql("update organisation set logo = $2, logo_type = $3, updated_at = $4 where id = $1")
        .bind(cx.organisation_id())
        .bind(bytes)
        .bind(kind)
        .bind(cx.now())
        .exactly_one(tx)
        .await?;
    Ok(())
}

/// The logo of an organisation the person belongs to.
pub async fn logo(
    on: impl Into<db::On<'_>>,
    account: AccountId,
    id: OrganisationId,
) -> Result<Option<(Vec<u8>, String)>> {
    Ok(sql("select o.logo, o.logo_type
            from organisation o
            join member m on m.organisation_id = o.id
            where o.id = $1 and o.logo is not null and o.deleted_at is null
              and m.account_id = $2 and m.state = 'active' and m.deleted_at is null
              and (not o.require_mfa
                or exists (select f.account_id from second_factor f where f.account_id = m.account_id)
                or exists (select p.id from passkey p where p.account_id = m.account_id))")
    .bind(id)
    .bind(account)
    .optional(on)
    .await?)
}

/// Names and addresses of the owners.
pub async fn owners(cx: &Cx) -> Result<Vec<(String, String)>> {
    Ok(sql("select a.name, a.email
            from member m
            join account a on a.id = m.account_id
            where m.organisation_id = $1 and m.role = 'owner' and m.state = 'active' and m.deleted_at is null
            order by a.name, a.id
            limit 100")
    .bind(cx.organisation_id())
    .all(cx.db())
    .await?)
}

/// Makes the organisation be there for nobody.
pub async fn delete(tx: &mut Tx, cx: &Cx) -> Result<()> {
    sql("update organisation set deleted_at = $2, updated_at = $2 where id = $1 and deleted_at is null")
        .bind(cx.organisation_id())
        .bind(cx.now())
        .exactly_one(tx)
        .await?;
    Ok(())
}

/// Writes the membership of the person who creates the organisation.
pub async fn insert_owner(tx: &mut Tx, cx: &Cx, account: AccountId, member: MemberId) -> Result<()> {
    sql("insert into member
           (id, organisation_id, account_id, role, state, created_at, created_by, updated_at, updated_by)
         values ($1, $2, $3, 'owner', 'active', $4, $1, $4, $1)")
    .bind(member)
    .bind(cx.organisation_id())
    .bind(account)
    .bind(cx.now())
    .exactly_one(tx)
    .await?;
    Ok(())
}

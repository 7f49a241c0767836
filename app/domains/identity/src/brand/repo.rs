//! Brands in the database.

use db::{ResultExt, sql};
use kernel::{AccountId, BrandId, BrandName, Cx, Error, MemberId, OrNotFound, OrganisationId, Result, Tx};

use crate::{
    brand::{
        colour::Colour,
        model::{BrandCard, BrandRow, BrandTitle},
    },
    picture::Picture,
};

/// The brand with this id, unless it was removed.
pub async fn get(on: impl Into<db::On<'_>>, organisation: OrganisationId, id: BrandId) -> Result<BrandName> {
    sql("select id, name, accent, logo is not null as has_logo, version
         from brand
         where organisation_id = $1 and id = $2 and deleted_at is null")
    .bind(organisation)
    .bind(id)
    .optional(on)
    .await?
    .or_not_found()
}

/// The brands of the organisation, by name.
async fn names(cx: &Cx) -> Result<Vec<BrandName>> {
    Ok(sql("select id, name, accent, logo is not null as has_logo, version
            from brand
            where organisation_id = $1 and deleted_at is null
            order by name, id
            limit 200")
    .bind(cx.organisation_id())
    .all(cx.db())
    .await?)
}

/// The brands with what their list says about them.
pub async fn list(cx: &Cx) -> Result<Vec<BrandRow>> {
    let brands = names(cx).await?;
    let (default,): (Option<BrandId>,) = sql("select default_brand_id from organisation where id = $1")
        .bind(cx.organisation_id())
        .one(cx.db())
        .await?;
    let counts: Vec<(BrandId, i64)> = sql("select brand_id, count(*)
         from member
         where organisation_id = $1 and brand_id is not null and deleted_at is null
         group by brand_id
         limit 1000")
    .bind(cx.organisation_id())
    .all(cx.db())
    .await?;
    let row = |brand: BrandName| BrandRow {
        is_default: default == Some(brand.id),
        people: counts.iter().find(|(id, _)| *id == brand.id).map_or(0, |(_, people)| *people),
        brand,
    };
    Ok(brands.into_iter().map(row).collect())
}

/// The brands with whose home each is.
pub async fn list_with_people(cx: &Cx) -> Result<Vec<(BrandRow, Vec<MemberId>)>> {
    let brands = list(cx).await?;
    let homes: Vec<(BrandId, MemberId)> = sql("select brand_id, id
         from member
         where organisation_id = $1 and brand_id is not null and deleted_at is null
         order by id
         limit 5000")
    .bind(cx.organisation_id())
    .all(cx.db())
    .await?;
    let people =
        |brand: BrandId| homes.iter().filter(|(id, _)| *id == brand).map(|(_, member)| *member).collect();
    Ok(brands
        .into_iter()
        .map(|row| {
            let people = people(row.brand.id);
            (row, people)
        })
        .collect())
}

/// A brand with the people whose home it is.
pub async fn card(cx: &Cx, id: BrandId) -> Result<BrandCard> {
    let brand = get(cx.db(), cx.organisation_id(), id).await?;
    let people: Vec<(MemberId,)> = sql("select m.id
         from member m
         join account a on a.id = m.account_id
         where m.organisation_id = $1 and m.brand_id = $2 and m.deleted_at is null
         order by a.name, m.id
         limit 5000")
    .bind(cx.organisation_id())
    .bind(id)
    .all(cx.db())
    .await?;
    Ok(BrandCard { brand, people: people.into_iter().map(|(id,)| id).collect() })
}

fn taken() -> Error {
    Error::invalid("name", "Another brand has this name.")
}

/// Writes a new brand.
pub async fn insert(tx: &mut Tx, cx: &Cx, id: BrandId, title: &BrandTitle, accent: Colour) -> Result<()> {
    sql("insert into brand (id, organisation_id, name, accent, created_at, created_by, updated_at, updated_by)
         values ($1, $2, $3, $4, $5, $6, $5, $6)")
    .bind(id)
    .bind(cx.organisation_id())
    .bind(title.as_str())
    .bind(accent.hex())
    .bind(cx.now())
    .bind(cx.member_id())
    .exactly_one(tx)
    .await
    .on_constraint("brand_organisation_id_name_key", taken)
}

/// Changes name and colour, if nobody changed the brand since `version`.
pub async fn update(
    tx: &mut Tx,
    cx: &Cx,
    id: BrandId,
    version: i64,
    title: &BrandTitle,
    accent: Colour,
) -> Result<bool> {
    let changed = sql("update brand
                       set name = $4, accent = $5, updated_at = $6, updated_by = $7, version = version + 1
                       where organisation_id = $1 and id = $2 and version = $3 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(version)
    .bind(title.as_str())
    .bind(accent.hex())
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(tx)
    .await
    .on_constraint("brand_organisation_id_name_key", taken)?;
    Ok(changed == 1)
}

/// Sets or removes the logo. The version rises, since it is part of the picture's address.
pub async fn set_logo(tx: &mut Tx, cx: &Cx, id: BrandId, logo: Option<&Picture>) -> Result<()> {
    let (bytes, kind) = logo.map(|logo| (logo.bytes.clone(), logo.media_type.clone())).unzip();
    let changed = sql("update brand
                       set logo = $3, logo_type = $4, updated_at = $5, updated_by = $6, version = version + 1
                       where organisation_id = $1 and id = $2 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(bytes)
    .bind(kind)
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(tx)
    .await?;
    if changed == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Removes the brand, if nobody changed it since `version`. Whose home it was stays noted, for [`restore`].
pub async fn remove(tx: &mut Tx, cx: &Cx, id: BrandId, version: i64) -> Result<bool> {
    let changed = sql("update brand
                       set deleted_at = $4, updated_at = $4, updated_by = $5, version = version + 1
                       where organisation_id = $1 and id = $2 and version = $3 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(version)
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Brings a removed brand back.
pub async fn restore(tx: &mut Tx, cx: &Cx, id: BrandId) -> Result<bool> {
    let changed = sql("update brand
                       set deleted_at = null, updated_at = $3, updated_by = $4, version = version + 1
                       where organisation_id = $1 and id = $2 and deleted_at is not null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(tx)
    .await
    .on_constraint("brand_organisation_id_name_key", || {
        Error::Conflict("Another brand has this name now. Rename it, then restore this one.".into())
    })?;
    Ok(changed == 1)
}

/// Sets or removes the brand of everybody who has no home brand.
pub async fn set_default(tx: &mut Tx, cx: &Cx, id: Option<BrandId>) -> Result<()> {
    sql("update organisation set default_brand_id = $2, updated_at = $3 where id = $1")
        .bind(cx.organisation_id())
        .bind(id)
        .bind(cx.now())
        .exactly_one(tx)
        .await?;
    Ok(())
}

/// Gives a member a home brand, or none.
pub async fn set_home(tx: &mut Tx, cx: &Cx, member: MemberId, id: Option<BrandId>) -> Result<()> {
    sql("update member set brand_id = $3 where organisation_id = $1 and id = $2")
        .bind(cx.organisation_id())
        .bind(member)
        .bind(id)
        .exactly_one(tx)
        .await?;
    Ok(())
}

/// Takes a member out of their home brand, if it is this one. Says whether it was.
pub async fn leave_home(tx: &mut Tx, cx: &Cx, member: MemberId, id: BrandId) -> Result<bool> {
    let changed =
        sql("update member set brand_id = null where organisation_id = $1 and id = $2 and brand_id = $3")
            .bind(cx.organisation_id())
            .bind(member)
            .bind(id)
            .execute(tx)
            .await?;
    Ok(changed == 1)
}

/// Notes what the member switched to; none goes back to the home brand.
pub async fn choose(tx: &mut Tx, cx: &Cx, id: Option<BrandId>) -> Result<()> {
    sql("update member set chosen_brand_id = $3 where organisation_id = $1 and id = $2")
        .bind(cx.organisation_id())
        .bind(cx.member_id())
        .bind(id)
        .exactly_one(tx)
        .await?;
    Ok(())
}

/// Colour and version of a brand of an organisation that the person belongs to.
pub async fn accent(
    on: impl Into<db::On<'_>>,
    account: AccountId,
    id: BrandId,
) -> Result<Option<(String, i64)>> {
    Ok(sql("select b.accent, b.version
            from brand b
            join organisation o on o.id = b.organisation_id
            join member m on m.organisation_id = o.id
            where b.id = $1 and b.deleted_at is null and o.deleted_at is null
              and m.account_id = $2 and m.state = 'active' and m.deleted_at is null")
    .bind(id)
    .bind(account)
    .optional(on)
    .await?)
}

/// The logo of a brand of an organisation that the person belongs to.
pub async fn logo(
    on: impl Into<db::On<'_>>,
    account: AccountId,
    id: BrandId,
) -> Result<Option<(Vec<u8>, String)>> {
    Ok(sql("select b.logo, b.logo_type
            from brand b
            join organisation o on o.id = b.organisation_id
            join member m on m.organisation_id = o.id
            where b.id = $1 and b.logo is not null and b.deleted_at is null and o.deleted_at is null
              and m.account_id = $2 and m.state = 'active' and m.deleted_at is null")
    .bind(id)
    .bind(account)
    .optional(on)
    .await?)
}

//! Managing brands, and working in one. A brand of another organisation does not exist.

use kernel::{BrandId, Cx, Error, Event, MemberId, OrNotFound, Permission, Result, Scope, Tx};
use serde_json::json;

use crate::{
    brand::{
        model::{BrandCard, BrandRow, BrandTitle, Removed, parse_accent},
        repo,
    },
    form::Problems,
    member,
    organisation::acts::topic,
    picture,
};

/// The brands.
pub async fn list(cx: &Cx) -> Result<Vec<BrandRow>> {
    let cx = cx.clone().require(Permission::DirectoryView)?;
    repo::list(&cx).await
}

/// One brand with its people.
pub async fn card(cx: &Cx, id: BrandId) -> Result<BrandCard> {
    let cx = cx.clone().require(Permission::DirectoryView)?;
    repo::card(&cx, id).await
}

/// The brands, each with whose home it is.
pub async fn list_with_people(cx: &Cx) -> Result<Vec<(BrandRow, Vec<MemberId>)>> {
    let cx = cx.clone().require(Permission::DirectoryView)?;
    repo::list_with_people(&cx).await
}

/// One of them, for whoever has just changed it, and may do that without seeing the others.
pub(crate) async fn with_people(cx: &Cx, id: BrandId) -> Result<(BrandRow, Vec<MemberId>)> {
    repo::list_with_people(cx).await?.into_iter().find(|(row, _)| row.brand.id == id).or_not_found()
}

/// Creates a brand.
pub async fn create(cx: &Cx, name: &str, accent: &str) -> Result<BrandId> {
    let cx = cx.clone().require(Permission::BrandManage)?;
    let mut problems = Problems::default();
    let title = problems.take(BrandTitle::parse(name));
    let accent = problems.take(parse_accent(accent));
    let (Some(title), Some(accent)) = (title, accent) else { return Err(problems.into_error()) };
    let mut tx = cx.begin().await?;
    let id = cx.new_id();
    repo::insert(&mut tx, &cx, id, &title, accent).await?;
    tx.record(event("brand.created", id)).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes name and colour.
pub async fn update(cx: &Cx, id: BrandId, version: i64, name: &str, accent: &str) -> Result<()> {
    let cx = cx.clone().require_in(Permission::BrandManage, Scope::Brand(id))?;
    let mut problems = Problems::default();
    let title = problems.take(BrandTitle::parse(name));
    let accent = problems.take(parse_accent(accent));
    let (Some(title), Some(accent)) = (title, accent) else { return Err(problems.into_error()) };
    let mut tx = cx.begin().await?;
    let brand = repo::get(&mut tx, cx.organisation_id(), id).await?;
    if !repo::update(&mut tx, &cx, id, version, &title, accent).await? {
        return Err(stale(&brand.name));
    }
    tx.record(event("brand.updated", id)).await?;
    tx.commit().await
}

/// Sets the logo from an uploaded file.
pub async fn set_logo(cx: &Cx, id: BrandId, file: Vec<u8>) -> Result<()> {
    let cx = cx.clone().require_in(Permission::BrandManage, Scope::Brand(id))?;
    repo::get(cx.db(), cx.organisation_id(), id).await?;
    let logo = picture::redraw_for(&cx, file, picture::LOGO).await?;
    let mut tx = cx.begin().await?;
    repo::set_logo(&mut tx, &cx, id, Some(&logo)).await?;
    tx.record(event("brand.logo_set", id)).await?;
    tx.commit().await
}

/// Removes the logo.
pub async fn remove_logo(cx: &Cx, id: BrandId) -> Result<()> {
    let cx = cx.clone().require_in(Permission::BrandManage, Scope::Brand(id))?;
    let mut tx = cx.begin().await?;
    repo::set_logo(&mut tx, &cx, id, None).await?;
    tx.record(event("brand.logo_removed", id)).await?;
    tx.commit().await
}

/// Removes a brand; [`restore`] brings it back with its people.
pub async fn remove(cx: &Cx, id: BrandId, version: i64) -> Result<Removed> {
    let cx = cx.clone().require(Permission::BrandManage)?;
    cx.require_recent()?;
    let mut tx = cx.begin().await?;
    let brand = repo::get(&mut tx, cx.organisation_id(), id).await?;
    if !repo::remove(&mut tx, &cx, id, version).await? {
        return Err(stale(&brand.name));
    }
    tx.record(event("brand.removed", id)).await?;
    tx.commit().await?;
    Ok(Removed { id, name: brand.name })
}

/// Takes a removal back.
pub async fn restore(cx: &Cx, id: BrandId) -> Result<()> {
    let cx = cx.clone().require(Permission::BrandManage)?;
    let mut tx = cx.begin().await?;
    if !repo::restore(&mut tx, &cx, id).await? {
        return Err(Error::NotFound);
    }
    tx.record(event("brand.restored", id)).await?;
    tx.commit().await
}

/// Makes a brand the one of everybody who has no home brand; without one they see the product's own colour.
pub async fn set_default(cx: &Cx, id: Option<BrandId>) -> Result<()> {
    let cx = cx.clone().require(Permission::BrandManage)?;
    let mut tx = cx.begin().await?;
    if let Some(id) = id {
        repo::get(&mut tx, cx.organisation_id(), id).await?;
    }
    repo::set_default(&mut tx, &cx, id).await?;
    let kind = "organisation.default_brand_set";
    let subject_id = cx.organisation_id().uuid();
    let data = json!({ "brand": id });
    tx.record(Event { kind, subject_kind: "organisation", subject_id, topic: topic(), data }).await?;
    tx.commit().await
}

/// Gives a member a home brand, or none.
pub async fn set_home(cx: &Cx, member: MemberId, id: Option<BrandId>) -> Result<()> {
    let cx = cx.clone().require(Permission::MemberManage)?;
    let mut tx = cx.begin().await?;
    if let Some(id) = id {
        repo::get(&mut tx, cx.organisation_id(), id).await?;
    }
    living(&mut tx, &cx, member).await?;
    repo::set_home(&mut tx, &cx, member, id).await?;
    tx.record(home_set(member, id)).await?;
    tx.commit().await
}

/// Takes a member out of their home brand, if it is this one.
pub async fn leave_home(cx: &Cx, member: MemberId, id: BrandId) -> Result<()> {
    let cx = cx.clone().require(Permission::MemberManage)?;
    let mut tx = cx.begin().await?;
    repo::get(&mut tx, cx.organisation_id(), id).await?;
    living(&mut tx, &cx, member).await?;
    if repo::leave_home(&mut tx, &cx, member, id).await? {
        tx.record(home_set(member, None)).await?;
    }
    tx.commit().await
}

async fn living(tx: &mut Tx, cx: &Cx, member: MemberId) -> Result<()> {
    let found = member::repo::get(tx, cx.organisation_id(), member).await?;
    if found.removed { Err(Error::NotFound) } else { Ok(()) }
}

fn home_set(member: MemberId, id: Option<BrandId>) -> Event {
    let (kind, subject_id) = ("member.home_brand_set", member.uuid());
    Event { kind, subject_kind: "member", subject_id, topic: topic(), data: json!({ "brand": id }) }
}

/// Lets the member who asks work in a brand from now on; none goes back to the home brand.
pub async fn switch(cx: &Cx, id: Option<BrandId>) -> Result<()> {
    let cx = cx.clone().require(Permission::DirectoryView)?;
    let mut tx = cx.begin().await?;
    if let Some(id) = id {
        repo::get(&mut tx, cx.organisation_id(), id).await?;
    }
    repo::choose(&mut tx, &cx, id).await?;
    tx.commit().await
}

fn stale(name: &str) -> Error {
    Error::Conflict(format!(
        "Somebody changed {name} since you opened this page. Reload it to see theirs, then change yours."
    ))
}

fn event(kind: &'static str, id: BrandId) -> Event {
    Event { kind, subject_kind: "brand", subject_id: id.uuid(), topic: topic(), data: json!({}) }
}

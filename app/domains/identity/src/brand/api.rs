//! Server functions about brands.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

use kernel::{BrandId, MemberId, Result};
use leptos::prelude::*;
use server_fn::codec::{MultipartData, MultipartFormData};

use crate::brand::model::{BrandCard, BrandRow, Removed};

/// The brands.
#[server]
pub async fn list_brands() -> Result<Vec<BrandRow>> {
    super::acts::list(&kernel::Cx::current().await?).await
}

/// One brand with its people; an id that is none belongs to no brand.
#[server(name = ViewBrand)]
pub async fn brand(id: String) -> Result<BrandCard> {
    let id = id.parse().map_err(|_| kernel::Error::NotFound)?;
    super::acts::card(&kernel::Cx::current().await?, id).await
}

/// Creates a brand and returns the address of its page.
#[server]
pub async fn create_brand(name: String, accent: String) -> Result<String> {
    let id = super::acts::create(&kernel::Cx::current().await?, &name, &accent).await?;
    let path = page(id, "created");
    crate::web::leave(&path);
    Ok(path)
}

/// Changes a brand's name and colour.
#[server]
pub async fn update_brand(id: BrandId, version: i64, name: String, accent: String) -> Result<()> {
    super::acts::update(&kernel::Cx::current().await?, id, version, &name, &accent).await?;
    crate::web::leave(&page(id, "saved"));
    Ok(())
}

/// Sets the logo from the field `logo` of a form with a file; the field `id` names the brand.
#[server(input = MultipartFormData)]
pub async fn set_brand_logo(data: MultipartData) -> Result<()> {
    let cx = kernel::Cx::current().await?;
    let mut fields = crate::web::upload(data, crate::picture::LOGO).await?;
    let id = fields.remove("id").unwrap_or_default();
    let id: BrandId = String::from_utf8_lossy(&id).parse().map_err(|_| kernel::Error::NotFound)?;
    super::acts::set_logo(&cx, id, fields.remove("logo").unwrap_or_default()).await?;
    crate::web::leave(&page(id, "logo"));
    Ok(())
}

/// Removes the logo.
#[server]
pub async fn remove_brand_logo(id: BrandId) -> Result<()> {
    super::acts::remove_logo(&kernel::Cx::current().await?, id).await?;
    crate::web::leave(&page(id, "no-logo"));
    Ok(())
}

/// Removes a brand. A plain form gets a page that offers the way back; with WASM a toast does.
#[server]
pub async fn remove_brand(id: BrandId, version: i64) -> Result<Removed> {
    let removed = super::acts::remove(&kernel::Cx::current().await?, id, version).await?;
    crate::web::leave(&crate::web::with_query("/settings/brands", &[("removed", &id.to_string())]));
    Ok(removed)
}

/// Takes a removal back.
#[server]
pub async fn restore_brand(id: BrandId) -> Result<()> {
    super::acts::restore(&kernel::Cx::current().await?, id).await?;
    crate::web::leave("/settings/brands");
    Ok(())
}

/// Makes a brand the one of everybody who has no home brand. Without an id there is none.
#[server]
pub async fn set_default_brand(id: Option<String>) -> Result<()> {
    super::acts::set_default(&kernel::Cx::current().await?, chosen(id)?).await?;
    crate::web::leave("/settings/brands");
    Ok(())
}

/// Gives a member this home brand.
#[server]
pub async fn add_brand_member(id: BrandId, member: MemberId) -> Result<()> {
    super::acts::set_home(&kernel::Cx::current().await?, member, Some(id)).await?;
    crate::web::leave(&page(id, "saved"));
    Ok(())
}

/// Takes a member out of their home brand; `id` says which page to go back to.
#[server]
pub async fn remove_brand_member(id: BrandId, member: MemberId) -> Result<()> {
    super::acts::set_home(&kernel::Cx::current().await?, member, None).await?;
    crate::web::leave(&page(id, "saved"));
    Ok(())
}

/// Lets the person work in a brand from now on; without an id they go back to their home brand. A plain form is sent
/// back to the page it came from, which is drawn anew in the brand's colours.
#[server]
pub async fn switch_brand(id: Option<String>) -> Result<()> {
    super::acts::switch(&kernel::Cx::current().await?, chosen(id)?).await
}

#[cfg(feature = "ssr")]
fn chosen(id: Option<String>) -> Result<Option<BrandId>> {
    crate::form::filled(id.as_deref()).map(|id| id.parse().map_err(|_| kernel::Error::NotFound)).transpose()
}

#[cfg(feature = "ssr")]
fn page(id: BrandId, done: &str) -> String {
    crate::web::with_query(&format!("/settings/brands/{id}"), &[("done", done)])
}

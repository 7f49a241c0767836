//! Brands for other programs.

use kernel::{
    BrandId, Cx, MemberId,
    Permission::{BrandManage, DirectoryView, MemberManage},
    Scope,
};
use rest::{
    Answer, Call, Created, Filter, Json, Key, List, Listed,
    Needs::{In, May},
    Page, Place, Record, Routes,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::brand::{acts, model::BrandRow};

/// What is published of brands.
pub fn routes() -> Routes {
    Routes::new(
        "Brands",
        "Business units with a colour and a logo, which theme the pages of who works in them.",
    )
    .list("/brands", "List brands", May(DirectoryView), May(DirectoryView), list)
    .post("/brands", "Create a brand", May(BrandManage), create)
    .read("/brands/{brand}", "Read a brand", May(DirectoryView), read)
    .update("/brands/{brand}", "Change a brand", In(BrandManage, Place::Brand), update)
    .delete("/brands/{brand}", "Delete a brand", May(BrandManage), delete)
    .post("/brands/{brand}/restore", "Bring a brand back", May(BrandManage), restore)
    .put("/brands/{brand}/members/{member}", "Put a member into a brand", May(MemberManage), add_member)
    .remove(
        "/brands/{brand}/members/{member}",
        "Take a member out of a brand",
        May(MemberManage),
        remove_member,
    )
}

/// A brand.
#[derive(Debug, Serialize, ToSchema)]
struct Brand {
    id: BrandId,
    #[schema(example = "Nordvik Trucks")]
    name: String,
    /// Its colour.
    #[schema(example = "#0b6e8e")]
    accent: String,
    has_logo: bool,
    /// Whether it is the one of everybody who has no home brand.
    is_default: bool,
    /// Whose home brand it is.
    members: Vec<MemberId>,
    /// The version, which is also its `ETag`.
    version: i64,
}

impl Record for Brand {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
}

impl From<(BrandRow, Vec<MemberId>)> for Brand {
    fn from((row, members): (BrandRow, Vec<MemberId>)) -> Self {
        let BrandRow { brand, is_default, .. } = row;
        Brand {
            id: brand.id,
            name: brand.name,
            accent: brand.accent,
            has_logo: brand.has_logo,
            is_default,
            members,
            version: brand.version,
        }
    }
}

impl Listed for Brand {
    fn id(&self) -> String {
        self.id.to_string()
    }

    fn key(&self, _: &str) -> Key {
        Key::Text(self.name.to_lowercase())
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct BrandFilter {
    /// Words in the name.
    q: Option<String>,
    /// Only the home brand of this member.
    #[param(value_type = Option<uuid::Uuid>)]
    member: Option<MemberId>,
}

impl Filter for BrandFilter {
    const SORTS: &'static [&'static str] = &["name"];
}

/// A brand to be created.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewBrand {
    /// Unlike that of every other brand.
    #[schema(example = "Nordvik Trucks", min_length = 1, max_length = 60)]
    name: String,
    /// Its colour.
    #[schema(example = "#0b6e8e", pattern = "^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$")]
    accent: String,
}

/// What changes of a brand. What is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BrandChange {
    #[schema(example = "Nordvik Trucks", min_length = 1, max_length = 60)]
    name: Option<String>,
    /// Its colour.
    #[schema(example = "#0b6e8e", pattern = "^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$")]
    accent: Option<String>,
}

async fn list(call: Call<(), List<BrandFilter>>) -> Answer<Page<Brand>> {
    let BrandFilter { q, member } = &call.input.filter;
    let words = q.as_deref().map(str::to_lowercase);
    let brands = acts::list_with_people(&call.cx).await?.into_iter().map(Brand::from).filter(|brand| {
        words.as_ref().is_none_or(|words| brand.name.to_lowercase().contains(words))
            && member.is_none_or(|member| brand.members.contains(&member))
    });
    call.input.page(brands.collect())
}

async fn read(call: Call<BrandId>) -> Answer<Brand> {
    find(&call.cx.require(DirectoryView)?, call.path).await
}

async fn create(call: Call<(), Json<NewBrand>>) -> Answer<Created<Brand>> {
    let NewBrand { name, accent } = &call.input.0;
    let id = acts::create(&call.cx, name, accent).await?;
    Ok(Created { at: format!("/brands/{id}"), record: find(&call.cx, id).await? })
}

async fn update(call: Call<BrandId, Json<BrandChange>>) -> Answer<Brand> {
    let cx = call.cx.clone().require_in(BrandManage, Scope::Brand(call.path))?;
    let brand = find(&cx, call.path).await?;
    call.made_on(brand.version)?;
    let BrandChange { name, accent } = &call.input.0;
    let (name, accent) = (name.as_ref().unwrap_or(&brand.name), accent.as_ref().unwrap_or(&brand.accent));
    acts::update(&cx, brand.id, brand.version, name, accent).await?;
    find(&cx, brand.id).await
}

async fn delete(call: Call<BrandId>) -> Answer<()> {
    let brand = find(&call.cx, call.path).await?;
    call.made_on(brand.version)?;
    acts::remove(&call.cx, brand.id, brand.version).await?;
    Ok(())
}

async fn restore(call: Call<BrandId>) -> Answer<Brand> {
    acts::restore(&call.cx, call.path).await?;
    find(&call.cx, call.path).await
}

async fn add_member(call: Call<(BrandId, MemberId)>) -> Answer<()> {
    let (brand, member) = call.path;
    Ok(acts::set_home(&call.cx, member, Some(brand)).await?)
}

async fn remove_member(call: Call<(BrandId, MemberId)>) -> Answer<()> {
    let (brand, member) = call.path;
    Ok(acts::leave_home(&call.cx, member, brand).await?)
}

/// For whoever changes it, and may do that without seeing the others.
async fn find(cx: &Cx, id: BrandId) -> Answer<Brand> {
    Ok(acts::with_people(cx, id).await?.into())
}

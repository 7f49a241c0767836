//! Server functions about roles.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

use kernel::{GrantId, MemberId, Result, RoleId};
use leptos::prelude::*;

use crate::role::model::{Granted, MemberRights, Removed, RoleCard};

/// All roles with what they include and how many hold them.
#[server]
pub async fn list_roles() -> Result<Vec<RoleCard>> {
    super::acts::list(&kernel::Cx::current().await?).await
}

/// Makes a role and returns where to go on.
#[server]
pub async fn create_role(
    name: String,
    description: Option<String>,
    #[server(default)] permissions: Vec<String>,
) -> Result<RoleId> {
    let form = super::acts::Form { name, description: description.unwrap_or_default(), permissions };
    let id = super::acts::create(&kernel::Cx::current().await?, &form).await?;
    crate::web::leave(&format!("/settings/roles/{id}"));
    Ok(id)
}

/// Changes a role.
#[server]
pub async fn update_role(
    id: RoleId,
    version: i64,
    name: String,
    description: Option<String>,
    #[server(default)] permissions: Vec<String>,
) -> Result<()> {
    let form = super::acts::Form { name, description: description.unwrap_or_default(), permissions };
    super::acts::update(&kernel::Cx::current().await?, id, version, &form).await?;
    crate::web::leave(&format!("/settings/roles/{id}"));
    Ok(())
}

/// Removes a role. A plain form gets a page that offers the way back; with WASM a toast does.
#[server]
pub async fn remove_role(id: RoleId, version: i64) -> Result<Removed> {
    let removed = super::acts::remove(&kernel::Cx::current().await?, id, version).await?;
    crate::web::leave(&crate::web::with_query("/settings/roles", &[("removed", &id.to_string())]));
    Ok(removed)
}

/// Takes a removal back.
#[server]
pub async fn restore_role(id: RoleId) -> Result<()> {
    super::acts::restore(&kernel::Cx::current().await?, id).await?;
    crate::web::leave("/settings/roles");
    Ok(())
}

/// What a member may do, and by what.
#[server(name = ViewMemberRights)]
pub async fn member_rights(id: MemberId) -> Result<MemberRights> {
    super::acts::rights(&kernel::Cx::current().await?, id).await
}

/// Gives a member a further role, everywhere or in one part of the organisation.
#[server]
pub async fn give_role(member: MemberId, role: String, scope: String) -> Result<Granted> {
    let granted = super::acts::give(&kernel::Cx::current().await?, member, &role, &scope).await?;
    crate::web::leave(&format!("/settings/members/{member}"));
    Ok(granted)
}

/// Takes a further role away.
#[server]
pub async fn take_role(id: GrantId) -> Result<Granted> {
    let taken = super::acts::take(&kernel::Cx::current().await?, id).await?;
    crate::web::leave(&format!("/settings/members/{}", taken.member));
    Ok(taken)
}

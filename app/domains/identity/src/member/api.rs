//! Server functions about members.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

use kernel::{MemberId, Result};
use leptos::prelude::*;

use crate::member::model::{Changed, MemberList};

/// The members that fit the search, by name.
#[server]
pub async fn list_members(search: Option<String>, limit: Option<i64>) -> Result<MemberList> {
    let cx = kernel::Cx::current().await?;
    super::acts::list(&cx, search.as_deref().unwrap_or_default(), limit.unwrap_or(50)).await
}

/// Asks a person to join.
#[server]
pub async fn invite_member(
    email: String,
    name: Option<String>,
    role: String,
    team: Option<String>,
) -> Result<()> {
    let team = match crate::form::filled(team.as_deref()) {
        Some(id) => {
            Some(id.parse::<kernel::TeamId>().map_err(|_| kernel::Error::invalid("team", "Choose a team."))?)
        }
        None => None,
    };
    let form = super::acts::Invite { email, name, role, team };
    super::acts::invite(&kernel::Cx::current().await?, &form).await?;
    crate::web::leave("/settings/members?done=invited");
    Ok(())
}

/// Sends an open invitation once more.
#[server]
pub async fn invite_again(id: MemberId) -> Result<Changed> {
    super::acts::invite_again(&kernel::Cx::current().await?, id).await
}

/// Gives a member another role.
#[server]
pub async fn change_role(id: MemberId, version: i64, role: String) -> Result<Changed> {
    let role = role.parse().map_err(|()| kernel::Error::invalid("role", "Choose a role."))?;
    super::acts::change_role(&kernel::Cx::current().await?, id, version, role).await
}

/// Keeps a member out until they are let back in.
#[server]
pub async fn suspend_member(id: MemberId, version: i64) -> Result<Changed> {
    super::acts::suspend(&kernel::Cx::current().await?, id, version).await
}

/// Lets a suspended member back in.
#[server]
pub async fn reactivate_member(id: MemberId, version: i64) -> Result<Changed> {
    super::acts::reactivate(&kernel::Cx::current().await?, id, version).await
}

/// Ends every session of a member that goes on in this organisation.
#[server]
pub async fn log_out_member(id: MemberId) -> Result<Changed> {
    super::acts::log_out(&kernel::Cx::current().await?, &crate::web::origin(), id).await
}

/// Removes a member. A plain form gets a page that offers the way back; with WASM a toast does.
#[server]
pub async fn remove_member(id: MemberId, version: i64) -> Result<Changed> {
    let changed = super::acts::remove(&kernel::Cx::current().await?, id, version).await?;
    crate::web::leave(&crate::web::with_query("/settings/members", &[("removed", &id.to_string())]));
    Ok(changed)
}

/// Takes a removal back.
#[server]
pub async fn restore_member(id: MemberId) -> Result<()> {
    super::acts::restore(&kernel::Cx::current().await?, id).await?;
    crate::web::leave("/settings/members");
    Ok(())
}

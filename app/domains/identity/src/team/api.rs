//! Server functions about teams.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

use kernel::{MemberId, Result, TeamId};
use leptos::prelude::*;

use crate::team::model::{Deleted, TeamCard};

/// The teams with their members.
#[server]
pub async fn list_teams() -> Result<Vec<TeamCard>> {
    super::acts::list(&kernel::Cx::current().await?).await
}

/// Creates a team.
#[server]
pub async fn create_team(name: String, category: Option<i64>) -> Result<TeamId> {
    let id = super::acts::create(&kernel::Cx::current().await?, &name, category).await?;
    leave_open(id);
    Ok(id)
}

/// Changes a team's name and colour.
#[server]
pub async fn update_team(id: TeamId, version: i64, name: String, category: i64) -> Result<()> {
    super::acts::update(&kernel::Cx::current().await?, id, version, &name, category).await?;
    leave_open(id);
    Ok(())
}

/// Puts a member into a team.
#[server]
pub async fn add_team_member(id: TeamId, member: MemberId) -> Result<()> {
    super::acts::add_member(&kernel::Cx::current().await?, id, member).await?;
    leave_open(id);
    Ok(())
}

/// Takes a member out of a team.
#[server]
pub async fn remove_team_member(id: TeamId, member: MemberId) -> Result<()> {
    super::acts::remove_member(&kernel::Cx::current().await?, id, member).await?;
    leave_open(id);
    Ok(())
}

/// Says whether a team can be booked, and for how many hours a day each of its members can.
#[server]
pub async fn set_team_capacity(
    id: TeamId,
    version: i64,
    bookable: Option<String>,
    hours: String,
) -> Result<()> {
    let bookable = bookable.is_some_and(|ticked| ticked == "true");
    super::acts::set_capacity(&kernel::Cx::current().await?, id, version, bookable, &hours).await?;
    leave_open(id);
    Ok(())
}

/// Says for how many hours a day one member can be booked; empty is as the team says.
#[server]
pub async fn set_member_capacity(id: TeamId, member: MemberId, hours: String) -> Result<()> {
    super::acts::set_member_capacity(&kernel::Cx::current().await?, id, member, &hours).await?;
    leave_open(id);
    Ok(())
}

/// Deletes a team. A plain form gets a page that offers the way back; with WASM a toast does.
#[server]
pub async fn delete_team(id: TeamId, version: i64) -> Result<Deleted> {
    let deleted = super::acts::delete(&kernel::Cx::current().await?, id, version).await?;
    crate::web::leave(&crate::web::with_query("/settings/teams", &[("deleted", &id.to_string())]));
    Ok(deleted)
}

/// Takes a deletion back.
#[server]
pub async fn restore_team(id: TeamId) -> Result<()> {
    super::acts::restore(&kernel::Cx::current().await?, id).await?;
    crate::web::leave("/settings/teams");
    Ok(())
}

/// Sends a plain form back to the list with this team open.
#[cfg(feature = "ssr")]
fn leave_open(id: TeamId) {
    crate::web::leave(&crate::web::with_query("/settings/teams", &[("team", &id.to_string())]));
}

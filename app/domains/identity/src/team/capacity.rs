//! What a team can be booked for.

use kernel::{Cx, Error, MemberId, Permission, Result, Scope, TeamId};

use crate::{
    form::filled,
    team::{
        acts::{both_exist, event, stale},
        repo,
        rules::parse_hours,
    },
};

/// Says whether a team can be booked, and for how many hours a day each of its members can.
pub async fn set_capacity(cx: &Cx, id: TeamId, version: i64, bookable: bool, hours: &str) -> Result<()> {
    let cx = cx.clone().require_in(Permission::TeamManage, Scope::Team(id))?;
    let minutes = parse_hours(hours)?;
    let mut tx = cx.begin().await?;
    let team = repo::get(&mut tx, cx.organisation_id(), id).await?;
    if !repo::set_capacity(&mut tx, &cx, id, version, bookable, minutes).await? {
        return Err(stale(&team));
    }
    tx.record(event("team.capacity_changed", id)).await?;
    tx.commit().await
}

/// Says for how many hours a day one member can be booked; an empty text is as the team says.
pub async fn set_member_capacity(cx: &Cx, id: TeamId, member: MemberId, hours: &str) -> Result<()> {
    let (cx, mut tx) = both_exist(cx, id, member).await?;
    let minutes = filled(Some(hours)).map(parse_hours).transpose()?;
    if !repo::set_member_capacity(&mut tx, &cx, id, member, minutes).await? {
        return Err(Error::NotFound);
    }
    tx.record(event("team.member_capacity_changed", id)).await?;
    tx.commit().await
}

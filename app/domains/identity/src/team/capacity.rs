//! What a team can be booked for.

use kernel::{Cx, Error, MemberId, Permission, Result, Scope, TeamId, Tx};

use crate::{
    form::filled,
    team::{
        acts::{both_exist, event, stale},
        repo,
        rules::{parse_hours, parse_minutes},
    },
};

pub mod rest;

/// Says whether a team can be booked, and for how many hours a day each of its members can.
pub async fn set_capacity(cx: &Cx, id: TeamId, version: i64, bookable: bool, hours: &str) -> Result<()> {
    let cx = cx.clone().require_in(Permission::TeamManage, Scope::Team(id))?;
    let minutes = parse_hours(hours)?;
    let tx = cx.begin().await?;
    change(tx, &cx, id, Some(version), bookable, minutes).await
}

/// The same in minutes, on whatever the team is now.
pub async fn set_minutes(cx: &Cx, id: TeamId, bookable: bool, minutes: i64) -> Result<()> {
    let cx = cx.clone().require_in(Permission::TeamManage, Scope::Team(id))?;
    let minutes = parse_minutes(minutes)?;
    let tx = cx.begin().await?;
    change(tx, &cx, id, None, bookable, minutes).await
}

async fn change(
    mut tx: Tx,
    cx: &Cx,
    id: TeamId,
    version: Option<i64>,
    bookable: bool,
    minutes: i64,
) -> Result<()> {
    let team = repo::get(&mut tx, cx.organisation_id(), id).await?;
    let version = version.unwrap_or(team.version);
    if !repo::set_capacity(&mut tx, cx, id, version, bookable, minutes).await? {
        return Err(stale(&team));
    }
    tx.record(event("team.capacity_changed", id)).await?;
    tx.commit().await
}

/// Says for how many hours a day one member can be booked; an empty text is as the team says.
pub async fn set_member_capacity(cx: &Cx, id: TeamId, member: MemberId, hours: &str) -> Result<()> {
    let (cx, tx) = both_exist(cx, id, member).await?;
    let minutes = filled(Some(hours)).map(parse_hours).transpose()?;
    change_member(tx, &cx, id, member, minutes).await
}

/// The same in minutes; none is as the team says.
pub async fn set_member_minutes(cx: &Cx, id: TeamId, member: MemberId, minutes: Option<i64>) -> Result<()> {
    let (cx, tx) = both_exist(cx, id, member).await?;
    let minutes = minutes.map(parse_minutes).transpose()?;
    change_member(tx, &cx, id, member, minutes).await
}

async fn change_member(
    mut tx: Tx,
    cx: &Cx,
    id: TeamId,
    member: MemberId,
    minutes: Option<i64>,
) -> Result<()> {
    if !repo::set_member_capacity(&mut tx, cx, id, member, minutes).await? {
        return Err(Error::NotFound);
    }
    tx.record(event("team.member_capacity_changed", id)).await?;
    tx.commit().await
}

//! Managing teams. A team of another organisation does not exist.

use kernel::{Cx, Error, Event, MemberId, OrNotFound, Permission, Result, Scope, TeamId, Tx};
use serde_json::json;

use crate::{
    form::Problems,
    member,
    organisation::acts::topic,
    team::{
        model::{Deleted, TeamCard, TeamName, parse_category},
        repo::{self, Found},
    },
};

pub use super::capacity::{set_capacity, set_member_capacity};

/// The teams with their members.
pub async fn list(cx: &Cx) -> Result<Vec<TeamCard>> {
    let cx = cx.clone().require(Permission::DirectoryView)?;
    let mut teams = repo::list(&cx).await?;
    teams.sort_by_cached_key(|team| (team.name.to_lowercase(), team.id));
    Ok(teams)
}

/// One team with its members, which its leader may see, too.
pub async fn get(cx: &Cx, id: TeamId) -> Result<TeamCard> {
    let cx = cx.clone().require_in(Permission::DirectoryView, Scope::Team(id))?;
    repo::list(&cx).await?.into_iter().find(|team| team.id == id).or_not_found()
}

/// Creates a team; without a colour it gets the next one.
pub async fn create(cx: &Cx, name: &str, category: Option<i64>) -> Result<TeamId> {
    let cx = cx.clone().require(Permission::TeamManage)?;
    let mut problems = Problems::default();
    let name = problems.take(TeamName::parse(name));
    let category = problems.take(category.map(parse_category).transpose());
    let (Some(name), Some(category)) = (name, category) else { return Err(problems.into_error()) };
    let mut tx = cx.begin().await?;
    let category = match category {
        Some(category) => category,
        None => member::rules::next_category(repo::count_ever(&mut tx, cx.organisation_id()).await?),
    };
    let id = cx.new_id();
    repo::insert(&mut tx, &cx, id, &name, category).await?;
    tx.record(event("team.created", id)).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes name and colour, which the team's leader may, too.
pub async fn update(cx: &Cx, id: TeamId, version: i64, name: &str, category: i64) -> Result<()> {
    let cx = cx.clone().require_in(Permission::TeamManage, Scope::Team(id))?;
    let mut problems = Problems::default();
    let name = problems.take(TeamName::parse(name));
    let category = problems.take(parse_category(category));
    let (Some(name), Some(category)) = (name, category) else { return Err(problems.into_error()) };
    let mut tx = cx.begin().await?;
    let team = repo::get(&mut tx, cx.organisation_id(), id).await?;
    if !repo::update(&mut tx, &cx, id, version, &name, category).await? {
        return Err(stale(&team));
    }
    tx.record(event("team.updated", id)).await?;
    tx.commit().await
}

/// Puts a member into a team, which the team's leader may, too.
pub async fn add_member(cx: &Cx, id: TeamId, member: MemberId) -> Result<()> {
    let (cx, mut tx) = both_exist(cx, id, member).await?;
    repo::add(&mut tx, &cx, id, member).await?;
    tx.record(event("team.member_added", id)).await?;
    tx.commit().await
}

/// Takes a member out of a team, which the team's leader may, too.
pub async fn remove_member(cx: &Cx, id: TeamId, member: MemberId) -> Result<()> {
    let (cx, mut tx) = both_exist(cx, id, member).await?;
    repo::take_out(&mut tx, &cx, id, member).await?;
    tx.record(event("team.member_removed", id)).await?;
    tx.commit().await
}

pub(super) async fn both_exist(cx: &Cx, id: TeamId, member: MemberId) -> Result<(Cx, Tx)> {
    let cx = cx.clone().require_in(Permission::TeamManage, Scope::Team(id))?;
    let mut tx = cx.begin().await?;
    repo::get(&mut tx, cx.organisation_id(), id).await?;
    if member::repo::get(&mut tx, cx.organisation_id(), member).await?.removed {
        return Err(Error::NotFound);
    }
    Ok((cx, tx))
}

/// Deletes a team; [`restore`] brings it back with its members.
pub async fn delete(cx: &Cx, id: TeamId, version: i64) -> Result<Deleted> {
    let cx = cx.clone().require(Permission::TeamManage)?;
    cx.require_recent()?;
    let mut tx = cx.begin().await?;
    let team = repo::get(&mut tx, cx.organisation_id(), id).await?;
    if !repo::delete(&mut tx, &cx, id, version).await? {
        return Err(stale(&team));
    }
    tx.record(event("team.deleted", id)).await?;
    tx.commit().await?;
    Ok(Deleted { id, name: team.name })
}

/// Takes a deletion back.
pub async fn restore(cx: &Cx, id: TeamId) -> Result<()> {
    let cx = cx.clone().require(Permission::TeamManage)?;
    let mut tx = cx.begin().await?;
    if !repo::restore(&mut tx, &cx, id).await? {
        return Err(Error::NotFound);
    }
    tx.record(event("team.restored", id)).await?;
    tx.commit().await
}

pub(super) fn stale(team: &Found) -> Error {
    Error::Conflict(format!(
        "Somebody changed {} since you opened this page. Reload it to see theirs, then change yours.",
        team.name
    ))
}

pub(super) fn event(kind: &'static str, id: TeamId) -> Event {
    Event { kind, subject_kind: "team", subject_id: id.uuid(), topic: topic(), data: json!({}) }
}

//! Teams for other programs.

use kernel::{
    MemberId,
    Permission::{DirectoryView, TeamManage},
    TeamId,
};
use rest::{
    Answer, Call, Created, Filter, Json, Key, List, Listed,
    Needs::{In, May},
    Page, Place, Record, Routes,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::team::{acts, model::TeamCard};

/// What is published of teams.
pub fn routes() -> Routes {
    let in_team = In(TeamManage, Place::Team);
    Routes::new("Teams", "Named groups of members, for whom work can be planned.")
        .list("/teams", "List teams", May(DirectoryView), May(DirectoryView), list)
        .post("/teams", "Create a team", May(TeamManage), create)
        .read("/teams/{team}", "Read a team", In(DirectoryView, Place::Team), read)
        .update("/teams/{team}", "Change a team", in_team, update)
        .delete("/teams/{team}", "Delete a team", May(TeamManage), delete)
        .post("/teams/{team}/restore", "Bring a team back", May(TeamManage), restore)
        .put("/teams/{team}/members/{member}", "Put a member into a team", in_team, add_member)
        .remove("/teams/{team}/members/{member}", "Take a member out of a team", in_team, remove_member)
}

/// A team.
#[derive(Debug, Serialize, ToSchema)]
struct Team {
    id: TeamId,
    #[schema(example = "Workshop")]
    name: String,
    /// Its colour, 1 to 10.
    #[schema(minimum = 1, maximum = 10)]
    category: i64,
    /// Whether work can be booked for it.
    bookable: bool,
    /// What each member can be booked for on a working day, unless the member says otherwise.
    minutes_per_day: i64,
    /// Who is in it.
    members: Vec<MemberId>,
    /// The version, which is also its `ETag`.
    version: i64,
}

impl Record for Team {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
}

impl From<TeamCard> for Team {
    fn from(team: TeamCard) -> Self {
        Team {
            id: team.id,
            name: team.name,
            category: team.category,
            bookable: team.bookable,
            minutes_per_day: team.minutes_per_day,
            members: team.members.into_iter().map(|member| member.id).collect(),
            version: team.version,
        }
    }
}

impl Listed for Team {
    fn id(&self) -> String {
        self.id.to_string()
    }

    fn key(&self, _: &str) -> Key {
        Key::Text(self.name.to_lowercase())
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct TeamFilter {
    /// Words in the name.
    q: Option<String>,
    /// Only teams of this member.
    #[param(value_type = Option<uuid::Uuid>)]
    member: Option<MemberId>,
    /// Only teams that can be booked, or cannot.
    bookable: Option<bool>,
}

impl Filter for TeamFilter {
    const SORTS: &'static [&'static str] = &["name"];
}

/// A team to be created.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTeam {
    /// Unlike that of every other team.
    #[schema(example = "Workshop", min_length = 1, max_length = 60)]
    name: String,
    /// Its colour; without one it gets the next.
    #[schema(minimum = 1, maximum = 10)]
    category: Option<i64>,
}

/// What changes of a team. What is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TeamChange {
    #[schema(example = "Workshop", min_length = 1, max_length = 60)]
    name: Option<String>,
    /// Its colour.
    #[schema(minimum = 1, maximum = 10)]
    category: Option<i64>,
}

async fn list(call: Call<(), List<TeamFilter>>) -> Answer<Page<Team>> {
    let TeamFilter { q, member, bookable } = &call.input.filter;
    let words = q.as_deref().map(str::to_lowercase);
    let teams = acts::list(&call.cx).await?.into_iter().map(Team::from).filter(|team| {
        words.as_ref().is_none_or(|words| team.name.to_lowercase().contains(words))
            && member.is_none_or(|member| team.members.contains(&member))
            && bookable.is_none_or(|bookable| team.bookable == bookable)
    });
    call.input.page(teams.collect())
}

async fn read(call: Call<TeamId>) -> Answer<Team> {
    find(&call.cx, call.path).await
}

async fn create(call: Call<(), Json<NewTeam>>) -> Answer<Created<Team>> {
    let NewTeam { name, category } = &call.input.0;
    let id = acts::create(&call.cx, name, *category).await?;
    Ok(Created { at: format!("/teams/{id}"), record: find(&call.cx, id).await? })
}

async fn update(call: Call<TeamId, Json<TeamChange>>) -> Answer<Team> {
    let team = find(&call.cx, call.path).await?;
    call.made_on(team.version)?;
    let TeamChange { name, category } = &call.input.0;
    let name = name.as_ref().unwrap_or(&team.name);
    acts::update(&call.cx, team.id, team.version, name, category.unwrap_or(team.category)).await?;
    find(&call.cx, team.id).await
}

async fn delete(call: Call<TeamId>) -> Answer<()> {
    let team = find(&call.cx, call.path).await?;
    call.made_on(team.version)?;
    acts::delete(&call.cx, team.id, team.version).await?;
    Ok(())
}

async fn restore(call: Call<TeamId>) -> Answer<Team> {
    acts::restore(&call.cx, call.path).await?;
    find(&call.cx, call.path).await
}

async fn add_member(call: Call<(TeamId, MemberId)>) -> Answer<()> {
    let (team, member) = call.path;
    Ok(acts::add_member(&call.cx, team, member).await?)
}

async fn remove_member(call: Call<(TeamId, MemberId)>) -> Answer<()> {
    let (team, member) = call.path;
    Ok(acts::remove_member(&call.cx, team, member).await?)
}

async fn find(cx: &kernel::Cx, id: TeamId) -> Answer<Team> {
    Ok(acts::get(cx, id).await?.into())
}

//! What teams can be booked for, for other programs.

use kernel::{
    Cx, MemberId, OrNotFound,
    Permission::{DirectoryView, TeamManage},
    TeamId,
};
use rest::{Answer, Call, Json, Needs::In, Place, Record, Routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::team::{
    acts, capacity,
    model::{TeamCard, TeamMember},
    repo,
};

/// What is published of the capacity of teams.
pub fn routes() -> Routes {
    let manage = In(TeamManage, Place::Team);
    Routes::new("Capacity", "What teams and each of their members can be booked for on a working day.")
        .read("/teams/{team}/capacity", "Read the capacity of a team", In(DirectoryView, Place::Team), read)
        .put("/teams/{team}/capacity", "Set the capacity of a team", manage, set)
        .put(
            "/teams/{team}/members/{member}/capacity",
            "Set the capacity of a member of a team",
            manage,
            set_member,
        )
}

/// What a team can be booked for.
#[derive(Debug, Serialize, ToSchema)]
struct TeamCapacity {
    /// Whether work can be booked for it.
    bookable: bool,
    /// What each member can be booked for on a working day, unless the member says otherwise.
    #[schema(example = 450)]
    minutes_per_day: i64,
    /// Each member of the team.
    members: Vec<MemberCapacity>,
}

impl Record for TeamCapacity {}

/// What one member of a team can be booked for.
#[derive(Debug, Serialize, ToSchema)]
struct MemberCapacity {
    member: MemberId,
    /// On a working day; none is as the team says.
    #[schema(example = 240)]
    minutes_per_day: Option<i64>,
    /// Whether they work here now: who is suspended or has not joined cannot be booked.
    active: bool,
}

impl From<TeamCard> for TeamCapacity {
    fn from(team: TeamCard) -> Self {
        TeamCapacity {
            bookable: team.bookable,
            minutes_per_day: team.minutes_per_day,
            members: team.members.into_iter().map(MemberCapacity::from).collect(),
        }
    }
}

impl From<TeamMember> for MemberCapacity {
    fn from(member: TeamMember) -> Self {
        MemberCapacity { member: member.id, minutes_per_day: member.minutes, active: member.active }
    }
}

/// What a team can be booked for from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTeamCapacity {
    /// Whether work can be booked for it.
    bookable: bool,
    /// What each member can be booked for on a working day, in quarters of an hour.
    #[schema(example = 450, minimum = 0, maximum = 1440, multiple_of = 15)]
    minutes_per_day: i64,
}

/// What a member of a team can be booked for from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewMemberCapacity {
    /// On a working day, in quarters of an hour; none is as the team says.
    #[schema(example = 240, minimum = 0, maximum = 1440, multiple_of = 15)]
    minutes_per_day: Option<i64>,
}

async fn read(call: Call<TeamId>) -> Answer<TeamCapacity> {
    Ok(acts::get(&call.cx, call.path).await?.into())
}

async fn set(call: Call<TeamId, Json<NewTeamCapacity>>) -> Answer<TeamCapacity> {
    let NewTeamCapacity { bookable, minutes_per_day } = call.input.0;
    capacity::set_minutes(&call.cx, call.path, bookable, minutes_per_day).await?;
    now(&call.cx, call.path).await
}

async fn set_member(call: Call<(TeamId, MemberId), Json<NewMemberCapacity>>) -> Answer<TeamCapacity> {
    let (team, member) = call.path;
    capacity::set_member_minutes(&call.cx, team, member, call.input.0.minutes_per_day).await?;
    now(&call.cx, team).await
}

/// For whoever has just changed it, and may do that without seeing other teams.
async fn now(cx: &Cx, id: TeamId) -> Answer<TeamCapacity> {
    let team = repo::list(cx).await?.into_iter().find(|team| team.id == id).or_not_found()?;
    Ok(team.into())
}

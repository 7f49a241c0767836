//! Lanes across a board: by whom items are, or by their teams.
//!
//! An item belongs to nobody's team by itself: the team of a lane is that of whoever works on it. Of several teams it is
//! the one that works in the item's step, if they are in it, else the first by name.

use kernel::{Directory, MemberId, StepId, TeamId};
use serde::{Deserialize, Serialize};

use crate::model::{Card, Workflow};

/// What lanes go by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LanesBy {
    /// Who works on an item.
    #[default]
    Assignee,
    /// The team of who works on it.
    Team,
}

impl LanesBy {
    /// Reads it from the address; what cannot be read is the first.
    pub fn read(text: Option<&str>) -> Self {
        if text == Some("team") { LanesBy::Team } else { LanesBy::Assignee }
    }

    /// The name in the address.
    pub fn as_str(self) -> &'static str {
        match self {
            LanesBy::Assignee => "assignee",
            LanesBy::Team => "team",
        }
    }
}

/// A lane. In the order of the board: names first, who is in no team, and what is nobody's last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lane {
    /// Items of a member.
    Member(MemberId),
    /// Items of the members of a team.
    Team(TeamId),
    /// Items of members who are in no team.
    Teamless,
    /// Items of nobody.
    Nobody,
}

impl Lane {
    /// The name in the page.
    pub fn key(self) -> String {
        match self {
            Lane::Member(id) => id.to_string(),
            Lane::Team(id) => id.to_string(),
            Lane::Teamless => "teamless".to_owned(),
            Lane::Nobody => "nobody".to_owned(),
        }
    }
}

/// Who is in which team, and which team works in which step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Teams {
    /// Teams in the order of their names, each with a member.
    members: Vec<(TeamId, MemberId)>,
    steps: Vec<(StepId, TeamId)>,
}

impl Teams {
    /// The teams that the directory knows, with these members.
    pub fn new(directory: &Directory, workflow: &Workflow, members: &[(MemberId, TeamId)]) -> Self {
        let steps: Vec<_> = workflow.steps.iter().filter_map(|step| Some((step.id, step.team_id?))).collect();
        Teams::of_steps(directory, &steps, members)
    }

    /// The same, where these teams work in these steps.
    pub fn of_steps(
        directory: &Directory,
        steps: &[(StepId, TeamId)],
        members: &[(MemberId, TeamId)],
    ) -> Self {
        let of =
            |team: TeamId| members.iter().filter(move |(_, of)| *of == team).map(move |(id, _)| (team, *id));
        Teams {
            members: directory.teams.iter().flat_map(|team| of(team.id)).collect(),
            steps: steps.to_vec(),
        }
    }

    /// The team for which a member works on an item in a step.
    pub fn of(&self, member: MemberId, step: StepId) -> Option<TeamId> {
        let here = self.steps.iter().find(|(id, _)| *id == step).map(|(_, team)| *team);
        let mut all = self.members.iter().filter(|(_, id)| *id == member).map(|(team, _)| *team);
        let first = all.clone().next()?;
        Some(all.find(|team| here == Some(*team)).unwrap_or(first))
    }

    /// The members of a team.
    pub fn members(&self, team: TeamId) -> impl Iterator<Item = MemberId> + '_ {
        self.members.iter().filter(move |(of, _)| *of == team).map(|(_, member)| *member)
    }
}

/// The lane of what this member has in this step.
pub fn lane(by: LanesBy, teams: &Teams, assignee: Option<MemberId>, step: StepId) -> Lane {
    match (by, assignee) {
        (_, None) => Lane::Nobody,
        (LanesBy::Assignee, Some(id)) => Lane::Member(id),
        (LanesBy::Team, Some(id)) => teams.of(id, step).map_or(Lane::Teamless, Lane::Team),
    }
}

/// How many open items somebody has in a step.
pub type Load = (StepId, Option<MemberId>, i64);

/// The lanes of a board in their order: of whoever has a card or an open item, `always`, and nobody's.
pub fn lanes<'a>(
    by: LanesBy,
    teams: &Teams,
    directory: &Directory,
    cards: impl IntoIterator<Item = &'a Card>,
    loads: &[Load],
    always: Option<MemberId>,
) -> Vec<Lane> {
    let mut lanes: Vec<Lane> = vec![Lane::Nobody];
    let mut add = |lane: Lane| {
        if !lanes.contains(&lane) {
            lanes.push(lane);
        }
    };
    for card in cards {
        add(lane(by, teams, card.assignee_id, card.step_id));
    }
    for (step, assignee, count) in loads {
        if 0 < *count {
            add(lane(by, teams, *assignee, *step));
        }
    }
    if let (LanesBy::Assignee, Some(id)) = (by, always) {
        add(Lane::Member(id));
    }
    lanes.sort_by_cached_key(|lane| place(*lane, directory));
    lanes
}

/// Where a lane stands: the directory is in the order of names.
fn place(lane: Lane, directory: &Directory) -> (u8, usize, Lane) {
    let at = |place: Option<usize>| place.unwrap_or(usize::MAX);
    match lane {
        Lane::Member(id) => (0, at(directory.people.iter().position(|person| person.id == id)), lane),
        Lane::Team(id) => (0, at(directory.teams.iter().position(|team| team.id == id)), lane),
        Lane::Teamless => (1, 0, lane),
        Lane::Nobody => (2, 0, lane),
    }
}

/// How many open items a lane has, in one step or in all.
pub fn load(by: LanesBy, teams: &Teams, loads: &[Load], of: Lane, step: Option<StepId>) -> i64 {
    loads
        .iter()
        .filter(|(at, assignee, _)| {
            step.is_none_or(|step| step == *at) && lane(by, teams, *assignee, *at) == of
        })
        .map(|(_, _, count)| count)
        .sum()
}

//! What a list of teams shows.

use kernel::{Error, MemberId, Result, TeamId};
use serde::{Deserialize, Serialize};

use crate::text;

/// A team's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamName(String);

impl TeamName {
    /// Reads what somebody typed into the field `name`.
    pub fn parse(text: &str) -> Result<Self> {
        text::line("name", text, 60, "Write the team's name.").map(TeamName)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A colour of the category palette: 1 to 10.
pub fn parse_category(number: i64) -> Result<i64> {
    if (1..=10).contains(&number) {
        Ok(number)
    } else {
        Err(Error::invalid("category", "Choose one of the colours."))
    }
}

/// The colours by name, in the order in which they are given out.
pub const CATEGORIES: [(i64, &str); 10] = [
    (1, "Cobalt"),
    (4, "Teal"),
    (2, "Ochre"),
    (5, "Coral"),
    (10, "Orchid"),
    (6, "Moss"),
    (3, "Mauve"),
    (8, "Sky"),
    (9, "Umber"),
    (7, "Indigo"),
];

/// A team with its members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamCard {
    /// The team.
    pub id: TeamId,
    /// Its name.
    pub name: String,
    /// Its colour, 1 to 10.
    pub category: i64,
    /// The version that a change names.
    pub version: i64,
    /// Whether work can be booked for it.
    pub bookable: bool,
    /// What each member can be booked for on a working day, in minutes, unless the member says otherwise.
    pub minutes_per_day: i64,
    /// Who is in it, by name.
    pub members: Vec<TeamMember>,
}

/// A member of a team, as its list shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamMember {
    /// The member.
    pub id: MemberId,
    /// Full name; the address of who has not joined.
    pub name: String,
    /// Colour of the avatar, 1 to 10.
    pub category: i64,
    /// The version of their picture; 0 while they have none.
    pub avatar: i64,
    /// Whether they work here now: who is suspended or has not joined cannot be booked.
    pub active: bool,
    /// What this member can be booked for on a working day, in minutes; none is as the team says.
    pub minutes: Option<i64>,
}

/// A team that was deleted, for the message that offers the way back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deleted {
    /// The team.
    pub id: TeamId,
    /// Its name.
    pub name: String,
}

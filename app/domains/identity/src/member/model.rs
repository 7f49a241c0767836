//! What a list of members shows.

use chrono::{DateTime, Utc};
use kernel::{MemberId, Role, TeamId};
use serde::{Deserialize, Serialize};

/// Where a membership stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Asked to join; no right anywhere yet.
    Invited,
    /// Works here.
    Active,
    /// Kept out for now; records still name them.
    Suspended,
    /// What a key of the organisation acts as: no person stands behind it, so it is never listed, counted or changed.
    Robot,
}

impl State {
    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Invited => "invited",
            State::Active => "active",
            State::Suspended => "suspended",
            State::Robot => "robot",
        }
    }
}

impl std::str::FromStr for State {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "invited" => Ok(State::Invited),
            "active" => Ok(State::Active),
            "suspended" => Ok(State::Suspended),
            "robot" => Ok(State::Robot),
            _ => Err(()),
        }
    }
}

/// One row of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// The member.
    pub id: MemberId,
    /// Full name; the address of who has not joined, since an account's name is not for whoever guesses its address.
    pub name: String,
    /// Address.
    pub email: String,
    /// Base role.
    pub role: Role,
    /// How many further roles they hold.
    pub further: i64,
    /// Where the membership stands.
    pub state: State,
    /// Colour of the avatar, 1 to 10.
    pub category: i64,
    /// Teams they are in.
    pub teams: Vec<TeamId>,
    /// When they were last here.
    pub seen_at: Option<DateTime<Utc>>,
    /// When the membership last changed; for an invitation, when it was sent.
    pub changed_at: DateTime<Utc>,
    /// The version that a change names.
    pub version: i64,
}

/// The members that fit a search.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberList {
    /// The first of those that fit, by name.
    pub members: Vec<Listed>,
    /// How many fit.
    pub found: i64,
    /// How many belong to the organisation, invitations not counted.
    pub people: i64,
    /// How many invitations are open.
    pub invited: i64,
}

/// A member that was changed, for the message that says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// The member.
    pub id: MemberId,
    /// Full name; the address of who has not joined.
    pub name: String,
}

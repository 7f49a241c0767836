//! Roles and grants as pages show them.

use kernel::{BuiltIn, Error, GrantId, MemberId, PermissionSet, PlaceName, Result, Role, RoleId, Scope};
use serde::{Deserialize, Serialize};

use crate::{member::model::State, text};

/// A role's name. The names of built-in roles are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleName(String);

impl RoleName {
    /// Reads what somebody typed into the field `name`.
    pub fn parse(text: &str) -> Result<Self> {
        let name = text::line("name", text, 60, "Write the role's name.")?;
        let folded = name.to_lowercase();
        let is_built_in = BuiltIn::ALL.iter().any(|role| role.label().to_lowercase() == folded)
            || Role::ALL.iter().any(|role| role.label().to_lowercase() == folded);
        if is_built_in {
            return Err(Error::invalid("name", "A built-in role has this name."));
        }
        Ok(RoleName(name))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads the field `description`: one line, or nothing.
pub fn parse_description(description: &str) -> Result<String> {
    if description.trim().is_empty() {
        return Ok(String::new());
    }
    text::line("description", description, 200, "")
}

/// A role, built in or made by the organisation. It is written as the key or the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleRef {
    /// One that every organisation has.
    BuiltIn(BuiltIn),
    /// One of the organisation.
    Custom(RoleId),
}

impl std::str::FromStr for RoleRef {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text.parse() {
            Ok(id) => Ok(RoleRef::Custom(id)),
            Err(_) => text.parse().map(RoleRef::BuiltIn),
        }
    }
}

impl std::fmt::Display for RoleRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            RoleRef::BuiltIn(role) => f.write_str(role.key()),
            RoleRef::Custom(id) => id.fmt(f),
        }
    }
}

/// What stands for the whole organisation where a part of it could stand.
pub const EVERYWHERE: &str = "organisation";

/// Reads the field `scope`: [`EVERYWHERE`], or a part of the organisation as `team:<id>`.
pub fn parse_scope(text: &str) -> Result<Option<Scope>> {
    if text == EVERYWHERE {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|()| Error::invalid("scope", "Choose where the role counts."))
}

/// How [`parse_scope`] reads it again.
pub fn scope_text(scope: Option<Scope>) -> String {
    scope.map_or_else(|| EVERYWHERE.to_owned(), |scope| scope.to_string())
}

/// What sort of role it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = RoleKind))]
pub enum Kind {
    /// Each member has one of these.
    Base,
    /// Every organisation has it; members get it in addition.
    BuiltIn,
    /// Made by the organisation.
    Custom,
}

/// A role with what it includes and how many hold it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleCard {
    /// The key of a built-in role, or the id.
    pub key: String,
    /// What sort of role it is.
    pub kind: Kind,
    /// The name.
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// What it includes.
    pub permissions: PermissionSet,
    /// How many members hold it, anywhere.
    pub holders: i64,
    /// The version that a change names; 0 when it cannot be changed.
    pub version: i64,
}

/// A further role of a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantRow {
    /// The grant.
    pub id: GrantId,
    /// The key of a built-in role, or the id.
    pub role: String,
    /// The name.
    pub name: String,
    /// What it includes.
    pub permissions: PermissionSet,
    /// Where it counts, as [`parse_scope`] reads it.
    pub scope: String,
}

/// What a member may do, and by what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRights {
    /// The member.
    pub id: MemberId,
    /// Full name; the address of who has not joined.
    pub name: String,
    /// Address.
    pub email: String,
    /// Base role.
    pub role: Role,
    /// Where the membership stands.
    pub state: State,
    /// The version that a change of the base role names.
    pub version: i64,
    /// What they may do everywhere.
    pub permissions: PermissionSet,
    /// Further roles.
    pub grants: Vec<GrantRow>,
    /// The roles that there are.
    pub roles: Vec<RoleCard>,
    /// Clients and projects where a role can count, as far as the asker sees them.
    pub places: Vec<PlaceName>,
}

/// A role that was removed, for the message that offers the way back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// The role.
    pub id: RoleId,
    /// Its name.
    pub name: String,
}

/// A further role that was given or taken, for the message that says so and offers the way back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    /// The grant; there is none any more once it is taken.
    pub id: GrantId,
    /// The member.
    pub member: MemberId,
    /// Their name.
    pub member_name: String,
    /// The role, as [`RoleRef`] reads it.
    pub role: String,
    /// Its name.
    pub role_name: String,
    /// Where it counts, as [`parse_scope`] reads it.
    pub scope: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_not_that_of_a_built_in_role() {
        assert_eq!(RoleName::parse(" Test drive  lead ").unwrap().as_str(), "Test drive lead");
        for taken in ["Owner", "team LEADER", "member", "guest"] {
            assert!(RoleName::parse(taken).unwrap_err().field("name").is_some(), "{taken}");
        }
        assert!(RoleName::parse(" ").is_err());
        assert_eq!(parse_description("  "), Ok(String::new()));
        assert!(parse_description(&"a".repeat(201)).is_err());
    }

    #[test]
    fn roles_and_places_are_read_as_they_are_written() {
        for text in ["team_leader", "01939d2e-8f5a-7c3b-9f00-1f2e3d4c5b6a"] {
            assert_eq!(text.parse::<RoleRef>().unwrap().to_string(), text);
        }
        assert!("nonsense".parse::<RoleRef>().is_err());
        for text in [EVERYWHERE, "team:01939d2e-8f5a-7c3b-9f00-1f2e3d4c5b6a"] {
            assert_eq!(scope_text(parse_scope(text).unwrap()), text);
        }
        assert!(parse_scope("moon").unwrap_err().field("scope").is_some());
    }
}

//! Where a further role counts: everywhere in the organisation, or only for one brand, client, team or project.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::{BrandId, ClientId, Permission, PermissionSet, ProjectId, TeamId};

/// One part of an organisation. It travels as `team:<id>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// A brand.
    Brand(BrandId),
    /// A client.
    Client(ClientId),
    /// A team.
    Team(TeamId),
    /// A project.
    Project(ProjectId),
}

impl Scope {
    /// The kind in the database, in forms and addresses.
    pub fn kind(self) -> &'static str {
        match self {
            Scope::Brand(_) => "brand",
            Scope::Client(_) => "client",
            Scope::Team(_) => "team",
            Scope::Project(_) => "project",
        }
    }

    /// The record.
    pub fn id(self) -> Uuid {
        match self {
            Scope::Brand(id) => id.uuid(),
            Scope::Client(id) => id.uuid(),
            Scope::Project(id) => id.uuid(),
            Scope::Team(id) => id.uuid(),
        }
    }

    /// Puts kind and record together, if there is such a kind.
    pub fn new(kind: &str, id: Uuid) -> Option<Scope> {
        match kind {
            "brand" => Some(Scope::Brand(id.into())),
            "client" => Some(Scope::Client(id.into())),
            "team" => Some(Scope::Team(id.into())),
            "project" => Some(Scope::Project(id.into())),
            _ => None,
        }
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind())?;
        f.write_str(":")?;
        self.id().fmt(f)
    }
}

impl std::str::FromStr for Scope {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (kind, id) = text.split_once(':').ok_or(())?;
        Scope::new(kind, id.parse().map_err(|_| ())?).ok_or(())
    }
}

/// What somebody may do in one part of the organisation, beyond what they may do everywhere.
///
/// It travels as `team:<id>=<set>`: a text has a reader in the browser already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScopedGrant {
    /// Where it counts.
    pub scope: Scope,
    /// What they may do there.
    pub permissions: PermissionSet,
}

impl ScopedGrant {
    /// Whether one of the grants gives the permission there.
    pub fn any(grants: &[ScopedGrant], permission: Permission, scope: Scope) -> bool {
        grants.iter().any(|grant| grant.scope == scope && grant.permissions.has(permission))
    }
}

impl Serialize for ScopedGrant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{}={}", self.scope, self.permissions))
    }
}

impl<'de> Deserialize<'de> for ScopedGrant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        fn parse(text: &str) -> Option<ScopedGrant> {
            let (scope, permissions) = text.split_once('=')?;
            Some(ScopedGrant { scope: scope.parse().ok()?, permissions: permissions.parse().ok()? })
        }
        let text = String::deserialize(deserializer)?;
        parse(&text).ok_or_else(|| serde::de::Error::custom("no grant"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_survives_the_journey() {
        for kind in ["brand", "client", "team", "project"] {
            let scope = Scope::new(kind, Uuid::from_u128(7)).unwrap();
            let grant = ScopedGrant { scope, permissions: PermissionSet::of(&[Permission::TeamManage]) };
            let text = serde_json::to_string(&grant).unwrap();
            assert_eq!(serde_json::from_str::<ScopedGrant>(&text).unwrap(), grant, "{text}");
            assert_eq!(scope.to_string().parse(), Ok(scope));
        }
        assert!("team:x".parse::<Scope>().is_err() && "organisation".parse::<Scope>().is_err());
    }

    #[test]
    fn a_grant_counts_in_its_place_only() {
        let here = Scope::Team(Uuid::from_u128(1).into());
        let there = Scope::Project(Uuid::from_u128(1).into());
        let grants = [ScopedGrant { scope: here, permissions: PermissionSet::of(&[Permission::TeamManage]) }];
        assert!(ScopedGrant::any(&grants, Permission::TeamManage, here));
        assert!(!ScopedGrant::any(&grants, Permission::TeamManage, there));
        assert!(!ScopedGrant::any(&grants, Permission::ItemMove, here));
    }
}

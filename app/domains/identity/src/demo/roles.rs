//! Further roles of the demo: built-in ones, and one that the dealership made.

use std::collections::BTreeMap;

use kernel::{BuiltIn, Cx, Error, MemberId, Permission, PermissionSet, Result, Scope, TeamId, Tx};

use super::DemoPlan;
use crate::role::{
    model::{RoleName, RoleRef},
    repo,
};

/// A role that an organisation of the demo has made, and who holds it.
pub(crate) struct DemoRole {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) permissions: &'static [Permission],
    /// Short names, and the team where the role counts.
    pub(crate) holders: &'static [(&'static str, &'static str)],
}

/// Writes roles and grants of a plan.
pub(super) async fn write(
    tx: &mut Tx,
    cx: &Cx,
    plan: &DemoPlan,
    members: &BTreeMap<String, MemberId>,
    teams: &BTreeMap<String, TeamId>,
) -> Result<()> {
    let member = |short: &str| members.get(short).copied().ok_or(Error::NotFound);
    for (short, role) in plan.further_roles {
        let role: BuiltIn = role.parse().map_err(|()| Error::NotFound)?;
        repo::insert_grant(tx, cx, cx.new_id(), member(short)?, RoleRef::BuiltIn(role), None).await?;
    }
    for role in plan.own_roles {
        let id = cx.new_id();
        let name = RoleName::parse(role.name)?;
        let permissions = PermissionSet::of(role.permissions);
        repo::insert(tx, cx, id, &name, role.description, permissions).await?;
        for (short, team) in role.holders {
            let scope = Scope::Team(*teams.get(*team).ok_or(Error::NotFound)?);
            repo::insert_grant(tx, cx, cx.new_id(), member(short)?, RoleRef::Custom(id), Some(scope)).await?;
        }
    }
    Ok(())
}

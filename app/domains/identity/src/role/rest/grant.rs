//! Further roles of members for other programs.

use kernel::{
    GrantId, MemberId,
    Permission::{self, MemberView, RoleManage},
};
use rest::{Answer, Call, Created, Filter, Json, Key, List, Listed, Needs::May, Page, Record, Routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::role::{
    acts,
    model::{EVERYWHERE, GrantRow},
};

/// What is published of further roles.
pub fn routes() -> Routes {
    Routes::new("Grants", "Further roles of members: they add to the base role, everywhere or in one part.")
        .list(
            "/members/{member}/grants",
            "List the grants of a member",
            May(MemberView),
            May(MemberView),
            list,
        )
        .post("/members/{member}/grants", "Give a member a further role", May(RoleManage), give)
        .read("/grants/{grant}", "Read a grant", May(MemberView), read)
        .remove("/grants/{grant}", "Take a further role away", May(RoleManage), take)
}

/// A further role of a member.
#[derive(Debug, Serialize, ToSchema)]
struct Grant {
    id: GrantId,
    /// Who holds it.
    member: MemberId,
    /// The key of a built-in role, or the id of one that the organisation made.
    #[schema(example = "team_leader")]
    role: String,
    /// The role's name.
    #[schema(example = "Team leader")]
    name: String,
    /// Where it counts: `organisation`, or a part of it.
    #[schema(example = "team:0198f1c2-7f3e-7d52-8a6b-2f0c1d9e4a77")]
    scope: String,
    /// What it includes.
    #[schema(example = json!(["item.view", "item.move"]))]
    permissions: Vec<&'static str>,
}

impl Record for Grant {}

impl Grant {
    fn of(member: MemberId, grant: GrantRow) -> Self {
        Grant {
            id: grant.id,
            member,
            role: grant.role,
            name: grant.name,
            scope: grant.scope,
            permissions: grant.permissions.iter().map(Permission::key).collect(),
        }
    }
}

impl Listed for Grant {
    fn id(&self) -> String {
        self.id.to_string()
    }

    fn key(&self, _: &str) -> Key {
        Key::Text(self.name.to_lowercase())
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct GrantFilter {
    /// Only grants that count here: `organisation`, or a part of it such as `team:<id>`.
    scope: Option<String>,
}

impl Filter for GrantFilter {
    const SORTS: &'static [&'static str] = &["name"];
}

/// A further role to be given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewGrant {
    /// The key of a built-in role, or the id of one that the organisation made.
    #[schema(example = "team_leader", min_length = 1)]
    role: String,
    /// Where it counts: everywhere, or in one team, brand, client or project.
    #[schema(
        example = "team:0198f1c2-7f3e-7d52-8a6b-2f0c1d9e4a77",
        pattern = "^(organisation|(team|brand|client|project):[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$"
    )]
    scope: Option<String>,
}

async fn list(call: Call<MemberId, List<GrantFilter>>) -> Answer<Page<Grant>> {
    let scope = &call.input.filter.scope;
    let grants = acts::grants(&call.cx, call.path).await?.into_iter();
    let found = grants.filter(|grant| scope.as_ref().is_none_or(|scope| grant.scope == *scope));
    call.input.page(found.map(|grant| Grant::of(call.path, grant)).collect())
}

async fn read(call: Call<GrantId>) -> Answer<Grant> {
    let (member, grant) = acts::grant(&call.cx, call.path).await?;
    Ok(Grant::of(member, grant))
}

async fn give(call: Call<MemberId, Json<NewGrant>>) -> Answer<Created<Grant>> {
    let NewGrant { role, scope } = &call.input.0;
    let scope = scope.as_deref().unwrap_or(EVERYWHERE);
    let id = acts::give(&call.cx, call.path, role, scope).await?.id;
    let (member, grant) = acts::found_grant(&call.cx, id).await?;
    Ok(Created { at: format!("/grants/{id}"), record: Grant::of(member, grant) })
}

async fn take(call: Call<GrantId>) -> Answer<()> {
    acts::take(&call.cx, call.path).await?;
    Ok(())
}

//! Roles for other programs, and the permissions that they are made from.

use kernel::{
    Cx,
    Permission::{self, MemberView, RoleManage},
    PermissionSet, RoleId,
};
use rest::{
    Answer, Call, Created, Filter, Json, Key, List, Listed,
    Needs::{May, Member},
    Page, PermissionKey, Record, Routes,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::role::{
    acts::{self, Form},
    model::{Kind, RoleCard},
};

pub mod grant;

/// What is published of roles.
pub fn routes() -> Routes {
    let manage = May(RoleManage);
    Routes::new(
        "Roles",
        "What members may do: base roles, built-in roles, and those that the organisation makes.",
    )
    .list("/roles", "List roles", May(MemberView), May(MemberView), list)
    .post("/roles", "Create a role", manage, create)
    .read("/roles/{role}", "Read a role", May(MemberView), read)
    .update("/roles/{role}", "Change a role", manage, update)
    .delete("/roles/{role}", "Delete a role", manage, delete)
    .post("/roles/{role}/restore", "Bring a role back", manage, restore)
    .list("/permissions", "List permissions", Member, Member, permissions)
}

/// A role. Only those that the organisation makes can be read alone, changed and deleted.
#[derive(Debug, Serialize, ToSchema)]
struct Role {
    /// The key of a built-in role, or the id of one that the organisation made.
    #[schema(example = "team_leader")]
    key: String,
    kind: Kind,
    #[schema(example = "Team leader")]
    name: String,
    /// What it is for.
    description: String,
    /// What it includes.
    #[schema(example = json!(["item.view", "item.move"]))]
    permissions: Vec<&'static str>,
    /// How many members hold it, anywhere.
    holders: i64,
    /// The version, which is also its `ETag`; none of a role that cannot be changed.
    version: Option<i64>,
}

impl Record for Role {
    fn version(&self) -> Option<i64> {
        self.version
    }
}

impl From<RoleCard> for Role {
    fn from(role: RoleCard) -> Self {
        Role {
            key: role.key,
            kind: role.kind,
            name: role.name,
            description: role.purpose,
            permissions: role.permissions.iter().map(Permission::key).collect(),
            holders: role.holders,
            version: (role.kind == Kind::Custom).then_some(role.version),
        }
    }
}

impl Listed for Role {
    fn id(&self) -> String {
        self.key.clone()
    }

    fn key(&self, _: &str) -> Key {
        Key::Text(self.name.to_lowercase())
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct RoleFilter {
    /// Words in the name.
    q: Option<String>,
    /// Only roles of this kind.
    #[param(inline)]
    kind: Option<Kind>,
}

impl Filter for RoleFilter {
    const SORTS: &'static [&'static str] = &["name"];
}

/// A role to be created.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRole {
    /// Unlike that of every other role.
    #[schema(example = "Test drive lead", min_length = 1, max_length = 60)]
    name: String,
    /// What it is for.
    #[schema(example = "Plans test drives.", max_length = 200)]
    description: Option<String>,
    /// What it includes: nothing that the caller may not do everywhere itself.
    #[schema(example = json!(["item.view", "item.move"]))]
    permissions: Vec<PermissionKey>,
}

/// What changes of a role. What is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RoleChange {
    #[schema(example = "Test drive lead", min_length = 1, max_length = 60)]
    name: Option<String>,
    /// What it is for.
    #[schema(example = "Plans test drives.", max_length = 200)]
    description: Option<String>,
    /// What it includes from now on.
    #[schema(example = json!(["item.view", "item.move"]))]
    permissions: Option<Vec<PermissionKey>>,
}

/// Something that may be done.
#[derive(Debug, Serialize, ToSchema)]
struct PermissionInfo {
    /// Its name in roles and keys.
    #[schema(example = "item.move")]
    key: &'static str,
    /// Its name on pages.
    #[schema(example = "Move items along")]
    label: &'static str,
    /// The part of the product that it belongs to.
    #[schema(example = "Items")]
    module: &'static str,
}

impl Record for PermissionInfo {}

impl Listed for PermissionInfo {
    fn id(&self) -> String {
        self.key.to_owned()
    }

    fn key(&self, _: &str) -> Key {
        Key::Text(self.key.to_owned())
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct PermissionFilter {
    /// Words in the key, the label or the module.
    q: Option<String>,
}

impl Filter for PermissionFilter {
    const SORTS: &'static [&'static str] = &["key"];
}

async fn list(call: Call<(), List<RoleFilter>>) -> Answer<Page<Role>> {
    let RoleFilter { q, kind } = &call.input.filter;
    let words = q.as_deref().map(str::to_lowercase);
    let roles = acts::list(&call.cx).await?.into_iter().filter(|role| {
        words.as_ref().is_none_or(|words| role.name.to_lowercase().contains(words))
            && kind.is_none_or(|kind| role.kind == kind)
    });
    call.input.page(roles.map(Role::from).collect())
}

async fn read(call: Call<RoleId>) -> Answer<Role> {
    Ok(acts::get(&call.cx, call.path).await?.into())
}

async fn create(call: Call<(), Json<NewRole>>) -> Answer<Created<Role>> {
    let NewRole { name, description, permissions } = call.input.0;
    let permissions = permissions.into_iter().map(text).collect();
    let form = Form { name, description: description.unwrap_or_default(), permissions };
    let id = acts::create(&call.cx, &form).await?;
    Ok(Created { at: format!("/roles/{id}"), record: find(&call.cx, id).await?.into() })
}

async fn update(call: Call<RoleId, Json<RoleChange>>) -> Answer<Role> {
    let role = find(&call.cx, call.path).await?;
    call.made_on(role.version)?;
    let RoleChange { name, description, permissions } = call.input.0;
    let form = Form {
        name: name.unwrap_or(role.name),
        description: description.unwrap_or(role.purpose),
        permissions: match permissions {
            Some(permissions) => permissions.into_iter().map(text).collect(),
            None => keys(role.permissions),
        },
    };
    acts::update(&call.cx, call.path, role.version, &form).await?;
    Ok(find(&call.cx, call.path).await?.into())
}

async fn delete(call: Call<RoleId>) -> Answer<()> {
    let role = find(&call.cx, call.path).await?;
    call.made_on(role.version)?;
    acts::remove(&call.cx, call.path, role.version).await?;
    Ok(())
}

async fn restore(call: Call<RoleId>) -> Answer<Role> {
    acts::restore(&call.cx, call.path).await?;
    Ok(find(&call.cx, call.path).await?.into())
}

async fn permissions(call: Call<(), List<PermissionFilter>>) -> Answer<Page<PermissionInfo>> {
    let words = call.input.filter.q.as_deref().map(str::to_lowercase);
    let found = Permission::ALL.iter().map(|permission| PermissionInfo {
        key: permission.key(),
        label: permission.label(),
        module: permission.module().label(),
    });
    let fits = |info: &PermissionInfo| {
        let says = format!("{} {} {}", info.key, info.label, info.module).to_lowercase();
        words.as_ref().is_none_or(|words| says.contains(words))
    };
    call.input.page(found.filter(fits).collect())
}

fn text(permission: PermissionKey) -> String {
    permission.0.key().to_owned()
}

fn keys(permissions: PermissionSet) -> Vec<String> {
    permissions.iter().map(|permission| permission.key().to_owned()).collect()
}

/// For whoever changes it, and may do that without seeing everybody.
async fn find(cx: &Cx, id: RoleId) -> Answer<RoleCard> {
    Ok(acts::card(cx, id).await?)
}

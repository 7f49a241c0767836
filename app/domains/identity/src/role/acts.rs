//! Making roles, and giving and taking them.

use kernel::{
    BuiltIn, Cx, Error, Event, GrantId, MemberId, OrNotFound, Permission, PermissionSet, Result, RoleId,
    Scope, Tx,
};
use serde_json::{Value, json};

use crate::{
    brand,
    form::Problems,
    member,
    organisation::acts::topic,
    role::{
        model::{
            GrantRow, Granted, Kind, MemberRights, Removed, RoleCard, RoleName, RoleRef, parse_description,
            parse_scope, scope_text,
        },
        repo::{self, Found, FoundGrant},
        rules::{self, Actor},
    },
    team,
};

/// What the form of a role holds.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// Name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Keys of the catalogue.
    pub permissions: Vec<String>,
}

impl Form {
    fn parse(&self) -> Result<(RoleName, String, PermissionSet)> {
        let mut problems = Problems::default();
        let name = problems.take(RoleName::parse(&self.name));
        let description = problems.take(parse_description(&self.description));
        let keys = self.permissions.iter().map(|key| {
            let unknown = || Error::invalid("permissions", format!("There is no permission {key}."));
            key.parse::<Permission>().map_err(|()| unknown())
        });
        let permissions = problems.take(keys.collect::<Result<PermissionSet>>());
        match (name, description, permissions) {
            (Some(name), Some(description), Some(permissions)) => Ok((name, description, permissions)),
            _ => Err(problems.into_error()),
        }
    }
}

/// Every change of who may do what begins here: base roles, further roles, and what a role includes.
pub(crate) fn begin_change(cx: &Cx, permission: Permission) -> Result<Cx> {
    let cx = cx.clone().require(permission)?;
    cx.require_recent()?;
    Ok(cx)
}

/// All roles: base roles, built-in ones, and those of the organisation by name.
pub async fn list(cx: &Cx) -> Result<Vec<RoleCard>> {
    let cx = cx.clone().require(Permission::MemberView)?;
    let base = repo::count_base(&cx).await?;
    let granted = repo::count_granted(&cx).await?;
    let holders = |role: RoleRef| match role {
        RoleRef::BuiltIn(role) => match role.base() {
            Some(role) => base.iter().find(|(name, _)| name == role.as_str()).map(|(_, count)| *count),
            None => {
                granted.iter().find(|(key, ..)| key.as_deref() == Some(role.key())).map(|(.., count)| *count)
            }
        },
        RoleRef::Custom(id) => {
            granted.iter().find(|(_, role, _)| *role == Some(id)).map(|(.., count)| *count)
        }
    };
    let mut custom = repo::list(cx.db(), cx.organisation_id()).await?;
    custom.sort_by_cached_key(|role| (role.name.to_lowercase(), role.id));
    let built_in = BuiltIn::ALL.iter().map(|role| RoleCard {
        key: role.key().into(),
        kind: if role.base().is_some() { Kind::Base } else { Kind::BuiltIn },
        name: role.label().into(),
        purpose: role.purpose().into(),
        permissions: role.permissions(),
        holders: holders(RoleRef::BuiltIn(*role)).unwrap_or_default(),
        version: 0,
    });
    let custom = custom.into_iter().map(|role| {
        let holders = holders(RoleRef::Custom(role.id)).unwrap_or_default();
        custom_card(role, holders)
    });
    Ok(built_in.chain(custom).collect())
}

fn custom_card(role: Found, holders: i64) -> RoleCard {
    RoleCard {
        key: role.id.to_string(),
        kind: Kind::Custom,
        name: role.name,
        purpose: role.description,
        permissions: role.permissions,
        holders,
        version: role.version,
    }
}

/// One role of the organisation.
pub async fn get(cx: &Cx, id: RoleId) -> Result<RoleCard> {
    card(&cx.clone().require(Permission::MemberView)?, id).await
}

/// The same for whoever has just changed it, and may do that without seeing everybody.
pub(crate) async fn card(cx: &Cx, id: RoleId) -> Result<RoleCard> {
    let mut roles = repo::list(cx.db(), cx.organisation_id()).await?.into_iter();
    let role = roles.find(|role| role.id == id).or_not_found()?;
    let granted = repo::count_granted(cx).await?;
    let holders = granted.iter().find(|(_, role, _)| *role == Some(id)).map(|(.., count)| *count);
    Ok(custom_card(role, holders.unwrap_or_default()))
}

/// Makes a role.
pub async fn create(cx: &Cx, form: &Form) -> Result<RoleId> {
    let cx = begin_change(cx, Permission::RoleManage)?;
    let (name, description, permissions) = form.parse()?;
    rules::may_define(Actor::from(&cx), PermissionSet::NONE, permissions)?;
    let id = cx.new_id();
    let mut tx = cx.begin().await?;
    repo::insert(&mut tx, &cx, id, &name, &description, permissions).await?;
    tx.record(event("role.created", id, described(name.as_str(), permissions))).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes a role: from the next request on its holders may do what it includes then.
pub async fn update(cx: &Cx, id: RoleId, version: i64, form: &Form) -> Result<()> {
    let cx = begin_change(cx, Permission::RoleManage)?;
    let mut tx = cx.begin().await?;
    let before = living(&mut tx, &cx, id).await?;
    let (name, description, permissions) = form.parse()?;
    rules::may_define(Actor::from(&cx), before.permissions, permissions)?;
    if !repo::update(&mut tx, &cx, (id, version), &name, &description, permissions).await? {
        return Err(stale(&before));
    }
    tx.record(event("role.updated", id, described(name.as_str(), permissions))).await?;
    tx.commit().await
}

/// Removes a role, which ends its grants; [`restore`] brings both back.
pub async fn remove(cx: &Cx, id: RoleId, version: i64) -> Result<Removed> {
    let cx = begin_change(cx, Permission::RoleManage)?;
    let mut tx = cx.begin().await?;
    let role = living(&mut tx, &cx, id).await?;
    rules::may_define(Actor::from(&cx), role.permissions, PermissionSet::NONE)?;
    if !repo::delete(&mut tx, &cx, id, version).await? {
        return Err(stale(&role));
    }
    tx.record(event("role.removed", id, described(&role.name, role.permissions))).await?;
    tx.commit().await?;
    Ok(Removed { id, name: role.name })
}

/// Takes a removal back.
pub async fn restore(cx: &Cx, id: RoleId) -> Result<()> {
    let cx = begin_change(cx, Permission::RoleManage)?;
    let mut tx = cx.begin().await?;
    let role = repo::get(&mut tx, cx.organisation_id(), id).await?;
    rules::may_define(Actor::from(&cx), PermissionSet::NONE, role.permissions)?;
    if !repo::restore(&mut tx, &cx, id).await? {
        return Err(Error::NotFound);
    }
    tx.record(event("role.restored", id, described(&role.name, role.permissions))).await?;
    tx.commit().await
}

/// What a member may do, and by what. Everybody may ask about themselves.
pub async fn rights(cx: &Cx, id: MemberId) -> Result<MemberRights> {
    let cx = cx.clone().require(Permission::MemberView)?;
    let member = member::repo::find(cx.db(), cx.organisation_id(), id).await?;
    if member.removed {
        return Err(Error::NotFound);
    }
    let grants = repo::grants_of(cx.db(), cx.organisation_id(), id).await?;
    let (further, _) = repo::fold(grants.iter().map(|grant| &grant.columns));
    Ok(MemberRights {
        id,
        permissions: member.role.permissions().union(further),
        name: member.called().to_owned(),
        email: member.email,
        role: member.role,
        state: member.state,
        version: member.version,
        grants: grants.iter().filter_map(row).collect(),
        roles: list(&cx).await?,
        places: cx.places().await?,
    })
}

/// The further roles of a member.
pub async fn grants(cx: &Cx, id: MemberId) -> Result<Vec<GrantRow>> {
    let cx = cx.clone().require(Permission::MemberView)?;
    if member::repo::find(cx.db(), cx.organisation_id(), id).await?.removed {
        return Err(Error::NotFound);
    }
    let grants = repo::grants_of(cx.db(), cx.organisation_id(), id).await?;
    Ok(grants.iter().filter_map(row).collect())
}

/// One further role, and whose it is.
pub async fn grant(cx: &Cx, id: GrantId) -> Result<(MemberId, GrantRow)> {
    found_grant(&cx.clone().require(Permission::MemberView)?, id).await
}

/// The same for whoever has just given it, and may do that without seeing everybody.
pub(crate) async fn found_grant(cx: &Cx, id: GrantId) -> Result<(MemberId, GrantRow)> {
    let found = repo::grant(cx.db(), cx.organisation_id(), id).await?;
    Ok((found.member_id, row(&found).or_not_found()?))
}

fn row(grant: &FoundGrant) -> Option<GrantRow> {
    Some(GrantRow {
        id: grant.id,
        role: grant.role()?.to_string(),
        name: grant.name().to_owned(),
        permissions: grant.columns.permissions(),
        scope: scope_text(grant.columns.scope()),
    })
}

/// Gives a member a further role, everywhere or in one part of the organisation.
pub async fn give(cx: &Cx, member: MemberId, role: &str, scope: &str) -> Result<Granted> {
    let cx = begin_change(cx, Permission::RoleManage)?;
    let mut problems = Problems::default();
    let role = problems.take(to_give(role));
    let scope = problems.take(parse_scope(scope));
    let (Some(role), Some(scope)) = (role, scope) else { return Err(problems.into_error()) };
    let mut tx = cx.begin().await?;
    let holder = member::repo::get(&mut tx, cx.organisation_id(), member).await?;
    if holder.removed {
        return Err(Error::NotFound);
    }
    let (role_name, permissions) = match role {
        RoleRef::BuiltIn(role) => (role.label().to_owned(), role.permissions()),
        RoleRef::Custom(id) => {
            let role = living(&mut tx, &cx, id).await?;
            (role.name, role.permissions)
        }
    };
    check_place(&mut tx, &cx, scope).await?;
    rules::may_grant(Actor::from(&cx), cx.member_id() == member, holder.role, permissions)?;
    let id = cx.new_id();
    if !repo::insert_grant(&mut tx, &cx, id, member, role, scope).await? {
        return Err(Error::Conflict(format!("{} has the role {role_name} there already.", holder.called())));
    }
    let granted = Granted {
        id,
        member,
        member_name: holder.called().to_owned(),
        role: role.to_string(),
        role_name,
        scope: scope_text(scope),
    };
    tx.record(granted_event("member.role_given", &granted)).await?;
    tx.commit().await?;
    Ok(granted)
}

/// Takes a further role away.
pub async fn take(cx: &Cx, id: GrantId) -> Result<Granted> {
    let cx = begin_change(cx, Permission::RoleManage)?;
    let mut tx = cx.begin().await?;
    let grant = repo::grant(&mut tx, cx.organisation_id(), id).await?;
    let member = grant.member_id;
    let holder = member::repo::get(&mut tx, cx.organisation_id(), member).await?;
    let permissions = grant.columns.permissions();
    rules::may_grant(Actor::from(&cx), cx.member_id() == member, holder.role, permissions)?;
    repo::delete_grant(&mut tx, &cx, id).await?;
    let taken = Granted {
        id,
        member,
        member_name: holder.called().to_owned(),
        role: grant.role().map(|role| role.to_string()).unwrap_or_default(),
        role_name: grant.name().to_owned(),
        scope: scope_text(grant.columns.scope()),
    };
    tx.record(granted_event("member.role_taken", &taken)).await?;
    tx.commit().await?;
    Ok(taken)
}

/// Reads the field `role`. A base role is chosen, not given in addition.
fn to_give(text: &str) -> Result<RoleRef> {
    let role = text.parse().ok();
    let is_base = |role: RoleRef| matches!(role, RoleRef::BuiltIn(role) if role.base().is_some());
    role.filter(|role| !is_base(*role)).ok_or_else(|| Error::invalid("role", "Choose a role from the list."))
}

/// Whether the part of the organisation exists. Each kind of part that roles can be given for has a line here.
async fn check_place(tx: &mut Tx, cx: &Cx, scope: Option<Scope>) -> Result<()> {
    match scope {
        None => Ok(()),
        Some(Scope::Team(id)) => team::repo::get(tx, cx.organisation_id(), id).await.map(drop),
        Some(Scope::Brand(id)) => brand::repo::get(tx, cx.organisation_id(), id).await.map(drop),
        Some(other @ (Scope::Client(_) | Scope::Project(_))) => cx.require_place(tx, other).await,
    }
}

async fn living(tx: &mut Tx, cx: &Cx, id: RoleId) -> Result<Found> {
    let role = repo::get(tx, cx.organisation_id(), id).await?;
    if role.removed { Err(Error::NotFound) } else { Ok(role) }
}

fn stale(role: &Found) -> Error {
    Error::Conflict(format!(
        "Somebody changed {} since you opened this page. Reload it to see theirs, then change yours.",
        role.name
    ))
}

fn described(name: &str, permissions: PermissionSet) -> Value {
    json!({ "name": name, "permissions": permissions.iter().map(Permission::key).collect::<Vec<_>>() })
}

fn event(kind: &'static str, id: RoleId, data: Value) -> Event {
    Event { kind, subject_kind: "role", subject_id: id.uuid(), topic: topic(), data }
}

fn granted_event(kind: &'static str, granted: &Granted) -> Event {
    Event {
        kind,
        subject_kind: "member",
        subject_id: granted.member.uuid(),
        topic: topic(),
        data: json!({ "role": granted.role, "name": granted.role_name, "scope": granted.scope }),
    }
}

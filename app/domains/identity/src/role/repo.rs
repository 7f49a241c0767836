//! Roles and grants in the database.

use db::{ResultExt, sql};
use kernel::{
    BuiltIn, Cx, Error, GrantId, MemberId, OrNotFound, OrganisationId, PermissionSet, Result, RoleId, Scope,
    ScopedGrant, Tx,
};
use serde_json::Value;
use uuid::Uuid;

use crate::role::model::{RoleName, RoleRef};

/// The columns of a grant that decide what it gives, as they come with a session or a member. All are null where there
/// is no grant; `permissions` is also null where the role was removed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct GrantColumns {
    role_key: Option<String>,
    scope_kind: Option<String>,
    scope_id: Option<Uuid>,
    permissions: Option<Value>,
}

impl GrantColumns {
    /// What the role includes.
    pub fn permissions(&self) -> PermissionSet {
        match (&self.role_key, &self.permissions) {
            (Some(key), _) => BuiltIn::granted(key),
            (None, Some(keys)) => read_keys(keys),
            (None, None) => PermissionSet::NONE,
        }
    }

    /// The part of the organisation where it counts; none stands for everywhere.
    pub fn scope(&self) -> Option<Scope> {
        Scope::new(self.scope_kind.as_deref()?, self.scope_id?)
    }

    /// Whether it counts everywhere. A place that this build does not know is no such thing.
    fn is_everywhere(&self) -> bool {
        self.scope_kind.as_deref() == Some("organisation")
    }
}

/// What grants give everywhere, and what they give in parts of the organisation.
pub fn fold<'a>(grants: impl Iterator<Item = &'a GrantColumns>) -> (PermissionSet, Vec<ScopedGrant>) {
    let mut everywhere = PermissionSet::NONE;
    let mut parts = Vec::new();
    for grant in grants {
        let permissions = grant.permissions();
        if permissions.is_empty() {
            continue;
        }
        if grant.is_everywhere() {
            everywhere = everywhere.union(permissions);
        } else if let Some(scope) = grant.scope() {
            parts.push(ScopedGrant { scope, permissions });
        }
    }
    (everywhere, parts)
}

pub(crate) fn read_keys(keys: &Value) -> PermissionSet {
    PermissionSet::of_keys(keys.as_array().into_iter().flatten().filter_map(Value::as_str))
}

pub(crate) fn write_keys(permissions: PermissionSet) -> Value {
    permissions.iter().map(kernel::Permission::key).collect::<Vec<_>>().into()
}

/// A role of the organisation.
#[derive(Debug, Clone)]
pub struct Found {
    /// The role.
    pub id: RoleId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What it includes.
    pub permissions: PermissionSet,
    /// Whether it was removed.
    pub removed: bool,
    /// The version that a change names.
    pub version: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: RoleId,
    name: String,
    description: String,
    permissions: Value,
    removed: bool,
    version: i64,
}

impl From<Row> for Found {
    fn from(row: Row) -> Self {
        Found {
            id: row.id,
            name: row.name,
            description: row.description,
            permissions: read_keys(&row.permissions),
            removed: row.removed,
            version: row.version,
        }
    }
}

/// The living roles of the organisation, by name.
pub async fn list(on: impl Into<db::On<'_>>, organisation: OrganisationId) -> Result<Vec<Found>> {
    let rows: Vec<Row> = sql("select id, name, description, permissions, false as removed, version
         from role
         where organisation_id = $1 and deleted_at is null
         order by name, id
         limit 500")
    .bind(organisation)
    .all(on)
    .await?;
    Ok(rows.into_iter().map(Found::from).collect())
}

/// The role with this id, removed or not.
pub async fn get(tx: &mut Tx, organisation: OrganisationId, id: RoleId) -> Result<Found> {
    let row: Option<Row> =
        sql("select id, name, description, permissions, deleted_at is not null as removed, version
         from role
         where organisation_id = $1 and id = $2")
        .bind(organisation)
        .bind(id)
        .optional(tx)
        .await?;
    row.map(Found::from).or_not_found()
}

fn taken() -> Error {
    Error::invalid("name", "Another role has this name.")
}

/// Writes a new role.
pub async fn insert(
    tx: &mut Tx,
    cx: &Cx,
    id: RoleId,
    name: &RoleName,
    description: &str,
    permissions: PermissionSet,
) -> Result<()> {
    sql("insert into role
           (id, organisation_id, name, description, permissions, created_at, created_by, updated_at, updated_by)
         values ($1, $2, $3, $4, $5, $6, $7, $6, $7)")
    .bind(id)
    .bind(cx.organisation_id())
    .bind(name.as_str())
    .bind(description)
    .bind(write_keys(permissions))
    .bind(cx.now())
    .bind(cx.member_id())
    .exactly_one(tx)
    .await
    .on_constraint("role_organisation_id_name_key", taken)
}

/// Changes a role, if nobody did since `version`.
pub async fn update(
    tx: &mut Tx,
    cx: &Cx,
    (id, version): (RoleId, i64),
    name: &RoleName,
    description: &str,
    permissions: PermissionSet,
) -> Result<bool> {
    let changed = sql("update role
                       set name = $4, description = $5, permissions = $6, updated_at = $7, updated_by = $8,
                         version = version + 1
                       where organisation_id = $1 and id = $2 and version = $3 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(version)
    .bind(name.as_str())
    .bind(description)
    .bind(write_keys(permissions))
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(tx)
    .await
    .on_constraint("role_organisation_id_name_key", taken)?;
    Ok(changed == 1)
}

/// Removes a role, if nobody changed it since `version`. Its grants stay noted, for [`restore`], and give nothing.
pub async fn delete(tx: &mut Tx, cx: &Cx, id: RoleId, version: i64) -> Result<bool> {
    let changed = sql("update role
                       set deleted_at = $4, updated_at = $4, updated_by = $5, version = version + 1
                       where organisation_id = $1 and id = $2 and version = $3 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(version)
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Brings a removed role back, and with it its grants.
pub async fn restore(tx: &mut Tx, cx: &Cx, id: RoleId) -> Result<bool> {
    let changed = sql("update role
                       set deleted_at = null, updated_at = $3, updated_by = $4, version = version + 1
                       where organisation_id = $1 and id = $2 and deleted_at is not null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(tx)
    .await
    .on_constraint("role_organisation_id_name_key", || {
        Error::Conflict("Another role has this name now. Rename it, then bring this one back.".into())
    })?;
    Ok(changed == 1)
}

/// How many members have each base role, by its name. Robots have none that anybody gave them.
pub async fn count_base(cx: &Cx) -> Result<Vec<(String, i64)>> {
    Ok(sql("select role, count(*)
            from member
            where organisation_id = $1 and deleted_at is null and state <> 'robot'
            group by role")
    .bind(cx.organisation_id())
    .all(cx.db())
    .await?)
}

/// How many members hold each further role, by its key or id.
pub async fn count_granted(cx: &Cx) -> Result<Vec<(Option<String>, Option<RoleId>, i64)>> {
    Ok(sql("select g.role_key, g.role_id, count(distinct g.member_id)
            from member_grant g
            join member m on m.organisation_id = g.organisation_id and m.id = g.member_id
            where g.organisation_id = $1 and m.deleted_at is null
            group by g.role_key, g.role_id")
    .bind(cx.organisation_id())
    .all(cx.db())
    .await?)
}

/// A grant with its member.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct FoundGrant {
    /// The grant.
    pub id: GrantId,
    /// Who holds it.
    pub member_id: MemberId,
    role_id: Option<RoleId>,
    name: Option<String>,
    /// What it gives where.
    #[sqlx(flatten)]
    pub columns: GrantColumns,
}

impl FoundGrant {
    /// The role, unless it is one that this build does not know.
    pub fn role(&self) -> Option<RoleRef> {
        match (self.role_id, &self.columns.role_key) {
            (Some(id), _) => Some(RoleRef::Custom(id)),
            (None, key) => key.as_deref()?.parse().ok().map(RoleRef::BuiltIn),
        }
    }

    /// The role's name.
    pub fn name(&self) -> &str {
        match self.role() {
            Some(RoleRef::BuiltIn(role)) => role.label(),
            _ => self.name.as_deref().unwrap_or_default(),
        }
    }
}

/// The grants of a member, oldest first. Those of removed roles are left out.
pub async fn grants_of(
    on: impl Into<db::On<'_>>,
    organisation: OrganisationId,
    member: MemberId,
) -> Result<Vec<FoundGrant>> {
    Ok(sql("select g.id, g.member_id, g.role_id, r.name, g.role_key, g.scope_kind, g.scope_id, r.permissions
            from member_grant g
            left join role r on r.organisation_id = g.organisation_id and r.id = g.role_id and r.deleted_at is null
            where g.organisation_id = $1 and g.member_id = $2 and (g.role_id is null or r.id is not null)
            order by g.created_at, g.id
            limit 500")
    .bind(organisation)
    .bind(member)
    .all(on)
    .await?)
}

/// The grant with this id, unless its role was removed.
pub async fn grant(
    on: impl Into<db::On<'_>>,
    organisation: OrganisationId,
    id: GrantId,
) -> Result<FoundGrant> {
    sql("select g.id, g.member_id, g.role_id, r.name, g.role_key, g.scope_kind, g.scope_id, r.permissions
         from member_grant g
         left join role r on r.organisation_id = g.organisation_id and r.id = g.role_id and r.deleted_at is null
         where g.organisation_id = $1 and g.id = $2 and (g.role_id is null or r.id is not null)")
    .bind(organisation)
    .bind(id)
    .optional(on)
    .await?
    .or_not_found()
}

/// Gives a role; tells whether the member did not have it there already.
pub async fn insert_grant(
    tx: &mut Tx,
    cx: &Cx,
    id: GrantId,
    member: MemberId,
    role: RoleRef,
    scope: Option<Scope>,
) -> Result<bool> {
    let (key, role) = match role {
        RoleRef::BuiltIn(role) => (Some(role.key()), None),
        RoleRef::Custom(id) => (None, Some(id)),
    };
    let written = sql("insert into member_grant
           (id, organisation_id, member_id, role_key, role_id, scope_kind, scope_id, created_at, created_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict do nothing")
    .bind(id)
    .bind(cx.organisation_id())
    .bind(member)
    .bind(key)
    .bind(role)
    .bind(scope.map_or("organisation", Scope::kind))
    .bind(scope.map(Scope::id))
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(tx)
    .await?;
    Ok(written == 1)
}

/// Takes one further role away.
pub async fn delete_grant(tx: &mut Tx, cx: &Cx, id: GrantId) -> Result<()> {
    sql("delete from member_grant where organisation_id = $1 and id = $2")
        .bind(cx.organisation_id())
        .bind(id)
        .exactly_one(tx)
        .await?;
    Ok(())
}

/// Takes all further roles away, also those of removed roles.
pub async fn delete_grants(tx: &mut Tx, cx: &Cx, member: MemberId) -> Result<()> {
    sql("delete from member_grant where organisation_id = $1 and member_id = $2")
        .bind(cx.organisation_id())
        .bind(member)
        .execute(tx)
        .await?;
    Ok(())
}

//! Templates of the organisation's own.

use db::{On, Result, Writer, sql};
use kernel::Cx;
use serde_json::json;
use sqlx::types::Json;
use uuid::Uuid;

use crate::definition::Definition;

/// As many templates an organisation may have.
pub const TEMPLATES_MAX: usize = 100;

/// A template.
#[derive(Debug, sqlx::FromRow)]
pub struct Template {
    /// The template.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What is made of it.
    pub definition: Json<Definition>,
    /// The version that a change is made on.
    pub version: i64,
}

/// All of them, by name.
pub async fn list(on: impl Into<On<'_>>, cx: &Cx) -> Result<Vec<Template>> {
    sql("select id, name, description, definition, version
         from workflow_template
         where organisation_id = $1 and deleted_at is null
         order by lower(name), id")
    .bind(cx.organisation_id())
    .limit(TEMPLATES_MAX)
    .all(on)
    .await
}

/// How many there are.
pub async fn count(on: impl Into<On<'_>>, cx: &Cx) -> Result<i64> {
    let (count,): (i64,) =
        sql("select count(*) from workflow_template where organisation_id = $1 and deleted_at is null")
            .bind(cx.organisation_id())
            .one(on)
            .await?;
    Ok(count)
}

/// One of them.
pub async fn find(on: impl Into<On<'_>>, cx: &Cx, id: Uuid) -> Result<Option<Template>> {
    sql("select id, name, description, definition, version
         from workflow_template
         where organisation_id = $1 and id = $2 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .optional(on)
    .await
}

/// Saves one.
pub async fn insert(on: impl Into<Writer<'_>>, cx: &Cx, template: &Template) -> Result<()> {
    sql("insert into workflow_template
           (id, organisation_id, name, description, definition, created_at, created_by, updated_at, updated_by, version)
         values ($1, $2, $3, $4, $5, $6, $7, $6, $7, $8)")
    .bind(template.id)
    .bind(cx.organisation_id())
    .bind(&template.name)
    .bind(&template.description)
    .bind(json!(template.definition.0))
    .bind(cx.now())
    .bind(cx.member_id())
    .bind(template.version)
    .exactly_one(on)
    .await
}

/// Gives one of this version another name and description. Tells whether there was such a one.
pub async fn rename(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    id: Uuid,
    version: i64,
    name: &str,
    description: &str,
) -> Result<bool> {
    let changed = sql("update workflow_template
         set name = $4, description = $5, updated_at = $6, updated_by = $7, version = version + 1
         where organisation_id = $1 and id = $2 and version = $3 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(version)
    .bind(name)
    .bind(description)
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(on)
    .await?;
    Ok(changed == 1)
}

/// Deletes one softly, or brings it back. Tells whether there was one.
pub async fn set_deleted(on: impl Into<Writer<'_>>, cx: &Cx, id: Uuid, deleted: bool) -> Result<bool> {
    let at = deleted.then(|| cx.now());
    let changed = sql("update workflow_template
         set deleted_at = $3, updated_at = $4, updated_by = $5, version = version + 1
         where organisation_id = $1 and id = $2 and (deleted_at is null) = $6")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(at)
    .bind(cx.now())
    .bind(cx.member_id())
    .bind(deleted)
    .execute(on)
    .await?;
    Ok(changed == 1)
}

//! Public forms, and what was sent with them of late.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use db::{On, Result, Writer, sql};
use kernel::{Cx, FieldId, OrganisationId, WorkflowId};
use serde_json::json;
use sqlx::types::Json;
use uuid::Uuid;

use crate::intake::{Contact, Intake};

/// A public form as it is kept.
#[derive(Debug, sqlx::FromRow)]
pub struct Kept {
    /// Its workflow.
    pub workflow_id: WorkflowId,
    /// Whether its link opens it.
    pub active: bool,
    /// What the link ends with.
    pub token: String,
    /// The version that a change is made on.
    pub version: i64,
    heading: String,
    introduction: String,
    title_label: String,
    afterwards: String,
    contact: Contact,
    fields: Json<BTreeSet<FieldId>>,
}

impl Kept {
    /// What it says and asks.
    pub fn intake(&self) -> Intake {
        Intake {
            heading: self.heading.clone(),
            introduction: self.introduction.clone(),
            title_label: self.title_label.clone(),
            afterwards: self.afterwards.clone(),
            contact: self.contact,
            fields: self.fields.0.clone(),
        }
    }
}

/// The public form of a workflow.
pub async fn find(on: impl Into<On<'_>>, cx: &Cx, id: WorkflowId) -> Result<Option<Kept>> {
    sql("select workflow_id, active, token, version, heading, introduction, title_label, afterwards, contact, fields
         from intake_form
         where organisation_id = $1 and workflow_id = $2")
    .bind(cx.organisation_id())
    .bind(id)
    .optional(on)
    .await
}

/// The public form that is opened by a token; none where it is closed, or its workflow is gone.
pub async fn find_open(on: impl Into<On<'_>>, cx: &Cx, token: &str) -> Result<Option<Kept>> {
    sql("select f.workflow_id, f.active, f.token, f.version, f.heading, f.introduction, f.title_label, f.afterwards,
           f.contact, f.fields
         from intake_form f
         join workflow w on w.organisation_id = f.organisation_id and w.id = f.workflow_id
         where f.organisation_id = $1 and f.token = $2 and f.active and w.deleted_at is null")
    .bind(cx.organisation_id())
    .bind(token)
    .optional(on)
    .await
}

/// Keeps a public form where there is none yet. Tells whether there was none.
pub async fn insert(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    id: WorkflowId,
    intake: &Intake,
    active: bool,
    token: &str,
) -> Result<bool> {
    let written = sql("insert into intake_form
           (workflow_id, organisation_id, active, token, heading, introduction, title_label, afterwards, contact, fields,
            created_at, created_by, updated_at, updated_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $11, $12)
         on conflict (workflow_id) do nothing")
    .bind(id)
    .bind(cx.organisation_id())
    .bind(active)
    .bind(token)
    .bind(&intake.heading)
    .bind(&intake.introduction)
    .bind(&intake.title_label)
    .bind(&intake.afterwards)
    .bind(intake.contact.key())
    .bind(json!(intake.fields))
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(on)
    .await?;
    Ok(written == 1)
}

/// Changes what a public form of this version says and asks, and whether it is open. Tells whether there was such a one.
pub async fn update(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    id: WorkflowId,
    version: i64,
    intake: &Intake,
    active: bool,
) -> Result<bool> {
    let changed = sql("update intake_form
         set active = $4, heading = $5, introduction = $6, title_label = $7, afterwards = $8, contact = $9, fields = $10,
           updated_at = $11, updated_by = $12, version = version + 1
         where organisation_id = $1 and workflow_id = $2 and version = $3")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(version)
    .bind(active)
    .bind(&intake.heading)
    .bind(&intake.introduction)
    .bind(&intake.title_label)
    .bind(&intake.afterwards)
    .bind(intake.contact.key())
    .bind(json!(intake.fields))
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(on)
    .await?;
    Ok(changed == 1)
}

/// Gives a public form of this version another token. Tells whether there was such a one.
pub async fn renew(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    id: WorkflowId,
    version: i64,
    token: &str,
) -> Result<bool> {
    let changed = sql("update intake_form
         set token = $4, updated_at = $5, updated_by = $6, version = version + 1
         where organisation_id = $1 and workflow_id = $2 and version = $3")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(version)
    .bind(token)
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(on)
    .await?;
    Ok(changed == 1)
}

/// The number that the next item of a workflow will have.
pub async fn next_number(on: impl Into<On<'_>>, cx: &Cx, id: WorkflowId) -> Result<Option<i64>> {
    let row: Option<(i64,)> = sql("select next_number from workflow where organisation_id = $1 and id = $2")
        .bind(cx.organisation_id())
        .bind(id)
        .optional(on)
        .await?;
    Ok(row.map(|(number,)| number))
}

/// The number of the item that was made of the form with this key, if it was sent before.
pub async fn sent_before(on: impl Into<On<'_>>, cx: &Cx, id: WorkflowId, key: Uuid) -> Result<Option<i64>> {
    let row: Option<(i64,)> =
        sql("select number from intake_sent where organisation_id = $1 and workflow_id = $2 and key = $3")
            .bind(cx.organisation_id())
            .bind(id)
            .bind(key)
            .optional(on)
            .await?;
    Ok(row.map(|(number,)| number))
}

/// When the forms of a workflow were sent of which items were made after an instant, oldest first; `most` of them.
pub async fn sent_since(
    on: impl Into<On<'_>>,
    cx: &Cx,
    id: WorkflowId,
    since: DateTime<Utc>,
    most: usize,
) -> Result<Vec<DateTime<Utc>>> {
    let rows: Vec<(DateTime<Utc>,)> = sql("select created_at
         from intake_sent
         where organisation_id = $1 and workflow_id = $2 and $3 < created_at
         order by created_at")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(since)
    .limit(most)
    .all(on)
    .await?;
    Ok(rows.into_iter().map(|(at,)| at).collect())
}

/// Notes that an item was made of the form with this key.
pub async fn note_sent(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    id: WorkflowId,
    key: Uuid,
    number: i64,
) -> Result<()> {
    sql("insert into intake_sent (organisation_id, workflow_id, key, number, created_at)
         values ($1, $2, $3, $4, $5)")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(key)
    .bind(number)
    .bind(cx.now())
    .exactly_one(on)
    .await
}

/// Forgets what was sent before an instant.
pub async fn sweep(
    on: impl Into<Writer<'_>>,
    organisation_id: OrganisationId,
    before: DateTime<Utc>,
) -> Result<u64> {
    sql("delete from intake_sent where organisation_id = $1 and created_at < $2")
        .bind(organisation_id)
        .bind(before)
        .execute(on)
        .await
}

//! What was done with many items at once, kept for taking it back.

use chrono::{DateTime, NaiveDate, Utc};
use db::{On, Result, Writer, sql};
use kernel::{Cx, ItemId, MemberId, OrganisationId, StepId, WorkflowId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::types::Json;
use uuid::Uuid;

use crate::bulk::{BulkAct, Stay};

/// An item with which something was done, and what of it was overwritten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touched {
    /// The item.
    pub id: ItemId,
    /// What people call it.
    pub key: String,
    /// Its version since.
    pub version: i64,
    /// Who had it before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee_id: Option<MemberId>,
    /// When it was due before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// Where it was before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_id: Option<StepId>,
    /// What came of taking it back, once that was tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<Back>,
}

/// What came of taking back what was done with an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Back {
    /// It is as it was.
    Done,
    /// It stays as it is.
    Stays {
        /// Why, as in [`Stay`].
        reason: String,
        /// The same as a sentence.
        why: String,
    },
}

/// What was done.
#[derive(Debug, sqlx::FromRow)]
pub struct Kept {
    /// With items of which workflow.
    pub workflow_id: WorkflowId,
    /// What.
    pub act: Json<BulkAct>,
    /// With which items.
    pub items: Json<Vec<Touched>>,
    /// Which items stayed as they were.
    pub stays: Json<Vec<Stay>>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When somebody began to take it back.
    pub undone_at: Option<DateTime<Utc>>,
}

/// Writes down what the member of `cx` begins to do.
pub async fn insert(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    id: Uuid,
    workflow_id: WorkflowId,
    act: BulkAct,
) -> Result<()> {
    sql("insert into bulk_act (id, organisation_id, workflow_id, member_id, act, items, stays, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(id)
    .bind(cx.organisation_id())
    .bind(workflow_id)
    .bind(cx.member_id())
    .bind(json!(act))
    .bind(json!([]))
    .bind(json!([]))
    .bind(cx.now())
    .exactly_one(on)
    .await
}

/// Writes down what came of it so far.
pub async fn update(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    id: Uuid,
    items: &[Touched],
    stays: &[Stay],
) -> Result<()> {
    sql("update bulk_act set items = $3, stays = $4 where organisation_id = $1 and id = $2")
        .bind(cx.organisation_id())
        .bind(id)
        .bind(json!(items))
        .bind(json!(stays))
        .exactly_one(on)
        .await
}

/// What the member of `cx` did. Nobody else goes on with it until the unit of work is over.
pub async fn hold(on: impl Into<On<'_>>, cx: &Cx, id: Uuid) -> Result<Option<Kept>> {
    sql("select workflow_id, act, items, stays, created_at, undone_at
         from bulk_act
         where organisation_id = $1 and id = $2 and member_id = $3")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.member_id())
    .push(db::dialect::for_update(cx.db().engine()))
    .optional(on)
    .await
}

/// Notes that it is taken back now, if nobody did so before.
pub async fn set_undone(on: impl Into<Writer<'_>>, cx: &Cx, id: Uuid) -> Result<()> {
    sql("update bulk_act set undone_at = $4
         where organisation_id = $1 and id = $2 and member_id = $3 and undone_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.member_id())
    .bind(cx.now())
    .execute(on)
    .await?;
    Ok(())
}

/// Forgets what was done before then.
pub async fn sweep(
    on: impl Into<Writer<'_>>,
    organisation: OrganisationId,
    before: DateTime<Utc>,
) -> Result<()> {
    sql("delete from bulk_act where organisation_id = $1 and created_at < $2")
        .bind(organisation)
        .bind(before)
        .execute(on)
        .await?;
    Ok(())
}

//! Items by their due days, and who was reminded of them.

use chrono::NaiveDate;
use db::{On, Result, Writer, sql};
use kernel::{Cx, ItemId, MemberId, OrganisationId, WorkflowId};

use crate::due::Stage;

/// An item that somebody has to do until a day.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Due {
    /// The item.
    pub id: ItemId,
    /// Its workflow.
    pub workflow_id: WorkflowId,
    /// The key of that.
    pub workflow_key: String,
    /// Its number there.
    pub number: i64,
    /// Its title.
    pub title: String,
    /// When it is due.
    pub due_on: NaiveDate,
    /// Who does it.
    pub assignee_id: MemberId,
}

/// The open items of somebody that are due on one of these days.
pub async fn between(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<Due>> {
    sql("select i.id, i.workflow_id, w.key as workflow_key, i.number, i.title, i.due_on, i.assignee_id
         from item i
         join step s on s.organisation_id = i.organisation_id and s.id = i.step_id
         join workflow w on w.organisation_id = i.organisation_id and w.id = i.workflow_id
         where i.organisation_id = $1 and $2 <= i.due_on and i.due_on <= $3 and i.assignee_id is not null
           and i.deleted_at is null and w.deleted_at is null and s.kind <> 'done'
         order by i.due_on, i.id")
    .bind(organisation_id)
    .bind(first)
    .bind(last)
    .all(on)
    .await
}

/// Notes that somebody is reminded of an item at a stage. Tells whether nobody was before.
pub async fn note(on: impl Into<Writer<'_>>, cx: &Cx, item: &Due, stage: Stage) -> Result<bool> {
    let noted = sql("insert into item_reminder (organisation_id, item_id, due_on, stage, reminded_at)
         values ($1, $2, $3, $4, $5)
         on conflict (organisation_id, item_id, due_on, stage) do nothing")
    .bind(cx.organisation_id())
    .bind(item.id)
    .bind(item.due_on)
    .bind(stage.key())
    .bind(cx.now())
    .execute(on)
    .await?;
    Ok(noted == 1)
}

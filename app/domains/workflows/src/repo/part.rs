//! Items that are on their way as parts of others.

use db::{On, Result, Writer, sql};
use kernel::{Cx, ItemId, OrganisationId, StepId, WorkflowId};
use sqlx::types::Json;

use super::item::Row;
use crate::{
    model::{Card, Item, Outcome, PartRow, Values, WholeRow},
    quorum::Tally,
};

/// A part of an item.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Part {
    /// What it is a part of.
    pub whole_id: ItemId,
    /// The workflow that the whole is in.
    pub workflow_id: WorkflowId,
    /// What became of it; none while it is on its way.
    pub outcome: Option<Outcome>,
    /// Whether the whole still waits where it sent it.
    pub is_awaited: bool,
}

/// A part that has come, with what was filled in on the way.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Joined {
    /// The step where it began, or the row that it was begun for.
    pub name: String,
    /// Where it came together with others.
    pub step_id: StepId,
    /// The values of the whole when it was sent.
    pub base: Json<Values>,
    /// Its own.
    pub data: Json<Values>,
}

/// Notes that an item is on its way as a part of another one.
pub async fn insert(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    item_id: ItemId,
    whole: &Item,
    name: &str,
) -> Result<()> {
    sql("insert into item_part (item_id, organisation_id, whole_id, since, name, base) values ($1, $2, $3, $4, $5, $6)")
        .bind(item_id)
        .bind(cx.organisation_id())
        .bind(whole.card.id)
        .bind(whole.card.step_since)
        .bind(name)
        .bind(serde_json::Value::Object(whole.data.clone()))
        .exactly_one(on)
        .await
}

/// What an item is, or was, a part of.
pub async fn find(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    item_id: ItemId,
) -> Result<Option<Part>> {
    sql("select p.whole_id, w.workflow_id, p.outcome, (w.step_since = p.since and w.deleted_at is null) as is_awaited
         from item_part p
         join item w on w.id = p.whole_id
         where p.organisation_id = $1 and p.item_id = $2")
    .bind(organisation_id)
    .bind(item_id)
    .optional(on)
    .await
}

/// Says what became of a part that is on its way. Tells whether it was.
pub async fn close(on: impl Into<Writer<'_>>, cx: &Cx, item_id: ItemId, outcome: Outcome) -> Result<bool> {
    let closed = sql("update item_part set outcome = $3, ended_at = $4
         where organisation_id = $1 and item_id = $2 and outcome is null")
    .bind(cx.organisation_id())
    .bind(item_id)
    .bind(outcome.key())
    .bind(cx.now())
    .execute(on)
    .await?;
    Ok(closed == 1)
}

/// Lets a part be on its way again that had ended, or was called off, if the whole still waits there.
pub async fn reopen(
    on: impl Into<Writer<'_>>,
    organisation_id: OrganisationId,
    item_id: ItemId,
) -> Result<bool> {
    let opened = sql("update item_part set outcome = null, ended_at = null
         where organisation_id = $1 and item_id = $2 and outcome is not null
           and exists (select 1 from item w
             where w.id = item_part.whole_id and w.step_since = item_part.since and w.deleted_at is null)")
    .bind(organisation_id)
    .bind(item_id)
    .execute(on)
    .await?;
    Ok(opened == 1)
}

/// Calls off all parts of an item that are on their way. Tells whether there were any.
pub async fn withdraw(on: impl Into<Writer<'_>>, cx: &Cx, whole_id: ItemId) -> Result<bool> {
    let withdrawn = sql("update item_part set outcome = 'withdrawn', ended_at = $3
         where organisation_id = $1 and whole_id = $2 and outcome is null")
    .bind(cx.organisation_id())
    .bind(whole_id)
    .bind(cx.now())
    .execute(on)
    .await?;
    Ok(withdrawn != 0)
}

/// The parts of an item that were called off and are still there.
pub async fn withdrawn(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    whole_id: ItemId,
) -> Result<Vec<ItemId>> {
    let rows: Vec<(ItemId,)> = sql("select p.item_id
         from item_part p
         join item i on i.id = p.item_id
         where p.organisation_id = $1 and p.whole_id = $2 and p.outcome = 'withdrawn' and i.deleted_at is null
         order by p.item_id")
    .bind(organisation_id)
    .bind(whole_id)
    .all(on)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The parts that were called off when the item itself was deleted.
pub async fn withdrawn_with(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    whole_id: ItemId,
) -> Result<Vec<ItemId>> {
    let rows: Vec<(ItemId,)> = sql("select p.item_id
         from item_part p
         join item w on w.id = p.whole_id and w.deleted_at = p.ended_at
         where p.organisation_id = $1 and p.whole_id = $2 and p.outcome = 'withdrawn'
         order by p.item_id")
    .bind(organisation_id)
    .bind(whole_id)
    .all(on)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// How many parts an item has where it waits.
pub async fn tally(on: impl Into<On<'_>>, organisation_id: OrganisationId, whole: &Card) -> Result<Tally> {
    let rows: Vec<(Option<Outcome>, i64)> = sql("select outcome, count(*) from item_part
         where organisation_id = $1 and whole_id = $2 and since = $3
         group by outcome")
    .bind(organisation_id)
    .bind(whole.id)
    .bind(whole.step_since)
    .all(on)
    .await?;
    let count = |wanted| {
        let found = rows.iter().find(|(outcome, _)| *outcome == wanted);
        found.map_or(0, |(_, count)| usize::try_from(*count).unwrap_or_default())
    };
    Ok(Tally { joined: count(Some(Outcome::Joined)), open: count(None) })
}

/// The parts of an item that have come where it waits, in the order in which they did.
pub async fn joined(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    whole: &Card,
) -> Result<Vec<Joined>> {
    sql("select p.name, i.step_id, p.base, i.data
         from item_part p
         join item i on i.id = p.item_id
         where p.organisation_id = $1 and p.whole_id = $2 and p.since = $3 and p.outcome = 'joined'
         order by p.ended_at, p.item_id")
    .bind(organisation_id)
    .bind(whole.id)
    .bind(whole.step_since)
    .all(on)
    .await
}

/// The item with this number in a workflow, if it has come together with other parts of its whole: it is there to be read only.
pub async fn find_joined(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    workflow_id: WorkflowId,
    number: i64,
) -> Result<Option<Item>> {
    let row: Option<Row> = sql("select i.id, i.number, i.title, i.tag, i.step_id, i.step_since, i.priority, i.assignee_id, i.due_on,
           i.amount, i.comment_count, i.version, i.workflow_id, i.data, i.created_at, i.created_by, i.updated_at,
           i.returns_to_step_id, i.wakes_at
         from item i
         join item_part p on p.item_id = i.id and p.outcome = 'joined'
         where i.organisation_id = $1 and i.workflow_id = $2 and i.number = $3 and i.deleted_at is not null")
    .bind(organisation_id)
    .bind(workflow_id)
    .bind(number)
    .optional(on)
    .await?;
    Ok(row.map(|row| row.split().1))
}

/// The workflow and the id of the item with this number in the workflow with this key, if it has come together with others.
pub async fn find_joined_id(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    workflow_key: &str,
    number: i64,
) -> Result<Option<(WorkflowId, ItemId)>> {
    sql("select i.workflow_id, i.id
         from item i
         join workflow w on w.id = i.workflow_id and w.deleted_at is null
         join item_part p on p.item_id = i.id and p.outcome = 'joined'
         where i.organisation_id = $1 and w.key = $2 and i.number = $3 and i.deleted_at is not null")
    .bind(organisation_id)
    .bind(workflow_key)
    .bind(number)
    .optional(on)
    .await
}

/// The workflow of the item with this id, if it has come together with others.
pub async fn workflow_of_joined(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    item_id: ItemId,
) -> Result<Option<WorkflowId>> {
    let found: Option<(WorkflowId,)> = sql("select i.workflow_id
         from item i
         join item_part p on p.item_id = i.id and p.outcome = 'joined'
         where i.organisation_id = $1 and i.id = $2 and i.deleted_at is not null")
    .bind(organisation_id)
    .bind(item_id)
    .optional(on)
    .await?;
    Ok(found.map(|(id,)| id))
}

/// The parts of an item, those that it waits for now first, and in each case in the order in which they were sent.
pub async fn of_whole(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    whole: &Card,
    limit: usize,
) -> Result<Vec<PartRow>> {
    sql("select w.key as workflow_key, i.number, i.title, p.name, s.name as step_name, i.assignee_id, p.outcome,
           p.since = $3 as is_current
         from item_part p
         join item i on i.id = p.item_id
         join workflow w on w.id = i.workflow_id
         join step s on s.id = i.step_id
         where p.organisation_id = $1 and p.whole_id = $2
         order by p.since desc, p.item_id")
    .bind(organisation_id)
    .bind(whole.id)
    .bind(whole.step_since)
    .limit(limit)
    .all(on)
    .await
}

/// The item that another one is a part of, as its page shows it.
pub async fn whole_of(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    item_id: ItemId,
) -> Result<Option<WholeRow>> {
    sql("select k.key as workflow_key, w.number, w.title, s.name as step_name, p.outcome
         from item_part p
         join item w on w.id = p.whole_id and w.deleted_at is null
         join workflow k on k.id = w.workflow_id and k.deleted_at is null
         join step s on s.id = w.step_id
         where p.organisation_id = $1 and p.item_id = $2")
    .bind(organisation_id)
    .bind(item_id)
    .optional(on)
    .await
}

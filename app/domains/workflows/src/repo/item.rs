//! Single items: find, add, move, change, delete.

use chrono::{DateTime, Utc};
use db::{On, Result, Writer, sql};
use kernel::{ItemId, MemberId, OrganisationId, StepId, WorkflowId};
use sqlx::types::Json;

use crate::model::{Card, Item, ItemHit, MY_ITEMS, MyItem, Values};

/// An item's row with its workflow.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    #[sqlx(flatten)]
    pub(super) card: Card,
    workflow_id: WorkflowId,
    data: Json<Values>,
    created_at: DateTime<Utc>,
    created_by: Option<MemberId>,
    updated_at: DateTime<Utc>,
    returns_to_step_id: Option<StepId>,
    wakes_at: Option<DateTime<Utc>>,
}

impl Row {
    pub(super) fn split(self) -> (WorkflowId, Item) {
        let item = Item {
            card: self.card,
            data: self.data.0,
            created_at: self.created_at,
            created_by: self.created_by,
            updated_at: self.updated_at,
            returns_to: self.returns_to_step_id,
            wakes_at: self.wakes_at,
        };
        (self.workflow_id, item)
    }
}

/// The item with this id and the workflow it is in. Deleted items are not found.
pub async fn find(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    id: ItemId,
) -> Result<Option<(WorkflowId, Item)>> {
    let row: Option<Row> =
        sql("select id, number, title, tag, step_id, step_since, priority, assignee_id, due_on, amount,
           comment_count, version, workflow_id, data, created_at, created_by, updated_at,
           returns_to_step_id, wakes_at
         from item
         where organisation_id = $1 and id = $2 and deleted_at is null")
        .bind(organisation_id)
        .bind(id)
        .optional(on)
        .await?;
    Ok(row.map(Row::split))
}

/// The items of a workflow with these ids, in the order of the ids. Where they are `held`, nobody else changes them until
/// the unit of work is over.
pub async fn find_many(
    on: impl Into<On<'_>>,
    cx: &kernel::Cx,
    workflow_id: WorkflowId,
    ids: &[ItemId],
    held: bool,
) -> Result<Vec<Item>> {
    let rows: Vec<Row> =
        sql("select id, number, title, tag, step_id, step_since, priority, assignee_id, due_on, amount,
           comment_count, version, workflow_id, data, created_at, created_by, updated_at,
           returns_to_step_id, wakes_at
         from item
         where organisation_id = $1 and workflow_id = $2 and deleted_at is null and id in ")
        .bind(cx.organisation_id())
        .bind(workflow_id)
        .push_list(ids.iter().copied())
        .push(" order by id")
        .push(if held { db::dialect::for_update(cx.db().engine()) } else { "" })
        .all(on)
        .await?;
    Ok(rows.into_iter().map(|row| row.split().1).collect())
}

/// Ids, numbers and versions of the items of a workflow with these ids, also of deleted ones, and whether they are deleted, in
/// the order of the ids. Where they are `held`, nobody else changes them until the unit of work is over.
pub async fn traces(
    on: impl Into<On<'_>>,
    cx: &kernel::Cx,
    workflow_id: WorkflowId,
    ids: &[ItemId],
    held: bool,
) -> Result<Vec<(ItemId, i64, i64, bool)>> {
    sql("select id, number, version, deleted_at is not null
         from item
         where organisation_id = $1 and workflow_id = $2 and id in ")
    .bind(cx.organisation_id())
    .bind(workflow_id)
    .push_list(ids.iter().copied())
    .push(" order by id")
    .push(if held { db::dialect::for_update(cx.db().engine()) } else { "" })
    .all(on)
    .await
}

/// The items with these numbers in a workflow, each with its number and version.
pub async fn of_numbers(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    workflow_id: WorkflowId,
    numbers: &[i64],
) -> Result<Vec<(i64, ItemId, i64)>> {
    sql("select number, id, version
         from item
         where organisation_id = $1 and workflow_id = $2 and deleted_at is null and number in ")
    .bind(organisation_id)
    .bind(workflow_id)
    .push_list(numbers.iter().copied())
    .all(on)
    .await
}

/// The item with this number in a workflow.
pub async fn find_by_number(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    workflow_id: WorkflowId,
    number: i64,
) -> Result<Option<Item>> {
    let row: Option<Row> =
        sql("select id, number, title, tag, step_id, step_since, priority, assignee_id, due_on, amount,
           comment_count, version, workflow_id, data, created_at, created_by, updated_at,
           returns_to_step_id, wakes_at
         from item
         where organisation_id = $1 and workflow_id = $2 and number = $3 and deleted_at is null")
        .bind(organisation_id)
        .bind(workflow_id)
        .bind(number)
        .optional(on)
        .await?;
    Ok(row.map(|row| row.split().1))
}

/// The workflow and the id of the item with this number in the workflow with this key.
pub async fn find_id(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    workflow_key: &str,
    number: i64,
) -> Result<Option<(WorkflowId, ItemId)>> {
    sql("select i.workflow_id, i.id
         from item i
         join workflow w on w.organisation_id = i.organisation_id and w.id = i.workflow_id
         where i.organisation_id = $1 and w.key = $2 and i.number = $3
           and w.deleted_at is null and i.deleted_at is null")
    .bind(organisation_id)
    .bind(workflow_key)
    .bind(number)
    .optional(on)
    .await
}

/// The deleted item with this number in the workflow with this key.
pub async fn find_deleted(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    workflow_key: &str,
    number: i64,
) -> Result<Option<ItemId>> {
    let found: Option<(ItemId,)> = sql("select i.id
         from item i
         join workflow w on w.organisation_id = i.organisation_id and w.id = i.workflow_id
         where i.organisation_id = $1 and w.key = $2 and i.number = $3
           and w.deleted_at is null and i.deleted_at is not null")
    .bind(organisation_id)
    .bind(workflow_key)
    .bind(number)
    .optional(on)
    .await?;
    Ok(found.map(|(id,)| id))
}

/// Id, key of the workflow, number and title of items with these ids, those that have come together with others too.
pub async fn names(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    ids: &[uuid::Uuid],
) -> Result<Vec<(uuid::Uuid, String, i64, String)>> {
    sql("select i.id, w.key, i.number, i.title
         from item i
         join workflow w on w.organisation_id = i.organisation_id and w.id = i.workflow_id
         left join item_part p on p.item_id = i.id and p.outcome = 'joined'
         where i.organisation_id = $1 and (i.deleted_at is null or p.item_id is not null) and w.deleted_at is null
           and i.id in ")
    .bind(organisation_id)
    .push_list(ids.iter().copied())
    .all(on)
    .await
}

/// Items in a step, the longest waiting first.
pub async fn in_step(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    step_id: StepId,
    limit: usize,
) -> Result<Vec<Item>> {
    let rows: Vec<Row> =
        sql("select id, number, title, tag, step_id, step_since, priority, assignee_id, due_on, amount,
           comment_count, version, workflow_id, data, created_at, created_by, updated_at,
           returns_to_step_id, wakes_at
         from item
         where organisation_id = $1 and step_id = $2 and deleted_at is null
         order by step_since, id")
        .bind(organisation_id)
        .bind(step_id)
        .limit(limit)
        .all(on)
        .await?;
    Ok(rows.into_iter().map(|row| row.split().1).collect())
}

/// What cards show of an item, with its workflow.
pub async fn find_card(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    id: ItemId,
) -> Result<Option<Card>> {
    sql("select id, number, title, tag, step_id, step_since, priority, assignee_id, due_on, amount, comment_count, version
         from item
         where organisation_id = $1 and id = $2 and deleted_at is null")
    .bind(organisation_id)
    .bind(id)
    .optional(on)
    .await
}

/// Adds an item.
pub async fn insert(
    on: impl Into<Writer<'_>>,
    organisation_id: OrganisationId,
    workflow_id: WorkflowId,
    item: &Item,
) -> Result<()> {
    let card = &item.card;
    sql("insert into item (id, organisation_id, workflow_id, number, title, tag, step_id, step_since, priority,
           assignee_id, due_on, amount, comment_count, data, created_at, created_by, updated_at, updated_by, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $16, $18)")
    .bind(card.id)
    .bind(organisation_id)
    .bind(workflow_id)
    .bind(card.number)
    .bind(&card.title)
    .bind(&card.tag)
    .bind(card.step_id)
    .bind(card.step_since)
    .bind(card.priority.level())
    .bind(card.assignee_id)
    .bind(card.due_on)
    .bind(card.amount)
    .bind(card.comment_count)
    .bind(serde_json::Value::Object(item.data.clone()))
    .bind(item.created_at)
    .bind(item.created_by)
    .bind(item.updated_at)
    .bind(card.version)
    .exactly_one(on)
    .await
}

/// Puts an item into the step that its card names, from which it may return straight away to the one that sent it back.
/// `version` is the one before. Tells whether there was such an item.
pub async fn set_step(
    on: impl Into<Writer<'_>>,
    cx: &kernel::Cx,
    version: i64,
    card: &Card,
    returns_to: Option<StepId>,
) -> Result<bool> {
    let changed = sql("update item
         set step_id = $4, step_since = $5, updated_at = $5, updated_by = $6, returns_to_step_id = $7,
           wakes_at = null, version = version + 1
         where organisation_id = $1 and id = $2 and version = $3 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(card.id)
    .bind(version)
    .bind(card.step_id)
    .bind(card.step_since)
    .bind(cx.actor_id())
    .bind(returns_to)
    .execute(on)
    .await?;
    Ok(changed == 1)
}

/// Lets an item wait in its step until then.
pub async fn set_wake(
    on: impl Into<Writer<'_>>,
    organisation_id: OrganisationId,
    id: ItemId,
    at: Option<DateTime<Utc>>,
) -> Result<()> {
    sql("update item set wakes_at = $3 where organisation_id = $1 and id = $2")
        .bind(organisation_id)
        .bind(id)
        .bind(at)
        .exactly_one(on)
        .await
}

/// Items of a step in the order of their ids, behind one if it is named.
pub async fn ids_in_step(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    step_id: StepId,
    after: Option<ItemId>,
    limit: usize,
) -> Result<Vec<ItemId>> {
    let mut query =
        sql("select id from item where organisation_id = $1 and step_id = $2 and deleted_at is null")
            .bind(organisation_id)
            .bind(step_id);
    if let Some(after) = after {
        query = query.push(" and id > ").push_bind(after);
    }
    let rows: Vec<(ItemId,)> = query.push(" order by id").limit(limit).all(on).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Lets nothing wait any more in a step.
pub async fn forget_wakes(
    on: impl Into<Writer<'_>>,
    organisation_id: OrganisationId,
    step_id: StepId,
) -> Result<()> {
    sql("update item set wakes_at = null where organisation_id = $1 and step_id = $2 and wakes_at is not null")
        .bind(organisation_id)
        .bind(step_id)
        .execute(on)
        .await?;
    Ok(())
}

/// Replaces what people edit on an item of this version. Tells whether there was such an item.
pub async fn update(on: impl Into<Writer<'_>>, cx: &kernel::Cx, version: i64, item: &Item) -> Result<bool> {
    let card = &item.card;
    let changed = sql("update item
         set title = $4, tag = $5, priority = $6, assignee_id = $7, due_on = $8, amount = $9, data = $10,
           updated_at = $11, updated_by = $12, version = version + 1
         where organisation_id = $1 and id = $2 and version = $3 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(card.id)
    .bind(version)
    .bind(&card.title)
    .bind(&card.tag)
    .bind(card.priority.level())
    .bind(card.assignee_id)
    .bind(card.due_on)
    .bind(card.amount)
    .bind(serde_json::Value::Object(item.data.clone()))
    .bind(cx.now())
    .bind(cx.actor_id())
    .execute(on)
    .await?;
    Ok(changed == 1)
}

/// Deletes an item softly, only that of a version if one is named. Gives the step it was in and its workflow.
pub async fn delete(
    on: impl Into<On<'_>>,
    cx: &kernel::Cx,
    id: ItemId,
    version: Option<i64>,
) -> Result<Option<(StepId, WorkflowId)>> {
    sql("update item
         set deleted_at = $3, updated_at = $3, updated_by = $4, version = version + 1
         where organisation_id = $1 and id = $2 and deleted_at is null and version = coalesce($5, version)
         returning step_id, workflow_id")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.now())
    .bind(cx.actor_id())
    .bind(version)
    .optional(on)
    .await
}

/// Brings a deleted item back. Gives the step it is in and its workflow.
pub async fn restore(
    on: impl Into<On<'_>>,
    cx: &kernel::Cx,
    id: ItemId,
) -> Result<Option<(StepId, WorkflowId)>> {
    sql("update item
         set deleted_at = null, updated_at = $3, updated_by = $4, version = version + 1
         where organisation_id = $1 and id = $2 and deleted_at is not null
         returning step_id, workflow_id")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.now())
    .bind(cx.actor_id())
    .optional(on)
    .await
}

/// Changes the number of comments of an item by `by`.
pub async fn count_comment(
    on: impl Into<Writer<'_>>,
    organisation_id: OrganisationId,
    id: ItemId,
    by: i64,
) -> Result<()> {
    sql("update item set comment_count = comment_count + $3 where organisation_id = $1 and id = $2")
        .bind(organisation_id)
        .bind(id)
        .bind(by)
        .exactly_one(on)
        .await
}

#[derive(sqlx::FromRow)]
struct MyRow {
    #[sqlx(flatten)]
    card: Card,
    workflow_key: String,
    step_name: String,
    place: i64,
    steps: i64,
}

/// The open items of a member, the most pressing first.
pub async fn of_member(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    member_id: MemberId,
) -> Result<Vec<MyItem>> {
    let rows: Vec<MyRow> =
        sql("select i.id, i.number, i.title, i.tag, i.step_id, i.step_since, i.priority, i.assignee_id,
           i.due_on, i.amount, i.comment_count, i.version, w.key as workflow_key, s.name as step_name,
           s.position as place, (select count(*) from step t where t.workflow_id = w.id and t.edition = s.edition) as steps
         from item i
         join step s on s.id = i.step_id
         join workflow w on w.id = i.workflow_id
         where i.organisation_id = $1 and i.assignee_id = $2 and i.deleted_at is null and s.kind <> 'done'
           and w.deleted_at is null
         order by case when i.due_on is null then 1 else 0 end, i.due_on, i.priority desc, i.id")
        .bind(organisation_id)
        .bind(member_id)
        .limit(MY_ITEMS)
        .all(on)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| MyItem {
            workflow_key: row.workflow_key,
            step_name: row.step_name,
            place: row.place,
            steps: row.steps,
            card: row.card,
        })
        .collect())
}

/// Items whose number, plate or title fits, the best fit first.
pub async fn search(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    words: &str,
    limit: i64,
) -> Result<Vec<ItemHit>> {
    let number = crate::model::parse_item_key(words).map(|(_, number)| number).or_else(|| words.parse().ok());
    let (pattern, tag) = (super::list::pattern(words), super::list::tag_pattern(words));
    sql("select i.id, w.key as workflow_key, i.number, i.title, i.tag, s.name as step_name
         from item i
         join step s on s.id = i.step_id
         join workflow w on w.id = i.workflow_id
         where i.organisation_id = $1 and i.deleted_at is null and w.deleted_at is null
           and (i.number = $2 or replace(lower(i.tag), ' ', '') like $4 escape '\\' or lower(i.title) like $3 escape '\\')
         order by case when i.number = $2 then 0 when replace(lower(i.tag), ' ', '') like $4 escape '\\' then 1 else 2 end,
           i.updated_at desc, i.id
         limit $5")
    .bind(organisation_id)
    .bind(number)
    .bind(pattern)
    .bind(tag)
    .bind(limit)
    .all(on)
    .await
}

//! Items as others know them: what hangs on an item is seen by who may see the item.

use kernel::{Cx, ItemId, Permission, Record, RecordFound, RecordKind, RecordName, RecordNames, Topic};
use uuid::Uuid;

use crate::{api::topic, model::parse_item_key, repo};

/// An item, with its key in the address.
pub const ITEM: RecordKind = RecordKind {
    kind: "item",
    page: "/items/",
    max_file_bytes: None,
    by_key: item_by_key,
    by_id: item_by_id,
    names: Some(item_names),
};

fn item_by_key<'a>(cx: &'a Cx, key: &'a str) -> RecordFound<'a> {
    Box::pin(async move {
        let cx = cx.clone().require(Permission::ItemView)?;
        let Some((workflow_key, number)) = parse_item_key(key) else { return Ok(None) };
        let organisation_id = cx.organisation_id();
        if let Some((workflow, item)) =
            repo::item::find_id(cx.db(), organisation_id, workflow_key, number).await?
        {
            return Ok(Some(record(&cx, workflow, item.uuid())));
        }
        let joined = repo::part::find_joined_id(cx.db(), organisation_id, workflow_key, number).await?;
        Ok(joined.map(|(workflow, item)| to_read(&cx, workflow, item.uuid())))
    })
}

fn item_by_id<'a>(cx: &'a Cx, id: Uuid) -> RecordFound<'a> {
    Box::pin(async move {
        let cx = cx.clone().require(Permission::ItemView)?;
        let (organisation_id, item_id) = (cx.organisation_id(), ItemId::from(id));
        if let Some((workflow, _)) = repo::item::find(cx.db(), organisation_id, item_id).await? {
            return Ok(Some(record(&cx, workflow, id)));
        }
        let joined = repo::part::workflow_of_joined(cx.db(), organisation_id, item_id).await?;
        Ok(joined.map(|workflow| to_read(&cx, workflow, id)))
    })
}

fn item_names<'a>(cx: &'a Cx, ids: &'a [Uuid]) -> RecordNames<'a> {
    Box::pin(async move {
        if !cx.may(Permission::ItemView) {
            return Ok(Vec::new());
        }
        let rows = repo::item::names(cx.db(), cx.organisation_id(), ids).await?;
        let name = |(id, workflow, number, title): (Uuid, String, i64, String)| RecordName {
            id,
            key: format!("{workflow}-{number}"),
            title,
        };
        Ok(rows.into_iter().map(name).collect())
    })
}

/// A part that has come together with others.
fn to_read(cx: &Cx, workflow: kernel::WorkflowId, id: Uuid) -> Record {
    Record { may_change: false, ..record(cx, workflow, id) }
}

fn record(cx: &Cx, workflow: kernel::WorkflowId, id: Uuid) -> Record {
    let topic = Topic::of(Permission::ItemView, topic(workflow));
    Record { id, topic, may_change: cx.may(Permission::ItemEdit), may_comment: false }
}

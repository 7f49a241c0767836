//! Doing the same with many items.

use kernel::{ItemId, Result, WorkflowId};
use leptos::prelude::*;
use uuid::Uuid;

use crate::{
    bulk::{BulkAct, Done, Outlook, Undone},
    filter::{Filter, Sort},
};

#[cfg(feature = "ssr")]
use {super::read_key, crate::acts::bulk as acts, kernel::Cx};

/// The items of a workflow that fit, in the order of the list, as many as can be changed at once.
#[server(input = server_fn::codec::Json)]
pub async fn find_for_bulk(key: String, filter: Filter, sort: Sort) -> Result<Vec<ItemId>> {
    acts::find(&Cx::current().await?, &key, &filter, sort).await
}

/// What would happen if it were done with these items now.
#[server(input = server_fn::codec::Json)]
pub async fn look_at_bulk(workflow_id: WorkflowId, act: BulkAct, items: Vec<ItemId>) -> Result<Outlook> {
    acts::look(&Cx::current().await?, workflow_id, act, &items).await
}

/// Does it with the items that are as they were seen, each with its version. Sent again with the same `key`, it is done once.
#[server(input = server_fn::codec::Json)]
pub async fn do_bulk(
    workflow_id: WorkflowId,
    act: BulkAct,
    items: Vec<(ItemId, i64)>,
    key: Option<String>,
) -> Result<Done> {
    acts::run(&Cx::current().await?, workflow_id, act, &items, read_key(key)).await
}

/// Takes back as one what one did with many items. Items that were changed since stay as they are, and are named.
#[server]
pub async fn undo_bulk(id: Uuid) -> Result<Undone> {
    acts::undo(&Cx::current().await?, id).await
}

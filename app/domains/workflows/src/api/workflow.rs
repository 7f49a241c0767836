//! Reading workflows, boards and lists.

use kernel::{ItemId, Result, WorkflowId};
use leptos::prelude::*;

use crate::{
    filter::{Filter, Sort},
    lanes::{LanesBy, Load},
    model::{
        Board, CardNews, DueMonth, Field, ItemHit, ItemList, LaneBoard, MyWork, Workflow, WorkflowSummary,
    },
};

#[cfg(feature = "ssr")]
use {
    crate::{
        acts::{approval, stand_in, workflow as acts},
        month::Month,
    },
    kernel::{Cx, Permission},
};

/// Every workflow of the organisation; none for who sees no items, whose navigation asks like that of everybody.
#[server]
pub async fn list_workflows() -> Result<Vec<WorkflowSummary>> {
    let cx = Cx::current().await?;
    if cx.may(Permission::ItemView) { acts::list(&cx).await } else { Ok(Vec::new()) }
}

/// The board of the workflow whose items are called `key-…`.
#[server(input = server_fn::codec::Json)]
pub async fn load_board(key: String, filter: Filter) -> Result<Board> {
    acts::board(&Cx::current().await?, &key, &filter).await
}

/// The same board with its cards in lanes.
#[server(input = server_fn::codec::Json)]
pub async fn load_lanes(key: String, filter: Filter, by: LanesBy) -> Result<LaneBoard> {
    acts::lanes(&Cx::current().await?, &key, &filter, by).await
}

/// How many open items who has in which step, for a board in lanes that is open.
#[server(input = server_fn::codec::Json)]
pub async fn load_loads(key: String, filter: Filter) -> Result<Vec<Load>> {
    acts::loads(&Cx::current().await?, &key, &filter).await
}

/// The items that are due in a month, written as in `2025-11`; in this month, if none is.
#[server(input = server_fn::codec::Json)]
pub async fn load_month(key: String, filter: Filter, month: Option<String>) -> Result<DueMonth> {
    let month = month.as_deref().and_then(Month::read);
    acts::month(&Cx::current().await?, &key, &filter, month).await
}

/// A page of the list of a workflow's items. `after` is the `next` of the page before.
#[server(input = server_fn::codec::Json)]
pub async fn load_list(key: String, filter: Filter, sort: Sort, after: Option<String>) -> Result<ItemList> {
    acts::items(&Cx::current().await?, &key, &filter, sort, after.as_deref()).await
}

/// A workflow and the fields of its form, for adding an item.
#[server]
pub async fn load_form(key: String) -> Result<(Workflow, Vec<Field>)> {
    acts::form(&Cx::current().await?, &key).await
}

/// What a board needs to know when it hears that an item changed.
#[server]
pub async fn load_card(workflow_id: WorkflowId, item_id: ItemId) -> Result<CardNews> {
    acts::card(&Cx::current().await?, workflow_id, item_id).await
}

/// What waits for the viewer: items to be approved, and their own.
#[server]
pub async fn load_my_work() -> Result<MyWork> {
    let cx = Cx::current().await?;
    Ok(MyWork {
        decisions: approval::waiting(&cx).await?,
        items: acts::mine(&cx).await?,
        away: stand_in::find(&cx).await?,
    })
}

/// Items whose number, plate or title fits the words, for the command palette.
#[server]
pub async fn search_items(words: String) -> Result<Vec<ItemHit>> {
    acts::search(&Cx::current().await?, &words).await
}

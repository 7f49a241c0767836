//! Reading workflows, boards and lists.

use kernel::{ItemId, Result, WorkflowId};
use leptos::prelude::*;

use crate::{
    filter::{Filter, Sort},
    model::{Board, CardNews, Field, ItemHit, ItemList, MyItem, Workflow, WorkflowSummary},
};

#[cfg(feature = "ssr")]
use {
    crate::repo,
    kernel::{Cx, OrNotFound, Permission},
};

/// Every workflow of the organisation.
#[server]
pub async fn list_workflows() -> Result<Vec<WorkflowSummary>> {
    let cx = Cx::current().await?.require(Permission::ItemView)?;
    Ok(repo::workflow::list(cx.db(), cx.organisation_id()).await?)
}

/// The board of the workflow whose items are called `key-…`.
#[server(input = server_fn::codec::Json)]
pub async fn load_board(key: String, filter: Filter) -> Result<Board> {
    let cx = Cx::current().await?.require(Permission::ItemView)?;
    let workflow = repo::workflow::find_by_key(cx.db(), cx.organisation_id(), &key).await?.or_not_found()?;
    let columns = repo::list::columns(&cx, &workflow, &filter).await?;
    Ok(Board { workflow, columns })
}

/// A page of the list of a workflow's items. `after` is the `next` of the page before.
#[server(input = server_fn::codec::Json)]
pub async fn load_list(key: String, filter: Filter, sort: Sort, after: Option<String>) -> Result<ItemList> {
    let cx = Cx::current().await?.require(Permission::ItemView)?;
    let workflow = repo::workflow::find_by_key(cx.db(), cx.organisation_id(), &key).await?.or_not_found()?;
    let (cards, next) = repo::list::page(&cx, &workflow, &filter, sort, after.as_deref()).await?;
    let total = repo::list::count(&cx, &workflow, &filter).await?;
    Ok(ItemList { workflow, cards, next, total })
}

/// A workflow and the fields of its form, for adding an item.
#[server]
pub async fn load_form(key: String) -> Result<(Workflow, Vec<Field>)> {
    let cx = Cx::current().await?.require(Permission::ItemCreate)?;
    let workflow = repo::workflow::find_by_key(cx.db(), cx.organisation_id(), &key).await?.or_not_found()?;
    let fields = repo::workflow::fields(cx.db(), cx.organisation_id(), workflow.head.id).await?;
    Ok((workflow, fields))
}

/// What a board needs to know when it hears that an item changed.
#[server]
pub async fn load_card(workflow_id: WorkflowId, item_id: ItemId) -> Result<CardNews> {
    let cx = Cx::current().await?.require(Permission::ItemView)?;
    Ok(CardNews {
        card: repo::item::find_card(cx.db(), cx.organisation_id(), item_id).await?,
        counts: repo::workflow::counts(cx.db(), cx.organisation_id(), workflow_id).await?,
    })
}

/// The viewer's own open items, the most pressing first.
#[server]
pub async fn list_my_items() -> Result<Vec<MyItem>> {
    let cx = Cx::current().await?.require(Permission::ItemView)?;
    Ok(repo::item::of_member(cx.db(), cx.organisation_id(), cx.member_id()).await?)
}

/// Items whose number, plate or title fits the words, for the command palette.
#[server]
pub async fn search_items(words: String) -> Result<Vec<ItemHit>> {
    let cx = Cx::current().await?.require(Permission::ItemView)?;
    let words: String = words.trim().chars().take(100).collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    Ok(repo::item::search(cx.db(), cx.organisation_id(), &words, 8).await?)
}

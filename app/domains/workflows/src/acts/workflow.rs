//! Reading workflows, boards and lists.

use std::collections::BTreeMap;

use db::Reader;
use kernel::{Cx, Error, ItemId, OrNotFound, Permission, Result, StepId, WorkflowId};

use crate::{
    filter::{Filter, Sort, SortBy},
    lanes::{LanesBy, Load},
    model::{
        Board, CardNews, DueMonth, Field, ItemHit, ItemList, LaneBoard, MyItem, Workflow, WorkflowSummary,
    },
    month::{MONTH_LIMIT, Month},
    repo::{
        self,
        list::{Cursor, DueSpan, PAGE_LIMIT, Wanted},
    },
};

/// Every workflow of the organisation.
pub async fn list(cx: &Cx) -> Result<Vec<WorkflowSummary>> {
    let cx = viewer(cx)?;
    Ok(repo::workflow::list(cx.db(), cx.organisation_id()).await?)
}

/// Every workflow of the organisation, with steps and transitions.
pub async fn all(cx: &Cx) -> Result<Vec<Workflow>> {
    let cx = viewer(cx)?;
    Ok(repo::workflow::all(cx.db(), cx.organisation_id()).await?)
}

/// The workflow whose items are called `key-…`.
pub async fn find(cx: &Cx, key: &str) -> Result<Workflow> {
    by_key(cx.db(), &viewer(cx)?, key).await
}

/// The same with the fields of its form.
pub async fn details(cx: &Cx, key: &str) -> Result<(Workflow, Vec<Field>)> {
    with_fields(&viewer(cx)?, key).await
}

/// What is to be done in those of its steps where something is said of it.
pub async fn instructions(cx: &Cx, workflow: &Workflow) -> Result<BTreeMap<StepId, String>> {
    let steps: Vec<StepId> = workflow.all_steps().map(|step| step.id).collect();
    Ok(repo::workflow::instructions(viewer(cx)?.db(), cx.organisation_id(), &steps).await?)
}

/// The same for adding an item.
pub async fn form(cx: &Cx, key: &str) -> Result<(Workflow, Vec<Field>)> {
    with_fields(&cx.clone().require(Permission::ItemCreate)?, key).await
}

/// The board of a workflow.
pub async fn board(cx: &Cx, key: &str, filter: &Filter) -> Result<Board> {
    let cx = viewer(cx)?;
    let workflow = by_key(cx.db(), &cx, key).await?;
    let columns = repo::list::columns(&cx, &workflow, filter).await?;
    Ok(Board { workflow, columns })
}

/// The board of a workflow in lanes. Who may not see the teams has none in them.
pub async fn lanes(cx: &Cx, key: &str, filter: &Filter, by: LanesBy) -> Result<LaneBoard> {
    let cx = viewer(cx)?;
    let workflow = by_key(cx.db(), &cx, key).await?;
    let columns = repo::list::columns(&cx, &workflow, filter).await?;
    let loads = repo::list::loads(&cx, &workflow, filter).await?;
    let teams = match by {
        LanesBy::Team if cx.may(Permission::DirectoryView) => repo::list::teams(&cx).await?,
        _ => Vec::new(),
    };
    Ok(LaneBoard { board: Board { workflow, columns }, loads, teams })
}

/// How many of a workflow's open items who has in which step.
pub async fn loads(cx: &Cx, key: &str, filter: &Filter) -> Result<Vec<Load>> {
    let cx = viewer(cx)?;
    let workflow = by_key(cx.db(), &cx, key).await?;
    Ok(repo::list::loads(&cx, &workflow, filter).await?)
}

/// The items of a workflow that are due in a month, this one if none is named, and on the days of its weeks.
pub async fn month(cx: &Cx, key: &str, filter: &Filter, month: Option<Month>) -> Result<DueMonth> {
    let cx = viewer(cx)?;
    let workflow = by_key(cx.db(), &cx, key).await?;
    let month = month.unwrap_or_else(|| Month::of(cx.today().date()));
    let (from, until) = month.span(cx.membership().settings.week_start);
    let wanted = Wanted {
        workflows: std::slice::from_ref(&workflow),
        filter,
        updated_since: None,
        due: DueSpan { from: Some(from), until: Some(until) },
        sort: Sort { by: SortBy::Due, descending: false },
        after: None,
        limit: MONTH_LIMIT,
    };
    let (cards, next) = repo::list::page(&cx, &wanted).await?;
    let undated = repo::list::undated(&cx, &workflow, filter, MONTH_LIMIT).await?;
    Ok(DueMonth { workflow, month, cards, cut: next.is_some(), undated })
}

/// A page of the list of a workflow's items. `after` is the `next` of the page before; another one starts from the top.
pub async fn items(cx: &Cx, key: &str, filter: &Filter, sort: Sort, after: Option<&str>) -> Result<ItemList> {
    let cx = viewer(cx)?;
    let workflow = by_key(cx.db(), &cx, key).await?;
    let after = after.and_then(|text| Cursor::read(sort.by, text));
    let wanted = Wanted {
        workflows: std::slice::from_ref(&workflow),
        filter,
        updated_since: None,
        due: DueSpan::default(),
        sort,
        after: after.as_ref(),
        limit: PAGE_LIMIT,
    };
    let (cards, next) = repo::list::page(&cx, &wanted).await?;
    let total = repo::list::count(&cx, &workflow, filter).await?;
    Ok(ItemList { workflow, cards, next: next.map(|next| next.to_string()), total })
}

/// What a board needs to know when it hears that an item changed.
pub async fn card(cx: &Cx, workflow_id: WorkflowId, item_id: ItemId) -> Result<CardNews> {
    let cx = viewer(cx)?;
    Ok(CardNews {
        card: repo::item::find_card(cx.db(), cx.organisation_id(), item_id).await?,
        counts: repo::workflow::counts(cx.db(), cx.organisation_id(), workflow_id).await?,
    })
}

/// The open items of whoever asks, the most pressing first.
pub async fn mine(cx: &Cx) -> Result<Vec<MyItem>> {
    let cx = viewer(cx)?;
    Ok(repo::item::of_member(cx.db(), cx.organisation_id(), cx.member_id()).await?)
}

/// Items whose number, plate or title fits the words, for the command palette.
pub async fn search(cx: &Cx, words: &str) -> Result<Vec<ItemHit>> {
    let cx = viewer(cx)?;
    let words: String = words.trim().chars().take(100).collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    Ok(repo::item::search(cx.db(), cx.organisation_id(), &words, 8).await?)
}

fn viewer(cx: &Cx) -> Result<Cx> {
    cx.clone().require(Permission::ItemView)
}

async fn with_fields(cx: &Cx, key: &str) -> Result<(Workflow, Vec<Field>)> {
    let workflow = by_key(cx.db(), cx, key).await?;
    let fields = repo::workflow::fields(cx.db(), cx.organisation_id(), workflow.head.id).await?;
    Ok((workflow, fields))
}

/// A workflow for an act that asks by itself for what it needs.
pub(crate) async fn by_key(on: &Reader, cx: &Cx, key: &str) -> Result<Workflow> {
    // Others no database need be asked for, and not every one can be.
    if !key.chars().all(char::is_alphanumeric) {
        return Err(Error::NotFound);
    }
    repo::workflow::find_by_key(on, cx.organisation_id(), key).await?.or_not_found()
}

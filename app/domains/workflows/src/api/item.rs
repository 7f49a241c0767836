//! Adding, moving, changing and deleting items.
#![expect(clippy::too_many_arguments, reason = "they are the fields of a form")]

use std::collections::BTreeMap;

use kernel::{ItemId, Result, StepId, WorkflowId};
use leptos::prelude::*;

use crate::model::{Brought, Card, ItemPage};

#[cfg(feature = "ssr")]
use {
    super::read_key,
    crate::{
        acts::item::{self as acts, Form, Sent},
        model::Priority,
    },
    chrono::NaiveDate,
    kernel::{Cx, Error, MemberId},
};

/// Everything about the item called `key`, e.g. `UC-414`.
#[server]
pub async fn load_item(key: String) -> Result<ItemPage> {
    acts::page(&Cx::current().await?, &key).await
}

/// Adds an item to the first step of a workflow and opens its page. What is brought along goes with it.
#[server]
pub async fn create_item(
    workflow_id: WorkflowId,
    title: String,
    priority: i64,
    assignee_id: Option<String>,
    due_on: Option<String>,
    #[server(default)] data: BTreeMap<String, String>,
    #[server(default)] brought: Brought,
) -> Result<String> {
    let form = read_form(title, priority, assignee_id, due_on, data);
    let (workflow, item) = acts::create(&Cx::current().await?, workflow_id, form, &brought.note).await?;
    let key = workflow.head.item_key(item.card.number);
    let shared = if brought.files { "?shared" } else { "" };
    leptos_axum::redirect(&format!("/items/{key}{shared}"));
    Ok(key)
}

/// Moves an item along a transition. `version` is the one the mover saw. Sent again with the same `key`, it is moved once.
#[server]
pub async fn move_item(
    item_id: ItemId,
    to_step_id: StepId,
    version: i64,
    key: Option<String>,
) -> Result<Card> {
    acts::move_to(&Cx::current().await?, item_id, to_step_id, version, read_key(key)).await
}

/// Gives an item to a member, or to nobody, and moves it if the step is another one: both or nothing. Sent again with the
/// same `key`, it is done once.
#[server]
pub async fn carry_item(
    item_id: ItemId,
    to_step_id: StepId,
    assignee_id: Option<String>,
    version: i64,
    key: Option<String>,
) -> Result<Card> {
    let to = (to_step_id, read_assignee(assignee_id.as_deref())?);
    acts::carry(&Cx::current().await?, item_id, to, version, read_key(key)).await
}

/// Takes back one's own last move of an item, for a short while after it.
#[server]
pub async fn undo_move(item_id: ItemId, version: i64) -> Result<Card> {
    acts::undo_move(&Cx::current().await?, item_id, version).await
}

/// Saves what a person edits on an item's page. Fields that the form does not send keep their values. `seen` is what the page
/// showed, as JSON: then only what differs from it is written.
#[server]
pub async fn save_item(
    item_id: ItemId,
    version: i64,
    title: String,
    priority: i64,
    assignee_id: Option<String>,
    due_on: Option<String>,
    #[server(default)] data: BTreeMap<String, String>,
    seen: Option<String>,
) -> Result<Card> {
    let form = read_form(title, priority, assignee_id, due_on, data);
    let seen = seen.and_then(|text| serde_json::from_str(&text).ok());
    acts::save(&Cx::current().await?, item_id, version, form, seen).await
}

/// Deletes an item. It can be brought back.
#[server]
pub async fn delete_item(item_id: ItemId) -> Result<()> {
    acts::delete(&Cx::current().await?, item_id, None).await
}

/// Brings a deleted item back.
#[server]
pub async fn restore_item(item_id: ItemId) -> Result<()> {
    acts::restore(&Cx::current().await?, item_id).await
}

#[cfg(feature = "ssr")]
fn read_form(
    title: String,
    priority: i64,
    assignee_id: Option<String>,
    due_on: Option<String>,
    data: BTreeMap<String, String>,
) -> Form {
    Form {
        title,
        priority: Priority::new(priority),
        assignee_id: read_assignee(assignee_id.as_deref()),
        due_on: read_day(due_on.as_deref()),
        data: Sent::Texts(data),
    }
}

#[cfg(feature = "ssr")]
fn read_assignee(text: Option<&str>) -> Result<Option<MemberId>> {
    match text.filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| acts::unknown_assignee()),
    }
}

#[cfg(feature = "ssr")]
fn read_day(text: Option<&str>) -> Result<Option<NaiveDate>> {
    match text.filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => {
            text.parse().map(Some).map_err(|_| Error::invalid("due_on", "A due day looks like 2025-11-24."))
        }
    }
}

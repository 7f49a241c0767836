//! What is done to clients and projects. What somebody does not reach answers as if it did not exist.

pub mod project;

use kernel::{ClientId, Cx, Error, Event, Permission, Result, Scope, Topic};
use serde_json::json;

use crate::{
    model::{Client, ClientList, ClientPage, Form, Removed, TOPIC},
    repo::{self, client::Wanted},
    rules::{self, Reach},
};

/// How many clients a page of the list has.
pub const PAGE: usize = 50;

/// Where the member has the permission, or a refusal when that is nowhere.
fn reach(cx: &Cx, permission: Permission) -> Result<Reach> {
    let reach = reach_of(cx, permission);
    if cx.may_somewhere(permission) { Ok(reach) } else { Err(Error::Forbidden(permission.refusal().into())) }
}

/// Where the member has the permission.
pub(crate) fn reach_of(cx: &Cx, permission: Permission) -> Reach {
    Reach::new(cx.may(permission), &cx.membership().grants, permission)
}

/// A page of the list.
pub async fn list(cx: &Cx, wanted: &Wanted) -> Result<ClientList> {
    repo::client::page(cx, &reach(cx, Permission::ClientView)?, wanted).await
}

/// A page of whole clients, and where the next one begins.
pub async fn whole_list(cx: &Cx, wanted: &Wanted) -> Result<(Vec<Client>, Option<String>)> {
    repo::client::whole_page(cx, &reach(cx, Permission::ClientView)?, wanted).await
}

/// One client.
pub async fn get(cx: &Cx, id: ClientId) -> Result<Client> {
    let reach = reach(cx, Permission::ClientView)?;
    Ok(repo::client::get(cx.db(), cx, &reach, id).await?.seen_by(cx))
}

/// One client with its projects.
pub async fn page(cx: &Cx, id: ClientId) -> Result<ClientPage> {
    let client = get(cx, id).await?;
    let projects = repo::project::list(cx, &reach_of(cx, Permission::ProjectView), Some(id)).await?;
    Ok(ClientPage { client, projects })
}

/// Adds a client.
pub async fn create(cx: &Cx, form: &Form) -> Result<ClientId> {
    let cx = cx.clone().require(Permission::ClientManage)?;
    if names_finance(form) {
        cx.clone().require(Permission::FinanceEdit)?;
    }
    let form = rules::check(form)?;
    let id = cx.new_id();
    let mut tx = cx.begin().await?;
    repo::client::insert(&mut tx, &cx, id, &form).await?;
    tx.record(event("client.created", id, json!({}))).await?;
    tx.commit().await?;
    Ok(id)
}

/// Whether the form says anything of the finance facts.
fn names_finance(form: &Form) -> bool {
    form.tax_id.is_some() || form.hourly_rate.is_some()
}

/// Changes a client.
pub async fn update(cx: &Cx, id: ClientId, version: i64, form: &Form) -> Result<()> {
    let (manages, sees) = (reach(cx, Permission::ClientManage)?, reach_of(cx, Permission::ClientView));
    let mut tx = cx.begin().await?;
    let before = repo::client::get(&mut tx, cx, &sees, id).await?;
    if !manages.has_client(id) {
        return Err(Error::Forbidden(Permission::ClientManage.refusal().into()));
    }
    if names_finance(form) {
        cx.clone().require_in(Permission::FinanceEdit, Scope::Client(id))?;
    }
    let form = rules::check(form)?;
    if !repo::client::update(&mut tx, cx, &before, version, &form).await? {
        return Err(stale(before.name()));
    }
    // What is in the fields is not kept: whoever reads the log need not be one who sees finance.
    tx.record(event("client.updated", id, json!({ "changed": before.changes(&form) }))).await?;
    tx.commit().await
}

/// Deletes a client with its projects; [`restore`] brings both back.
pub async fn delete(cx: &Cx, id: ClientId, version: i64) -> Result<Removed> {
    let cx = cx.clone().require(Permission::ClientManage)?;
    let mut tx = cx.begin().await?;
    let client = repo::client::get(&mut tx, &cx, &reach_of(&cx, Permission::ClientManage), id).await?;
    if !repo::client::delete(&mut tx, &cx, id, version).await? {
        return Err(stale(client.name()));
    }
    tx.record(event("client.deleted", id, json!({}))).await?;
    tx.commit().await?;
    Ok(Removed { id: id.uuid(), name: client.name().to_owned() })
}

/// Takes a deletion back.
pub async fn restore(cx: &Cx, id: ClientId) -> Result<()> {
    let cx = cx.clone().require(Permission::ClientManage)?;
    let mut tx = cx.begin().await?;
    if !repo::client::restore(&mut tx, &cx, id).await? {
        return Err(Error::NotFound);
    }
    tx.record(event("client.restored", id, json!({}))).await?;
    tx.commit().await
}

fn stale(name: &str) -> Error {
    Error::Conflict(format!(
        "Somebody changed {name} since you opened this page. Reload it to see theirs, then change yours."
    ))
}

fn event(kind: &'static str, id: ClientId, data: serde_json::Value) -> Event {
    Event {
        kind,
        subject_kind: "client",
        subject_id: id.uuid(),
        topic: Some(Topic::within(Permission::ClientView, &[Scope::Client(id)], TOPIC)),
        data,
    }
}

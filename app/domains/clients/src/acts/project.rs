//! What is done to projects.

use kernel::{
    ClientId, Cx, Error, Event, Notice, NoticeKind, Permission, ProjectId, Reason, Result, Scope, Topic, Tx,
};
use serde_json::json;

use super::{reach, reach_of, stale};
use crate::{
    model::{Project, ProjectForm, Removed, TOPIC},
    repo, rules,
};

/// The projects that the member sees; only of one client if it is named.
pub async fn list(cx: &Cx, client: Option<ClientId>) -> Result<Vec<Project>> {
    repo::project::list(cx, &reach(cx, Permission::ProjectView)?, client).await
}

/// The projects of a client that the member sees.
pub async fn of_client(cx: &Cx, client: ClientId) -> Result<Vec<Project>> {
    let sees = reach(cx, Permission::ProjectView)?;
    repo::client::get(cx.db(), cx, &reach_of(cx, Permission::ClientView), client).await?;
    repo::project::list(cx, &sees, Some(client)).await
}

/// One project.
pub async fn get(cx: &Cx, id: ProjectId) -> Result<Project> {
    repo::project::get(cx.db(), cx, &reach(cx, Permission::ProjectView)?, id).await
}

/// Adds a project to a client.
pub async fn create(cx: &Cx, client: ClientId, form: &ProjectForm) -> Result<ProjectId> {
    let manages = reach(cx, Permission::ProjectManage)?;
    let mut tx = cx.begin().await?;
    repo::client::get(&mut tx, cx, &reach_of(cx, Permission::ClientView), client).await?;
    if !manages.has_client(client) {
        return Err(refused());
    }
    let form = rules::check_project(form)?;
    let id = cx.new_id();
    repo::project::insert(&mut tx, cx, client, id, &form).await?;
    tx.record(event("project.created", client, id, json!({ "client": client }))).await?;
    tx.commit().await?;
    Ok(id)
}

/// The project that the member is about to change.
async fn to_change(tx: &mut kernel::Tx, cx: &Cx, id: ProjectId) -> Result<Project> {
    let manages = reach(cx, Permission::ProjectManage)?;
    let project = repo::project::get(tx, cx, &reach_of(cx, Permission::ProjectView), id).await?;
    if manages.has_project(project.client, id) { Ok(project) } else { Err(refused()) }
}

fn refused() -> Error {
    Error::Forbidden(Permission::ProjectManage.refusal().into())
}

/// Changes a project.
pub async fn update(cx: &Cx, id: ProjectId, version: i64, form: &ProjectForm) -> Result<Project> {
    let mut tx = cx.begin().await?;
    let project = to_change(&mut tx, cx, id).await?;
    let form = rules::check_project(form)?;
    if !repo::project::update(&mut tx, cx, id, version, &form).await? {
        return Err(stale(&project.name));
    }
    let data = json!({ "client": project.client, "state": form.state });
    tx.record(event("project.updated", project.client, id, data)).await?;
    notify(&mut tx, &project, &form).await?;
    tx.commit().await?;
    Ok(project)
}

/// Tells those who belong to a project what became of it.
async fn notify(tx: &mut Tx, before: &Project, after: &ProjectForm) -> Result<()> {
    let Some(text) = rules::what_changed(before, after) else { return Ok(()) };
    let scopes = [Scope::Client(before.client), Scope::Project(before.id)];
    let members = tx.members_in(&scopes, Permission::ProjectView).await?;
    tx.notify(Notice {
        kind: NoticeKind::Project,
        record_id: before.id.uuid(),
        source_id: before.id.uuid(),
        place_id: None,
        path: format!("/clients/{}", before.client),
        title: after.name.clone(),
        text,
        to: members.into_iter().map(|member| (member, Reason::Belongs)).collect(),
    })
    .await
}

/// Deletes a project; [`restore`] brings it back.
pub async fn delete(cx: &Cx, id: ProjectId, version: i64) -> Result<(ClientId, Removed)> {
    let mut tx = cx.begin().await?;
    let project = to_change(&mut tx, cx, id).await?;
    if !repo::project::delete(&mut tx, cx, id, version).await? {
        return Err(stale(&project.name));
    }
    let data = json!({ "client": project.client });
    tx.record(event("project.deleted", project.client, id, data)).await?;
    tx.commit().await?;
    Ok((project.client, Removed { id: id.uuid(), name: project.name }))
}

/// Takes a deletion back, and says whose project it is.
pub async fn restore(cx: &Cx, id: ProjectId) -> Result<ClientId> {
    let (manages, sees) = (reach(cx, Permission::ProjectManage)?, reach_of(cx, Permission::ProjectView));
    let mut tx = cx.begin().await?;
    let client = repo::project::client_of_deleted(&mut tx, cx, id).await?;
    if !sees.has_project(client, id) {
        return Err(Error::NotFound);
    }
    if !manages.has_project(client, id) {
        return Err(refused());
    }
    if !repo::project::restore(&mut tx, cx, id).await? {
        return Err(Error::NotFound);
    }
    tx.record(event("project.restored", client, id, json!({ "client": client }))).await?;
    tx.commit().await?;
    Ok(client)
}

fn event(kind: &'static str, client: ClientId, id: ProjectId, data: serde_json::Value) -> Event {
    let scopes = [Scope::Client(client), Scope::Project(id)];
    Event {
        kind,
        subject_kind: "project",
        subject_id: id.uuid(),
        topic: Some(Topic::within(Permission::ProjectView, &scopes, TOPIC)),
        data,
    }
}

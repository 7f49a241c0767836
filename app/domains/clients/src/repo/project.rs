//! Projects in the database. Those of a deleted client are not there.

use db::{ResultExt, sql};
use kernel::{ClientId, Cx, Error, OrNotFound, ProjectId, Result, Tx};

use crate::{
    model::{Project, ProjectForm, State},
    rules::Reach,
};

/// How many projects are read at once.
const MOST: usize = 2_000;

#[derive(sqlx::FromRow)]
struct Row {
    id: ProjectId,
    client_id: ClientId,
    name: String,
    state: String,
    note: String,
    version: i64,
}

impl From<Row> for Project {
    fn from(row: Row) -> Self {
        let Row { id, client_id, name, state, note, version } = row;
        Project { id, client: client_id, name, state: state.parse().unwrap_or(State::Active), note, version }
    }
}

/// The projects within reach, those that go on first, then by name; only of one client if it is named.
pub async fn list(cx: &Cx, reach: &Reach, client: Option<ClientId>) -> Result<Vec<Project>> {
    let mut query = sql("select p.id, p.client_id, p.name, p.state, p.note, p.version
         from project p
         join client c on c.organisation_id = p.organisation_id and c.id = p.client_id and c.deleted_at is null
         where p.organisation_id = ")
    .push_bind(cx.organisation_id())
    .push(" and p.deleted_at is null");
    if !reach.everywhere {
        query = query.push(" and (p.client_id in ").push_list(reach.clients.iter().copied());
        query = query.push(" or p.id in ").push_list(reach.projects.iter().copied()).push(")");
    }
    if let Some(client) = client {
        query = query.push(" and p.client_id = ").push_bind(client);
    }
    let rows: Vec<Row> =
        query.push(" order by p.state, lower(p.name), p.id").limit(MOST).all(cx.db()).await?;
    Ok(rows.into_iter().map(Project::from).collect())
}

/// The project with this id, if it is within reach.
pub async fn get(on: impl Into<db::On<'_>>, cx: &Cx, reach: &Reach, id: ProjectId) -> Result<Project> {
    let row: Option<Row> = sql("select p.id, p.client_id, p.name, p.state, p.note, p.version
         from project p
         join client c on c.organisation_id = p.organisation_id and c.id = p.client_id and c.deleted_at is null
         where p.organisation_id = $1 and p.id = $2 and p.deleted_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .optional(on)
    .await?;
    row.map(Project::from).filter(|project| reach.has_project(project.client, id)).or_not_found()
}

/// The client of a deleted project; nothing when there is none, or its client is deleted too.
pub async fn client_of_deleted(tx: &mut Tx, cx: &Cx, id: ProjectId) -> Result<ClientId> {
    let found: Option<(ClientId,)> = sql("select p.client_id
         from project p
         join client c on c.organisation_id = p.organisation_id and c.id = p.client_id and c.deleted_at is null
         where p.organisation_id = $1 and p.id = $2 and p.deleted_at is not null")
    .bind(cx.organisation_id())
    .bind(id)
    .optional(tx)
    .await?;
    found.map(|(client,)| client).or_not_found()
}

fn taken() -> Error {
    Error::invalid("name", "Another project of this client has this name.")
}

/// Writes a new project.
pub async fn insert(tx: &mut Tx, cx: &Cx, client: ClientId, id: ProjectId, form: &ProjectForm) -> Result<()> {
    sql("insert into project (organisation_id, id, client_id, name, state, note, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7)")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(client)
    .bind(form.name.as_str())
    .bind(form.state.as_str())
    .bind(form.note.as_str())
    .bind(cx.now())
    .exactly_one(tx)
    .await
    .on_constraint("project_organisation_id_client_id_name_key", taken)
}

/// Changes a project, if nobody did since `version`.
pub async fn update(tx: &mut Tx, cx: &Cx, id: ProjectId, version: i64, form: &ProjectForm) -> Result<bool> {
    let changed = sql("update project
                       set name = $4, state = $5, note = $6, updated_at = $7, version = version + 1
                       where organisation_id = $1 and id = $2 and version = $3 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(version)
    .bind(form.name.as_str())
    .bind(form.state.as_str())
    .bind(form.note.as_str())
    .bind(cx.now())
    .execute(tx)
    .await
    .on_constraint("project_organisation_id_client_id_name_key", taken)?;
    Ok(changed == 1)
}

/// Deletes a project, if nobody changed it since `version`.
pub async fn delete(tx: &mut Tx, cx: &Cx, id: ProjectId, version: i64) -> Result<bool> {
    let changed = sql("update project
                       set deleted_at = $4, updated_at = $4, version = version + 1
                       where organisation_id = $1 and id = $2 and version = $3 and deleted_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(version)
    .bind(cx.now())
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Brings a deleted project back.
pub async fn restore(tx: &mut Tx, cx: &Cx, id: ProjectId) -> Result<bool> {
    let changed = sql("update project
                       set deleted_at = null, updated_at = $3, version = version + 1
                       where organisation_id = $1 and id = $2 and deleted_at is not null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.now())
    .execute(tx)
    .await
    .on_constraint("project_organisation_id_client_id_name_key", || {
        Error::Conflict("Another project of this client has this name now. Rename it first.".into())
    })?;
    Ok(changed == 1)
}

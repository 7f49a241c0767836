//! Projects for other programs.

use kernel::{
    ClientId,
    Permission::{ProjectManage, ProjectView},
    ProjectId,
};
use rest::{
    Answer, Call, Created, Filter, Json, Key, List, Listed,
    Needs::{In, Somewhere},
    Page, Place, Record, Routes,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    acts::project as acts,
    model::{self, ProjectForm, State},
};

/// What is published of projects.
pub(super) fn routes() -> Routes {
    let (all, one) = (Somewhere(ProjectView), In(ProjectManage, Place::Project));
    let of_client = In(ProjectView, Place::Client);
    Routes::new("Projects", "What is done for a client.")
        .list("/projects", "List projects", all, all, list)
        .list("/clients/{client}/projects", "List the projects of a client", of_client, of_client, list_of)
        .post("/clients/{client}/projects", "Create a project", In(ProjectManage, Place::Client), create)
        .read("/projects/{project}", "Read a project", In(ProjectView, Place::Project), read)
        .update("/projects/{project}", "Change a project", one, update)
        .delete("/projects/{project}", "Delete a project", one, delete)
        .post("/projects/{project}/restore", "Bring a project back", one, restore)
}

/// A project.
#[derive(Debug, Serialize, ToSchema)]
struct Project {
    id: ProjectId,
    /// Whose it is.
    client: ClientId,
    #[schema(example = "New fleet 2026")]
    name: String,
    /// Whether it goes on.
    state: State,
    /// What one should know.
    note: String,
    /// The version, which is also its `ETag`.
    version: i64,
}

impl Record for Project {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
}

impl From<model::Project> for Project {
    fn from(project: model::Project) -> Self {
        let model::Project { id, client, name, state, note, version } = project;
        Project { id, client, name, state, note, version }
    }
}

impl Listed for Project {
    fn id(&self) -> String {
        self.id.to_string()
    }

    fn key(&self, _: &str) -> Key {
        Key::Text(self.name.to_lowercase())
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct ProjectFilter {
    /// Words in the name.
    q: Option<String>,
    /// Only projects that are in this state.
    #[param(inline)]
    state: Option<State>,
}

impl Filter for ProjectFilter {
    const SORTS: &'static [&'static str] = &["name"];
}

impl ProjectFilter {
    fn fits(&self, project: &Project) -> bool {
        let words = self.q.as_deref().map(str::to_lowercase);
        words.is_none_or(|words| project.name.to_lowercase().contains(&words))
            && self.state.is_none_or(|state| project.state == state)
    }
}

/// A project to be created.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewProject {
    /// Unlike that of every other project of the client.
    #[schema(example = "New fleet 2026", min_length = 1, max_length = 100)]
    name: String,
    /// What one should know.
    #[serde(default)]
    #[schema(max_length = 4000)]
    note: String,
    /// Whether it goes on; it does unless it is said otherwise.
    state: Option<State>,
}

/// What changes of a project. What is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProjectChange {
    #[schema(example = "New fleet 2026", min_length = 1, max_length = 100)]
    name: Option<String>,
    #[schema(max_length = 4000)]
    note: Option<String>,
    state: Option<State>,
}

async fn list(call: Call<(), List<ProjectFilter>>) -> Answer<Page<Project>> {
    cut(&call.input, acts::list(&call.cx, None).await?)
}

async fn list_of(call: Call<ClientId, List<ProjectFilter>>) -> Answer<Page<Project>> {
    cut(&call.input, acts::of_client(&call.cx, call.path).await?)
}

fn cut(list: &List<ProjectFilter>, projects: Vec<model::Project>) -> Answer<Page<Project>> {
    let projects = projects.into_iter().map(Project::from);
    list.page(projects.filter(|project| list.filter.fits(project)).collect())
}

async fn create(call: Call<ClientId, Json<NewProject>>) -> Answer<Created<Project>> {
    let NewProject { name, note, state } = call.input.0;
    let form = ProjectForm { name, note, state: state.unwrap_or(State::Active) };
    let id = acts::create(&call.cx, call.path, &form).await?;
    Ok(Created { at: format!("/projects/{id}"), record: acts::get(&call.cx, id).await?.into() })
}

async fn read(call: Call<ProjectId>) -> Answer<Project> {
    Ok(acts::get(&call.cx, call.path).await?.into())
}

async fn update(call: Call<ProjectId, Json<ProjectChange>>) -> Answer<Project> {
    let project = acts::get(&call.cx, call.path).await?;
    call.made_on(project.version)?;
    let ProjectChange { name, note, state } = &call.input.0;
    let form = ProjectForm {
        name: name.clone().unwrap_or(project.name),
        note: note.clone().unwrap_or(project.note),
        state: state.unwrap_or(project.state),
    };
    acts::update(&call.cx, call.path, project.version, &form).await?;
    Ok(acts::get(&call.cx, call.path).await?.into())
}

async fn delete(call: Call<ProjectId>) -> Answer<()> {
    let project = acts::get(&call.cx, call.path).await?;
    call.made_on(project.version)?;
    acts::delete(&call.cx, call.path, project.version).await?;
    Ok(())
}

async fn restore(call: Call<ProjectId>) -> Answer<Project> {
    acts::restore(&call.cx, call.path).await?;
    Ok(acts::get(&call.cx, call.path).await?.into())
}

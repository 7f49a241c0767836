//! Server functions about clients and projects.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]
#![expect(clippy::too_many_arguments, reason = "they are the fields of a form")]

use kernel::{ClientId, ProjectId, Result};
use leptos::prelude::*;

use crate::model::{ClientList, ClientPage, ClientRow, Removed};

#[cfg(feature = "ssr")]
use crate::{
    acts,
    model::{Form, ProjectForm},
    repo::client::Wanted,
    rules,
};

/// A page of the list, by name.
#[server]
pub async fn list_clients(text: Option<String>, after: Option<String>) -> Result<ClientList> {
    let wanted = Wanted {
        text: text.unwrap_or_default(),
        after: after.and_then(|after| after.parse().ok()),
        limit: acts::PAGE,
        ..Wanted::default()
    };
    acts::list(&kernel::Cx::current().await?, &wanted).await
}

/// The first clients whose names hold the text.
#[server]
pub async fn find_clients(text: String) -> Result<Vec<ClientRow>> {
    let wanted = Wanted { text, limit: 6, ..Wanted::default() };
    Ok(acts::list(&kernel::Cx::current().await?, &wanted).await?.clients)
}

/// One client with its projects; an id that is none belongs to no client.
#[server(name = ViewClient)]
pub async fn client(id: String) -> Result<ClientPage> {
    let cx = kernel::Cx::current().await?;
    acts::page(&cx, id.parse().unwrap_or(ClientId::from(uuid::Uuid::nil()))).await
}

/// Adds a client and opens its page.
#[server]
pub async fn create_client(
    name: String,
    #[server(default)] note: String,
    #[server(default)] email: String,
    #[server(default)] phone: String,
    #[server(default)] website: String,
    tax_id: Option<String>,
    hourly_rate: Option<String>,
) -> Result<String> {
    let form = form((name, note, email, phone, website), tax_id, hourly_rate)?;
    let id = acts::create(&kernel::Cx::current().await?, &form).await?;
    let path = page(id);
    leptos_axum::redirect(&path);
    Ok(path)
}

/// Changes a client. A finance fact that is not sent stays as it is.
#[server]
pub async fn update_client(
    id: ClientId,
    version: i64,
    name: String,
    #[server(default)] note: String,
    #[server(default)] email: String,
    #[server(default)] phone: String,
    #[server(default)] website: String,
    tax_id: Option<String>,
    hourly_rate: Option<String>,
) -> Result<()> {
    let form = form((name, note, email, phone, website), tax_id, hourly_rate)?;
    acts::update(&kernel::Cx::current().await?, id, version, &form).await?;
    leptos_axum::redirect(&page(id));
    Ok(())
}

/// Deletes a client. A plain form gets a list that offers the way back; with WASM a toast does.
#[server]
pub async fn delete_client(id: ClientId, version: i64) -> Result<Removed> {
    let removed = acts::delete(&kernel::Cx::current().await?, id, version).await?;
    leptos_axum::redirect(&format!("/clients?deleted={id}"));
    Ok(removed)
}

/// Takes a deletion back.
#[server]
pub async fn restore_client(id: ClientId) -> Result<()> {
    acts::restore(&kernel::Cx::current().await?, id).await?;
    leptos_axum::redirect(&page(id));
    Ok(())
}

/// Adds a project to a client.
#[server]
pub async fn create_project(
    client: ClientId,
    name: String,
    #[server(default)] note: String,
) -> Result<ProjectId> {
    let form = ProjectForm { name, note, state: crate::model::State::Active };
    let id = acts::project::create(&kernel::Cx::current().await?, client, &form).await?;
    leptos_axum::redirect(&page(client));
    Ok(id)
}

/// Changes a project.
#[server]
pub async fn update_project(
    id: ProjectId,
    version: i64,
    name: String,
    #[server(default)] note: String,
    state: String,
) -> Result<()> {
    let cx = kernel::Cx::current().await?;
    let state = state.parse().map_err(|()| kernel::Error::invalid("state", "Choose a state."))?;
    let project = acts::project::update(&cx, id, version, &ProjectForm { name, note, state }).await?;
    leptos_axum::redirect(&page(project.client));
    Ok(())
}

/// Deletes a project. A plain form gets a page that offers the way back; with WASM a toast does.
#[server]
pub async fn delete_project(id: ProjectId, version: i64) -> Result<Removed> {
    let (client, removed) = acts::project::delete(&kernel::Cx::current().await?, id, version).await?;
    leptos_axum::redirect(&format!("{}?deleted={id}", page(client)));
    Ok(removed)
}

/// Takes a deletion back.
#[server]
pub async fn restore_project(id: ProjectId) -> Result<()> {
    let client = acts::project::restore(&kernel::Cx::current().await?, id).await?;
    leptos_axum::redirect(&page(client));
    Ok(())
}

#[cfg(feature = "ssr")]
fn page(id: ClientId) -> String {
    format!("/clients/{id}")
}

#[cfg(feature = "ssr")]
fn form(
    (name, note, email, phone, website): (String, String, String, String, String),
    tax_id: Option<String>,
    hourly_rate: Option<String>,
) -> Result<Form> {
    let hourly_rate = hourly_rate.as_deref().map(rules::parse_rate).transpose()?;
    Ok(Form { name, note, email, phone, website, tax_id, hourly_rate })
}

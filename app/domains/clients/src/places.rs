//! Clients and projects as places that roles can be given for.

use kernel::{Cx, Error, Permission, PlaceExists, PlaceKind, PlaceName, PlaceNames, Result, Scope, Tx};
use uuid::Uuid;

use crate::{acts::reach_of, repo, repo::client::Wanted};

/// How many clients can be chosen from.
const MOST: usize = 500;

/// One client.
pub const CLIENT: PlaceKind = PlaceKind { kind: "client", list: clients, exists: is_client };

/// One project.
pub const PROJECT: PlaceKind = PlaceKind { kind: "project", list: projects, exists: is_project };

fn clients(cx: &Cx) -> PlaceNames<'_> {
    Box::pin(async move {
        let wanted = Wanted { limit: MOST, ..Wanted::default() };
        let list = repo::client::page(cx, &reach_of(cx, Permission::ClientView), &wanted).await?;
        let name = |row: crate::ClientRow| PlaceName {
            scope: Scope::Client(row.id).to_string(),
            name: format!("Client {}", row.name),
        };
        Ok(list.clients.into_iter().map(name).collect())
    })
}

fn projects(cx: &Cx) -> PlaceNames<'_> {
    Box::pin(async move {
        let projects = repo::project::list(cx, &reach_of(cx, Permission::ProjectView), None).await?;
        let name = |project: crate::model::Project| PlaceName {
            scope: Scope::Project(project.id).to_string(),
            name: format!("Project {}", project.name),
        };
        Ok(projects.into_iter().map(name).collect())
    })
}

fn is_client<'a>(tx: &'a mut Tx, cx: &'a Cx, id: Uuid) -> PlaceExists<'a> {
    Box::pin(async move {
        let found = repo::client::get(tx, cx, &reach_of(cx, Permission::ClientView), id.into()).await;
        is_there(found)
    })
}

fn is_project<'a>(tx: &'a mut Tx, cx: &'a Cx, id: Uuid) -> PlaceExists<'a> {
    Box::pin(async move {
        let found = repo::project::get(tx, cx, &reach_of(cx, Permission::ProjectView), id.into()).await;
        is_there(found)
    })
}

fn is_there<T>(found: Result<T>) -> Result<bool> {
    match found {
        Ok(_) => Ok(true),
        Err(Error::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

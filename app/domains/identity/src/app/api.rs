//! Server functions about apps.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

use kernel::{AppId, ConnectionId, Result};
use leptos::prelude::*;

use crate::app::model::{AppCard, Apps, Asked, Request};

/// The apps that the member sees.
#[server]
pub async fn list_apps() -> Result<Apps> {
    super::acts::list(&kernel::Cx::current().await?).await
}

/// Registers an app.
#[server]
pub async fn register_app(
    name: String,
    redirect_uris: String,
    #[server(default)] permissions: Vec<String>,
) -> Result<AppCard> {
    let form = super::acts::Form { name, redirect_uris, permissions };
    super::acts::register(&kernel::Cx::current().await?, &form).await
}

/// Removes an app.
#[server]
pub async fn remove_app(id: AppId) -> Result<()> {
    super::acts::remove(&kernel::Cx::current().await?, id).await
}

/// Withdraws a leave.
#[server]
pub async fn disconnect_app(id: ConnectionId) -> Result<()> {
    super::acts::disconnect(&kernel::Cx::current().await?, id).await
}

/// What an app asks the viewer for, or the address to which it is sent back, since it asks wrongly.
#[server]
pub async fn look_at_app(request: Request) -> Result<std::result::Result<Asked, String>> {
    let looked = super::acts::ask(&kernel::Cx::current().await?, &request).await?;
    if let Err(address) = &looked {
        leptos_axum::redirect(address);
    }
    Ok(looked)
}

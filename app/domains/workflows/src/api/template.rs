//! Templates of the organisation's own.

use kernel::Result;
use leptos::prelude::*;
use uuid::Uuid;

use crate::model::OwnTemplate;

#[cfg(feature = "ssr")]
use {crate::acts::template as acts, kernel::Cx};

/// All of them, by name.
#[server]
pub async fn list_templates() -> Result<Vec<OwnTemplate>> {
    acts::list(&Cx::current().await?).await
}

/// Saves the design of the workflow whose items are called `key-…`, as it was kept last, as a template.
#[server]
pub async fn save_template(key: String, name: String, description: Option<String>) -> Result<Uuid> {
    acts::save(&Cx::current().await?, &key, &name, &description.unwrap_or_default()).await
}

/// Gives a template of this version another name and description.
#[server]
pub async fn rename_template(
    id: Uuid,
    version: i64,
    name: String,
    description: Option<String>,
) -> Result<()> {
    acts::rename(&Cx::current().await?, id, version, &name, &description.unwrap_or_default()).await
}

/// Deletes a template. It can be brought back.
#[server]
pub async fn delete_template(id: Uuid) -> Result<()> {
    acts::delete(&Cx::current().await?, id).await
}

/// Brings a deleted template back.
#[server]
pub async fn restore_template(id: Uuid) -> Result<()> {
    acts::restore(&Cx::current().await?, id).await
}

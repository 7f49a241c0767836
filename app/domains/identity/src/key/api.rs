//! Server functions about keys.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

use kernel::{ApiKeyId, Result};
use leptos::prelude::*;

use crate::key::model::{Keys, NewKey};

/// The keys that the member sees.
#[server]
pub async fn list_keys() -> Result<Keys> {
    super::acts::list(&kernel::Cx::current().await?).await
}

/// Makes a key. What opens is shown this once.
#[server]
pub async fn create_key(
    name: String,
    personal: bool,
    days: i64,
    #[server(default)] permissions: Vec<String>,
) -> Result<NewKey> {
    let form = super::acts::Form { name, personal, permissions, days };
    super::acts::create(&kernel::Cx::current().await?, &form).await
}

/// Withdraws a key.
#[server]
pub async fn revoke_key(id: ApiKeyId) -> Result<()> {
    super::acts::revoke(&kernel::Cx::current().await?, id).await
}

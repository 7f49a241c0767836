//! The server function about the licence.

use kernel::Result;
use leptos::prelude::*;

use crate::licence::model::Standing;

/// What was bought, and how it stands for the organisation.
#[server]
pub async fn licence() -> Result<Standing> {
    let file = use_context().unwrap_or_default();
    super::acts::get(&kernel::Cx::current().await?, &file).await
}

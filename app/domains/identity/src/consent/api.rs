//! Server functions about consents.

use kernel::Result;
use leptos::prelude::*;

use crate::consent::model::Consent;

/// What the person in front of the page agreed to, the newest first.
#[server]
pub async fn my_consents() -> Result<Vec<Consent>> {
    let visit = kernel::Visit::current()?;
    super::repo::list(&visit, visit.require_session()?.account_id).await
}

//! Server functions about the session.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

use kernel::{OrganisationId, OrganisationName, Result, Viewer};
use leptos::prelude::*;

/// Who looks at the page. The shell asks once and provides the answer to every page.
#[server(name = ViewViewer)]
pub async fn viewer() -> Result<Viewer> {
    super::acts::viewer(&kernel::Cx::current().await?).await
}

/// Logs in and returns where to go on: `next` when it is a page of this site.
#[server]
pub async fn log_in(email: String, password: String, next: Option<String>) -> Result<String> {
    let visit = kernel::Visit::current()?;
    let started = super::acts::log_in(&visit, &crate::web::origin(), &email, &password).await?;
    crate::web::give_token(&visit, &started.token);
    let path = super::next::after_log_in(next.as_deref(), started.has_organisation).to_owned();
    crate::web::leave(&path);
    Ok(path)
}

/// Logs out and returns where to go on.
#[server]
pub async fn log_out() -> Result<String> {
    let visit = kernel::Visit::current()?;
    super::acts::log_out(&visit).await?;
    crate::web::take_token(visit.site());
    crate::web::leave("/login");
    Ok("/login".into())
}

/// Goes on in another organisation and returns where.
#[server]
pub async fn switch_organisation(id: OrganisationId) -> Result<String> {
    super::acts::switch_organisation(&kernel::Visit::current()?, id).await?;
    crate::web::leave("/");
    Ok("/".into())
}

/// The organisations the person may work in, for pages that stand outside any.
#[server]
pub async fn my_organisations() -> Result<Vec<OrganisationName>> {
    super::acts::organisations(&kernel::Visit::current()?).await
}

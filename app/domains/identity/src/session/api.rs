//! Server functions about the session.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

use kernel::{OrganisationId, OrganisationName, Result, SessionId, Viewer};
use leptos::prelude::*;

use crate::session::model::{Ask, Awaited, LinkState};

/// Who looks at the page. The shell asks once and provides the answer to every page.
#[server(name = ViewViewer)]
pub async fn viewer() -> Result<Viewer> {
    super::acts::viewer(&kernel::Cx::current().await?).await
}

/// Logs in and returns where to go on: `next` when it is a page of this site.
#[server]
pub async fn log_in(email: String, password: String, next: Option<String>) -> Result<String> {
    let visit = kernel::Visit::current()?;
    let begun = super::acts::log_in(&visit, &crate::web::origin(), &email, &password).await?;
    let path = crate::web::enter(&visit, &begun, next.as_deref());
    crate::web::leave(&path);
    Ok(path)
}

/// What the log-in of this browser waits for besides a code, if one waits.
#[server]
pub async fn code_is_awaited() -> Result<Option<Awaited>> {
    let token = crate::web::cookie_of(crate::cookie::Cookie::Challenge);
    super::challenge::waits(&kernel::Visit::current()?, token.as_deref()).await
}

/// Ends a log-in by a code and returns where to go on.
#[server]
pub async fn enter_code(code: String, next: Option<String>) -> Result<String> {
    let visit = kernel::Visit::current()?;
    let token = crate::web::cookie_of(crate::cookie::Cookie::Challenge);
    let started = super::challenge::answer(&visit, &crate::web::origin(), token.as_deref(), &code).await?;
    let path = crate::web::enter(&visit, &super::Begun::Started(started), next.as_deref());
    crate::web::leave(&path);
    Ok(path)
}

/// Sends a link that logs in, if the address has an account. The answer is the same for every address.
#[server]
pub async fn request_link(email: String) -> Result<()> {
    let visit = kernel::Visit::current()?;
    let origin = crate::web::origin();
    let asked = crate::web::evenly(super::link::ask(&visit, &origin, &email)).await?;
    crate::web::give(&visit, crate::cookie::Cookie::Browser, &asked.browser);
    leptos_axum::redirect(&crate::web::with_query("/login/link", &[("sent", asked.email.as_str())]));
    Ok(())
}

/// Whether a link can be used here, without using it up.
#[server]
pub async fn look_at_link(token: String) -> Result<LinkState> {
    let browser = crate::web::cookie_of(crate::cookie::Cookie::Browser);
    super::link::look(&kernel::Visit::current()?, &token, browser.as_deref()).await
}

/// Logs in by a link and returns where to go on.
#[server]
pub async fn use_link(token: String) -> Result<String> {
    let visit = kernel::Visit::current()?;
    let browser = crate::web::cookie_of(crate::cookie::Cookie::Browser);
    let begun = super::link::log_in(&visit, &crate::web::origin(), &token, browser.as_deref()).await?;
    crate::web::take(&visit, crate::cookie::Cookie::Browser);
    let path = crate::web::enter(&visit, &begun, None);
    crate::web::leave(&path);
    Ok(path)
}

/// What the person is asked for to show that it is them.
#[server]
pub async fn proof_asked() -> Result<Ask> {
    super::prove::ask(&kernel::Visit::current()?).await
}

/// Shows that it is them, and returns where to go on: `next` when it is a page of this site.
#[server]
pub async fn prove(password: Option<String>, code: Option<String>, next: Option<String>) -> Result<String> {
    let visit = kernel::Visit::current()?;
    let (password, code) = (password.unwrap_or_default(), code.unwrap_or_default());
    let token = super::prove::prove(&visit, &crate::web::origin(), &password, &code).await?;
    crate::web::give_token(&visit, &token);
    let path = super::next::local_path(next.as_deref()).unwrap_or("/settings/security").to_owned();
    crate::web::leave(&path);
    Ok(path)
}

/// Logs out one device of the person.
#[server]
pub async fn end_session(id: SessionId) -> Result<()> {
    super::devices::end(&kernel::Visit::current()?, &crate::web::origin(), id).await
}

/// Logs out all devices of the person but this one.
#[server]
pub async fn end_other_sessions() -> Result<()> {
    super::devices::end_others(&kernel::Visit::current()?, &crate::web::origin()).await
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

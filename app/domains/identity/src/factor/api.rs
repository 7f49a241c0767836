//! Server functions about second factors.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

use kernel::Result;
use leptos::prelude::*;

use crate::factor::model::{Required, Security, Setup};

/// Everything on the page about getting in.
#[server(name = ViewSecurity)]
pub async fn security() -> Result<Security> {
    super::acts::security(&kernel::Visit::current()?).await
}

/// Begins with an authenticator app and goes to its page.
#[server]
pub async fn begin_app() -> Result<()> {
    super::acts::begin_app(&kernel::Visit::current()?).await?;
    leptos_axum::redirect("/account/authenticator");
    Ok(())
}

/// The app that waits for its first code.
#[server(name = ViewSetup)]
pub async fn app_setup() -> Result<Option<Setup>> {
    super::acts::setup(&kernel::Visit::current()?).await
}

/// Takes the app into use by its first code, and goes on to the recovery codes.
#[server]
pub async fn confirm_app(code: String) -> Result<String> {
    super::acts::confirm_app(&kernel::Visit::current()?, &crate::web::origin(), &code).await?;
    let path = "/account/recovery-codes";
    crate::web::leave(path);
    Ok(path.into())
}

/// Gives the app up.
#[server]
pub async fn remove_app() -> Result<()> {
    super::acts::remove_app(&kernel::Visit::current()?, &crate::web::origin()).await
}

/// Makes new recovery codes and goes to them.
#[server]
pub async fn renew_recovery_codes() -> Result<()> {
    super::acts::renew_codes(&kernel::Visit::current()?, &crate::web::origin()).await?;
    leptos_axum::redirect("/account/recovery-codes");
    Ok(())
}

/// The recovery codes that were just made.
#[server(name = ViewRecoveryCodes)]
pub async fn recovery_codes() -> Result<Vec<String>> {
    super::acts::sheet(&kernel::Visit::current()?).await
}

/// Makes the codes unreadable and goes on: the person has them.
#[server]
pub async fn put_codes_away() -> Result<String> {
    let visit = kernel::Visit::current()?;
    super::acts::put_sheet_away(&visit).await?;
    // Who was kept out by an organisation is let in by now.
    let path = if visit.session().is_some_and(|session| session.membership.is_none()) {
        "/"
    } else {
        "/settings/security"
    };
    crate::web::leave(path);
    Ok(path.into())
}

/// Which organisations ask the person for a second factor, and whether a passkey would do.
#[server]
pub async fn factor_required() -> Result<Required> {
    super::acts::required(&kernel::Visit::current()?).await
}

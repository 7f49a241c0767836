//! Server functions about providers and linked accounts.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

use kernel::Result;
use leptos::prelude::*;
use uuid::Uuid;

use crate::provider::model::{LinkedAccounts, Waiting, WaysIn};

/// The ways in besides the password, for the log-in page.
#[server]
pub async fn load_ways_in() -> Result<WaysIn> {
    let visit = kernel::Visit::current()?;
    let providers = super::Providers::current().names();
    Ok(WaysIn { passkeys: crate::passkey::acts::are_offered(&visit), providers })
}

/// The accounts elsewhere that log the person in.
#[server]
pub async fn list_linked_accounts() -> Result<LinkedAccounts> {
    super::acts::linked(&kernel::Visit::current()?, &super::Providers::current()).await
}

/// Unlinks an account elsewhere and returns its provider's name.
#[server]
pub async fn unlink_account(id: Uuid) -> Result<String> {
    super::acts::unlink(&kernel::Visit::current()?, &super::Providers::current(), id).await
}

/// Who has to prove an account in this browser.
#[server]
pub async fn waiting_link() -> Result<Option<Waiting>> {
    let visit = kernel::Visit::current()?;
    let browser = crate::web::ticket(&visit, crate::ticket::PROVIDER);
    super::acts::waiting(&visit, &super::Providers::current(), browser.as_deref()).await
}

/// Proves the account, links it and returns where to go on.
#[server]
pub async fn prove_link(password: Option<String>) -> Result<String> {
    let visit = kernel::Visit::current()?;
    let browser = crate::web::ticket(&visit, crate::ticket::PROVIDER);
    let password = password.unwrap_or_default();
    let (origin, providers) = (crate::web::origin(), super::Providers::current());
    let (begun, next) =
        super::acts::prove(&visit, &providers, &origin, browser.as_deref(), &password).await?;
    let belongs = visit.session().is_some_and(|session| session.membership.is_some());
    let path = match begun {
        Some(begun) => crate::web::enter(&visit, &begun, Some(&next)),
        None => crate::session::after_log_in(Some(&next), belongs).to_owned(),
    };
    crate::web::leave(&path);
    Ok(path)
}

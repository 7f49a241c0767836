//! Server functions about passkeys. Only a browser with WASM can ask for one, so none of them redirects but the log-in.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

use kernel::Result;
use leptos::prelude::*;
use uuid::Uuid;

use crate::passkey::model::{Passkeys, Question};

/// The passkeys of the person who is logged in.
#[server]
pub async fn list_passkeys() -> Result<Passkeys> {
    super::acts::list(&kernel::Visit::current()?).await
}

/// Asks for a new passkey.
#[server]
pub async fn start_passkey() -> Result<Question> {
    let visit = kernel::Visit::current()?;
    let browser = crate::web::give_ticket(&visit, crate::ticket::PASSKEY);
    super::acts::start_adding(&visit, &browser).await
}

/// Keeps a new passkey.
#[server]
pub async fn finish_passkey(question: Uuid, answer: String, name: String) -> Result<()> {
    let visit = kernel::Visit::current()?;
    let browser = crate::web::ticket(&visit, crate::ticket::PASSKEY);
    super::acts::finish_adding(&visit, browser.as_deref(), question, &answer, &name).await
}

/// Asks who is there.
#[server]
pub async fn start_passkey_log_in() -> Result<Question> {
    let visit = kernel::Visit::current()?;
    let browser = crate::web::give_ticket(&visit, crate::ticket::PASSKEY);
    super::acts::start_log_in(&visit, &crate::web::origin(), &browser).await
}

/// Logs in with a passkey and returns where to go on: `next` when it is a page of this site.
#[server]
pub async fn finish_passkey_log_in(question: Uuid, answer: String, next: Option<String>) -> Result<String> {
    let visit = kernel::Visit::current()?;
    let browser = crate::web::ticket(&visit, crate::ticket::PASSKEY);
    let origin = crate::web::origin();
    let begun = super::acts::finish_log_in(&visit, &origin, browser.as_deref(), question, &answer).await?;
    Ok(crate::web::enter(&visit, &begun, next.as_deref()))
}

/// Gives a passkey another name.
#[server]
pub async fn rename_passkey(id: Uuid, name: String) -> Result<()> {
    super::acts::rename(&kernel::Visit::current()?, id, &name).await
}

/// Removes a passkey and returns its name.
#[server]
pub async fn remove_passkey(id: Uuid) -> Result<String> {
    super::acts::remove(&kernel::Visit::current()?, id).await
}

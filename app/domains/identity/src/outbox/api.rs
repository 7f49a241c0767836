//! Server functions about the outbox.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

use kernel::{MailId, Result};
use leptos::prelude::*;

use crate::outbox::model::{OutboxFilter, OutboxPage};

/// One page of the outbox, the newest mails first.
#[server]
pub async fn list_mails(filter: OutboxFilter) -> Result<OutboxPage> {
    super::acts::list(&kernel::Cx::current().await?, &filter).await
}

/// Sends a mail once more that failed or may have been sent, and returns whom it goes to.
#[server]
pub async fn send_mail_again(id: MailId) -> Result<String> {
    super::acts::send_again(&kernel::Cx::current().await?, id).await
}

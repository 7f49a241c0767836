//! Reading the outbox, and sending a mail once more.

use kernel::{Cx, Event, MailId, OrNotFound, Permission, Result};
use serde_json::json;

use crate::outbox::{
    model::{OutboxFilter, OutboxMail, OutboxPage},
    repo::{self, Wanted},
};

/// Mails on one page.
const PAGE: usize = 50;

/// One page of the outbox, the newest mails first.
pub async fn list(cx: &Cx, filter: &OutboxFilter) -> Result<OutboxPage> {
    let cx = cx.clone().require(Permission::MailManage)?;
    let text = filter.text.trim();
    let wanted = Wanted {
        state: filter.state.parse().ok(),
        text: (!text.is_empty()).then(|| text.to_owned()),
        before: filter.before.parse().ok(),
        ..Wanted::default()
    };
    let mut mails = repo::list(&cx, &wanted, PAGE + 1).await?;
    let older = PAGE < mails.len();
    mails.truncate(PAGE);
    Ok(OutboxPage { mails, older, counts: repo::counts(&cx).await? })
}

/// At most `limit` mails, for other programs.
pub async fn mails(cx: &Cx, wanted: &Wanted, limit: usize) -> Result<Vec<OutboxMail>> {
    let cx = cx.clone().require(Permission::MailManage)?;
    repo::list(&cx, wanted, limit).await
}

/// Sends a mail once more that failed or may have been sent, and returns whom it goes to. Who does it is in the audit log:
/// the receiver may get it twice.
pub async fn send_again(cx: &Cx, id: MailId) -> Result<String> {
    let cx = cx.clone().require(Permission::MailManage)?;
    let (subject, to) = repo::find(&cx, id).await?.or_not_found()?;
    let mut tx = cx.begin().await?;
    tx.send_again(id).await?;
    tx.record(Event {
        kind: "mail.sent_again",
        subject_kind: "mail",
        subject_id: id.uuid(),
        topic: None,
        data: json!({ "subject": subject }),
    })
    .await?;
    tx.commit().await?;
    Ok(to)
}

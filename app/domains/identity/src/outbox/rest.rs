//! Mails for other programs.

use chrono::{DateTime, Utc};
use kernel::{MailId, Permission::MailManage};
use rest::{Answer, Call, Filter, List, Needs::May, Page, Problem, Record, Routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::outbox::{
    acts,
    model::{MailState, OutboxMail},
    repo::Wanted,
};

/// What is published of mails.
pub fn routes() -> Routes {
    let manage = May(MailManage);
    Routes::new(
        "Mails",
        "What was sent in the name of the organisation, and what came of it. What a mail says is not told.",
    )
    .list("/mails", "List mails", manage, manage, list)
    .post("/mails/{mail}/send-again", "Send a mail again", manage, send_again)
}

/// A mail.
#[derive(Debug, Serialize, ToSchema)]
struct Mail {
    id: MailId,
    /// Address of the receiver.
    #[schema(example = "anna@nordvik.example")]
    to: String,
    #[schema(example = "Elsa Lindqvist invites you to Nordvik Cars")]
    subject: String,
    state: MailState,
    /// How often it was tried.
    attempts: i64,
    /// What the mail server said, or why it did not come to that.
    reason: String,
    created_at: DateTime<Utc>,
    /// Whether it can be sent again: it failed or may have been sent, and what it says is still kept.
    can_be_sent_again: bool,
}

impl Record for Mail {}

impl From<OutboxMail> for Mail {
    fn from(mail: OutboxMail) -> Self {
        let OutboxMail { id, to, subject, state, attempts, reason, at, again } = mail;
        Mail { id, to, subject, state, attempts, reason, created_at: at, can_be_sent_again: again }
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct MailFilter {
    /// A part of the receiver, the subject or the reason.
    q: Option<String>,
    /// Only mails in this state.
    #[param(inline)]
    state: Option<MailState>,
}

impl Filter for MailFilter {
    // The youngest mail comes first, unless it is asked for the oldest.
    const SORTS: &'static [&'static str] = &["age"];
}

async fn list(call: Call<(), List<MailFilter>>) -> Answer<Page<Mail>> {
    let List { filter, descending, limit, after, .. } = call.input;
    let mut mails = acts::mails(&call.cx, &wanted(filter, descending, after.as_deref())?, limit + 1).await?;
    let more = limit < mails.len();
    mails.truncate(limit);
    let next = mails.last().filter(|_| more).map(|mail| mail.id.to_string());
    Ok(Page { data: mails.into_iter().map(Mail::from).collect(), next })
}

fn wanted(filter: MailFilter, oldest_first: bool, after: Option<&str>) -> Result<Wanted, Problem> {
    let MailFilter { q, state } = filter;
    let text = q.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let last = after.map(str::parse::<MailId>).transpose().map_err(|_| {
        Problem::parameter("after", "Send what the page before said as next, and the same sort.")
    })?;
    let (before, after) = if oldest_first { (None, last) } else { (last, None) };
    Ok(Wanted { state, text, before, after, oldest_first })
}

async fn send_again(call: Call<MailId>) -> Answer<()> {
    acts::send_again(&call.cx, call.path).await?;
    Ok(())
}

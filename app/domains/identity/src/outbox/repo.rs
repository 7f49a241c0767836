//! The outbox in the database.

use chrono::{DateTime, Utc};
use db::sql;
use kernel::{Cx, MailId, Result};

use crate::outbox::model::{MailState, OutboxMail};

/// Which mails to read.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// In this state.
    pub state: Option<MailState>,
    /// With this in receiver, subject or reason.
    pub text: Option<String>,
    /// Older than this one.
    pub before: Option<MailId>,
    /// Newer than this one.
    pub after: Option<MailId>,
    /// The oldest first.
    pub oldest_first: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: MailId,
    recipient: String,
    subject: String,
    state: String,
    attempts: i64,
    answer: String,
    last_error: String,
    has_content: bool,
    created_at: DateTime<Utc>,
}

/// At most `limit` mails, the newest first unless it is said otherwise.
pub async fn list(cx: &Cx, wanted: &Wanted, limit: usize) -> Result<Vec<OutboxMail>> {
    let mut query = sql("select id, recipient, subject, state, attempts, answer, last_error,
           content is not null as has_content, created_at
         from mail
         where organisation_id = ")
    .push_bind(cx.organisation_id());
    if let Some(state) = wanted.state {
        query = query.push(" and state = ").push_bind(state.as_str());
    }
    if let Some(text) = &wanted.text {
        let pattern = pattern(text);
        query = query
            .push(" and (lower(recipient) like ")
            .push_bind(&pattern)
            .push(" escape '!' or lower(subject) like ")
            .push_bind(&pattern)
            .push(" escape '!' or lower(last_error) like ")
            .push_bind(&pattern)
            .push(" escape '!')");
    }
    if let Some(before) = wanted.before {
        query = query.push(" and id < ").push_bind(before);
    }
    if let Some(after) = wanted.after {
        query = query.push(" and id > ").push_bind(after);
    }
    let order = if wanted.oldest_first { " order by id" } else { " order by id desc" };
    let rows: Vec<Row> = query.push(order).limit(limit).all(cx.db()).await?;
    Ok(rows.into_iter().filter_map(Row::mail).collect())
}

/// The text anywhere, for `like`.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

impl Row {
    fn mail(self) -> Option<OutboxMail> {
        let state: MailState = self.state.parse().ok()?;
        Some(OutboxMail {
            id: self.id,
            to: self.recipient,
            subject: self.subject,
            state,
            attempts: self.attempts,
            reason: if self.last_error.is_empty() { self.answer } else { self.last_error },
            at: self.created_at,
            again: self.has_content && matches!(state, MailState::Failed | MailState::MaybeSent),
        })
    }
}

/// How many mails are in which state.
pub async fn counts(cx: &Cx) -> Result<Vec<(MailState, i64)>> {
    let rows: Vec<(String, i64)> =
        sql("select state, count(*) from mail where organisation_id = $1 group by state")
            .bind(cx.organisation_id())
            .all(cx.db())
            .await?;
    let count = |state: MailState| {
        rows.iter().find(|(name, _)| name == state.as_str()).map_or(0, |(_, count)| *count)
    };
    Ok(MailState::ALL.into_iter().map(|state| (state, count(state))).collect())
}

/// What a mail is about and whom it goes to.
pub async fn find(cx: &Cx, id: MailId) -> Result<Option<(String, String)>> {
    Ok(sql("select subject, recipient from mail where organisation_id = $1 and id = $2")
        .bind(cx.organisation_id())
        .bind(id)
        .optional(cx.db())
        .await?)
}

//! Messages page by page, as other programs read them.

use chrono::{DateTime, Utc};
use db::{Query, Result, sql};
use kernel::{ConversationId, Cx, FileId, MemberId, MessageId};

use super::message::pattern;

/// A message of a conversation that the member is in.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Written {
    /// Its id.
    pub id: MessageId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Its place there.
    pub number: i64,
    /// Who wrote it.
    pub author_id: MemberId,
    /// What it says; nothing once it is deleted.
    pub body: String,
    /// The files that were sent with it.
    #[sqlx(skip)]
    pub files: Vec<FileId>,
    /// When it was sent.
    pub created_at: DateTime<Utc>,
    /// When it was changed last, if it was.
    pub edited_at: Option<DateTime<Utc>>,
    /// When it was deleted, if it was.
    pub deleted_at: Option<DateTime<Utc>>,
}

impl Written {
    /// When its text became what it is: what a change of it names.
    pub fn made_at(&self) -> DateTime<Utc> {
        self.edited_at.unwrap_or(self.created_at)
    }
}

/// In which order messages are read, and from where on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// By their places, behind this one; the order of one conversation.
    Number(Option<i64>),
    /// By when they were sent, behind this one.
    Time(Option<(DateTime<Utc>, MessageId)>),
}

/// Which messages to read.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Only this one.
    pub id: Option<MessageId>,
    /// Only those of this conversation.
    pub conversation: Option<ConversationId>,
    /// Only what this member wrote.
    pub author: Option<MemberId>,
    /// Only those that have this in them.
    pub words: Option<String>,
    /// Only what was sent at this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Only what was sent before this time.
    pub until: Option<DateTime<Utc>>,
    /// In which order, and from where on.
    pub span: Span,
    /// The newest first.
    pub newest_first: bool,
}

impl Default for Wanted {
    fn default() -> Self {
        Wanted {
            id: None,
            conversation: None,
            author: None,
            words: None,
            from: None,
            until: None,
            span: Span::Time(None),
            newest_first: true,
        }
    }
}

/// Some messages of conversations that the member is in, still without their files.
pub async fn list(cx: &Cx, wanted: &Wanted, most: usize) -> Result<Vec<Written>> {
    let query =
        sql("select m.id, m.conversation_id, m.number, m.author_id, m.body, m.created_at, m.edited_at,
           m.deleted_at
         from conversation_member p
         join conversation c on c.organisation_id = p.organisation_id and c.id = p.conversation_id
         join message m on m.organisation_id = c.organisation_id and m.conversation_id = c.id
         where p.organisation_id = $1 and p.member_id = $2 and p.left_at is null and c.deleted_at is null")
        .bind(cx.organisation_id())
        .bind(cx.member_id());
    spanned(narrowed(query, wanted), wanted).limit(most).all(cx.db()).await
}

fn narrowed(mut query: Query, wanted: &Wanted) -> Query {
    if let Some(id) = wanted.id {
        query = query.push(" and m.id = ").push_bind(id);
    }
    if let Some(conversation) = wanted.conversation {
        query = query.push(" and m.conversation_id = ").push_bind(conversation);
    }
    if let Some(author) = wanted.author {
        query = query.push(" and m.author_id = ").push_bind(author);
    }
    if let Some(words) = &wanted.words {
        query = query
            .push(" and m.deleted_at is null and (lower(m.body) like ")
            .push_bind(pattern(&words.to_lowercase()))
            .push(" escape '\\' or m.body like ")
            // SQLite knows of small letters in English only.
            .push_bind(pattern(words))
            .push(" escape '\\')");
    }
    if let Some(from) = wanted.from {
        query = query.push(" and m.created_at >= ").push_bind(from);
    }
    if let Some(until) = wanted.until {
        query = query.push(" and m.created_at < ").push_bind(until);
    }
    query
}

fn spanned(query: Query, wanted: &Wanted) -> Query {
    let newest_first = wanted.newest_first;
    match wanted.span {
        Span::Number(after) => {
            let query = match after {
                Some(number) if newest_first => query.push(" and m.number < ").push_bind(number),
                Some(number) => query.push(" and m.number > ").push_bind(number),
                None => query,
            };
            query.push(if newest_first { " order by m.number desc " } else { " order by m.number " })
        }
        Span::Time(after) => {
            let query = match after {
                Some((at, id)) => {
                    let behind = match newest_first {
                        true => " and (m.created_at, m.id) < (",
                        false => " and (m.created_at, m.id) > (",
                    };
                    query.push(behind).push_bind(at).push(", ").push_bind(id).push(")")
                }
                None => query,
            };
            query.push(match newest_first {
                true => " order by m.created_at desc, m.id desc ",
                false => " order by m.created_at, m.id ",
            })
        }
    }
}

//! Messages for other programs.

use chrono::{DateTime, Utc};
use kernel::{ConversationId, Error, FileId, MemberId, MessageId};
use rest::{Answer, Call, Created, Filter, Json, List, Page, Record, Routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{USE, cursor, read_cursor, read_moment, read_words, wrong_after};
use crate::{
    acts::message as acts,
    repo::written::{Span, Wanted, Written},
};

/// What is published of messages.
pub(super) fn routes() -> Routes {
    Routes::new(
        "Messages",
        "What members write in conversations. Everybody changes and deletes only their own; the place of a deleted one \
         stays, without its text.",
    )
    .list("/conversations/{conversation}/messages", "List messages of a conversation", USE, USE, list)
    .post("/conversations/{conversation}/messages", "Write a message", USE, create)
    .list("/messages", "Search messages", USE, USE, search)
    .read("/messages/{message}", "Read a message", USE, read)
    .update("/messages/{message}", "Change a message", USE, update)
    .delete("/messages/{message}", "Delete a message", USE, delete)
}

/// A message.
#[derive(Debug, Serialize, ToSchema)]
struct Message {
    id: MessageId,
    conversation: ConversationId,
    /// Its place in the conversation: 1, 2, 3 and so on without a gap, in the order of sending.
    #[schema(minimum = 1)]
    number: i64,
    author: MemberId,
    /// Plain text; `@Name` names a member. Empty once it is deleted, or where there are only files.
    #[schema(example = "The tyres come tomorrow.")]
    body: String,
    /// Files of the conversation that were sent with it, in their order; none that was deleted since.
    files: Vec<FileId>,
    created_at: DateTime<Utc>,
    /// When it was changed last, if it was.
    edited_at: Option<DateTime<Utc>>,
    /// When it was deleted, if it was.
    deleted_at: Option<DateTime<Utc>>,
}

impl Record for Message {
    // When its text became what it is.
    fn version(&self) -> Option<i64> {
        Some(self.edited_at.unwrap_or(self.created_at).timestamp_micros())
    }
}

impl From<Written> for Message {
    fn from(written: Written) -> Self {
        Message {
            id: written.id,
            conversation: written.conversation_id,
            number: written.number,
            author: written.author_id,
            body: written.body,
            files: written.files,
            created_at: written.created_at,
            edited_at: written.edited_at,
            deleted_at: written.deleted_at,
        }
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct MessageFilter {
    /// Words in the message.
    #[param(min_length = 2, max_length = 100)]
    q: Option<String>,
    /// Only what this member wrote.
    #[param(value_type = Option<uuid::Uuid>)]
    author: Option<MemberId>,
    /// Only what was sent at this time or later.
    from: Option<DateTime<Utc>>,
    /// Only what was sent before this time.
    until: Option<DateTime<Utc>>,
}

impl MessageFilter {
    fn wanted(&self) -> Answer<Wanted> {
        Ok(Wanted {
            author: self.author,
            words: read_words(self.q.as_deref(), acts::LEAST_LETTERS)?,
            from: read_moment("from", self.from)?,
            until: read_moment("until", self.until)?,
            ..Wanted::default()
        })
    }
}

impl Filter for MessageFilter {
    const SORTS: &'static [&'static str] = &["number"];
}

/// The same for messages of all conversations.
#[derive(Debug, Clone, Deserialize, IntoParams)]
struct MessageSearch {
    /// Words in the message.
    #[param(min_length = 2, max_length = 100)]
    q: Option<String>,
    /// Only messages of this conversation.
    #[param(value_type = Option<uuid::Uuid>)]
    conversation: Option<ConversationId>,
    /// Only what this member wrote.
    #[param(value_type = Option<uuid::Uuid>)]
    author: Option<MemberId>,
    /// Only what was sent at this time or later.
    from: Option<DateTime<Utc>>,
    /// Only what was sent before this time.
    until: Option<DateTime<Utc>>,
}

impl Filter for MessageSearch {
    // The youngest comes first, unless it is asked for the oldest.
    const SORTS: &'static [&'static str] = &["age"];
}

/// What a message says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MessageText {
    /// Plain text; empty only where the message has files.
    #[schema(example = "The tyres come tomorrow.", max_length = 4000)]
    body: String,
}

/// A message to be written: what it says, files, or both.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewMessage {
    /// Plain text. Members that it names by `@Name` are told of it. May be left out where there are files.
    #[serde(default)]
    #[schema(example = "The tyres come tomorrow.", max_length = 4000)]
    body: String,
    /// Files that you have uploaded to this conversation and that are in no message yet, in their order.
    #[serde(default)]
    #[schema(max_items = 10)]
    files: Vec<FileId>,
}

async fn list(call: Call<ConversationId, List<MessageFilter>>) -> Answer<Page<Message>> {
    let List { filter, descending, limit, after, .. } = &call.input;
    let after = after.as_deref().map(str::parse).transpose().map_err(|_| wrong_after())?;
    let wanted = Wanted {
        conversation: Some(call.path),
        span: Span::Number(after),
        newest_first: *descending,
        ..filter.wanted()?
    };
    let mut found = acts::list(&call.cx, &wanted, limit + 1).await?;
    let more = *limit < found.len();
    found.truncate(*limit);
    let next = found.last().filter(|_| more).map(|last| last.number.to_string());
    Ok(Page { data: found.into_iter().map(Message::from).collect(), next })
}

async fn search(call: Call<(), List<MessageSearch>>) -> Answer<Page<Message>> {
    let List { filter, descending, limit, after, .. } = call.input;
    let MessageSearch { q, conversation, author, from, until } = filter;
    let wanted = Wanted {
        conversation,
        span: Span::Time(after.as_deref().map(read_cursor).transpose()?),
        newest_first: !descending,
        ..MessageFilter { q, author, from, until }.wanted()?
    };
    // Here the conversation is a filter: none fits one that the asker is not in.
    let mut found = match acts::list(&call.cx, &wanted, limit + 1).await {
        Err(Error::NotFound) => Vec::new(),
        found => found?,
    };
    let more = limit < found.len();
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|last| cursor(last.created_at, last.id.uuid()));
    Ok(Page { data: found.into_iter().map(Message::from).collect(), next })
}

async fn create(call: Call<ConversationId, Json<NewMessage>>) -> Answer<Created<Message>> {
    // Whoever sends it twice says so by the key of the call.
    let key = call.cx.new_id();
    let NewMessage { body, files } = call.input.0;
    let sent = acts::send(&call.cx, call.path, key, &body, &files).await?;
    let record = acts::get(&call.cx, sent.id).await?.into();
    Ok(Created { at: format!("/messages/{}", sent.id), record })
}

async fn read(call: Call<MessageId>) -> Answer<Message> {
    Ok(acts::get(&call.cx, call.path).await?.into())
}

async fn update(call: Call<MessageId, Json<MessageText>>) -> Answer<Message> {
    let made_at = made_on(&call).await?;
    acts::edit(&call.cx, call.path, Some(made_at), &call.input.0.body).await?;
    Ok(acts::get(&call.cx, call.path).await?.into())
}

async fn delete(call: Call<MessageId>) -> Answer<()> {
    let made_at = made_on(&call).await?;
    Ok(acts::delete(&call.cx, call.path, Some(made_at)).await?)
}

/// When the text became what the change was made on. Only one's own, that is still there, can change.
async fn made_on<I>(call: &Call<MessageId, I>) -> Answer<DateTime<Utc>> {
    let message = acts::get(&call.cx, call.path).await?;
    if message.author_id != call.cx.member_id() || message.deleted_at.is_some() {
        return Err(kernel::Error::NotFound.into());
    }
    call.made_on(message.made_at().timestamp_micros())?;
    Ok(message.made_at())
}

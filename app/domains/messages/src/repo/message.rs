//! Messages.

use chrono::{DateTime, TimeDelta, Utc};
use db::{On, Result, sql};
use kernel::{ConversationId, Cx, MemberId, MessageId, OrganisationId};
use uuid::Uuid;

use crate::model::{Hit, Message, PAGE};

/// How many messages are loaded again at once after a change.
const MOST_AGAIN: usize = 500;

#[derive(Debug, sqlx::FromRow)]
struct Row {
    id: MessageId,
    conversation_id: ConversationId,
    number: i64,
    client_key: Uuid,
    author_id: MemberId,
    body: String,
    created_at: DateTime<Utc>,
    edited: bool,
    deleted: bool,
}

impl From<Row> for Message {
    fn from(row: Row) -> Self {
        Message {
            id: row.id,
            number: row.number,
            key: row.client_key,
            author_id: row.author_id,
            body: row.body,
            files: Vec::new(),
            at: row.created_at,
            edited: row.edited,
            deleted: row.deleted,
        }
    }
}

/// Which messages of a conversation are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The newest ones.
    Newest,
    /// Those before a place.
    Before(i64),
    /// Those from a place on.
    Since(i64),
}

/// Some messages of a conversation, oldest first, without a gap, still without their files.
pub async fn list(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    conversation: ConversationId,
    part: Part,
) -> Result<Vec<Message>> {
    let query = sql("select id, conversation_id, number, client_key, author_id, body, created_at,
           edited_at is not null as edited, deleted_at is not null as deleted
         from message
         where organisation_id = $1 and conversation_id = $2 ")
    .bind(organisation_id)
    .bind(conversation);
    let (query, most) = match part {
        Part::Newest => (query, PAGE),
        Part::Before(number) => (query.push(" and number < ").push_bind(number), PAGE),
        Part::Since(number) => (query.push(" and number >= ").push_bind(number), MOST_AGAIN),
    };
    let rows: Vec<Row> = query.push(" order by number desc ").limit(most).all(on).await?;
    Ok(rows.into_iter().rev().map(Message::from).collect())
}

/// The message that the member who asks has sent with a key, still without its files, and its conversation.
pub async fn by_key(on: impl Into<On<'_>>, cx: &Cx, key: Uuid) -> Result<Option<(ConversationId, Message)>> {
    let row: Option<Row> = sql("select id, conversation_id, number, client_key, author_id, body, created_at,
           edited_at is not null as edited, deleted_at is not null as deleted
         from message
         where organisation_id = $1 and author_id = $2 and client_key = $3")
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .bind(key)
    .optional(on)
    .await?;
    Ok(row.map(|row| (row.conversation_id, row.into())))
}

/// How many of the conversation's newest messages the member who asks has sent within the last minute, counted as far as
/// `most`.
pub async fn just_sent(
    tx: &mut kernel::Tx,
    cx: &Cx,
    conversation: ConversationId,
    most: usize,
) -> Result<usize> {
    let newest: Vec<(MemberId, DateTime<Utc>)> = sql("select author_id, created_at
         from message
         where organisation_id = $1 and conversation_id = $2
         order by number desc")
    .bind(cx.organisation_id())
    .bind(conversation)
    .limit(most)
    .all(tx)
    .await?;
    let since = cx.now() - TimeDelta::minutes(1);
    Ok(newest.iter().filter(|(author, at)| *author == cx.member_id() && since < *at).count())
}

/// Writes a message of the member who asks. The conversation must be held.
pub async fn insert(
    tx: &mut kernel::Tx,
    cx: &Cx,
    conversation: ConversationId,
    key: Uuid,
    body: &str,
) -> Result<Message> {
    insert_at(tx, cx, conversation, (cx.member_id(), cx.now()), key, body).await
}

/// Writes a message of somebody at some time, as the demo does.
pub(crate) async fn insert_at(
    tx: &mut kernel::Tx,
    cx: &Cx,
    conversation: ConversationId,
    (author_id, at): (MemberId, DateTime<Utc>),
    key: Uuid,
    body: &str,
) -> Result<Message> {
    let (number,): (i64,) = sql("update conversation set last_number = last_number + 1, last_at = $3
         where organisation_id = $1 and id = $2
         returning last_number")
    .bind(cx.organisation_id())
    .bind(conversation)
    .bind(at)
    .one(&mut *tx)
    .await?;
    let id = cx.new_id();
    sql("insert into message (organisation_id, id, conversation_id, number, author_id, body, client_key, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(conversation)
    .bind(number)
    .bind(author_id)
    .bind(body)
    .bind(key)
    .bind(at)
    .exactly_one(&mut *tx)
    .await?;
    let (body, files) = (body.to_owned(), Vec::new());
    Ok(Message { id, number, key, author_id, body, files, at, edited: false, deleted: false })
}

/// Changes what the member who asks has written. Gives the conversation, if the member is still in it.
pub async fn edit(
    on: impl Into<On<'_>>,
    cx: &Cx,
    id: MessageId,
    made_on: Option<DateTime<Utc>>,
    body: &str,
) -> Result<Option<ConversationId>> {
    let query = sql("update message set body = $4, edited_at = $5
         where organisation_id = $1 and id = $2 and author_id = $3 and deleted_at is null and exists (
           select p.member_id from conversation_member p
           where p.organisation_id = $1 and p.conversation_id = message.conversation_id and p.member_id = $3
             and p.left_at is null)")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.member_id())
    .bind(body)
    .bind(cx.now());
    changed(query, made_on, on).await
}

/// Runs the change of a message that was changed last at that time, where one is named. Gives its conversation.
async fn changed(
    mut query: db::Query,
    made_on: Option<DateTime<Utc>>,
    on: impl Into<On<'_>>,
) -> Result<Option<ConversationId>> {
    if let Some(at) = made_on {
        query = query.push(" and coalesce(edited_at, created_at) = ").push_bind(at);
    }
    let found: Option<(ConversationId,)> = query.push(" returning conversation_id").optional(on).await?;
    Ok(found.map(|(id,)| id))
}

/// Deletes what the member who asks has written: its text goes, its place stays. Gives the conversation.
pub async fn delete(
    on: impl Into<On<'_>>,
    cx: &Cx,
    id: MessageId,
    made_on: Option<DateTime<Utc>>,
) -> Result<Option<ConversationId>> {
    let query = sql("update message set body = '', deleted_at = $4
         where organisation_id = $1 and id = $2 and author_id = $3 and deleted_at is null and exists (
           select p.member_id from conversation_member p
           where p.organisation_id = $1 and p.conversation_id = message.conversation_id and p.member_id = $3
             and p.left_at is null)")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.member_id())
    .bind(cx.now());
    changed(query, made_on, on).await
}

#[derive(Debug, sqlx::FromRow)]
struct Found {
    conversation_id: ConversationId,
    id: MessageId,
    number: i64,
    author_id: MemberId,
    body: String,
    created_at: DateTime<Utc>,
}

/// Messages that have the words in them, of conversations that the member is in, the newest first.
pub async fn search(cx: &Cx, words: &str, most: usize) -> Result<Vec<Hit>> {
    let rows: Vec<Found> = sql("select m.conversation_id, m.id, m.number, m.author_id, m.body, m.created_at
         from conversation_member p
         join conversation c on c.organisation_id = p.organisation_id and c.id = p.conversation_id
         join message m on m.organisation_id = c.organisation_id and m.conversation_id = c.id
         where p.organisation_id = $1 and p.member_id = $2 and p.left_at is null and c.deleted_at is null
           and m.deleted_at is null and (lower(m.body) like $3 escape '\\' or m.body like $4 escape '\\')
         order by m.created_at desc, m.id desc ")
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .bind(pattern(&words.to_lowercase()))
    // SQLite knows of small letters in English only.
    .bind(pattern(words))
    .limit(most)
    .all(cx.db())
    .await?;
    let hit = |row: Found| Hit {
        conversation_id: row.conversation_id,
        id: row.id,
        number: row.number,
        author_id: row.author_id,
        excerpt: crate::rules::found(&row.body, words),
        at: row.created_at,
    };
    Ok(rows.into_iter().map(hit).collect())
}

/// A `like` pattern that finds `words` anywhere.
pub(super) fn pattern(words: &str) -> String {
    let escaped = words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

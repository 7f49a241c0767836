//! Messages: reading, writing, changing, finding them.

use chrono::{DateTime, Utc};
use kernel::{
    ConversationId, Cx, Directory, Error, FileId, MemberId, MessageId, Notice, NoticeKind, OrNotFound,
    Reason, Result, Tx, mention,
};
use uuid::Uuid;

use super::{files, hearers, tell};
use crate::{
    model::{Hit, Kind, Message},
    repo::{
        self,
        conversation::Place,
        message::Part,
        written::{Wanted, Written},
    },
    rules,
};

/// How many messages a search finds at most.
const MOST_FOUND: usize = 50;
/// What one member may send into a conversation within a minute. Nobody types as much; a program should not either.
const MOST_A_MINUTE: usize = 120;
/// With fewer letters nearly every message would match.
pub(crate) const LEAST_LETTERS: usize = 2;

/// The messages before a place, oldest first.
pub async fn older(cx: &Cx, conversation_id: ConversationId, before: i64) -> Result<Vec<Message>> {
    repo::conversation::find(cx.db(), cx, conversation_id).await?.or_not_found()?;
    let part = Part::Before(before);
    let messages = repo::message::list(cx.db(), cx.organisation_id(), conversation_id, part).await?;
    files::with_files(cx, messages).await
}

/// Sends a message with files that its sender has brought to the conversation. `key` is the sender's own: the same one
/// twice is one message, so whoever did not hear the answer sends it again.
pub async fn send(
    cx: &Cx,
    conversation_id: ConversationId,
    key: Uuid,
    body: &str,
    files: &[FileId],
) -> Result<Message> {
    let place = repo::conversation::find(cx.db(), cx, conversation_id).await?.or_not_found()?;
    let body = rules::read_body(body, files.len())?;
    rules::read_files(files)?;
    let named = named(cx, &body).await?;
    let mut tx = cx.begin().await?;
    repo::conversation::hold(&mut tx, cx, conversation_id).await?.or_not_found()?;
    if let Some((sent_to, message)) = repo::message::by_key(&mut tx, cx, key).await? {
        // Elsewhere it was another message.
        if sent_to != conversation_id {
            return Err(Error::NotFound);
        }
        let files = files::of(&mut tx, cx, message.id).await?;
        return Ok(Message { files, ..message });
    }
    if MOST_A_MINUTE <= repo::message::just_sent(&mut tx, cx, conversation_id, MOST_A_MINUTE).await? {
        return Err(Error::TooMany { retry_after_secs: 60 });
    }
    files::take(&mut tx, cx, conversation_id, files).await?;
    let message = repo::message::insert(&mut tx, cx, conversation_id, key, &body).await?;
    repo::file::insert(&mut tx, cx, message.id, files).await?;
    let message = Message { files: files.to_owned(), ..message };
    repo::member::read(&mut tx, cx, conversation_id, message.number).await?;
    notify(&mut tx, cx, (conversation_id, &place), &message, &named).await?;
    tell(&mut tx, cx, conversation_id, "message.added").await?;
    tx.commit().await?;
    Ok(message)
}

/// Changes one's own message; only if it was changed last at that time, where one is named.
pub async fn edit(cx: &Cx, message_id: MessageId, made_on: Option<DateTime<Utc>>, body: &str) -> Result<()> {
    let mut tx = cx.begin().await?;
    // What one did not write does not exist, whatever one would have written.
    let files = files::of(&mut tx, cx, message_id).await?;
    let body = rules::read_body(body, files.len());
    let text = body.as_deref().unwrap_or_default();
    let conversation = found(repo::message::edit(&mut tx, cx, message_id, made_on, text).await?, made_on)?;
    body?;
    tell(&mut tx, cx, conversation, "message.changed").await?;
    tx.commit().await
}

/// Deletes one's own message; only if it was changed last at that time, where one is named. Its text is gone for good;
/// its files are deleted as files are.
pub async fn delete(cx: &Cx, message_id: MessageId, made_on: Option<DateTime<Utc>>) -> Result<()> {
    let mut tx = cx.begin().await?;
    let conversation = found(repo::message::delete(&mut tx, cx, message_id, made_on).await?, made_on)?;
    let hearers = hearers(&mut tx, cx, conversation).await?;
    let files = files::of(&mut tx, cx, message_id).await?;
    cx.delete_files(&mut tx, hearers, &files).await?;
    repo::file::remove(&mut tx, cx, message_id).await?;
    tx.take_back(message_id.uuid()).await?;
    tell(&mut tx, cx, conversation, "message.changed").await?;
    tx.commit().await
}

/// Messages that have the words in them, of conversations that the viewer is in, the newest first.
pub async fn search(cx: &Cx, words: &str) -> Result<Vec<Hit>> {
    let words = words.trim();
    if words.chars().count() < LEAST_LETTERS {
        return Ok(Vec::new());
    }
    Ok(repo::message::search(cx, words, MOST_FOUND).await?)
}

/// What was changed. Where nothing was although a time was named, another change was faster.
fn found(changed: Option<ConversationId>, made_on: Option<DateTime<Utc>>) -> Result<ConversationId> {
    match (changed, made_on) {
        (Some(conversation), _) => Ok(conversation),
        (None, Some(_)) => Err(Error::Conflict("The message has just changed. Look at it first.".into())),
        (None, None) => Err(Error::NotFound),
    }
}

/// Some messages of conversations that the asker is in.
pub async fn list(cx: &Cx, wanted: &Wanted, most: usize) -> Result<Vec<Written>> {
    if let Some(conversation) = wanted.conversation {
        repo::conversation::find(cx.db(), cx, conversation).await?.or_not_found()?;
    }
    let mut written = repo::written::list(cx, wanted, most).await?;
    let all = files::of_all(cx, written.iter().map(|message| message.id).collect()).await?;
    for message in &mut written {
        message.files = files::of_one(&all, message.id);
    }
    Ok(written)
}

/// One message of a conversation that the asker is in.
pub async fn get(cx: &Cx, id: MessageId) -> Result<Written> {
    let wanted = Wanted { id: Some(id), ..Wanted::default() };
    list(cx, &wanted, 1).await?.pop().or_not_found()
}

/// Who is named in a message.
async fn named(cx: &Cx, body: &str) -> Result<Vec<MemberId>> {
    if !body.contains('@') {
        return Ok(Vec::new());
    }
    let directory = Directory::load(cx).await?;
    let people = directory.people.iter().filter(|person| person.active);
    Ok(mention::named(body, people.map(|person| (person.id, person.name.as_str()))))
}

/// Tells the others of a message. Who has muted the conversation is told when they are named.
async fn notify(
    tx: &mut Tx,
    cx: &Cx,
    (id, place): (ConversationId, &Place),
    message: &Message,
    named: &[MemberId],
) -> Result<()> {
    let members = repo::member::list(&mut *tx, cx.organisation_id(), id).await?;
    let reason = |(member, muted): (MemberId, bool)| {
        let reason = if named.contains(&member) { Reason::Named } else { Reason::Addressed };
        (member != cx.member_id() && (!muted || reason == Reason::Named)).then_some((member, reason))
    };
    let count = i64::try_from(message.files.len()).unwrap_or_default();
    let title = match place.kind() {
        Kind::Direct => "Direct messages".to_owned(),
        Kind::Group => place.title.clone(),
    };
    tx.notify_anew(Notice {
        kind: NoticeKind::Messaged,
        record_id: id.uuid(),
        source_id: message.id.uuid(),
        place_id: None,
        path: format!("/messages/{id}"),
        title,
        text: if message.body.is_empty() { rules::summary("", count) } else { message.body.clone() },
        to: members.into_iter().filter_map(reason).collect(),
    })
    .await
}

//! Conversations for other programs.

use chrono::{DateTime, Utc};
use kernel::{ConversationId, Error, MemberId};
use rest::{Answer, Call, Created, Filter, Json, List, Page, Record, Routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{USE, cursor, read_cursor, read_words};
use crate::{
    acts::conversation as acts,
    model::Kind,
    repo::card::{Card, Wanted},
};

/// What is published of conversations.
pub(super) fn routes() -> Routes {
    Routes::new(
        "Conversations",
        "What members write to each other in: two alone, or a group. Only who is in a conversation sees anything of it.",
    )
    .list("/conversations", "List conversations", USE, USE, list)
    .post("/conversations", "Begin a conversation", USE, create)
    .read("/conversations/{conversation}", "Read a conversation", USE, read)
    .update("/conversations/{conversation}", "Rename a group", USE, rename)
    .put("/conversations/{conversation}/members/{member}", "Take a member into a group", USE, add)
    .remove("/conversations/{conversation}/members/{member}", "Take a member out of a group", USE, remove)
    .post("/conversations/{conversation}/leave", "Leave a group", USE, leave)
    .put("/conversations/{conversation}/mute", "Mute a conversation", USE, mute)
    .remove("/conversations/{conversation}/mute", "Unmute a conversation", USE, unmute)
    .put("/conversations/{conversation}/read", "Say how far a conversation was read", USE, mark_read)
}

/// What a conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ConversationKind {
    /// Between two members. There is one for each two.
    Direct,
    /// Between several, under a title.
    Group,
}

impl From<Kind> for ConversationKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Direct => ConversationKind::Direct,
            Kind::Group => ConversationKind::Group,
        }
    }
}

impl From<ConversationKind> for Kind {
    fn from(kind: ConversationKind) -> Self {
        match kind {
            ConversationKind::Direct => Kind::Direct,
            ConversationKind::Group => Kind::Group,
        }
    }
}

/// A conversation that the member is in.
#[derive(Debug, Serialize, ToSchema)]
struct Conversation {
    id: ConversationId,
    #[schema(inline)]
    kind: ConversationKind,
    /// What a group is called; empty for two alone.
    #[schema(example = "Workshop")]
    title: String,
    /// Who is in it, by the time they joined.
    members: Vec<MemberId>,
    /// Whether the member has muted it, and is told only when named.
    muted: bool,
    /// How many messages of others the member has not seen, counted as far as a hundred.
    #[schema(minimum = 0, maximum = 100)]
    unread: i64,
    /// The place of the newest message: messages are numbered 1, 2, 3 and so on.
    #[schema(minimum = 0)]
    last_number: i64,
    /// The place of the newest message that the member has seen.
    #[schema(minimum = 0)]
    read_number: i64,
    /// When the newest message was written, or the conversation was begun.
    last_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
    created_by: MemberId,
    /// The version, which is also its `ETag`. Messages do not change it.
    version: i64,
}

impl Record for Conversation {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
}

impl From<Card> for Conversation {
    fn from(card: Card) -> Self {
        Conversation {
            id: card.id,
            kind: card.kind().into(),
            title: card.title,
            members: card.members,
            muted: card.muted,
            unread: card.unread,
            last_number: card.last_number,
            read_number: card.read_number,
            last_at: card.last_at,
            created_at: card.created_at,
            created_by: card.created_by,
            version: card.version,
        }
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct ConversationFilter {
    /// Only such conversations.
    #[param(inline)]
    kind: Option<ConversationKind>,
    /// Only those that the member has muted, or only others.
    muted: Option<bool>,
    /// Words in the title of a group.
    #[param(max_length = 100)]
    q: Option<String>,
}

impl Filter for ConversationFilter {
    // Where something was written last comes first, unless it is asked for the oldest.
    const SORTS: &'static [&'static str] = &["age"];
}

/// A conversation to be begun.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewConversation {
    /// What the group is called. Without a title it is a direct conversation: begun if there is none with this member.
    #[schema(example = "Workshop", min_length = 1, max_length = 80)]
    title: Option<String>,
    /// The others: one for a direct conversation.
    #[schema(min_items = 1, max_items = 99)]
    members: Vec<MemberId>,
}

/// What changes of a group. What is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConversationChange {
    #[schema(example = "Workshop", min_length = 1, max_length = 80)]
    title: Option<String>,
}

/// How far a conversation was read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConversationRead {
    /// The place of the newest message that the member has seen. What was seen stays seen.
    #[schema(minimum = 0)]
    number: i64,
}

async fn list(call: Call<(), List<ConversationFilter>>) -> Answer<Page<Conversation>> {
    let limit = call.input.limit;
    let mut cards = acts::cards(&call.cx, &wanted(&call.input)?, limit + 1).await?;
    let more = limit < cards.len();
    cards.truncate(limit);
    let next = cards.last().filter(|_| more).map(|card| cursor(card.last_at, card.id.uuid()));
    Ok(Page { data: cards.into_iter().map(Conversation::from).collect(), next })
}

fn wanted(list: &List<ConversationFilter>) -> Answer<Wanted> {
    let ConversationFilter { kind, muted, q } = &list.filter;
    Ok(Wanted {
        id: None,
        kind: kind.map(Kind::from),
        muted: *muted,
        words: read_words(q.as_deref(), 1)?,
        after: list.after.as_deref().map(read_cursor).transpose()?,
        oldest_first: list.descending,
    })
}

async fn read(call: Call<ConversationId>) -> Answer<Conversation> {
    Ok(acts::card(&call.cx, call.path).await?.into())
}

async fn create(call: Call<(), Json<NewConversation>>) -> Answer<Created<Conversation>> {
    let NewConversation { title, members } = call.input.0;
    let begun = match (title, members.as_slice()) {
        (Some(title), _) => acts::start(&call.cx, &title, members).await,
        (None, [one]) => acts::open_direct(&call.cx, *one).await,
        (None, _) => Err(Error::invalid("title", "A conversation of more than two needs a title.")),
    };
    let id = begun.map_err(of_body)?;
    let record = acts::card(&call.cx, id).await?.into();
    Ok(Created { at: format!("/conversations/{id}"), record })
}

/// What was named in the body is not there: the address is right.
fn of_body(error: Error) -> Error {
    let unknown = "Name members who are active and whom you may see.";
    match error {
        Error::NotFound => Error::invalid("members", unknown),
        error => match error.field("member_id") {
            Some(message) => Error::invalid("members", message),
            None => error,
        },
    }
}

async fn rename(call: Call<ConversationId, Json<ConversationChange>>) -> Answer<Conversation> {
    let card = acts::card(&call.cx, call.path).await?;
    call.made_on(card.version)?;
    if let Some(title) = &call.input.0.title {
        acts::rename(&call.cx, card.id, card.version, title).await?;
    }
    Ok(acts::card(&call.cx, card.id).await?.into())
}

async fn add(call: Call<(ConversationId, MemberId)>) -> Answer<()> {
    let (conversation, member) = call.path;
    let card = acts::card(&call.cx, conversation).await?;
    // However often it is sent, it is done once.
    if !card.members.contains(&member) {
        acts::add(&call.cx, conversation, vec![member]).await?;
    }
    Ok(())
}

async fn remove(call: Call<(ConversationId, MemberId)>) -> Answer<()> {
    let (conversation, member) = call.path;
    Ok(acts::remove(&call.cx, conversation, member).await?)
}

async fn leave(call: Call<ConversationId>) -> Answer<()> {
    Ok(acts::leave(&call.cx, call.path).await?)
}

async fn mute(call: Call<ConversationId>) -> Answer<()> {
    Ok(acts::mute(&call.cx, call.path, true).await?)
}

async fn unmute(call: Call<ConversationId>) -> Answer<()> {
    Ok(acts::mute(&call.cx, call.path, false).await?)
}

async fn mark_read(call: Call<ConversationId, Json<ConversationRead>>) -> Answer<Conversation> {
    acts::mark_read(&call.cx, call.path, call.input.0.number).await?;
    Ok(acts::card(&call.cx, call.path).await?.into())
}

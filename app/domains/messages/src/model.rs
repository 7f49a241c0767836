//! The nouns.

use chrono::{DateTime, Utc};
use kernel::{ConversationId, FileId, MemberId, MessageId, Person};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How many members a group may have.
pub const MOST_MEMBERS: usize = 100;
/// How long the title of a group may be.
pub const TITLE_MAX: usize = 80;
/// How long a message may be.
pub const BODY_MAX: usize = 4_000;
/// How many files may be sent with one message.
pub const FILES_MAX: usize = 10;
/// How many messages are loaded at once.
pub const PAGE: usize = 50;

/// What a conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Between two members.
    Direct,
    /// Between several, under a title.
    Group,
}

impl Kind {
    /// As the database has it.
    pub fn key(self) -> &'static str {
        match self {
            Kind::Direct => "direct",
            Kind::Group => "group",
        }
    }

    /// Reads what [`Kind::key`] wrote.
    pub fn from_key(key: &str) -> Self {
        if key == "direct" { Kind::Direct } else { Kind::Group }
    }
}

/// What all pages know of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Its id.
    pub id: ConversationId,
    /// What it is.
    pub kind: Kind,
    /// What a group is called.
    pub title: String,
    /// Who is in it, the viewer too, by the time they joined.
    pub members: Vec<MemberId>,
    /// Whether the viewer has muted it.
    pub muted: bool,
}

impl Head {
    /// The other one of a direct conversation.
    pub fn other(&self, viewer: MemberId) -> Option<MemberId> {
        let others = self.members.iter().copied().filter(|id| *id != viewer);
        others.take(1).next().filter(|_| self.kind == Kind::Direct)
    }
}

/// A conversation as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The conversation.
    pub head: Head,
    /// How many messages of others the viewer has not seen, counted as far as a hundred.
    pub unread: i64,
    /// Who wrote the newest message.
    pub author: Option<MemberId>,
    /// The beginning of it; empty if there is none.
    pub excerpt: String,
    /// When it was written, or when the conversation was begun.
    #[serde(with = "chrono::serde::ts_microseconds")]
    pub at: DateTime<Utc>,
}

/// The conversations of a member, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversations {
    /// The conversations.
    pub lines: Vec<Line>,
    /// Those who are in them, for a viewer who may not see the names of everybody.
    pub people: Vec<Person>,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Its place in the conversation, from 1.
    pub number: i64,
    /// The key that its sender gave it.
    pub key: Uuid,
    /// Who wrote it.
    pub author_id: MemberId,
    /// What it says; nothing once it is deleted, or where files say it all.
    pub body: String,
    /// The files that were sent with it, in their order; none that was deleted since.
    pub files: Vec<FileId>,
    /// When it was sent.
    #[serde(with = "chrono::serde::ts_microseconds")]
    pub at: DateTime<Utc>,
    /// Whether it was changed since.
    pub edited: bool,
    /// Whether it was deleted.
    pub deleted: bool,
}

/// A conversation as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Talk {
    /// The conversation.
    pub head: Head,
    /// Its version, which renaming names.
    pub version: i64,
    /// Who began it.
    pub created_by: MemberId,
    /// The place of its newest message.
    pub last: i64,
    /// The place of the newest message that the viewer has seen.
    pub read: i64,
    /// Some of the messages, oldest first, without a gap.
    pub messages: Vec<Message>,
    /// Those who wrote or are in it, for a viewer who may not see the names of everybody.
    pub people: Vec<Person>,
}

/// A message that a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// The conversation it is in.
    pub conversation_id: ConversationId,
    /// The message.
    pub id: MessageId,
    /// Its place.
    pub number: i64,
    /// Who wrote it.
    pub author_id: MemberId,
    /// The part of it that was found.
    pub excerpt: String,
    /// When it was sent.
    #[serde(with = "chrono::serde::ts_microseconds")]
    pub at: DateTime<Utc>,
}
